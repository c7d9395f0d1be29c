package sequencer_test

import (
	"errors"
	"testing"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store/mongo/mongotest"
	"candor/models/store/storetest"
)

// impatient gives a turn of the writer up soon.
func impatient(w *world) {
	configure := w.configure
	w.configure = func(c *sequencer.Config) {
		if configure != nil {
			configure(c)
		}
		c.Patience = 200 * time.Millisecond
	}
}

// A store that is slow is given up. Whoever asked is told whether the event may have been recorded: it may once
// the write has begun, and it was certainly not while the store was still being read. Asked again it is there once.
func TestASlowStoreIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		call    storetest.Call
		fault   storetest.Fault
		unknown bool
	}{
		"the write never ends":                     {storetest.Append, storetest.Hang, true},
		"the write arrives afterwards":             {storetest.Append, storetest.Late, true},
		"where the customer stands cannot be read": {storetest.Standing, storetest.Hang, false},
	} {
		t.Run(name, func(t *testing.T) {
			onBothStores(t, func(t *testing.T, w *world) {
				impatient(w)
				s, stop := w.start()
				w.faults.On(c.call, c.fault)
				id := ledger.DerivedEventID(t.Name())
				var err error
				for w.faults.Left() > 0 { // a busy machine may make a turn too slow to come to it
					_, err = s.Append(t.Context(), choose("cus_1", "p", id))
				}
				if models.KindOf(err) != models.Unavailable || errors.Is(err, sequencer.ErrUnknown) != c.unknown {
					t.Fatalf("answered with %v; unknown must be %t", err, c.unknown)
				}
				again := answered(t, s, choose("cus_1", "p", id))
				next := answered(t, s, choose("cus_1", "q", ledger.EventID{}))
				if again.Entry.Seq != 2 || next.Entry.Seq != 3 {
					t.Fatalf("the event is entry %d and the next is entry %d, want 2 and 3", again.Entry.Seq, next.Entry.Seq)
				}
				stop()
				w.stillOne(t)
			})
		})
	}
}

// answered asks for an event as often as it takes.
func answered(t *testing.T, s *sequencer.Sequencer, e sequencer.Event) (r sequencer.Result) {
	t.Helper()
	eventually(t, "the event is recorded", func() bool {
		var err error
		r, err = s.Append(t.Context(), e)
		if err != nil && models.KindOf(err) != models.Unavailable {
			t.Fatal(err)
		}
		return err == nil
	})
	return r
}

// stillOne opens the log again and verifies the whole of it: its keys and the two events.
func (w *world) stillOne(t *testing.T) {
	t.Helper()
	s, _ := w.start()
	if entries := w.verify(s); len(entries) != 4 {
		t.Fatalf("the log has %d entries, want 4", len(entries))
	}
	must(t, s.CheckProjection(t.Context(), func(uint64) {}))
}

// The server refuses the one write that matters, as a primary does that steps down or has no room, before it is
// done or, while a majority is waited for, after.
func TestWhatADatabaseRefusesIsRecordedOnce(t *testing.T) {
	for _, with := range []mongotest.Error{mongotest.NotWritablePrimary, mongotest.SteppedDown, mongotest.Interrupted, mongotest.DiskFull} {
		for when, at := range map[string]mongotest.Moment{"before": mongotest.BeforeIt, "after": mongotest.AfterIt} {
			t.Run(with.Name+" "+when, func(t *testing.T) {
				proxy := mongotest.NewProxy(t, mongotest.Start(t))
				w := newMongoWorld(t, proxy.URL())
				s, stop := w.start()
				proxy.Refuse(with, at, "insert")
				id := ledger.DerivedEventID(t.Name())
				r, err := s.Append(t.Context(), choose("cus_1", "p", id))
				if at == mongotest.AfterIt && err != nil || at == mongotest.BeforeIt && !errors.Is(err, sequencer.ErrUnknown) {
					t.Fatalf("answered with %v", err)
				}
				proxy.Accept()
				again := answered(t, s, choose("cus_1", "p", id))
				if err == nil && again.Entry.Seq != r.Entry.Seq || again.Repeated != (err == nil) {
					t.Fatalf("the event is entry %d and entry %d, repeated %t", r.Entry.Seq, again.Entry.Seq, again.Repeated)
				}
				answered(t, s, choose("cus_1", "q", ledger.EventID{}))
				stop()
				w.stillOne(t)
			})
		}
	}
}
