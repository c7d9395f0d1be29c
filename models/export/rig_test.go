package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/i18n"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/keys"
	"candor/models/lease"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
	"candor/models/shown"
	"candor/models/store"
)

// The people of the rig.
const (
	ada   = "cus_1001" // German, has everything
	bo    = "cus_1002" // Californian
	nemo  = "cus_1003" // holds nothing but a name
	start = "2026-11-12T09:00:00Z"
)

// rig is everything that archives are made from: the real store, keys, log and data map.
type rig struct {
	testing.TB
	*sequencertest.Rig
	ring     *keys.Ring
	log      *sequencer.Sequencer
	billing  *billing.Service
	consent  *consent.Service
	sources  *Sources
	archives *watched
	logged   *bytes.Buffer
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func newRig(tb testing.TB) *rig {
	tb.Helper()
	ctx := tb.Context()
	r := &rig{TB: tb, Rig: sequencertest.New(tb, must[time.Time](tb)(time.Parse(time.RFC3339, start))), logged: &bytes.Buffer{}}
	r.ring = r.Ring()
	r.log = r.Start(r.ring, 0)
	r.archives = &watched{archiveStore: r.Data, settled: make(chan store.Archive, 100)}

	raw := must[[]byte](tb)(os.ReadFile("../../cmd/candor/operators/utility/datamap.yaml"))
	m := must[*datamap.Map](tb)(datamap.Parse(raw))
	r.billing = billing.New(billing.Config{Map: datamap.Hold(m), Customers: r.Data, Records: r.Data, Ring: r.ring, Clock: r.Time})
	notices := must[*notice.Service](tb)(notice.New(ctx, r.Data, r.log, r.Time, slog.New(slog.DiscardHandler)))
	publish(tb, m, notices)
	r.consent = must[*consent.Service](tb)(consent.New(consent.Config{
		Map: datamap.Hold(m), Log: r.log, Customers: r.Data, Notices: notices, Clock: r.Time,
	}))
	catalogue := must[*i18n.Catalogue](tb)(i18n.Load())
	zone := must[*time.Location](tb)(time.LoadLocation(m.Operator.TimeZone))
	catalogue.Problem = func(tag, id, problem string) {
		if tag == "en" {
			tb.Errorf("message %s: %s", id, problem)
		}
	}
	r.sources = &Sources{
		Map: datamap.Hold(m), Directory: r.Data, Records: r.billing, Log: r.log, Notices: notices, Consents: r.consent,
		Receipts: &consent.Receipts{
			Map: datamap.Hold(m), Log: r.log, Key: r.Set.Document, VKey: r.Set.CheckpointVerifier, BaseURL: "https://privacy.example.test",
		},
		Shown:     must[*shown.Service](tb)(shown.New(shown.Config{Wordings: r.Data, Notices: notices, Log: r.log, Clock: r.Time})),
		Words:     func(locale string) Words { return catalogue.Match("", locale).In(zone) },
		Documents: r.Set.Document, VerifierKey: r.Set.CheckpointVerifier,
	}
	r.people(ctx)
	return r
}

// publish publishes a first version of every notice that the data map names.
func publish(tb testing.TB, m *datamap.Map, notices *notice.Service) {
	tb.Helper()
	wanted := map[string]bool{m.Operator.Notice: true}
	for i := range m.Purposes {
		wanted[m.NoticeFor(&m.Purposes[i])] = true
	}
	for key := range wanted {
		check(tb, notices.Publish(tb.Context(), notice.Notice{
			Key: key, Version: 1, EffectiveAt: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
			Texts: map[string]notice.Text{
				"en": {Title: "About " + key, Summary: "What we do.", Body: "We do *this* & nothing else.\n\n<script>alert(1)</script>"},
			},
		}))
	}
}

// people fills the store through the real import.
func (r *rig) people(ctx context.Context) {
	r.Helper()
	pdf := "JVBERi0xLjcKJSBhIGJpbGwK"
	lines := []string{
		`{"type":"customer","ref":"cus_1001","name":"Ada <b>Łovelace</b>","email":"ada@example.test","locale":"de","jurisdiction":"DE"}`,
		`{"type":"customer","ref":"cus_1002","name":"Bo","email":"bo@example.test","locale":"en","jurisdiction":"US-CA"}`,
		`{"type":"customer","ref":"cus_1003","name":"Nemo","email":"nemo@example.test"}`,
		record(ada, "invoices", "inv:1", "2025-03-01T00:00:00Z", `"number":"R-1","issued_on":"2025-03-01","due_on":"2025-03-15","total":"4290","currency":"EUR","status":"paid"`, `{"name":"bill 1.pdf","media_type":"application/pdf","base64":"`+pdf+`"}`),
		record(ada, "invoices", "inv:2", "2026-03-01T00:00:00Z", `"number":"=HYPERLINK(\"https://evil.example\")","total":"-500","currency":"EUR","status":"open"`, `{"name":"bill 1.pdf","media_type":"application/pdf","base64":"`+pdf+`"}`),
		record(ada, "support_notes", "n1", "2026-05-01T10:00:00Z", `"note":"He said \"hello\",\nthen left — 早","topic":"billing"`, ""),
		record(ada, "tax", "t1", "2025-01-01T00:00:00Z", `"tax_id":"DE 123 456 78","country":"DE"`, ""),
		record(bo, "tax", "t1", "2025-01-01T00:00:00Z", `"tax_id":"912-34-5678","country":"US"`, ""),
		record(bo, "payment_method", "p1", "2025-01-01T00:00:00Z", `"brand":"Visa","last4":"4242","iban":"DE89370400440532013000"`, ""),
	}
	for i := range 500 {
		at := time.Date(2026, 1, 1, 0, 15*i, 0, 0, time.UTC)
		lines = append(lines, record(ada, "usage_detail", fmt.Sprintf("u%04d", i), at.Format(time.RFC3339),
			fmt.Sprintf(`"from":"%s","to":"%s","quantity":"0.%03d","unit":"kWh"`, at.Format(time.RFC3339), at.Add(15*time.Minute).Format(time.RFC3339), i%1000), ""))
	}
	r.load(ctx, strings.NewReader(strings.Join(lines, "\n")))
}

func (r *rig) load(ctx context.Context, in io.Reader) {
	r.Helper()
	report, err := r.billing.Import(ctx, in, billing.ImportOptions{
		Source: "billing", Rejected: func(e billing.LineError) { r.Errorf("line %d: %v", e.Line, e.Err) },
	})
	check(r, err)
	if report.Rejected > 0 {
		r.FailNow()
	}
}

func record(customer, category, id, at, fields, document string) string {
	return fmt.Sprintf(`{"type":"record","customer":%q,"category":%q,"id":%q,"occurred_at":%q,"source":"billing","fields":{%s},"documents":[%s]}`,
		customer, category, id, at, fields, document)
}

// choose records a choice on a page and gives its entry.
func (r *rig) choose(customer, purpose string, action consent.Action) uint64 {
	r.Helper()
	keeper, _ := r.sources.Shown.(*shown.Service)
	words, err := keeper.Keep(r.Context(), []byte("candor-wording-v1\npurpose "+purpose+"\n"))
	check(r, err)
	return r.chooseBeside(words, customer, purpose, action)
}

// chooseBeside records a choice beside words of that name.
func (r *rig) chooseBeside(ui, customer, purpose string, action consent.Action) uint64 {
	r.Helper()
	p, _ := r.sources.Map.Current().Purpose(purpose)
	n, err := r.sources.Notices.Current(r.sources.Map.Current().NoticeFor(p))
	check(r, err)
	outcome, err := r.consent.Choose(r.Context(), consent.Choice{
		Customer: customer, Purpose: purpose, Action: action, Channel: "web", Auth: "link",
		Shown: &consent.Shown{Notice: n.Ref("en"), UI: ui, Nonce: "n"}, Actor: ledger.Actor{Type: ledger.ActorCustomer},
	})
	check(r, err)
	return outcome.Entry
}

// write makes an archive without the service.
func (r *rig) write(request Request) *unzipped {
	r.Helper()
	request, err := request.check(r.sources.Map.Current(), r.Time())
	check(r, err)
	var out bytes.Buffer
	check(r, Write(r.Context(), &out, r.sources, request, r.Time(), func(int) {}))
	return unzip(r, out.Bytes())
}

// unzipped is an archive taken apart.
type unzipped struct {
	testing.TB
	raw      []byte
	files    map[string][]byte
	manifest ledger.Manifest
}

func unzip(tb testing.TB, raw []byte) *unzipped {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	check(tb, err)
	u := &unzipped{TB: tb, raw: raw, files: map[string][]byte{}}
	for _, f := range z.File {
		content, err := f.Open()
		check(tb, err)
		if u.files[f.Name] != nil {
			tb.Fatalf("%s is there twice", f.Name)
		}
		u.files[f.Name] = must[[]byte](tb)(io.ReadAll(content))
	}
	u.manifest, err = ledger.ParseManifest(u.files["manifest.json"])
	check(tb, err)
	return u
}

func (u *unzipped) file(name string) []byte {
	u.Helper()
	content, ok := u.files[name]
	if !ok {
		u.Fatalf("%s is not in the archive", name)
	}
	return content
}

func (u *unzipped) json(name string, v any) {
	u.Helper()
	if err := json.Unmarshal(u.file(name), v); err != nil {
		u.Fatalf("%s: %v", name, err)
	}
}

// archiveStore is store.Archives under a name that is not that of one of its methods.
type archiveStore = store.Archives

// watched tells of every archive that is no longer in preparation.
type watched struct {
	archiveStore
	settled chan store.Archive
}

func (w *watched) UpdateArchive(ctx context.Context, a store.Archive, attempt string) error {
	err := w.archiveStore.UpdateArchive(ctx, a, attempt)
	if err == nil && a.State != StatePreparing {
		w.settled <- a
	}
	return err
}

// service is a new Service on the rig's store, as a server has after its start.
func (r *rig) service() *Service {
	return New(Config{
		Sources: r.sources, Archives: r.archives, Leases: r.keeper(r.Data), Ring: r.ring, Created: r.created, Clock: r.Time, Random: rand.Reader,
		Logger: slog.New(slog.NewTextHandler(r.logged, nil)),
	})
}

// keeper takes leases for one more server.
func (r *rig) keeper(s store.Leases) *lease.Keeper {
	return &lease.Keeper{Store: s, Holder: rand.Text(), Clock: r.Time, Logger: slog.New(slog.DiscardHandler)}
}

func (r *rig) created(ctx context.Context, customer, archive string) error {
	_, err := r.log.Append(ctx, sequencer.Event{
		Subject: customer,
		Propose: func(sequencer.Position) (ledger.Detail, error) {
			return ledger.Detail{
				Kind: ledger.DownloadCreated, ID: ledger.DerivedEventID(ledger.DownloadCreated, archive),
				Actor: ledger.Actor{Type: ledger.ActorCustomer},
			}, nil
		},
	})
	return err
}

// run runs a service until stop is called.
func (r *rig) run(s *Service) (stop func()) {
	ctx, cancel := context.WithCancel(r.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return sync.OnceFunc(func() { cancel(); check(r, <-done) })
}

// await waits until an archive is no longer in preparation.
func (r *rig) await() store.Archive {
	r.Helper()
	select {
	case a := <-r.archives.settled:
		return a
	case <-r.Context().Done():
		r.Fatal("no archive was settled")
		return store.Archive{}
	}
}

func (r *rig) read(s *Service, a store.Archive, offset, length int64) []byte {
	r.Helper()
	content, err := s.Reader(r.Context(), a.Customer, a.ID, offset, length)
	check(r, err)
	defer content.Close()
	return must[[]byte](r)(io.ReadAll(content))
}

func storeScope(customer, name string) store.Scope {
	return store.Scope{Customer: customer, Name: name}
}
