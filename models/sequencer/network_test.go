package sequencer_test

import (
	"testing"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store/mongo/mongotest"
)

// appended marks the message that appends: an insert into the log's collection.
const appended = "insert\x00\x08\x00\x00\x00entries\x00"

// The connection is cut at each moment of the one write that matters.
func TestACutConnectionLosesAndDoublesNothing(t *testing.T) {
	for name, at := range map[string]mongotest.Moment{
		"before the write": mongotest.BeforeIt, "during the write": mongotest.DuringIt, "after the write": mongotest.AfterIt,
	} {
		t.Run(name, func(t *testing.T) {
			proxy := mongotest.NewProxy(t, mongotest.Start(t))
			w := newMongoWorld(t, proxy.URL())
			survive(t, w, func() { proxy.Cut(appended, at) }, proxy.Left)
		})
	}
}

// The database is away for a while: callers are told so, nothing is decided on what may be out of date,
// and when it is back everything goes on without a restart.
func TestADatabaseThatIsAway(t *testing.T) {
	proxy := mongotest.NewProxy(t, mongotest.Start(t)+"?serverSelectionTimeoutMS=300")
	w := newMongoWorld(t, proxy.URL())
	configure := w.configure
	w.configure = func(c *sequencer.Config) { configure(c); c.MaxAge, c.Patience = 50*time.Millisecond, time.Second }
	s, _ := w.start()
	_, err := s.Append(t.Context(), choose("cus_1", "p", ledger.EventID{}))
	must(t, err)
	proxy.Gone(true)
	eventually(t, "nothing is decided any more", func() bool {
		_, err := s.Standing(t.Context(), "cus_1")
		return models.KindOf(err) == models.Unavailable
	})
	if err := appendOne(s); models.KindOf(err) != models.Unavailable {
		t.Fatalf("appended with the database away: %v", err)
	}
	proxy.Gone(false)
	eventually(t, "it goes on", func() bool { return appendOne(s) == nil })
	st, err := s.Standing(t.Context(), "cus_1")
	if err != nil || len(st.Choices) != 1 {
		t.Fatalf("the standing has %d choices, %v", len(st.Choices), err)
	}
	w.verify(s)
	must(t, s.CheckProjection(t.Context(), func(uint64) {}))
}
