package consent_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/notice"
)

// newFamilyRig has purposes that depend on each other, and one whose default differs by place.
func newFamilyRig(t testing.TB) *rig {
	t.Helper()
	r := newRigOf(t, readMap(t, "testdata/datamap.yaml", "testdata/family.yaml"))
	r.publish("marketing", 1)
	r.publish("sharing", 1)
	return r
}

// change publishes the next version of a notice.
func (r *rig) change(key string, effective time.Time, effect notice.Effect, invalidFrom time.Time) int {
	r.t.Helper()
	return r.write(key, len(r.notices.Versions(key))+1, effective, effect, invalidFrom)
}

// write publishes a version of a notice.
func (r *rig) write(key string, version int, effective time.Time, effect notice.Effect, invalidFrom time.Time) int {
	r.t.Helper()
	must(r.t, r.notices.Publish(r.t.Context(), notice.Notice{
		Key: key, Version: version, EffectiveAt: effective, Effect: effect, InvalidFrom: invalidFrom,
		Texts: map[string]notice.Text{"en": {Title: key, Summary: "What we do.", Body: fmt.Sprintf("Text of version %d.", version)}},
	}))
	return version
}

// on is where cus_1 stands on a purpose.
func (r *rig) on(purpose string) consent.PurposeState {
	r.t.Helper()
	states, err := r.service.Purposes(r.t.Context(), "cus_1", "en")
	must(r.t, err)
	for _, s := range states {
		if s.Purpose.Key == purpose {
			if d := r.decide(purpose, ""); d != s.Decision {
				r.t.Errorf("%s: decided %+v, listed %+v", purpose, d, s.Decision)
			}
			return s
		}
	}
	r.t.Fatalf("there is no purpose %s", purpose)
	return consent.PurposeState{}
}

func (r *rig) did(action consent.Action, purpose, notice string) {
	r.t.Helper()
	_, err := r.choose(action, purpose, r.shown(notice, fmt.Sprint(r.log.Head().Size)))
	must(r.t, err)
}

// C5: a later version ends consents on the date that its approver set, by the clock, and never before it takes effect.
func TestAVersionEndsConsentsToEarlierOnes(t *testing.T) {
	for name, c := range map[string]struct {
		takesEffect, invalidFrom, ends time.Duration // from now
	}{
		"at once":                          {time.Hour, time.Hour, time.Hour},
		"later":                            {time.Hour, 3 * time.Hour, 3 * time.Hour},
		"a date before it takes effect":    {time.Hour, time.Minute, time.Hour},
		"no date: when it takes effect":    {2 * time.Hour, -1, 2 * time.Hour},
		"a date that is over, at once too": {0, -time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.did(consent.Give, "usage_analytics", "usage_analytics")
			start := r.Time()
			from := start.Add(c.invalidFrom)
			if c.invalidFrom == -1 {
				from = time.Time{}
			}
			r.change("usage_analytics", start.Add(c.takesEffect), notice.Invalidate, from)
			if c.ends > 0 {
				r.Pass(c.ends - time.Millisecond)
				if s := r.on("usage_analytics"); s.State != models.Given || !s.Decision.Allowed || !s.ExpiresAt.Equal(start.Add(c.ends)) {
					t.Errorf("just before: %s, %+v, until %v", s.State, s.Decision, s.ExpiresAt)
				}
				r.Pass(time.Millisecond)
			}
			s := r.on("usage_analytics")
			if s.State != models.Invalidated || s.Decision.Allowed || s.Decision.Reason != consent.ReasonInvalidated ||
				s.Decision.NoticeVersion != 1 || s.Asked.Why != consent.TextEnded || s.Asked.Now.Version != 2 {
				t.Errorf("then: %s, %+v, asked %+v", s.State, s.Decision, s.Asked)
			}
			r.did(consent.Give, "usage_analytics", "usage_analytics")
			if s := r.on("usage_analytics"); s.State != models.Given || s.Asked.Why != consent.NotAsked || s.Notice.Version != 2 {
				t.Errorf("given anew: %s, asked %+v about version %d", s.State, s.Asked, s.Notice.Version)
			}
		})
	}
}

// A version that asks leaves consents as they are until the person decides. Whoever said no is not asked.
func TestAVersionAsksThoseWhoConsented(t *testing.T) {
	r := newRig(t)
	r.did(consent.Give, "usage_analytics", "usage_analytics")
	r.change("usage_analytics", r.Time().Add(time.Hour), notice.Ask, time.Time{})
	if s := r.on("usage_analytics"); s.Asked.Why != consent.NotAsked {
		t.Errorf("asked before it takes effect: %+v", s.Asked)
	}
	r.Pass(time.Hour)
	s := r.on("usage_analytics")
	if s.State != models.Given || !s.Decision.Allowed || s.Asked.Why != consent.TextChanged || s.Asked.Had.Version != 1 || s.Asked.Now.Version != 2 {
		t.Fatalf("%s, %+v, asked %+v", s.State, s.Decision, s.Asked)
	}
	size := r.log.Head().Size
	for range 3 { // however often they come
		must(t, r.service.Ask(t.Context(), "cus_1", []consent.PurposeState{s, r.on("usage_analytics")}))
	}
	if grown := r.log.Head().Size - size; grown != 1 {
		t.Errorf("asking is %d entries", grown)
	}
	asked, err := r.log.Entry(t.Context(), size)
	must(t, err)
	if d := asked.Detail; d.Kind != ledger.RenewalAsked || d.State != "given" || d.Notice.Version != 2 || d.Purpose != "usage_analytics" {
		t.Errorf("recorded: %+v", d)
	}
	if after := r.on("usage_analytics"); after.Decision != s.Decision || after.Asked != s.Asked {
		t.Errorf("having been asked changes %+v to %+v", s, after)
	}
	out, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "anew"))
	must(t, err)
	entry, err := r.log.Entry(t.Context(), out.Entry)
	must(t, err)
	if entry.Detail.Kind != ledger.ConsentRenewed || *entry.Detail.Supersedes != size || r.on("usage_analytics").Asked.Why != consent.NotAsked {
		t.Errorf("given anew: %+v", entry.Detail)
	}

	r.did(consent.Withdraw, "usage_analytics", "usage_analytics")
	r.change("usage_analytics", r.Time(), notice.Ask, time.Time{})
	r.Pass(5 * 365 * 24 * time.Hour)
	if s := r.on("usage_analytics"); s.Asked.Why != consent.NotAsked || s.State != models.Withdrawn {
		t.Errorf("a no is asked again: %+v", s)
	}
}

// A4: for a year after an opt-out from a sale nobody is asked about it, even if they have said yes in between.
func TestAnOptOutIsLeftAloneForAYear(t *testing.T) {
	r := newRig(t)
	r.did(consent.Withdraw, "usage_analytics", "usage_analytics")
	opted := r.Time()
	r.Pass(time.Hour)
	r.did(consent.Give, "usage_analytics", "usage_analytics")
	r.change("usage_analytics", r.Time(), notice.Invalidate, r.Time())
	for r.Time().Before(opted.AddDate(1, 0, 0).Add(-time.Hour)) {
		if s := r.on("usage_analytics"); s.State != models.Invalidated || s.Asked.Why != consent.NotAsked {
			t.Fatalf("%v after the opt-out: %s, asked %+v", r.Time().Sub(opted), s.State, s.Asked)
		}
		r.Pass(91 * 24 * time.Hour)
	}
	r.Pass(opted.AddDate(1, 0, 0).Add(time.Millisecond).Sub(r.Time()))
	if s := r.on("usage_analytics"); s.Asked.Why == consent.NotAsked {
		t.Errorf("never asked again: %+v", s)
	}
}

// A4: who has opted out of a sale opts in again in two steps; nobody else is asked twice.
func TestOptingBackInTakesTwoSteps(t *testing.T) {
	r := newFamilyRig(t)
	give := func(purpose, text string, confirmed bool) error {
		_, err := r.service.Choose(t.Context(), consent.Choice{
			Customer: "cus_1", Purpose: purpose, Action: consent.Give, Confirmed: confirmed, Channel: "web",
			Shown: r.shown(text, fmt.Sprint(r.log.Head().Size)), Actor: ledger.Actor{Type: ledger.ActorCustomer},
		})
		return err
	}
	must(t, give("sharing", "sharing", false))
	r.did(consent.Withdraw, "sharing", "sharing")
	size := r.log.Head().Size
	if err := give("sharing", "sharing", false); !errors.Is(err, consent.ErrUnconfirmed) || r.log.Head().Size != size {
		t.Errorf("in one step: %v, and the log has grown by %d", err, r.log.Head().Size-size)
	}
	must(t, give("sharing", "sharing", true))
	if s := r.on("sharing"); s.State != models.Given {
		t.Errorf("in two: %s", s.State)
	}
	r.did(consent.Withdraw, "marketing", "marketing")
	must(t, give("marketing", "marketing", false))
}

// A purpose that depends on another allows only what that one allows; the choice about it stays.
func TestAChildAllowsOnlyWhatItsParentAllows(t *testing.T) {
	r := newFamilyRig(t)
	r.did(consent.Give, "offers", "marketing")
	if s := r.on("offers"); s.State != models.Given || s.Decision.Allowed || s.Decision.Reason != consent.ReasonNeverAsked || !s.HeldBack {
		t.Errorf("without its parent: %+v", s)
	}
	r.did(consent.Give, "marketing", "marketing")
	if s := r.on("offers"); !s.Decision.Allowed || s.HeldBack || s.Parent.Key != "marketing" {
		t.Errorf("with its parent: %+v", s)
	}
	r.did(consent.Withdraw, "marketing", "marketing")
	s := r.on("offers")
	if s.State != models.Given || s.Decision.Allowed || s.Decision.Reason != consent.ReasonWithdrawn || s.Decision.LogIndex != r.on("marketing").Choice.Seq {
		t.Errorf("parent withdrawn: %+v", s)
	}
	if allowed, err := r.service.AllowedPurposes(t.Context(), "cus_1", ""); err != nil || fmt.Sprint(allowed) != "[billing fraud_prevention]" {
		t.Errorf("allowed are %v, %v", allowed, err)
	}
	if page, err := r.service.Allowing(t.Context(), "offers", "", "", 10); err != nil || len(page.Customers) != 0 {
		t.Errorf("found %+v, %v", page, err)
	}
	r.did(consent.Give, "marketing", "marketing")
	if page, err := r.service.Allowing(t.Context(), "offers", "", "", 10); err != nil || len(page.Customers) != 1 || !r.on("offers").Decision.Allowed {
		t.Errorf("parent given again: %+v, %v", page, err)
	}
}

// What holds for whoever has decided nothing depends on where they are, at once when they move; a no holds everywhere.
func TestDefaultsGoByPlace(t *testing.T) {
	r := newFamilyRig(t)
	there := r.beside(readMap(t, "testdata/datamap.yaml", "testdata/family.yaml"))
	live := func(jurisdiction string) {
		must(t, there.Data.PutCustomers(t.Context(), []models.Customer{{Ref: "cus_1", Jurisdiction: jurisdiction}}))
	}
	stands := func(state models.State, reason consent.Reason, allowed bool) {
		t.Helper()
		s := r.on("sharing")
		page, err := r.service.Allowing(t.Context(), "sharing", "", "", 1)
		must(t, err)
		found := len(page.Customers) == 1 && page.Customers[0] == "cus_1"
		if s.State != state || s.Decision.Reason != reason || s.Decision.Allowed != allowed || found != allowed {
			t.Errorf("%s, %+v, found %t; want %s, %s", s.State, s.Decision, found, state, reason)
		}
	}
	for jurisdiction, permitted := range map[string]bool{"US-CA": true, "US-TX": false, "US": false, "DE": false, "": false} {
		live(jurisdiction)
		if permitted {
			stands(models.Permitted, "legitimate_interests", true)
		} else {
			stands(models.NeverAsked, consent.ReasonNeverAsked, false)
		}
	}
	live("US-CA")
	if s := r.on("sharing"); s.On != consent.Lift || s.Off != consent.Object {
		t.Errorf("offered %s, %s", s.On, s.Off)
	}
	r.did(consent.Object, "sharing", "sharing")
	stands(models.Objected, consent.ReasonObjected, false)
	live("DE")
	stands(models.Objected, consent.ReasonObjected, false)
	if s := r.on("sharing"); s.On != consent.Give || s.Off != consent.Withdraw {
		t.Errorf("offered %s, %s", s.On, s.Off)
	}
	if _, err := r.choose(consent.Lift, "sharing", r.shown("sharing", "lift")); err == nil {
		t.Error("an objection is lifted where a consent is needed")
	}
	r.did(consent.Give, "sharing", "sharing")
	stands(models.Given, consent.ReasonGiven, true)
	r.did(consent.Withdraw, "sharing", "sharing")
	live("US-CA")
	stands(models.Withdrawn, consent.ReasonWithdrawn, false)
	r.did(consent.Lift, "sharing", "sharing")
	stands(models.Permitted, "legitimate_interests", true)
	live("DE")
	stands(models.NeverAsked, consent.ReasonNeverAsked, false)
}
