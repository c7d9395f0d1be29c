// Package handlerstest runs the real services over a store in a test's own folder, so that handlers are
// tried through HTTP against what they meet in production.
package handlerstest

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"candor/handlers/problem"
	"candor/i18n"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/feed"
	"candor/models/idempotency"
	"candor/models/keys"
	"candor/models/lease"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/store/file"
	"candor/models/store/sqlite"
	"candor/models/webhook"
)

// BaseURL is the issuer of tokens; Origin that of the log.
const (
	BaseURL = "https://privacy.example.test"
	Origin  = "privacy.example.test/log"
)

//go:embed datamap.yaml
var dataMap []byte

// Rig is everything that handlers work with.
type Rig struct {
	Map      *datamap.Holder
	Store    *sqlite.Store
	Log      *sequencer.Sequencer
	Notices  *notice.Service
	Drafts   *editorial.Service
	Consents *consent.Service
	Billing  *billing.Service
	Feed     *feed.Feed
	Webhooks *webhook.Service
	Auth     *auth.Service
	Named    *idempotency.Service
	Problems *problem.Writer
	Requests *request.Service

	now atomic.Int64
}

// Time is the rig's time: a fixed one, until Pass.
func (r *Rig) Time() time.Time { return time.Unix(0, r.now.Load()).UTC() }

// Pass lets time go by.
func (r *Rig) Pass(d time.Duration) { r.now.Add(int64(d)) }

// FirstWebhook is the id of the first webhook that is made; the others are drawn.
const FirstWebhook = "we_000000000000000000000000"

// New makes a rig whose log holds the notices, and runs it until the test ends.
func New(t testing.TB) *Rig {
	t.Helper()
	r := &Rig{}
	r.now.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	set, ring := r.openStore(t)
	r.openLog(t, set, ring)
	r.openServices(t, set, ring)
	r.publish(t)
	return r
}

func (r *Rig) openStore(t testing.TB) (*keys.Set, *keys.Ring) {
	dir := t.TempDir()
	ctx := context.Background()
	r.Store = must[*sqlite.Store](t)(sqlite.Open(ctx, filepath.Join(dir, "candor.db")))
	keyStore := must[*sqlite.KeyStore](t)(sqlite.OpenKeys(ctx, filepath.Join(dir, "keys.db")))
	t.Cleanup(func() { _ = r.Store.Close(); _ = keyStore.Close() })
	set := must[*keys.Set](t)(keys.OpenFiles(filepath.Join(dir, "keys"), Origin, rand.Reader))
	return set, keys.NewRing(keys.RingConfig{Store: keyStore, Master: set.Master})
}

func (r *Rig) openLog(t testing.TB, set *keys.Set, ring *keys.Ring) {
	r.Log = must[*sequencer.Sequencer](t)(sequencer.New(context.Background(), sequencer.Config{
		Origin: Origin, Log: r.Store, Standings: r.Store, Ring: ring, EntryKey: set.Entry,
		Checkpoints: must[*file.CheckpointFile](t)(file.Checkpoints(filepath.Join(t.TempDir(), "checkpoint"))),
		Public: []ledger.PublishedKey{
			{Key: set.Entry.Public(), Use: ledger.UseEntry}, {Key: set.Document.Public(), Use: ledger.UseDocument},
		},
		Checkpoint: set.Checkpoint, Verifier: must[note.Verifier](t)(note.NewVerifier(set.CheckpointVerifier)),
		Clock: r.Time, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	}))
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- r.Log.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

func (r *Rig) openServices(t testing.TB, set *keys.Set, ring *keys.Ring) {
	r.Map = datamap.Hold(must[*datamap.Map](t)(datamap.Parse(dataMap)))
	r.Notices = must[*notice.Service](t)(notice.New(context.Background(), r.Store, r.Log, r.Time, slog.New(slog.DiscardHandler)))
	r.Drafts = editorial.New(editorial.Config{
		Store: r.Store, Log: r.Log, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
		Kinds: []editorial.Kind{&notice.Drafts{Notices: r.Notices, Languages: func() []string { return []string{"en"} }}},
	})
	r.Consents = must[*consent.Service](t)(consent.New(consent.Config{
		Map: r.Map, Log: r.Log, Customers: r.Store, Notices: r.Notices, Clock: r.Time,
	}))
	r.Feed = feed.New(r.Log, r.Map)
	r.Webhooks = webhook.New(webhook.Config{
		Store: r.Store, Feed: r.Feed, Ring: ring, Clock: r.Time, Random: io.MultiReader(bytes.NewReader(make([]byte, 12)), rand.Reader),
		Leases: &lease.Keeper{Store: r.Store, Holder: "test", Clock: r.Time, Logger: slog.New(slog.DiscardHandler)},
		Logger: slog.New(slog.DiscardHandler), Loopback: true,
	})
	r.Billing = billing.New(billing.Config{Map: r.Map, Customers: r.Store, Records: r.Store, Ring: ring, Clock: r.Time})
	r.Auth = auth.New(auth.Config{
		Sessions: r.Store, Clients: r.Store, Assertions: r.Store, Customers: r.Store, Signer: set.Token, Secret: set.Secret, Issuer: BaseURL,
		ReturnOrigins: []string{"https://my.example.test"}, Map: r.Map, Clock: r.Time, Random: rand.Reader,
	})
	r.Named = idempotency.New(idempotency.Config{Store: r.Store, Secret: set.Secret, Clock: r.Time, Random: rand.Reader})
	r.Requests = request.New(request.Config{
		Map: r.Map, Log: r.Log, Requests: r.Store, Tasks: r.Store, Customers: r.Store, Clients: r.Store, Archives: r.Store,
		Tallies: r.Store, Records: r.Billing, Ring: ring, Secret: set.Secret, Clock: r.Time,
		Logger: slog.New(slog.DiscardHandler),
	})
	catalogue := must[*i18n.Catalogue](t)(i18n.Load())
	r.Problems = &problem.Writer{Catalogue: catalogue, Logger: slog.New(slog.NewTextHandler(output{t}, nil))}
}

func (r *Rig) publish(t testing.TB) {
	t.Helper()
	for _, key := range []string{"fraud_prevention", "privacy", "usage_analytics"} {
		err := r.Notices.Publish(context.Background(), notice.Notice{
			Key: key, Version: 1, EffectiveAt: r.Time().Add(-time.Hour), Material: true,
			Texts: map[string]notice.Text{"en": {Title: "About " + key, Summary: "In short.", Body: "At length."}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Customer makes one known.
func (r *Rig) Customer(t testing.TB, ref string) {
	t.Helper()
	if err := r.Billing.PutCustomer(context.Background(), billing.Profile{Customer: models.Customer{Ref: ref}}); err != nil {
		t.Fatal(err)
	}
}

// Choose has a customer decide, having read the notice in force.
func (r *Rig) Choose(t testing.TB, customer, purpose string, action consent.Action) consent.Outcome {
	t.Helper()
	n, err := r.Notices.Current(purpose)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := r.Consents.Choose(context.Background(), consent.Choice{
		Customer: customer, Purpose: purpose, Action: action,
		Shown: &consent.Shown{Notice: n.Ref("en"), UI: "test", Nonce: rand.Text()},
		Actor: ledger.Actor{Type: ledger.ActorCustomer}, Channel: "web", Auth: auth.MethodLink, Confirmed: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// Client gives an API client that holds the scopes, all of them if none is named, and a token of it.
func (r *Rig) Client(t testing.TB, scopes ...string) (id, secret, token string) {
	t.Helper()
	if len(scopes) == 0 {
		scopes = auth.Scopes()
	}
	client, secret, err := r.Auth.AddClient(context.Background(), "test", scopes)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := r.Auth.IssueToken(context.Background(), client.ID, secret, "")
	if err != nil {
		t.Fatal(err)
	}
	return client.ID, secret, issued.Token
}

// must makes a function that takes a value and an error, and ends the test on the error.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// output sends the log to the test's own.
type output struct{ testing.TB }

var _ io.Writer = output{}

func (o output) Write(line []byte) (int, error) {
	o.Logf("%s", line)
	return len(line), nil
}
