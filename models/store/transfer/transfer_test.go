package transfer_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
	"candor/models/store/file"
	"candor/models/store/sqlite"
	"candor/models/store/transfer"
)

const origin = "privacy.example.test/log"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func give[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// newStores are empty ones.
func newStores(t *testing.T) transfer.Stores {
	t.Helper()
	dir := t.TempDir()
	data := give(sqlite.Open(t.Context(), filepath.Join(dir, "candor.db")))(t)
	keys := give(sqlite.OpenKeys(t.Context(), filepath.Join(dir, "keys.db")))(t)
	t.Cleanup(func() { must(t, errors.Join(data.Close(), keys.Close())) })
	return transfer.Stores{Data: data, Keys: keys, Checkpoints: give(file.Checkpoints(filepath.Join(dir, "checkpoint")))(t)}
}

// writer continues a log as a server does, with keys of its own.
type writer struct {
	t      *testing.T
	stores transfer.Stores
	signer ledger.Signer
	note   note.Signer
	chain  *ledger.Chain
	tree   *ledger.Tree
}

func newWriter(t *testing.T, s transfer.Stores, seed byte) *writer {
	t.Helper()
	signer := ledger.NewSigner(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	secret, _, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 1024)), origin)
	must(t, err)
	return &writer{
		t: t, stores: s, signer: signer, note: give(note.NewSigner(secret))(t),
		chain: ledger.NewChain(origin, signer.KeyID(), nil), tree: give(ledger.NewTree(0, nil))(t),
	}
}

func (w *writer) append(n int) {
	w.t.Helper()
	var batch []store.Entry
	for range n {
		next := w.chain.Next(ledger.Commit([]byte("salt"), []byte("detail")), noon)
		e := store.Entry{Seq: next.Seq, Raw: give(next.Sign(w.signer))(w.t), Event: fmt.Sprint("event ", next.Seq), Sealed: []byte("sealed"), Public: next.Seq == 0}
		if next.Seq > 0 {
			e.Subject = customer(int(next.Seq % 7))
		}
		if next.Seq > 7 {
			e.Previous = next.Seq - 7
		}
		for _, h := range w.tree.Append(ledger.LeafHash(e.Raw)) {
			e.Hashes = append(e.Hashes, h[:]...)
		}
		batch = append(batch, e)
	}
	must(w.t, w.stores.Data.Append(w.t.Context(), batch))
}

func (w *writer) publish() {
	w.t.Helper()
	signed := give(ledger.SignCheckpoint(origin, w.tree.Size(), w.tree.Root(), w.note))(w.t)
	must(w.t, w.stores.Checkpoints.AdvanceCheckpoint(w.t.Context(), w.tree.Size(), signed))
}

func customer(n int) string { return fmt.Sprintf("cus_%03d", n) }

// fill writes some of everything; of a few things more than fit a page.
func fill(t *testing.T) (transfer.Stores, *writer) {
	t.Helper()
	return filled(t, 600, 130, 1203)
}

// filled writes some of everything: so many entries, and so many customers, of whom the first has so many
// invoices.
func filled(t *testing.T, entries, customers, invoices int) (transfer.Stores, *writer) {
	t.Helper()
	ctx, s := t.Context(), newStores(t)
	w := newWriter(t, s, 1)
	w.append(entries)
	w.publish()
	w.append(3) // as after a crash: not published yet
	var known []models.Customer
	var keys []store.WrappedKey
	for n := range customers {
		known = append(known, models.Customer{Ref: customer(n), Locale: "de", UpdatedAt: noon})
		for _, name := range []string{"evidence", "invoices"} {
			keys = append(keys, store.WrappedKey{Scope: store.Scope{Customer: customer(n), Name: name}, Wrapped: []byte(customer(n) + name)})
		}
	}
	must(t, s.Data.PutCustomers(ctx, known))
	give(s.Keys.AddKeys(ctx, append(keys, store.WrappedKey{Scope: store.Scope{Name: "log"}, Wrapped: []byte("log")})))(t)
	fillRecords(t, s.Data, map[int]int{0: invoices, 1: 4, customers - 10: 2})
	for n := range 7 {
		must(t, s.Data.SaveStandings(ctx, uint64(entries), []models.Standing{{
			Customer: customer(n), Seq: uint64(entries - 10 + n), Pseudonym: []byte("sealed"),
			Choices: models.Choices{{Purpose: "newsletter", State: models.Given, Seq: 5, Since: noon, HappenedAt: noon}, {Purpose: "profile", State: models.Refused, Seq: 3}},
		}}))
	}
	must(t, s.Data.Publish(ctx, store.Publication{Kind: "notice", Key: "privacy", Version: 1, Seq: 1, PublishedAt: noon, Content: []byte("{}")}))
	must(t, s.Data.Publish(ctx, store.Publication{Kind: "purpose", Key: "newsletter", Version: 1, Seq: 2, PublishedAt: noon, Content: []byte("{}")}))
	for n := 1; n <= 3; n++ {
		must(t, s.Data.AddRevision(ctx, store.Revision{Kind: "notice", Key: "privacy", Version: 2, Revision: n, At: noon, Content: []byte(fmt.Sprint(n))}))
	}
	must(t, s.Data.AddRevision(ctx, store.Revision{Kind: "data_map", Key: "map", Version: 1, Revision: 1, At: noon, Content: []byte("{}")}))
	must(t, s.Data.Publish(ctx, store.Publication{Kind: "requirement", Key: "privacy_policy", Version: 1, Seq: 2, PublishedAt: noon, Content: []byte("{}")}))
	must(t, s.Data.PutAttestations(ctx, 3, []store.Attestation{{Seq: 2, Staff: "s1", Requirement: "privacy_policy", Version: 1, State: "acknowledged", At: noon}}))
	must(t, s.Data.KeepWording(ctx, store.Wording{SHA256: "b0c1", Text: []byte("Allowed")}))
	must(t, s.Data.PutClient(ctx, store.Client{ID: "client", Name: "Billing", Secrets: []store.ClientSecret{{ID: "s", Hash: "x", CreatedAt: noon}}, Used: map[string]time.Time{"s": noon}, Scopes: []string{"records"}, CreatedAt: noon}))
	must(t, s.Data.PutMember(ctx, store.Member{ID: "m1", Origin: "local", Sealed: []byte("sealed"), Roles: []string{"admin"}, CreatedAt: noon, SeenAt: noon, Revision: 2}))
	must(t, s.Data.PutMember(ctx, store.Member{ID: "m2", Origin: "oidc", Sealed: []byte("sealed"), Owed: []byte("owed"), CreatedAt: noon, EndedAt: noon}))
	must(t, s.Data.PutPasskey(ctx, store.Passkey{ID: "p1", Member: "m1", Sealed: []byte("sealed"), CreatedAt: noon, Revision: 7}))
	must(t, s.Data.PutObjects(ctx, []store.ConnectorObject{{Connector: "billing", ID: "in_1", Owner: "c1", Turn: 9}, {Connector: "stripe", ID: "in_1", Turn: 4}}))
	must(t, s.Data.PutConnectorState(ctx, "stripe", "backfill", []byte("{}")))
	must(t, s.Data.CreateArchive(ctx, store.Archive{ID: "ready", Attempt: "first", Customer: customer(0), State: "ready", Chunks: 2, CreatedAt: noon, ExpiresAt: noon}))
	must(t, s.Data.CreateArchive(ctx, store.Archive{ID: "expired", Attempt: "old", Customer: customer(0), State: "expired", Chunks: 3, CreatedAt: noon, ExpiresAt: noon}))
	must(t, s.Data.CreateArchive(ctx, store.Archive{ID: "begun", Attempt: "second", Customer: customer(1), State: "preparing", CreatedAt: noon}))
	must(t, s.Data.CreateRequest(ctx, store.Request{ID: "r1", Customer: customer(0), Kind: "erasure", State: "accepted", Grounds: []string{"contract"}, ReceivedAt: noon, DueAt: noon, Revision: 4}))
	must(t, s.Data.CreateRequest(ctx, store.Request{ID: "r2", Customer: customer(1), Kind: "restriction", Revision: 1}))
	must(t, s.Data.CreateTasks(ctx, []store.Task{
		{ID: "t1", Client: "crm", Request: "r1", Customer: customer(0), State: "done", Revision: 2},
		{ID: "t1", Client: "rating", Request: "r1", State: "open"},
		{ID: "t2", Client: "crm", Request: "r2", State: "open"},
	}))
	must(t, s.Data.CreateEndpoint(ctx, store.Endpoint{ID: "e1", URL: "https://billing.example.test/", State: "enabled", Secrets: []byte("sealed"), CreatedAt: noon, Revision: 3}))
	must(t, s.Data.CreateEndpoint(ctx, store.Endpoint{ID: "e2", Kinds: []string{"consent.*"}, State: "disabled", Reason: "gone", CreatedAt: noon, Revision: 1}))
	must(t, s.Data.SaveEndpointProgress(ctx, store.EndpointProgress{Endpoint: "e1", Cursor: 500, Revision: 9}, 0, nil))
	for attempt, n := range map[string]int{"first": 1, "second": 0} {
		must(t, s.Data.PutChunk(ctx, attempt, 0, []byte("chunk")))
		must(t, s.Data.PutChunk(ctx, attempt, n, []byte("chunk")))
	}
	return s, w
}

// fillRecords writes so many invoices of each customer named.
func fillRecords(t *testing.T, s store.Data, invoices map[int]int) {
	t.Helper()
	ctx := t.Context()
	for n, many := range invoices {
		var records []store.Record
		var documents []store.Document
		for i := range many {
			r := store.Record{Customer: customer(n), Category: "invoices", ID: fmt.Sprint(i), OccurredAt: noon.AddDate(0, 0, i/3), Source: "billing", Sealed: []byte(fmt.Sprint("record ", i))}
			records = append(records, r)
			if i%300 == 0 {
				key := store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}
				documents = append(documents, store.Document{RecordKey: key, Name: "bill.pdf", MediaType: "application/pdf", Size: 3, Sealed: []byte("bill")})
			}
		}
		must(t, s.PutRecords(ctx, records))
		must(t, s.PutDocuments(ctx, documents))
	}
	must(t, s.PutRecords(ctx, []store.Record{{Customer: customer(0), Category: "identity", ID: models.ProfileID, OccurredAt: noon, Sealed: []byte("name")}}))
}

func TestEverythingIsCopied(t *testing.T) {
	from, _ := fill(t)
	to := newStores(t)
	var done, total int64
	summary, err := transfer.Copy(t.Context(), transfer.Config{From: from, To: to, Progress: func(d, all int64) {
		if d < done || d > all {
			t.Errorf("progress goes from %d to %d of %d", done, d, all)
		}
		done, total = d, all
	}})
	must(t, err)
	for kind, n := range map[transfer.Kind]int64{
		transfer.Entries: 603, transfer.Keys: 261, transfer.Customers: 130, transfer.Records: 1210, transfer.Documents: 7,
		transfer.Archives: 3, transfer.Standings: 7, transfer.Publications: 3, transfer.Attestations: 1, transfer.Clients: 1,
		transfer.Requests: 2, transfer.Tasks: 3, transfer.Outside: 2, transfer.Webhooks: 2, transfer.Revisions: 4, transfer.Staff: 3,
	} {
		if summary[kind].Items != n {
			t.Errorf("%s: %d copied, want %d", kind, summary[kind].Items, n)
		}
	}
	if done != total || total != 2*(603+130) {
		t.Errorf("progress ended at %d of %d", done, total)
	}
	again := give(transfer.Compare(t.Context(), transfer.Config{From: to, To: from}))(t) // and back: nothing is there that was not
	if !reflect.DeepEqual(summary, again) {
		t.Errorf("the copy compares as %v, want %v", again, summary)
	}
	chunk := give(to.Data.Chunk(t.Context(), "first", 1))(t)
	if string(chunk) != "chunk" {
		t.Errorf("a chunk is %q", chunk)
	}
	give(transfer.Copy(t.Context(), transfer.Config{From: from, To: to}))(t) // once more changes nothing
}

// A copy that ended at any write is no store that a server would start on, and is finished by the next.
func TestAnInterruptedCopyIsFinished(t *testing.T) {
	from, _ := filled(t, 600, 20, 53)
	for n, finished := 0, false; !finished; n++ {
		to := newStores(t)
		f := &ending{left: n}
		_, err := transfer.Copy(t.Context(), transfer.Config{From: from, To: f.wrap(to)})
		finished = err == nil
		if finished && n < 20 {
			t.Fatalf("a copy takes only %d writes", n)
		}
		if finished {
			break
		}
		if !errors.Is(err, errEnded) {
			t.Fatalf("after %d writes: %v", n, err)
		}
		if _, _, err := to.Checkpoints.Checkpoint(t.Context()); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("after %d writes there is a checkpoint: %v", n, err)
		}
		give(transfer.Copy(t.Context(), transfer.Config{From: from, To: to}))(t)
	}
}

// A source that a server ran on since is copied on into its older copy.
func TestAnOlderCopyIsBroughtUpToDate(t *testing.T) {
	from, w := fill(t)
	to := newStores(t)
	give(transfer.Copy(t.Context(), transfer.Config{From: from, To: to}))(t)
	w.append(5)
	w.publish()
	must(t, from.Data.PutCustomers(t.Context(), []models.Customer{{Ref: customer(1), Locale: "ar"}, {Ref: "new"}}))
	give(transfer.Copy(t.Context(), transfer.Config{From: from, To: to}))(t)
}

func TestWhatIsNoCopyIsRefused(t *testing.T) {
	from, w := fill(t)
	for name, c := range map[string]struct {
		change func(t *testing.T, to transfer.Stores)
		target error
		words  string
	}{
		"another log's": {func(t *testing.T, to transfer.Stores) { newWriter(t, to, 2).append(3) }, transfer.ErrTarget, "entry 0"},
		"a longer one":  {func(t *testing.T, to transfer.Stores) { newWriter(t, to, 1).append(700) }, transfer.ErrTarget, "700 entries"},
		"customers without a log": {func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.PutCustomers(t.Context(), []models.Customer{{Ref: "x"}}))
		}, transfer.ErrTarget, "customers"},
		"keys without a log": {func(t *testing.T, to transfer.Stores) {
			give(to.Keys.AddKeys(t.Context(), []store.WrappedKey{{Scope: store.Scope{Name: "log"}, Wrapped: []byte("x")}}))(t)
		}, transfer.ErrTarget, "keys"},
		"another checkpoint": {func(t *testing.T, to transfer.Stores) {
			must(t, to.Checkpoints.AdvanceCheckpoint(t.Context(), 600, []byte("other")))
		}, transfer.ErrTarget, "checkpoint"},
		"another key of the same name": {func(t *testing.T, to transfer.Stores) {
			give(to.Keys.AddKeys(t.Context(), []store.WrappedKey{{Scope: store.Scope{Customer: customer(3), Name: "evidence"}, Wrapped: []byte("x")}}))(t)
		}, transfer.ErrDiffers, "encryption keys"},
	} {
		t.Run(name, func(t *testing.T) {
			to := newStores(t)
			c.change(t, to)
			_, err := transfer.Copy(t.Context(), transfer.Config{From: from, To: to})
			if !errors.Is(err, c.target) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want %v with %q", err, c.target, c.words)
			}
		})
	}
	t.Run("no checkpoint", func(t *testing.T) {
		bare := newStores(t)
		newWriter(t, bare, 1).append(3)
		if _, err := transfer.Copy(t.Context(), transfer.Config{From: bare, To: newStores(t)}); !errors.Is(err, transfer.ErrSource) {
			t.Errorf("got %v, want ErrSource", err)
		}
	})
	t.Run("growing", func(t *testing.T) {
		to := newStores(t)
		growing := from
		growing.Data = &writtenMeanwhile{Data: from.Data, write: func() { w.append(1) }}
		_, err := transfer.Copy(t.Context(), transfer.Config{From: growing, To: to})
		if !errors.Is(err, transfer.ErrSource) || !strings.Contains(err.Error(), "stop every server") {
			t.Errorf("got %v, want ErrSource", err)
		}
		if _, _, err := to.Checkpoints.Checkpoint(t.Context()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the copy has a checkpoint: %v", err)
		}
	})
}

// Whatever is changed in a copy is found, and said to be what it is.
func TestAChangedByteIsFound(t *testing.T) {
	from, _ := filled(t, 600, 130, 303)
	ctx := t.Context()
	for kind, change := range map[transfer.Kind]func(t *testing.T, to transfer.Stores){
		transfer.Customers: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.PutCustomers(ctx, []models.Customer{{Ref: customer(99), Locale: "dE", UpdatedAt: noon}}))
		},
		transfer.Records: func(t *testing.T, to transfer.Stores) {
			r := give(to.Data.Record(ctx, store.RecordKey{Customer: customer(120), Category: "invoices", ID: "1"}))(t)
			r.Sealed[0] ^= 1
			must(t, to.Data.PutRecords(ctx, []store.Record{r}))
		},
		transfer.Documents: func(t *testing.T, to transfer.Stores) {
			d := give(to.Data.Document(ctx, store.RecordKey{Customer: customer(0), Category: "invoices", ID: "300"}, "bill.pdf"))(t)
			d.Sealed[0] ^= 1
			must(t, to.Data.PutDocuments(ctx, []store.Document{d}))
		},
		transfer.Archives: func(t *testing.T, to transfer.Stores) { must(t, to.Data.PutChunk(ctx, "first", 1, []byte("chunK"))) },
		transfer.Keys: func(t *testing.T, to transfer.Stores) {
			must(t, to.Keys.DestroyKeys(ctx, []store.Scope{{Customer: customer(129), Name: "evidence"}}))
		},
		transfer.Clients: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.PutClient(ctx, store.Client{ID: "client", Name: "Billing", Secrets: []store.ClientSecret{{ID: "s", Hash: "y", CreatedAt: noon}}, Scopes: []string{"records"}, CreatedAt: noon}))
		},
		transfer.Outside: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.PutConnectorState(ctx, "stripe", "backfill", []byte("{ }")))
		},
		transfer.Staff: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.PutPasskey(ctx, store.Passkey{ID: "p1", Member: "m1", Sealed: []byte("another"), CreatedAt: noon, Revision: 7}))
		},
		transfer.Webhooks: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.SaveEndpointProgress(ctx, store.EndpointProgress{Endpoint: "e1", Cursor: 501, Revision: 10}, 9, nil))
		},
		transfer.Standings: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.SaveStandings(ctx, 0, []models.Standing{{Customer: customer(0), Seq: 599}}))
		},
		transfer.Revisions: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.AddRevision(ctx, store.Revision{Kind: "notice", Key: "privacy", Version: 2, Revision: 4, At: noon}))
		},
		transfer.Attestations: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.PutAttestations(ctx, 0, []store.Attestation{{Seq: 3, Staff: "s2", State: "passed", At: noon}}))
		},
		transfer.Publications: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.Publish(ctx, store.Publication{Kind: "purpose", Key: "newsletter", Version: 2, PublishedAt: noon, Content: []byte("{}")}))
		},
		transfer.Wordings: func(t *testing.T, to transfer.Stores) {
			must(t, to.Data.KeepWording(ctx, store.Wording{SHA256: "b0c2", Text: []byte("Allowed")}))
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			to := newStores(t)
			give(transfer.Copy(t.Context(), transfer.Config{From: from, To: to}))(t)
			change(t, to)
			_, err := transfer.Compare(t.Context(), transfer.Config{From: from, To: to})
			if !errors.Is(err, transfer.ErrDiffers) || !strings.Contains(err.Error(), string(kind)) {
				t.Errorf("got %v, want ErrDiffers that names %s", err, kind)
			}
		})
	}
	for name, alter := range map[string]func(e *store.Entry){
		"an entry":       func(e *store.Entry) { e.Raw[len(e.Raw)/2] ^= 1 },
		"tree hashes":    func(e *store.Entry) { e.Hashes[0] ^= 1 },
		"sealed bytes":   func(e *store.Entry) { e.Sealed[0] ^= 1 },
		"its place":      func(e *store.Entry) { e.Seq++ },
		"the one before": func(e *store.Entry) { e.Previous = 0 },
		"erasure":        func(e *store.Entry) { e.Erasure = true },
	} {
		t.Run(name, func(t *testing.T) {
			to := newStores(t)
			give(transfer.Copy(t.Context(), transfer.Config{From: from, To: to}))(t)
			to.Data = &altered{Data: to.Data, alter: alter}
			if _, err := transfer.Compare(t.Context(), transfer.Config{From: from, To: to}); err == nil {
				t.Error("it is not found")
			}
			if _, err := transfer.Copy(t.Context(), transfer.Config{From: from, To: to}); !errors.Is(err, transfer.ErrTarget) {
				t.Errorf("copied on: %v, want ErrTarget", err)
			}
		})
	}
}

// A log that is not what its own hashes and its checkpoint say is not copied.
func TestADamagedSourceIsNotCopied(t *testing.T) {
	from, _ := fill(t)
	for name, alter := range map[string]func(e *store.Entry){
		"an entry":    func(e *store.Entry) { e.Raw[len(e.Raw)/2] ^= 1 },
		"tree hashes": func(e *store.Entry) { e.Hashes[0] ^= 1 },
		"its place":   func(e *store.Entry) { e.Seq++ },
	} {
		damaged, to := from, newStores(t)
		damaged.Data = &altered{Data: from.Data, alter: alter}
		if _, err := transfer.Copy(t.Context(), transfer.Config{From: damaged, To: to}); err == nil || !strings.Contains(err.Error(), "entry 333") {
			t.Errorf("%s: got %v, want an error about entry 333", name, err)
		}
		if _, _, err := to.Checkpoints.Checkpoint(t.Context()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: the copy has a checkpoint: %v", name, err)
		}
	}
	other := from // of another log of the same origin
	stores := newStores(t)
	w := newWriter(t, stores, 2)
	w.append(600)
	w.publish()
	other.Checkpoints = stores.Checkpoints
	if _, err := transfer.Copy(t.Context(), transfer.Config{From: other, To: newStores(t)}); err == nil || !strings.Contains(err.Error(), "saved checkpoint") {
		t.Errorf("with another log's checkpoint: got %v", err)
	}
}

// altered gives entry 333 otherwise than it was appended.
type altered struct {
	store.Data
	alter func(*store.Entry)
}

func (a *altered) Read(ctx context.Context, seq uint64, limit int) ([]store.Entry, error) {
	entries, err := a.Data.Read(ctx, seq, limit)
	for i := range entries {
		if entries[i].Seq == 333 {
			a.alter(&entries[i])
			break
		}
	}
	return entries, err
}

// writtenMeanwhile is a source that somebody writes to while its clients are read, which is near the end.
type writtenMeanwhile struct {
	store.Data
	write func()
}

func (w *writtenMeanwhile) Clients(ctx context.Context) ([]store.Client, error) {
	w.write()
	return w.Data.Clients(ctx)
}

var errEnded = errors.New("the copy was ended")

// ending lets so many writes pass and none after.
type ending struct {
	mu   sync.Mutex
	left int
}

func (e *ending) wrap(s transfer.Stores) transfer.Stores {
	return transfer.Stores{Data: endingData{s.Data, e}, Keys: endingKeys{s.Keys, e}, Checkpoints: endingCheckpoints{s.Checkpoints, e}}
}

func (e *ending) write(do func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.left == 0 {
		return errEnded
	}
	e.left--
	return do()
}

type endingData struct {
	store.Data
	e *ending
}

func (d endingData) Append(ctx context.Context, b []store.Entry) error {
	return d.e.write(func() error { return d.Data.Append(ctx, b) })
}

func (d endingData) PutCustomers(ctx context.Context, c []models.Customer) error {
	return d.e.write(func() error { return d.Data.PutCustomers(ctx, c) })
}

func (d endingData) PutRecords(ctx context.Context, r []store.Record) error {
	return d.e.write(func() error { return d.Data.PutRecords(ctx, r) })
}

func (d endingData) PutDocuments(ctx context.Context, docs []store.Document) error {
	return d.e.write(func() error { return d.Data.PutDocuments(ctx, docs) })
}

func (d endingData) CreateArchive(ctx context.Context, a store.Archive) error {
	return d.e.write(func() error { return d.Data.CreateArchive(ctx, a) })
}

func (d endingData) PutChunk(ctx context.Context, id string, n int, sealed []byte) error {
	return d.e.write(func() error { return d.Data.PutChunk(ctx, id, n, sealed) })
}

func (d endingData) SaveStandings(ctx context.Context, applied uint64, s []models.Standing) error {
	return d.e.write(func() error { return d.Data.SaveStandings(ctx, applied, s) })
}

func (d endingData) Publish(ctx context.Context, p store.Publication) error {
	return d.e.write(func() error { return d.Data.Publish(ctx, p) })
}

func (d endingData) PutAttestations(ctx context.Context, applied uint64, a []store.Attestation) error {
	return d.e.write(func() error { return d.Data.PutAttestations(ctx, applied, a) })
}

func (d endingData) PutMember(ctx context.Context, m store.Member) error {
	return d.e.write(func() error { return d.Data.PutMember(ctx, m) })
}

func (d endingData) PutPasskey(ctx context.Context, p store.Passkey) error {
	return d.e.write(func() error { return d.Data.PutPasskey(ctx, p) })
}

func (d endingData) KeepWording(ctx context.Context, w store.Wording) error {
	return d.e.write(func() error { return d.Data.KeepWording(ctx, w) })
}

func (d endingData) PutClient(ctx context.Context, c store.Client) error {
	return d.e.write(func() error { return d.Data.PutClient(ctx, c) })
}

// keyStore is store.Keys under another name, whose method Keys a member of that name would hide.
type keyStore = store.Keys

type endingKeys struct {
	keyStore
	e *ending
}

func (k endingKeys) AddKeys(ctx context.Context, keys []store.WrappedKey) (there []store.WrappedKey, err error) {
	err = k.e.write(func() error { there, err = k.keyStore.AddKeys(ctx, keys); return err })
	return there, err
}

type endingCheckpoints struct {
	store.Checkpoints
	e *ending
}

func (c endingCheckpoints) AdvanceCheckpoint(ctx context.Context, size uint64, note []byte) error {
	return c.e.write(func() error { return c.Checkpoints.AdvanceCheckpoint(ctx, size, note) })
}
