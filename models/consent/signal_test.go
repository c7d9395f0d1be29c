package consent_test

import (
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
)

func (r *rig) signal(occurred time.Time) []consent.SignalOutcome {
	r.t.Helper()
	out, err := r.service.OptOut(r.t.Context(), consent.Signal{
		Customer: "cus_1", OccurredAt: occurred, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Auth: "link",
	})
	must(r.t, err)
	return out
}

// A3: the signal is a no to every purpose that is a sale or sharing, whatever its legal basis, at once.
func TestASignalIsANoToSaleAndSharing(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	if heard, err := r.service.Heard(t.Context(), "cus_1"); heard || err != nil {
		t.Errorf("heard before it was sent: %v", err)
	}
	out := r.signal(time.Time{})
	if len(out) != 2 || out[0].Purpose.Key != "fraud_prevention" || out[0].State != models.Objected || !out[0].Changed ||
		out[1].Purpose.Key != "usage_analytics" || out[1].State != models.Withdrawn || !out[1].Changed {
		t.Fatalf("%+v", out)
	}
	for _, purpose := range []string{"fraud_prevention", "usage_analytics"} {
		if d := r.decide(purpose, ""); d.Allowed {
			t.Errorf("%s: %+v", purpose, d)
		}
	}
	entry, err := r.log.EntryOf(t.Context(), "cus_1", out[1].Entry)
	must(t, err)
	if d := entry.Detail; d.Kind != ledger.ConsentWithdrawn || d.Channel != ledger.ChannelGPC || d.Actor.Type != ledger.ActorCustomer {
		t.Errorf("%+v", d)
	}
	if heard, err := r.service.Heard(t.Context(), "cus_1"); !heard || err != nil {
		t.Errorf("not heard: %v", err)
	}
	if d := r.decide("billing", ""); !d.Allowed {
		t.Errorf("billing is no sale: %+v", d)
	}
}

// It is recorded once, however often it is sent, by pages and by other sites, and also where a no stands already.
func TestASignalIsRecordedOnce(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Withdraw, "usage_analytics", nil)
	must(t, err)
	first := r.signal(time.Time{})
	size := r.log.Head().Size
	for _, occurred := range []time.Time{{}, r.Time(), r.Time().Add(-time.Hour)} {
		for i, o := range r.signal(occurred) {
			if o.Changed || o.Entry != first[i].Entry || o.State != first[i].State {
				t.Errorf("again: %+v, first %+v", o, first[i])
			}
		}
	}
	if after := r.log.Head().Size; after != size {
		t.Errorf("the log grew by %d", after-size)
	}
	if first[1].State != models.Refused || first[1].Changed {
		t.Errorf("a no stood already: %+v", first[1])
	}
}

// Who says yes after the signal was heeded says it in spite of it: the yes stands, and the signal is not held against it.
func TestAYesAfterTheSignalStands(t *testing.T) {
	r := newRig(t)
	r.signal(time.Time{})
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	r.signal(time.Time{})
	if d := r.decide("usage_analytics", ""); !d.Allowed {
		t.Errorf("%+v", d)
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
}

// A signal from before a yes that is told of late changes nothing, and counts as heard.
func TestALateSignalChangesNothing(t *testing.T) {
	r := newRig(t)
	seen := r.Time()
	r.Pass(time.Hour)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	out := r.signal(seen)
	if out[1].Changed || out[1].State != models.Given || !out[0].Changed {
		t.Errorf("%+v", out)
	}
	if d := r.decide("usage_analytics", ""); !d.Allowed {
		t.Errorf("%+v", d)
	}
	if heard, err := r.service.Heard(t.Context(), "cus_1"); !heard || err != nil {
		t.Errorf("not heard: %v", err)
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
	if _, err := r.service.OptOut(t.Context(), consent.Signal{Customer: "cus_1", OccurredAt: r.Time().Add(time.Second)}); models.KindOf(err) != models.Invalid {
		t.Errorf("a signal of the future: %v", err)
	}
}
