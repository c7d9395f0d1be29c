package consent_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
)

// Many writers about one customer, on two servers over one store: choices on pages, choices made elsewhere and profiles, all at
// once. Nothing is lost or doubled, there is one chain, and what stands is what the log says.
func TestParallelWritesAboutOneCustomer(t *testing.T) {
	r := newRig(t)
	noon := r.Time()
	r.Pass(time.Hour)
	raw, err := os.ReadFile("testdata/datamap.yaml")
	must(t, err)
	m, err := datamap.Parse(raw)
	must(t, err)
	servers := []*rig{r, r.beside(m)}
	profiles := billing.New(billing.Config{Map: datamap.Hold(m), Customers: r.Data, Records: r.Data, Ring: r.Ring(), Clock: r.Time})
	before := r.log.Head().Size

	const each = 20
	told := make([]consent.Outcome, each)
	var all sync.WaitGroup
	for i := range each {
		server := servers[i%2]
		action := []consent.Action{consent.Give, consent.Withdraw}[i/2%2]
		all.Go(func() {
			told[i] = server.tell("cus_1", "usage_analytics", "usage_analytics", noon, toldAt{action, i, 1})
		})
		all.Go(func() {
			shown := server.shown("privacy", fmt.Sprint("page ", i))
			if _, err := server.choose([]consent.Action{consent.Object, consent.Lift}[i%2], "fraud_prevention", shown); err != nil && models.KindOf(err) != models.Conflict {
				t.Error(err)
			}
		})
		all.Go(func() {
			if err := profiles.PutCustomer(t.Context(), billing.Profile{Customer: models.Customer{Ref: "cus_1"}}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()

	entries := map[uint64]bool{}
	for _, o := range told {
		entries[o.Entry] = true
	}
	if len(entries) != each {
		t.Errorf("%d choices are %d entries", each, len(entries))
	}
	standing := models.Standing{}
	for _, server := range servers {
		st, err := server.log.Newest(t.Context(), "cus_1")
		must(t, err)
		if standing.Customer != "" && fmt.Sprint(st.Choices) != fmt.Sprint(standing.Choices) {
			t.Errorf("one server says %+v, the other %+v", standing.Choices, st.Choices)
		}
		standing = st
	}
	if last := standing.Choices.Of("usage_analytics"); last.State != models.Withdrawn && last.State != models.Refused || !last.HappenedAt.Equal(noon.Add(19*time.Minute)) {
		t.Errorf("stands %+v, want the last no", last)
	}
	history, err := r.log.History(t.Context(), "cus_1", 1000)
	must(t, err)
	head := r.log.Head().Size
	if want := int(head - before); len(history) != want { // small
		t.Errorf("the log grew by %d entries, and %d are of the customer", want, len(history))
	}
	if got := history[0]; got.Entry.Seq != head-1 {
		t.Errorf("the last of them is %d, the log ends at %d", got.Entry.Seq, head)
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
}
