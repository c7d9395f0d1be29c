package sequencer_test

import (
	"errors"
	"testing"

	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/store"
)

// Erasing destroys the keys, says so in the log, and takes away what rested on the evidence; the log
// verifies, and the projection is still what the log makes it.
func TestEraseIsInTheLogAndLeavesItVerifiable(t *testing.T) {
	w := newWorld(t)
	s, stop := w.start()
	r, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	_, err = s.Append(t.Context(), choose("cus_2", "p", ledger.EventID{}))
	must(t, err)
	must(t, s.Erase(t.Context(), "cus_1", []string{keys.EvidenceScope, "contact"}))
	for range 2 { // as it stands, and after a start
		if _, err := s.Entry(t.Context(), r.Entry.Seq); !errors.Is(err, keys.ErrDestroyed) {
			t.Fatalf("the detail opened with %v, want keys.ErrDestroyed", err)
		}
		st, err := s.Standing(t.Context(), "cus_1")
		must(t, err)
		if len(st.Choices) != 0 {
			t.Fatalf("choices are still known: %v", st.Choices)
		}
		history, err := s.History(t.Context(), "cus_1", 10)
		must(t, err)
		if len(history) != 0 {
			t.Fatalf("history still has %d entries", len(history))
		}
		must(t, s.CheckProjection(t.Context(), func(uint64) {}))
		if n := len(w.verify(s)); n != 5 {
			t.Fatalf("the log has %d entries, want 5", n)
		}
		stop()
		s, stop = w.start()
	}
	must(t, s.Rebuild(t.Context(), func(uint64) {}))
	must(t, s.CheckProjection(t.Context(), func(uint64) {}))
}

// A backup of the key store that was made before an erasure brings nothing back: the key is destroyed
// again before anything is served. A key that the customer was given since stays.
func TestARestoredKeyIsDestroyedAgain(t *testing.T) {
	w := newWorld(t)
	s, stop := w.start()
	r, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	backup, err := w.keyStore.Keys(t.Context(), []store.Scope{keys.Evidence("cus_1")})
	must(t, err)
	must(t, s.Erase(t.Context(), "cus_1", []string{keys.EvidenceScope}))
	stop()
	_, err = w.keyStore.AddKeys(t.Context(), backup)
	must(t, err)

	s, stop = w.start()
	if _, err := s.Entry(t.Context(), r.Entry.Seq); !errors.Is(err, keys.ErrDestroyed) {
		t.Fatalf("the detail opened with %v, want keys.ErrDestroyed", err)
	}
	later, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	stop()

	s, _ = w.start()
	_, err = s.Entry(t.Context(), later.Entry.Seq)
	must(t, err)
	must(t, s.CheckProjection(t.Context(), func(uint64) {}))
}
