package feed_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/feed"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func give[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func dataMap(t testing.TB) *datamap.Map {
	t.Helper()
	return give(datamap.Parse(give(os.ReadFile("../consent/testdata/datamap.yaml"))(t)))(t)
}

func newLog(t testing.TB) (*sequencertest.Rig, *keys.Ring, *sequencer.Sequencer) {
	t.Helper()
	r := sequencertest.New(t, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	ring := r.Ring()
	return r, ring, r.Start(ring, 0)
}

// say appends a detail about a customer, and gives its entry.
func say(t testing.TB, log *sequencer.Sequencer, customer string, d ledger.Detail) uint64 {
	t.Helper()
	d.Actor = ledger.Actor{Type: ledger.ActorCustomer}
	result, err := log.Append(t.Context(), sequencer.Event{Subject: customer, Propose: func(at sequencer.Position) (ledger.Detail, error) {
		d := d
		if before := at.Standing.Choices.Of(d.Purpose); d.State != "" && before.State != "" {
			d.Supersedes = &before.Seq
		}
		return d, nil
	}})
	must(t, err)
	return result.Entry.Seq
}

func choice(kind, purpose, state string) ledger.Detail {
	return ledger.Detail{Kind: kind, Purpose: purpose, State: state, Channel: "web"}
}

func TestWhatIsToldAndWhatIsNot(t *testing.T) {
	_, ring, log := newLog(t)
	f := feed.New(log, datamap.Hold(dataMap(t)))
	say(t, log, "cus_1", choice(ledger.ConsentGiven, "usage_analytics", "given"))
	say(t, log, "cus_2", choice(ledger.ConsentGiven, "usage_analytics", "given"))
	say(t, log, "cus_1", ledger.Detail{Kind: ledger.DownloadCreated, Channel: "web"})
	say(t, log, "cus_1", ledger.Detail{Kind: ledger.RequestOpened, Channel: "web"})
	say(t, log, "cus_1", choice(ledger.ConsentExpired, "usage_analytics", "expired"))
	task := say(t, log, "cus_1", ledger.Detail{Kind: ledger.RequestErasure})
	must(t, ring.Destroy(t.Context(), keys.Evidence("cus_2")))

	page := give(f.Read(t.Context(), feed.Query{Limit: 10}))(t)
	var told []string
	for _, c := range page.Changes {
		told = append(told, fmt.Sprint(c.Kind, " ", c.Customer, " ", c.PreviousState, ">", c.State))
	}
	want := []string{"consent.given cus_1 never_asked>given", "consent.expired cus_1 given>expired", "request.erasure cus_1 >"}
	if fmt.Sprint(told) != fmt.Sprint(want) || page.Last != task {
		t.Errorf("told %q, last %d; want %q, %d", told, page.Last, want, task)
	}
	if c := page.Changes[2]; c.Task == nil || len(c.Task.ID) != 36 || page.Changes[0].Task != nil {
		t.Errorf("the task: %+v", c)
	}
	event := give(log.Entry(t.Context(), task))(t).Detail.ID.String()
	if page.Changes[2].Task.ID != event {
		t.Errorf("the task's id is %s, the event's %s", page.Changes[2].Task.ID, event)
	}
	// Whoever asks for one purpose is told of tasks all the same: they are about everything.
	page = give(f.Read(t.Context(), feed.Query{Limit: 10, Filter: feed.Filter{Purposes: []string{"marketing_email"}}}))(t)
	if len(page.Changes) != 1 || page.Changes[0].Kind != ledger.RequestErasure {
		t.Errorf("by another purpose: %+v", page.Changes)
	}
	page = give(f.Read(t.Context(), feed.Query{Limit: 10, Filter: feed.Filter{Kinds: []string{"consent.*"}}}))(t)
	if len(page.Changes) != 2 || page.Last != task {
		t.Errorf("by kind: %+v", page)
	}
	if _, err := f.Read(t.Context(), feed.Query{After: task + 1, Limit: 1}); models.KindOf(err) != models.Invalid {
		t.Errorf("beyond the log: %v", err)
	}
	// What a feed that has read nothing before says of the state before is the same.
	late := give(feed.New(log, datamap.Hold(dataMap(t))).Read(t.Context(), feed.Query{After: task - 2, Limit: 1}))(t)
	if late.Changes[0].PreviousState != "given" {
		t.Errorf("read late: %+v", late.Changes[0])
	}
}

// TestAReaderIsWokenByAnotherServersEntry has two servers on one store: the one that is asked did not write.
func TestAReaderIsWokenByAnotherServersEntry(t *testing.T) {
	r, _, first := newLog(t)
	second := feed.New(r.Start(r.Ring(), 0), datamap.Hold(dataMap(t)))
	after := give(second.Last(t.Context()))(t)
	pages := make(chan feed.Page, 1)
	go func() {
		page, err := second.Read(context.WithoutCancel(t.Context()), feed.Query{After: after, Limit: 10, Wait: feed.MaxWait})
		if err != nil {
			t.Error(err)
		}
		pages <- page
	}()
	seq := say(t, first, "cus_1", choice(ledger.ConsentGiven, "usage_analytics", "given"))
	if page := <-pages; len(page.Changes) != 1 || page.Changes[0].LogIndex != seq {
		t.Errorf("%+v", page)
	}
	// A position that only the other server knows of is one.
	seq = say(t, first, "cus_1", choice(ledger.ConsentWithdrawn, "usage_analytics", "withdrawn"))
	if page := give(second.Read(t.Context(), feed.Query{After: seq, Limit: 1}))(t); page.Last != seq {
		t.Errorf("%+v", page)
	}
}

// TestNobodyWaitsForAServerThatStops: who waits is answered, and who comes later does not wait.
func TestNobodyWaitsForAServerThatStops(t *testing.T) {
	_, _, log := newLog(t)
	f := feed.New(log, datamap.Hold(dataMap(t)))
	after := give(f.Last(t.Context()))(t)
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			page, err := f.Read(context.WithoutCancel(t.Context()), feed.Query{After: after, Limit: 1, Wait: feed.MaxWait})
			if err != nil || len(page.Changes) > 0 || page.Last != after {
				t.Errorf("%+v %v", page, err)
			}
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	must(t, f.Run(ctx))
	waiting.Wait()
	if !f.Ended() {
		t.Error("it does not say that it stops")
	}
	give(f.Read(t.Context(), feed.Query{After: after, Limit: 1, Wait: feed.MaxWait}))(t)
}
