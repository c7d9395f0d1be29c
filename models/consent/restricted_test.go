package consent_test

import (
	"testing"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// restrict has the log say that everything about cus_1 is restricted, or released again.
func (r *rig) restrict(kind string, state models.State) uint64 {
	r.t.Helper()
	result, err := r.log.Append(r.t.Context(), sequencer.Event{Subject: "cus_1", Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{Kind: kind, Actor: ledger.Actor{Type: ledger.ActorStaff}, Purpose: models.Everything, State: string(state)}, nil
	}})
	must(r.t, err)
	return result.Entry.Seq
}

// Restricted data is stored and nothing else is done with it, on whatever basis (GDPR Art. 18; R6). What the customer
// has decided stands, and holds again afterwards.
func TestRestrictionDeniesEverything(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	before := []consent.Decision{r.decide("billing", ""), r.decide("fraud_prevention", ""), r.decide("usage_analytics", "usage_detail")}
	seq := r.restrict(ledger.RequestRestriction, models.Restricted)

	denied := consent.Decision{Reason: consent.ReasonRestricted, LogIndex: seq, Recorded: true}
	for _, d := range []consent.Decision{
		r.decide("billing", ""), r.decide("billing", "marketing"), r.decide("fraud_prevention", ""), r.decide("usage_analytics", "usage_detail"),
	} {
		if d != denied {
			t.Errorf("got %+v, want %+v", d, denied)
		}
	}
	states, err := r.service.Purposes(t.Context(), "cus_1", "en")
	must(t, err)
	for _, s := range states {
		if s.Decision != denied {
			t.Errorf("%s: %+v, want %+v", s.Purpose.Key, s.Decision, denied)
		}
		if s.Purpose.Key == "usage_analytics" && s.State != models.Given {
			t.Errorf("the choice is %s, want that it stands", s.State)
		}
	}
	if d, err := r.service.Decide(t.Context(), "cus_2", "billing", ""); err != nil || !d.Allowed {
		t.Errorf("another customer: %+v, %v", d, err)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = r.service.Decide(t.Context(), "cus_1", "billing", "") }); n != 0 {
		t.Errorf("denying allocates %v times", n)
	}

	r.restrict(ledger.RequestRelease, models.Released)
	after := []consent.Decision{r.decide("billing", ""), r.decide("fraud_prevention", ""), r.decide("usage_analytics", "usage_detail")}
	for i := range before {
		if after[i] != before[i] {
			t.Errorf("released: %+v, want as before %+v", after[i], before[i])
		}
	}
}
