package sequencer_test

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
	"candor/models/store/storetest"
)

// eventually waits until something holds, however slow the machine is.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for !holds() {
		select {
		case <-pace.C:
		case <-t.Context().Done():
			t.Fatalf("never happened: %s", what)
		}
	}
}

func TestAServerSeesWhatAnotherAppends(t *testing.T) { onBothStores(t, aServerSeesWhatAnotherAppends) }

func aServerSeesWhatAnotherAppends(t *testing.T, w *world) {
	a, _ := w.start()
	b, _ := w.beside().start()
	if _, err := b.Standing(t.Context(), "cus_1"); err != nil { // it is remembered from now on
		t.Fatal(err)
	}
	r, err := a.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	eventually(t, "the other server follows by itself", func() bool { return b.Head() == a.Head() })
	st, err := b.Standing(t.Context(), "cus_1")
	must(t, err)
	if st.Choices.Of("p").Seq != r.Entry.Seq {
		t.Fatalf("the other server knows of %v, want entry %d", st.Choices, r.Entry.Seq)
	}
	r, err = a.Append(t.Context(), choose("cus_1", "q", ledger.EventID{}))
	must(t, err)
	got, err := b.EntryOf(t.Context(), "cus_1", r.Entry.Seq)
	if err != nil || !bytes.Equal(got.Entry.Raw, r.Entry.Raw) {
		t.Fatalf("an entry that was written elsewhere a moment ago: %v", err)
	}
}

// A server that dies between its append and its projection leaves that to the others.
func TestWhatADeadServerDidNotProjectIsProjected(t *testing.T) {
	onBothStores(t, whatADeadServerDidNotProjectIsProjected)
}

func whatADeadServerDidNotProjectIsProjected(t *testing.T, w *world) {
	b, _ := w.beside().start()
	a, stop := w.start()
	w.faults.On(storetest.SaveStandings, storetest.Before, storetest.Before)
	_, err := a.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	stop()
	eventually(t, "the other server projects it", func() bool {
		return b.Refresh(t.Context()) == nil && b.CheckProjection(t.Context(), func(uint64) {}) == nil
	})
	st, err := b.Standing(t.Context(), "cus_1")
	if err != nil || len(st.Choices) != 1 {
		t.Fatalf("the standing has %d choices, %v", len(st.Choices), err)
	}
}

func TestNothingIsDecidedOnWhatMayBeOutOfDate(t *testing.T) {
	w := newWorld(t)
	w.configure = func(c *sequencer.Config) { c.MaxAge = 20 * time.Millisecond }
	s, _ := w.start()
	_, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	w.faults.Gone(true)
	eventually(t, "what is known grows old", func() bool { return s.Behind() > 20*time.Millisecond })
	if _, err := s.Standing(t.Context(), "cus_1"); models.KindOf(err) != models.Unavailable {
		t.Fatalf("with the store away: %v, want an error of kind unavailable", err)
	}
	if err := appendOne(s); models.KindOf(err) != models.Unavailable {
		t.Fatalf("appended with the store away: %v", err)
	}
	w.faults.Gone(false)
	st, err := s.Standing(t.Context(), "cus_1")
	if err != nil || len(st.Choices) != 1 {
		t.Fatalf("with the store back: %d choices, %v", len(st.Choices), err)
	}
	must(t, appendOne(s))
}

// serverClock is a database server's clock, as far from this machine's as a test wants.
type serverClock struct{ off atomic.Int64 }

func (c *serverClock) Now(context.Context) (time.Time, error) {
	return time.Now().Add(time.Duration(c.off.Load())).Round(0), nil
}

func TestAWrongClockAppendsNothing(t *testing.T) {
	w := newWorld(t)
	clock := &serverClock{}
	var mine atomic.Int64
	w.configure = func(c *sequencer.Config) {
		c.ServerClock = clock
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(mine.Load())) }
	}
	s, _ := w.start()
	must(t, appendOne(s))
	for _, off := range []time.Duration{time.Minute, -time.Minute, 24 * 365 * time.Hour} {
		mine.Store(int64(off))
		if err := appendOne(s); models.KindOf(err) != models.Unavailable || !strings.Contains(err.Error(), "clock") {
			t.Fatalf("this machine's clock is off by %s: %v", off, err)
		}
		mine.Store(0)
		must(t, appendOne(s)) // set right, and no restart
	}
	mine.Store(int64(4 * time.Second))
	must(t, appendOne(s))
	mine.Store(0)
	if got := len(w.verify(s)); got != 2+5 {
		t.Fatalf("the log has %d entries, want 7", got)
	}
	clock.off.Store(int64(time.Hour)) // the server's is wrong, which a server that starts now finds at once
	late, _ := w.beside().start()
	if err := appendOne(late); models.KindOf(err) != models.Unavailable {
		t.Fatalf("appended an hour from the database server's clock: %v", err)
	}
}

func TestServersThatStartTogetherBeginOneLog(t *testing.T) {
	onBothStores(t, serversThatStartTogetherBeginOneLog)
}

func serversThatStartTogetherBeginOneLog(t *testing.T, w *world) {
	const servers = 4
	var opened [servers]*sequencer.Sequencer
	var wg sync.WaitGroup
	for i := range servers {
		wg.Go(func() {
			s, err := w.beside().open()
			if err != nil {
				t.Error(err)
			}
			opened[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, s := range opened {
		w.run(s)
		must(t, s.Refresh(t.Context()))
		if n := len(s.Keys()); n != 2 {
			t.Fatalf("a server knows of %d keys, want 2", n)
		}
	}
	if n := len(w.verify(opened[0])); n != 2 {
		t.Fatalf("the log has %d entries, want its two keys", n)
	}
}

func TestACheckpointNeverGoesBackWhicheverServerAnswers(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start()
	late := w.beside()
	late.configure = func(c *sequencer.Config) { c.MaxAge = time.Hour } // it follows when it must
	b, _ := late.start()
	for range 3 {
		must(t, appendOne(a))
		first, err := a.Checkpoint(t.Context())
		must(t, err)
		second, err := b.Checkpoint(t.Context())
		must(t, err)
		if sizeOf(t, second) < sizeOf(t, first) {
			t.Fatalf("one server published %d entries, and the other serves %d", sizeOf(t, first), sizeOf(t, second))
		}
		size, err := b.AskPublished(t.Context())
		if err != nil || size < sizeOf(t, first) {
			t.Fatalf("the other server knows of %d published entries, %v", size, err)
		}
	}
}

func sizeOf(t *testing.T, note []byte) uint64 {
	t.Helper()
	size, err := strconv.ParseUint(strings.Split(string(note), "\n")[1], 10, 64)
	must(t, err)
	return size
}

// spoiled gives entries that were edited, once it is told to.
type spoiled struct {
	store.Log
	on atomic.Bool
}

func (s *spoiled) Read(ctx context.Context, seq uint64, limit int) ([]store.Entry, error) {
	entries, err := s.Log.Read(ctx, seq, limit)
	if s.on.Load() && len(entries) > 0 {
		entries[0].Raw = reSigned(entries[0].Raw)
	}
	return entries, err
}

func TestAServerTakesInNothingThatIsNotRight(t *testing.T) {
	w := newWorld(t)
	a, _ := w.start()
	other := w.beside()
	log := &spoiled{Log: w.data}
	other.log = log
	b, _ := other.start()
	log.on.Store(true)
	must(t, appendOne(a))
	eventually(t, "the edited entry is found", func() bool { return b.Fault() != nil })
	if err := appendOne(b); models.KindOf(err) != models.Unavailable {
		t.Fatalf("appended after an edited entry: %v", err)
	}
	if b.Head() == a.Head() {
		t.Fatal("the edited entry was taken in")
	}
}

func TestWhatIsErasedElsewhereIsForgotten(t *testing.T) {
	onBothStores(t, whatIsErasedElsewhereIsForgotten)
}

func whatIsErasedElsewhereIsForgotten(t *testing.T, w *world) {
	a, _ := w.start()
	b, _ := w.beside().start()
	r, err := a.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	_, err = b.Entry(t.Context(), r.Entry.Seq) // its key is in memory from now on
	must(t, err)
	must(t, a.Erase(t.Context(), "cus_1", []string{keys.EvidenceScope}))
	must(t, b.Refresh(t.Context()))
	if _, err := b.Entry(t.Context(), r.Entry.Seq); !errors.Is(err, keys.ErrDestroyed) {
		t.Fatalf("what was erased on the other server: %v", err)
	}
	st, err := b.Standing(t.Context(), "cus_1")
	if err != nil || len(st.Choices) != 0 {
		t.Fatalf("the standing has %d choices, %v", len(st.Choices), err)
	}
}
