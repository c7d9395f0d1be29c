package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers"
	"candor/handlers/address"
	"candor/handlers/api"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/publiclog"
	"candor/handlers/session"
	requests "candor/handlers/telemetry"
	"candor/handlers/web"
	"candor/i18n"
	lookups "candor/models/access"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/export"
	"candor/models/feed"
	"candor/models/idempotency"
	"candor/models/keys"
	"candor/models/lease"
	"candor/models/ledger"
	"candor/models/mail"
	"candor/models/notice"
	"candor/models/published"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/shown"
	"candor/models/signin"
	"candor/models/staff"
	"candor/models/staffact"
	"candor/models/store"
	"candor/models/store/file"
	"candor/models/telemetry"
	"candor/models/training"
	"candor/models/webhook"
)

// program is the product put together, as a value that a command or a test can start.
type program struct {
	settings  settings
	operator  fs.FS // datamap.yaml and notices/
	logger    *slog.Logger
	clock     func() time.Time
	file      *datamap.Map // the operator's
	datamap   *datamap.Holder
	maps      *published.Service
	keys      *keys.Set
	lock      *file.Lock // of who may write the log
	data      store.Data
	keyStore  store.Keys
	ring      *keys.Ring
	log       *sequencer.Sequencer
	auth      *auth.Service
	billing   *billing.Service
	notices   *notice.Service
	editorial *editorial.Service
	shown     *shown.Service
	consent   *consent.Service
	feed      *feed.Feed
	webhooks  *webhook.Service
	named     *idempotency.Service
	leases    *lease.Keeper // of the work that one server does for all
	receipts  *consent.Receipts
	requests  *request.Service
	staff     *staff.Service
	acts      *staffact.Recorder // of what staff do; nil without a log
	access    *lookups.Service
	export    *export.Service
	signIn    *signin.Service
	training  *training.Service
	outbox    *mail.Outbox // nil if no mail can be sent
	demoMail  *mail.Shown  // nil but in the demo
	catalogue *i18n.Catalogue
	metrics   *telemetry.Metrics
	writes    writes           // whether the stores take them
	traces    *requests.Traces // nil if nothing is traced

	connectors []*connected
	counted    *telemetry.Connectors

	cancel  context.CancelFunc
	running sync.WaitGroup
	failed  chan error // of what runs in the background
}

// openData opens the stores and what needs no log: enough to import, and beside a running server too.
// The caller must close it.
func openData(ctx context.Context, s settings, operator fs.FS, logger *slog.Logger) (*program, error) {
	p := newProgram(s, operator, logger)
	return p.step(ctx, p.readOperator, p.openStores, p.observeStores, p.openMaps, p.openKeys)
}

func newProgram(s settings, operator fs.FS, logger *slog.Logger) *program {
	return &program{settings: s, operator: operator, logger: logger, clock: time.Now, failed: make(chan error, 4), metrics: telemetry.New()}
}

// openLog opens the log too, as its one writer on an embedded store, and publishes nothing new.
func openLog(ctx context.Context, s settings, operator fs.FS, logger *slog.Logger) (*program, error) {
	p := newProgram(s, operator, logger)
	return p.step(ctx, p.startTracing, p.readOperator, p.lockStore, p.openStores, p.observeStores, p.openMaps, p.openKeys, p.openLog)
}

// open puts everything below HTTP together.
func open(ctx context.Context, s settings, operator fs.FS, logger *slog.Logger) (*program, error) {
	p, err := openLog(ctx, s, operator, logger)
	if err != nil {
		return nil, err
	}
	return p.step(ctx, p.openStaff, p.openServices, p.openTraining, p.openEditorial, p.openConnectors, p.openSignIn, p.openRequests, p.openAccess, p.publish, p.publishRequirements)
}

// step goes on opening; what was opened is closed if that fails.
func (p *program) step(ctx context.Context, steps ...func(context.Context) error) (*program, error) {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

// lockStore keeps every other process from the log of an embedded store, before anything is made there.
func (p *program) lockStore(context.Context) (err error) {
	if embedded(p.settings.Store) {
		p.lock, err = takeLock(p.settings.Store)
	}
	return err
}

func (p *program) openStores(ctx context.Context) (err error) {
	if p.data, err = openDataStore(ctx, p.settings.Store); err != nil {
		return err
	}
	p.keyStore, err = openKeyStore(ctx, p.settings.KeyStore)
	return err
}

// openKeys reads the keys and makes what needs them and no log.
func (p *program) openKeys(ctx context.Context) error {
	if err := p.checkKeys(ctx); err != nil {
		return err
	}
	var err error
	if p.keys, err = keys.OpenFiles(p.settings.Keys, p.settings.Origin, rand.Reader); err != nil {
		return err
	}
	p.ring = keys.NewRing(keys.RingConfig{Store: p.keyStore, Master: p.keys.Master})
	p.auth = auth.New(auth.Config{
		Sessions: p.data, Clients: p.data, Assertions: p.data, Customers: p.data, Signer: p.keys.Token, Secret: p.keys.Secret,
		Issuer: p.settings.BaseURL, ReturnOrigins: p.settings.ReturnOrigins, Map: p.datamap, MaxAge: p.settings.MaxAge,
		Outside: p.trusted(ctx), StaffLifetime: p.settings.StaffSession, StaffIdle: p.settings.StaffIdle, Clock: p.clock, Random: rand.Reader,
	})
	p.billing = billing.New(billing.Config{
		Map: p.datamap, Customers: p.data, Records: p.data, Ring: p.ring, Emails: p.emails(), Clock: p.clock,
	})
	return nil
}

// checkKeys refuses to make keys for a log that was written with others.
func (p *program) checkKeys(ctx context.Context) error {
	size, err := p.data.Size(ctx)
	if err != nil || size == 0 {
		return err
	}
	if there, err := os.ReadDir(p.settings.Keys); err != nil || len(there) == 0 {
		return fmt.Errorf("%s: the folder %s has no keys, and the log has %d entries: put back the keys that it was written with",
			envName("keys"), p.settings.Keys, size)
	}
	return nil
}

// openLog opens the log and starts its writer.
func (p *program) openLog(ctx context.Context) error {
	checkpoints, err := openCheckpoints(p.keyStore, p.settings.Checkpoint)
	if err != nil {
		return err
	}
	verifier, err := ledger.NewVerifierKey(p.keys.CheckpointVerifier)
	if err != nil {
		return err
	}
	serverClock, _ := p.data.(store.Clock) // a file has none
	p.log, err = sequencer.New(ctx, sequencer.Config{
		Origin: p.settings.Origin, Log: p.data, Standings: p.data, Leases: p.data, Checkpoints: checkpoints, Ring: p.ring,
		EntryKey: p.keys.Entry, Checkpoint: p.keys.Checkpoint, Verifier: verifier,
		Public: []ledger.PublishedKey{
			{Key: p.keys.Entry.Public(), Use: ledger.UseEntry}, {Key: p.keys.Document.Public(), Use: ledger.UseDocument},
		},
		ServerClock: serverClock, MaxAge: p.settings.MaxAge,
		Clock: p.clock, Random: rand.Reader, Logger: p.logger, Watch: sequencer.Watch{Batch: p.metrics.Batch},
	})
	if err != nil {
		return err
	}
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.background(ctx, "write the log", p.log.Run)
	return nil
}

// background runs something until the program closes.
func (p *program) background(ctx context.Context, doing string, run func(context.Context) error) {
	p.running.Go(func() {
		if err := run(ctx); err != nil {
			p.failed <- fmt.Errorf("%s: %w", doing, err)
		}
	})
}

func (p *program) openServices(ctx context.Context) error {
	var err error
	if p.notices, err = notice.New(ctx, p.data, p.log, p.clock, p.logger); err != nil {
		return err
	}
	if err = p.openMaps(ctx); err != nil {
		return err
	}
	p.shown, err = shown.New(shown.Config{Wordings: p.data, Notices: p.notices, Log: p.log, Clock: p.clock})
	if err != nil {
		return err
	}
	p.consent, err = consent.New(consent.Config{
		Map: p.datamap, Log: p.log, Customers: p.data, Notices: p.notices, Clock: p.clock,
	})
	if err != nil {
		return err
	}
	p.receipts = &consent.Receipts{
		Map: p.datamap, Log: p.log, Key: p.keys.Document, VKey: p.keys.CheckpointVerifier, BaseURL: p.settings.BaseURL,
	}
	p.named = idempotency.New(idempotency.Config{Store: p.data, Secret: p.keys.Secret, Clock: p.clock, Random: rand.Reader})
	p.leases = &lease.Keeper{Store: p.data, Holder: p.holder(), Clock: p.clock, Logger: p.logger}
	p.openChanges()
	p.export = export.New(export.Config{
		Sources: p.sources(), Archives: p.data, Leases: p.leases, Ring: p.ring, Created: p.downloadCreated,
		Clock: p.clock, Random: rand.Reader, Logger: p.logger,
	})
	p.watch()
	return nil
}

// sources is what archives are made from.
func (p *program) sources() *export.Sources {
	zone := p.zone()
	return &export.Sources{
		Map: p.datamap, Directory: p.data, Records: p.billing, Log: p.log, Notices: p.notices, Consents: p.consent,
		Receipts: p.receipts, Shown: p.shown, Documents: p.keys.Document, VerifierKey: p.keys.CheckpointVerifier,
		Words: func(locale string) export.Words { return p.catalogue.Match("", locale).In(zone) },
	}
}

// downloadCreated says in the log that a customer asked for an archive; asked again after a crash, it
// is the same event.
func (p *program) downloadCreated(ctx context.Context, customer, archive string) error {
	_, err := p.log.Append(ctx, sequencer.Event{
		Subject: customer,
		Propose: func(sequencer.Position) (ledger.Detail, error) {
			return ledger.Detail{
				Kind: ledger.DownloadCreated, ID: ledger.DerivedEventID(ledger.DownloadCreated, archive),
				Actor: ledger.Actor{Type: ledger.ActorCustomer}, Channel: "web",
			}, nil
		},
	})
	return err
}

// publish puts the operator's reviewed notices and purposes into force.
func (p *program) publish(ctx context.Context) error {
	folder, err := fs.Sub(p.operator, "notices")
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	notices, err := notice.ReadFiles(folder, p.file.Operator.Languages)
	if err != nil {
		return err
	}
	for _, n := range notices {
		if err := p.notices.Publish(ctx, n); err != nil {
			return err
		}
	}
	if err := p.notices.RetireSuperseded(ctx); err != nil { // a version may have come into force while no server ran
		return err
	}
	return p.publishMap(ctx)
}

// zone is the operator's time zone now.
func (p *program) zone() *time.Location { return p.datamap.Current().Zone() }

// brand is the operator as pages name them now.
func (p *program) brand() frontend.Brand { return brandOf(p.datamap.Current().Operator) }

// site puts the pages and the API before it.
func (p *program) site(demo *web.Demo) (*fiber.App, error) {
	renderer, err := frontend.New(frontend.Config{Catalogue: p.catalogue, Brand: p.brand, Zone: p.zone})
	if err != nil {
		return nil, err
	}
	s := p.settings
	sessions := session.New(session.Config{
		Auth: p.auth, Map: p.datamap, Customers: p.data, Catalogue: p.catalogue, BaseURL: s.BaseURL,
		Members:  p.staff,
		Training: p.training.Standings,
	})
	shell := &pages.Shell{Pages: renderer, Auth: p.auth, Billing: p.billing, Zone: p.zone, Clock: p.clock, Invented: demo != nil}
	asked := &pages.Asked{Requests: p.requests, Map: p.datamap, Clock: p.clock}
	from := address.Finder{Proxies: s.Proxies}
	problems := &problem.Writer{Catalogue: p.catalogue, Logger: p.logger}
	return handlers.New(handlers.Config{
		Web: &web.Web{
			Shell: shell, Map: p.datamap, Sessions: sessions, Customers: p.data,
			Consent: p.consent, Receipts: p.receipts, Log: p.log, Notices: p.notices, Shown: p.shown, Export: p.export, Requests: p.requests, Asked: asked, SignIn: p.signIn, Members: p.staff,
			Languages: p.catalogue.Languages(), Address: from, VKey: p.keys.CheckpointVerifier, Logger: p.logger, Demo: demo,
		},
		Staff:    p.staffPages(shell, sessions, asked),
		Sessions: sessions,
		Log:      &publiclog.Log{Sequencer: p.log, VKeys: []string{p.keys.CheckpointVerifier}},
		API: api.Deps{
			Auth: p.auth, Billing: customers{p.billing, p}, Consents: p.consent, Notices: p.notices, Drafts: p.editorial, Feed: p.feed, Webhooks: p.webhooks, Requests: p.requests, Problems: problems, Named: p.named,
			BaseURL: s.BaseURL,
		},
		AuthZEN:    p.authZEN(problems),
		Connectors: p.webhooksIn(problems),
		Problems:   problems, Ready: p.checks, Requests: requests.New(p.metrics.Registry, p.logger, p.traces.Tracer()), Logger: p.logger, PerSecond: s.PerSecond, Address: from, BaseURL: s.BaseURL,
		SecurityContact: s.SecurityContact, Clock: p.clock,
	}), nil
}

// brandOf is the operator as pages name them.
func brandOf(o datamap.Operator) frontend.Brand {
	return frontend.Brand{
		Name: frontend.Words(o.Name), HomeURL: o.Website,
		Contact: frontend.Contact{
			Postal: o.Address, Email: o.Email, Phone: o.Phone, DPO: o.DPO,
			Authority: frontend.Words(o.Authority.Name), AuthorityURL: o.Authority.Website,
		},
	}
}

// serve answers requests on a listener until ctx ends, and what has been accepted before it returns.
func (p *program) serve(ctx context.Context, listener net.Listener, app *fiber.App) error {
	background, stop := context.WithCancel(ctx)
	defer stop()
	p.background(background, "make archives", p.export.Run)
	p.background(background, "follow notices", p.followNotices)
	p.background(background, "tell changes", p.feed.Run)
	p.once(background, "requests", p.requests.Run)
	p.once(background, "training", p.training.Run)
	p.background(background, "deliver to webhooks", p.webhooks.Run)
	p.once(background, "scrub", func(ctx context.Context) error {
		p.log.Scrub(ctx, scrubPause)
		return nil
	})
	p.once(background, "forget", p.forget)
	p.serveEditorial(background)
	p.serveConsents(background)
	p.once(background, "staff", p.settleStaff)
	p.serveSignIn(background)
	if err := p.serveMetrics(background); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(listener) }()
	select {
	case err := <-served:
		return err
	case err := <-p.failed:
		stop() // those who wait for changes would be waited for
		return errors.Join(err, app.ShutdownWithTimeout(shutdownLimit))
	case <-ctx.Done():
		return app.ShutdownWithTimeout(shutdownLimit)
	}
}

const (
	shutdownLimit = 20 * time.Second
	scrubPause    = 50 * time.Millisecond // between 256 entries: a million take under four minutes
	forgetEvery   = 10 * time.Minute
)

// followNotices takes in what other servers publish.
func (p *program) followNotices(ctx context.Context) error {
	tick := time.NewTicker(p.settings.MaxAge)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			seen := p.log.Noticed()
			if err := errors.Join(p.notices.Follow(ctx, seen), p.maps.Follow(ctx, seen)); err != nil && ctx.Err() == nil {
				p.logger.Warn("what other servers publish could not be read", "error", err)
			}
		}
	}
}

// once runs what one server does for all until the program closes.
func (p *program) once(ctx context.Context, lease string, work func(context.Context) error) {
	p.running.Go(func() { p.leases.Run(ctx, lease, work) })
}

// forget removes sessions, links and answers that are long over.
func (p *program) forget(ctx context.Context) error {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := errors.Join(p.auth.Forget(ctx), p.staff.Forget(ctx), p.forgetSignIns(ctx), p.access.Forget(ctx)); err != nil {
				p.logger.Error("ended sessions were not forgotten", "error", err)
			}
			p.forgetEvents(ctx)
			if err := p.named.Forget(ctx); err != nil {
				p.logger.Error("answers kept for Idempotency-Key were not forgotten", "error", err)
			}
		}
	}
}

// close ends what runs, answers what the log has accepted, and closes the stores.
func (p *program) close() error {
	if p.cancel != nil {
		p.cancel()
	}
	p.running.Wait()
	errs := []error{p.traces.Close()}
	select {
	case err := <-p.failed:
		errs = append(errs, err)
	default:
	}
	if p.data != nil {
		errs = append(errs, p.data.Close())
	}
	if p.keyStore != nil {
		errs = append(errs, p.keyStore.Close())
	}
	if p.lock != nil {
		errs = append(errs, p.lock.Release())
	}
	return errors.Join(errs...)
}

// newLogger writes JSON lines for machines to read.
func newLogger(e env, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(e.stderr, &slog.HandlerOptions{Level: l}))
}
