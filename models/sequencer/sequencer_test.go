package sequencer_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
	"candor/models/store/file"
	"candor/models/store/mongo"
	"candor/models/store/mongo/mongotest"
	"candor/models/store/sqlite"
	"candor/models/store/storetest"
)

const origin = "privacy.example.com/log"

// world is everything that a log stands on, so that a test can close it, change it, and open it again.
type world struct {
	t           testing.TB
	dir         string
	data        store.Data
	faults      *storetest.Faults
	keyStore    store.Keys
	set         *keys.Set
	ring        *keys.Ring
	checkpoints store.Checkpoints
	log         store.Log // what the sequencer is given; faults if nil
	configure   func(*sequencer.Config)
}

// beside is another server's world: the same stores and keys, and a memory of its own.
func (w *world) beside() *world {
	other := *w
	other.ring = keys.NewRing(keys.RingConfig{Store: w.keyStore, Master: w.set.Master})
	return &other
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	data, err := sqlite.Open(t.Context(), filepath.Join(dir, "candor.db"))
	must(t, err)
	keyStore, err := sqlite.OpenKeys(t.Context(), filepath.Join(dir, "keys.db"))
	must(t, err)
	checkpoints, err := file.Checkpoints(filepath.Join(dir, "checkpoint"))
	must(t, err)
	return newWorldOn(t, dir, data, keyStore, checkpoints)
}

// newMongoWorld is on the database of a URL, which may lead over a proxy. The keys and the saved
// checkpoint are in another.
func newMongoWorld(t testing.TB, url string) *world {
	t.Helper()
	data, err := mongo.Open(t.Context(), url)
	must(t, err)
	keyStore, err := mongo.OpenKeys(t.Context(), mongotest.Start(t))
	must(t, err)
	w := newWorldOn(t, t.TempDir(), data, keyStore, keyStore)
	w.configure = func(c *sequencer.Config) { c.ServerClock = data }
	return w
}

func newWorldOn(t testing.TB, dir string, data store.Data, keyStore store.Keys, checkpoints store.Checkpoints) *world {
	t.Helper()
	w := &world{t: t, dir: dir, data: data, keyStore: keyStore, checkpoints: checkpoints, faults: &storetest.Faults{Data: data}}
	t.Cleanup(func() { must(t, data.Close()) })
	t.Cleanup(func() { must(t, keyStore.Close()) })
	var err error
	w.set, err = keys.OpenFiles(filepath.Join(w.dir, "keys"), origin, rand.Reader)
	must(t, err)
	w.ring = keys.NewRing(keys.RingConfig{Store: w.keyStore, Master: w.set.Master})
	return w
}

// onBothStores runs a test in a world of each kind.
func onBothStores(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("SQLite", func(t *testing.T) { test(t, newWorld(t)) })
	t.Run("MongoDB", func(t *testing.T) { test(t, newMongoWorld(t, mongotest.Start(t))) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open makes a sequencer and leaves it stopped.
func (w *world) open() (*sequencer.Sequencer, error) {
	verifier, err := ledger.NewVerifierKey(w.set.CheckpointVerifier)
	must(w.t, err)
	log := w.log
	if log == nil {
		log = w.faults
	}
	config := sequencer.Config{
		Origin: origin, Log: log, Standings: w.faults, Leases: w.data, Checkpoints: w.checkpoints, Ring: w.ring,
		EntryKey: w.set.Entry, Checkpoint: w.set.Checkpoint, Verifier: verifier,
		Public: []ledger.PublishedKey{
			{Key: w.set.Entry.Public(), Use: ledger.UseEntry}, {Key: w.set.Document.Public(), Use: ledger.UseDocument},
		},
		Clock: time.Now, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	}
	if w.configure != nil {
		w.configure(&config)
	}
	return sequencer.New(w.t.Context(), config)
}

// start makes one and runs it; stop ends it and is safe to call twice.
func (w *world) start() (s *sequencer.Sequencer, stop func()) {
	w.t.Helper()
	s, err := w.open()
	must(w.t, err)
	return s, w.run(s)
}

// run runs one that was opened.
func (w *world) run(s *sequencer.Sequencer) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(ctx); err != nil {
			w.t.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	w.t.Cleanup(stop)
	return stop
}

// choose is an event that gives consent, of a customer.
func choose(customer, purpose string, id ledger.EventID) sequencer.Event {
	return sequencer.Event{Subject: customer, Propose: func(at sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind: ledger.ConsentGiven, ID: id, Actor: ledger.Actor{Type: ledger.ActorCustomer},
			Purpose: purpose, State: string(models.Given), Channel: "web",
		}, nil
	}}
}

// verify checks the whole log as a stranger would: every signature, the chain, the tree, the
// checkpoint. It gives the entries.
func (w *world) verify(s *sequencer.Sequencer) [][]byte {
	w.t.Helper()
	ctx := context.Background()
	note, err := s.Checkpoint(ctx)
	must(w.t, err)
	verifier, err := ledger.NewVerifierKey(w.set.CheckpointVerifier)
	must(w.t, err)
	checkpoint, err := ledger.OpenCheckpoint(note, origin, verifier)
	must(w.t, err)
	entries, err := s.Entries(ctx, 0, checkpoint.Size, math.MaxInt32)
	must(w.t, err)
	tree, err := ledger.NewTree(0, nil)
	must(w.t, err)
	var before *ledger.Entry
	for i, raw := range entries {
		e, err := ledger.ParseEntry(raw)
		must(w.t, err)
		must(w.t, e.Verify(w.set.Entry.Public()))
		if e.Payload.Seq != uint64(i) {
			w.t.Fatalf("entry %d says it is %d", i, e.Payload.Seq)
		}
		if before != nil && (e.Payload.Prev != before.Link() || e.Payload.Time.Before(before.Payload.Time)) {
			w.t.Fatalf("entry %d does not follow", i)
		}
		tree.Append(ledger.LeafHash(raw))
		before = &e
	}
	if tree.Size() != checkpoint.Size || tree.Root() != checkpoint.Root {
		w.t.Fatal("the entries do not make the checkpoint's root")
	}
	return entries
}

func TestEveryAnsweredEventIsInTheLog(t *testing.T) {
	w := newWorld(t)
	s, stop := w.start()
	const callers, each = 64, 10
	var mu sync.Mutex
	answered := map[uint64]string{}
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for n := range each {
				r, err := s.Append(context.Background(), choose(fmt.Sprintf("cus_%d", c), fmt.Sprintf("p%d", n), ledger.EventID{}))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				answered[r.Entry.Seq] = string(r.Entry.Raw)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	stop()
	s, _ = w.start()
	entries := w.verify(s)
	if want := callers*each + 2; len(entries) != want || len(answered) != callers*each {
		t.Fatalf("the log has %d entries and %d were answered, want %d and %d", len(entries), len(answered), want, callers*each)
	}
	for seq, raw := range answered {
		if string(entries[seq]) != raw {
			t.Fatalf("entry %d is not the one that was answered", seq)
		}
	}
}

func TestLogBeginsWithItsKeys(t *testing.T) {
	w := newWorld(t)
	s, _ := w.start()
	for seq, key := range s.Keys() {
		d, err := s.Disclosure(t.Context(), uint64(seq))
		must(t, err)
		_, detail, err := d.Open()
		must(t, err)
		if detail.Kind != ledger.KeyAdded || detail.Use != key.Use || *detail.JWK != ledger.NewJWK(key.Key) {
			t.Fatalf("entry %d does not add the %s key", seq, key.Use)
		}
	}
	if len(s.Keys()) != 2 {
		t.Fatalf("the log added %d keys, want 2", len(s.Keys()))
	}
}

func TestSameEventIsOneEntry(t *testing.T) {
	w := newWorld(t)
	s, _ := w.start()
	id := ledger.DerivedEventID("a double click")
	seqs := make([]uint64, 32)
	repeated := make([]bool, 32)
	var wg sync.WaitGroup
	for i := range seqs {
		wg.Go(func() {
			r, err := s.Append(context.Background(), choose("cus_1", "p", id))
			if err != nil {
				t.Error(err)
			}
			seqs[i], repeated[i] = r.Entry.Seq, r.Repeated
		})
	}
	wg.Wait()
	first := 0
	for i := range seqs {
		if seqs[i] != seqs[0] {
			t.Fatalf("answers name entries %d and %d", seqs[0], seqs[i])
		}
		if !repeated[i] {
			first++
		}
	}
	if first != 1 {
		t.Errorf("%d callers were told that theirs was the first, want 1", first)
	}
	if n := len(w.verify(s)); n != 3 {
		t.Errorf("the log has %d entries, want 3", n)
	}
}

func TestRefusedAndUnchangedWriteNothing(t *testing.T) {
	w := newWorld(t)
	s, _ := w.start()
	given, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	refusal := errors.New("no")
	_, err = s.Append(t.Context(), sequencer.Event{Subject: "cus_1", Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{}, refusal
	}})
	if !errors.Is(err, refusal) {
		t.Errorf("refused with %v, want the proposer's own error", err)
	}
	same, err := s.Append(t.Context(), sequencer.Event{Subject: "cus_1", Propose: func(at sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{}, sequencer.Unchanged{Seq: at.Standing.Choices.Of("p").Seq}
	}})
	must(t, err)
	if !same.Repeated || same.Entry.Seq != given.Entry.Seq {
		t.Errorf("answered with entry %d, repeated %t; want %d, true", same.Entry.Seq, same.Repeated, given.Entry.Seq)
	}
	if n := len(w.verify(s)); n != 3 {
		t.Errorf("the log has %d entries, want 3", n)
	}
}

// Each fault ends in an answer of kind Unavailable or in success, and the log goes on as if it had not
// been: what was answered is there once, and what was refused for certain is not.
func TestFaults(t *testing.T) {
	for name, script := range map[string]func(*storetest.Faults){
		"append fails":                 func(f *storetest.Faults) { f.On(storetest.Append, storetest.Before) },
		"append fails after the write": func(f *storetest.Faults) { f.On(storetest.Append, storetest.After) },
		"append and the look after it fail": func(f *storetest.Faults) {
			f.On(storetest.Append, storetest.After)
			f.On(storetest.Read, storetest.Before)
		},
		"append fails, nothing can be read": func(f *storetest.Faults) {
			f.On(storetest.Append, storetest.Before)
			f.On(storetest.Read, storetest.Before)
		},
		"the projection fails":                func(f *storetest.Faults) { f.On(storetest.SaveStandings, storetest.Before) },
		"the projection fails after it wrote": func(f *storetest.Faults) { f.On(storetest.SaveStandings, storetest.After) },
		"standing cannot be read":             func(f *storetest.Faults) { f.On(storetest.Standing, storetest.Before) },
	} {
		t.Run(name, func(t *testing.T) {
			onBothStores(t, func(t *testing.T, w *world) { survive(t, w, func() { script(w.faults) }, w.faults.Left) })
		})
	}
}

// survive has a fault happen to one event and checks what is left of it.
func survive(t *testing.T, w *world, script func(), left func() int) {
	t.Helper()
	s, stop := w.start()
	script()
	id := ledger.DerivedEventID(t.Name())
	r, err := s.Append(t.Context(), choose("cus_1", "p", id))
	if err != nil && models.KindOf(err) != models.Unavailable {
		t.Fatalf("failed with %v, want an error of kind unavailable", err)
	}
	again, errAgain := s.Append(t.Context(), choose("cus_1", "p", id))
	must(t, errAgain)
	if err == nil && again.Entry.Seq != r.Entry.Seq {
		t.Fatalf("the event is entry %d and entry %d", r.Entry.Seq, again.Entry.Seq)
	}
	other, err := s.Append(t.Context(), choose("cus_1", "q", ledger.EventID{}))
	must(t, err)
	stop()
	s, _ = w.start()
	if entries := w.verify(s); len(entries) != 4 || !bytes.Equal(entries[3], other.Entry.Raw) {
		t.Fatalf("the log has %d entries, want 4 with the last answered one at its end", len(entries))
	}
	st, err := s.Standing(t.Context(), "cus_1")
	must(t, err)
	if len(st.Choices) != 2 || st.Seq != 3 {
		t.Fatalf("the standing has %d choices and is of entry %d, want 2 and 3", len(st.Choices), st.Seq)
	}
	must(t, s.CheckProjection(t.Context(), func(uint64) {}))
	if left() > 0 {
		t.Fatal("a fault of the script did not happen")
	}
}

// Two writers of one log: whoever loses the race starts over from the new head.
func TestTwoWritersMakeOneLog(t *testing.T) {
	onBothStores(t, twoWritersMakeOneLog)
}

func twoWritersMakeOneLog(t *testing.T, w *world) {
	a, _ := w.start()
	b, _ := w.start()
	const each = 100
	var wg sync.WaitGroup
	for i, s := range []*sequencer.Sequencer{a, b} {
		for n := range each {
			wg.Go(func() {
				if _, err := s.Append(context.Background(), choose(fmt.Sprintf("cus_%d", n), fmt.Sprintf("w%d", i), ledger.EventID{})); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	must(t, errors.Join(appendOne(a), appendOne(b))) // both have seen the other's last
	if n := len(w.verify(b)); n != 2*each+4 {
		t.Fatalf("the log has %d entries, want %d", n, 2*each+4)
	}
	must(t, b.CheckProjection(t.Context(), func(uint64) {}))
}

func appendOne(s *sequencer.Sequencer) error {
	_, err := s.Append(context.Background(), choose("cus_last", "p", ledger.EventID{}))
	return err
}

func TestProofsVerify(t *testing.T) {
	w := newWorld(t)
	s, _ := w.start()
	for n := range 20 {
		_, err := s.Append(t.Context(), choose("cus_1", fmt.Sprintf("p%d", n), ledger.EventID{}))
		must(t, err)
	}
	verifier, err := ledger.NewVerifierKey(w.set.CheckpointVerifier)
	must(t, err)
	for seq, raw := range w.verify(s) {
		text, err := s.Proof(t.Context(), uint64(seq))
		must(t, err)
		proof, err := ledger.ParseProof(text)
		must(t, err)
		_, err = proof.Verify(ledger.LeafHash(raw), origin, verifier)
		must(t, err)
		must(t, s.Verify(t.Context(), uint64(seq)))
	}
}

func TestRebuildGivesTheSameProjection(t *testing.T) {
	w := newWorld(t)
	s, _ := w.start()
	for n := range 50 {
		_, err := s.Append(t.Context(), choose(fmt.Sprintf("cus_%d", n%7), fmt.Sprintf("p%d", n%3), ledger.EventID{}))
		must(t, err)
	}
	must(t, s.CheckProjection(t.Context(), func(uint64) {})) // saves it
	before, err := w.data.PageStandings(t.Context(), "", 100)
	must(t, err)
	must(t, s.Rebuild(t.Context(), func(uint64) {}))
	must(t, s.CheckProjection(t.Context(), func(uint64) {}))
	after, err := w.data.PageStandings(t.Context(), "", 100)
	must(t, err)
	if len(before) != 7 || len(after) != 7 {
		t.Fatalf("%d standings before and %d after, want 7", len(before), len(after))
	}
}

// A store that takes no standings for a while is not complained of ten times a second, and takes them afterwards.
func TestAProjectionThatIsRefusedIsSaidOnceAndSavedLater(t *testing.T) {
	w := newWorld(t)
	var said bytes.Buffer // read once the sequencer has stopped
	w.configure = func(c *sequencer.Config) { c.Logger = slog.New(slog.NewTextHandler(&said, nil)) }
	s, stop := w.start()
	must(t, s.CheckProjection(t.Context(), func(uint64) {})) // of what the log begins with
	const refusals = 5
	w.faults.On(storetest.SaveStandings, slices.Repeat([]storetest.Fault{storetest.Before}, refusals)...)
	_, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	eventually(t, "the projection is saved", func() bool {
		applied, err := w.data.Applied(t.Context())
		return err == nil && applied == s.Head().Size
	})
	stop()
	if n := strings.Count(said.String(), "the projection was not saved"); n != 1 {
		t.Fatalf("it was said %d times:\n%s", n, said.String())
	}
}

// A write whose answer is lost has happened: its callers are told so, and it does not happen again.
func TestALostAnswerIsFoundAndNotRepeated(t *testing.T) {
	w := newWorld(t)
	s, _ := w.start()
	w.faults.On(storetest.Append, storetest.After)
	r, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	if entries := w.verify(s); len(entries) != 3 || !bytes.Equal(entries[2], r.Entry.Raw) || r.Repeated {
		t.Fatalf("the log has %d entries, want 3 with the answered one at its end", len(entries))
	}
}

// Each writer judges what it is asked by what the other has written.
func TestAWriterKnowsWhatTheOtherWrote(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start()
	b, _ := w.start()
	for i, s := range []*sequencer.Sequencer{a, b, a, b} {
		_, err := s.Append(t.Context(), sequencer.Event{Subject: "cus_1", Propose: func(at sequencer.Position) (ledger.Detail, error) {
			return choose("cus_1", fmt.Sprintf("p%d", len(at.Standing.Choices)), ledger.EventID{}).Propose(at)
		}})
		must(t, err)
		st, err := s.Standing(t.Context(), "cus_1")
		must(t, err)
		if len(st.Choices) != i+1 {
			t.Fatalf("after %d writes in turn the writer knows of %d choices", i+1, len(st.Choices))
		}
	}
}

// What the other has projected may be seen before its entries are: who finds there that nothing changes
// is answered with the entry that says so.
func TestAWriterIsToldOfTheEntryThatAnotherWrote(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start()
	b, _ := w.start()
	once := sequencer.Event{Subject: "cus_1", Propose: func(at sequencer.Position) (ledger.Detail, error) {
		if standing := at.Standing.Choices.Of("p"); standing.State != "" {
			return ledger.Detail{}, sequencer.Unchanged{Seq: standing.Seq}
		}
		return choose("cus_1", "p", ledger.EventID{}).Propose(at)
	}}
	first, err := a.Append(t.Context(), once)
	must(t, err)
	second, err := b.Append(t.Context(), once)
	must(t, err)
	if !second.Repeated || !bytes.Equal(second.Entry.Raw, first.Entry.Raw) {
		t.Fatalf("the second writer answers with entry %d (repeated: %v), want entry %d again", second.Entry.Seq, second.Repeated, first.Entry.Seq)
	}
}

func TestAppendAfterTheEndIsRefused(t *testing.T) {
	w := newWorld(t)
	s, stop := w.start()
	stop()
	if err := appendOne(s); models.KindOf(err) != models.Unavailable {
		t.Fatalf("appended with %v, want an error of kind unavailable", err)
	}
}

// The projection is saved behind the answer: where a customer stands is known in between, though others
// have taken their place in memory.
func TestAChangeThatIsNotSavedYetIsKnown(t *testing.T) {
	w := newWorld(t)
	w.configure = func(c *sequencer.Config) { c.Remember = 1 }
	s, _ := w.start()
	must(t, s.CheckProjection(t.Context(), func(uint64) {})) // of what the log begins with
	w.faults.On(storetest.SaveStandings, slices.Repeat([]storetest.Fault{storetest.Before}, 1000)...)
	_, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	for _, want := range []struct {
		customer string
		choices  int
	}{{"cus_2", 0}, {"cus_1", 1}} {
		st, err := s.Standing(t.Context(), want.customer)
		must(t, err)
		if len(st.Choices) != want.choices {
			t.Fatalf("%s has made %d choices, want %d", want.customer, len(st.Choices), want.choices)
		}
	}
}
