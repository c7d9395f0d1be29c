package consent_test

import (
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
)

// told is a choice made elsewhere, so many minutes after noon.
type toldAt struct {
	action  consent.Action
	minute  int
	version int // of the notice in force then
}

func (c toldAt) allows() bool { return c.action == consent.Give || c.action == consent.Lift }

// tell has the log hear of it.
func (r *rig) tell(customer, purpose, key string, noon time.Time, c toldAt) consent.Outcome {
	r.t.Helper()
	out, err := r.service.Tell(r.t.Context(), consent.Told{
		Customer: customer, Purpose: purpose, Action: c.action, Channel: "phone", OccurredAt: noon.Add(time.Duration(c.minute) * time.Minute),
		Notice: &models.NoticeRef{Key: key, Version: c.version, Locale: "en"}, Actor: ledger.Actor{Type: ledger.ActorService, ID: "crm"},
		Auth: consent.AuthClient,
	})
	must(r.t, err)
	return out
}

// naive is what must stand in the end, whatever order the choices came in: the last one; of two in the same moment the one
// that allows less.
func naive(choices []toldAt) toldAt {
	return slices.MaxFunc(choices, func(a, b toldAt) int {
		if a.minute != b.minute || a.allows() == b.allows() {
			return a.minute - b.minute
		}
		if a.allows() {
			return -1
		}
		return 1
	})
}

// Property: any order of arrival of the same choices leaves the same choice standing, and that is the naive model's. One
// customer is told in the order in which the choices were made, each other one in an order by chance; and some are told of at once.
func TestAnyOrderOfArrivalLeavesTheSameStanding(t *testing.T) {
	r := newRig(t)
	noon := r.Time()
	r.Pass(5 * time.Minute)
	r.publish("usage_analytics", 2)
	r.Pass(10 * time.Minute)
	seed := mathrand.Uint64()                        // a test's
	random := mathrand.New(mathrand.NewPCG(seed, 0)) // a test's
	t.Logf("seed %d", seed)
	for round := range 12 {
		purpose, key, actions := "usage_analytics", "usage_analytics", []consent.Action{consent.Give, consent.Withdraw}
		if round%3 == 2 {
			purpose, key, actions = "fraud_prevention", "privacy", []consent.Action{consent.Object, consent.Lift}
		}
		choices := make([]toldAt, 1+random.IntN(7))
		for i := range choices {
			choices[i] = toldAt{actions[random.IntN(2)], random.IntN(8), 1}
			if key == "usage_analytics" && choices[i].minute >= 5 {
				choices[i].version = 2
			}
		}
		want := naive(choices)
		slices.SortStableFunc(choices, func(a, b toldAt) int { return a.minute - b.minute })
		for arrival := range 5 {
			customer := fmt.Sprintf("cus_%d_%d", round, arrival)
			must(t, r.Data.PutCustomers(t.Context(), []models.Customer{{Ref: customer}}))
			if arrival > 0 {
				random.Shuffle(len(choices), func(i, j int) { choices[i], choices[j] = choices[j], choices[i] })
			}
			var all sync.WaitGroup
			for _, c := range choices {
				if arrival == 4 {
					all.Go(func() { r.tell(customer, purpose, key, noon, c) })
				} else {
					r.tell(customer, purpose, key, noon, c)
				}
			}
			all.Wait()
			st, err := r.log.Standing(t.Context(), customer)
			must(t, err)
			got := st.Choices.Of(purpose)
			allowed := got.State == models.Given || got.State == models.Permitted
			if allowed != want.allows() || !got.HappenedAt.Equal(noon.Add(time.Duration(want.minute)*time.Minute)) || got.Notice.Version != want.version {
				t.Fatalf("told %v: stands %+v, want %v", choices, got, want)
			}
			if d, err := r.service.Decide(t.Context(), customer, purpose, ""); err != nil || d.Allowed != want.allows() || d.LogIndex != got.Seq {
				t.Fatalf("told %v: decided %+v, %v, want %v", choices, d, err, want)
			}
		}
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
}

// TestALateChoiceIsRecordedAndChangesNothing: the entry says what goes on standing, and later entries name it as the one before.
func TestALateChoiceIsRecordedAndChangesNothing(t *testing.T) {
	r := newRig(t)
	noon := r.Time()
	r.Pass(time.Hour)
	stands := r.tell("cus_1", "usage_analytics", "usage_analytics", noon, toldAt{consent.Withdraw, 30, 1})
	before, err := r.log.Standing(t.Context(), "cus_1")
	must(t, err)
	late := r.tell("cus_1", "usage_analytics", "usage_analytics", noon, toldAt{consent.Give, 20, 1})
	after, err := r.log.Standing(t.Context(), "cus_1")
	must(t, err)
	want := before.Choices.Of("usage_analytics")
	want.Latest = late.Entry
	if got := after.Choices.Of("usage_analytics"); late.Changed || late.State != models.Refused || got != want {
		t.Errorf("outcome %+v; stands %+v, want %+v", late, got, want)
	}
	entry, err := r.log.EntryOf(t.Context(), "cus_1", late.Entry)
	must(t, err)
	if d := entry.Detail; d.Kind != ledger.ConsentGiven || d.State != string(models.Refused) || d.Supersedes == nil || *d.Supersedes != stands.Entry {
		t.Errorf("its entry says %+v", d)
	}
	next := r.tell("cus_1", "usage_analytics", "usage_analytics", noon, toldAt{consent.Give, 40, 1})
	entry, err = r.log.EntryOf(t.Context(), "cus_1", next.Entry)
	must(t, err)
	if d := entry.Detail; !next.Changed || d.Supersedes == nil || *d.Supersedes != late.Entry {
		t.Errorf("%+v; the next entry says %+v", next, d)
	}
	// On a page, where there is no doubt about the order, the last choice stands.
	out, err := r.choose(consent.Withdraw, "usage_analytics", nil)
	must(t, err)
	if out.State != models.Withdrawn || !out.Changed {
		t.Errorf("%+v", out)
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
}

// A consent given on paper binds from when it was given: it runs out that much earlier.
func TestAConsentToldLateRunsFromWhenItWasGiven(t *testing.T) {
	r := newRig(t)
	noon := r.Time()
	r.Pass(48 * time.Hour)
	r.tell("cus_1", "usage_analytics", "usage_analytics", noon, toldAt{consent.Give, 0, 1})
	states, err := r.service.Purposes(t.Context(), "cus_1", "en")
	must(t, err)
	for _, s := range states {
		if s.Purpose.Key == "usage_analytics" && !s.ExpiresAt.Equal(s.Purpose.ExpiresAt(noon)) {
			t.Errorf("it ends %v, want %v", s.ExpiresAt, s.Purpose.ExpiresAt(noon))
		}
	}
}
