package training

import (
	"slices"
	"time"

	"candor/models/datamap"
	"candor/models/store"
)

// RemindBefore is how long before an attestation runs out its renewal is due.
const RemindBefore = 30 * 24 * time.Hour

// State is where a member of staff stands on a requirement.
type State string

// The states, what needs doing first.
const (
	Missing State = "missing" // permissions on personal data are withheld
	Due     State = "due"     // it holds, or nothing is asked yet, until a date that is near
	Current State = "current"
)

// Reason says why something is due or missing.
type Reason string

// The reasons.
const (
	Never   Reason = "never"   // it was never acknowledged or passed
	Expiry  Reason = "expiry"  // what there is runs out, or has
	Changed Reason = "changed" // a material version has come into force since
)

// Standing is where a member of staff stands on a requirement that binds them.
type Standing struct {
	Requirement Requirement // the version in force
	State       State
	Reason      Reason // of what is due or missing
	// Until is when it ceases to hold, or ceased to; when the grace of what was never done ends, or ended. The zero time: it
	// holds for ever.
	Until time.Time
	// Attested is what holds longest of what was acknowledged or passed; without Seq if nothing was.
	Attested store.Attestation
}

// inForce is the version in force at a time: the last of those that have taken effect.
func inForce(have []Requirement, at time.Time) (Requirement, bool) {
	for _, r := range slices.Backward(have) {
		if !r.Withdrawn && !r.EffectiveAt.After(at) {
			return r, true
		}
	}
	return Requirement{}, false
}

// judge says where somebody stands: a function of the requirement's versions, their roles, when they became a member, what
// they attested, and the time. It is false for whom it does not bind.
func judge(have []Requirement, roles []string, since time.Time, attested []store.Attestation, now time.Time) (Standing, bool) {
	r, ok := inForce(have, now)
	if !ok || !r.Binds(roles) {
		return Standing{}, false
	}
	grace, given := graceEnds(have, roles, since, now)
	s := Standing{Requirement: r, Reason: Never, Until: grace}
	for _, a := range attested {
		if a.Requirement != r.Key || a.Version < 1 || a.Version > len(have) || a.State == Failed {
			continue
		}
		if until, reason := holds(have, a, now); s.Reason == Never || later(until, s.Until) {
			s.Until, s.Reason, s.Attested = until, reason, a
		}
	}
	if given && later(grace, s.Until) {
		s.Until = grace
	}
	s.State = stateOf(s, now)
	if s.State == Current {
		s.Reason = ""
	}
	return s, true
}

// stateOf is the state at a time.
func stateOf(s Standing, now time.Time) State {
	switch {
	case s.Until.IsZero():
		return Current
	case !s.Until.After(now):
		return Missing
	case s.Reason == Expiry && s.Until.Sub(now) > RemindBefore:
		return Current
	}
	return Due
}

// later compares ends; the zero time is none, and later than any.
func later(a, b time.Time) bool {
	return !b.IsZero() && (a.IsZero() || a.After(b))
}

// holds is until when an attestation holds, and what ends it: its version's validity, or the grace of a material version
// that has come into force since.
func holds(have []Requirement, a store.Attestation, now time.Time) (until time.Time, reason Reason) {
	reason = Expiry
	if validity := have[a.Version-1].Validity; validity != "" {
		if end, err := datamap.After(validity, a.At); err == nil {
			until = end
		} else {
			until = a.At // checked when it was published: what cannot be read holds no longer than it took
		}
	}
	for i, v := range have[a.Version:] {
		if !v.Material || v.Withdrawn {
			continue
		}
		if came, ok := cameIntoForce(have[a.Version+i:], now); ok {
			if end := came.AddDate(0, 0, v.Grace); later(until, end) {
				until, reason = end, Changed
			}
		}
	}
	return until, reason
}

// cameIntoForce is when the first of these versions took effect: what changed with one of them is in all later ones too.
func cameIntoForce(have []Requirement, now time.Time) (first time.Time, ok bool) {
	for _, v := range have {
		if !v.Withdrawn && !v.EffectiveAt.After(now) && (!ok || v.EffectiveAt.Before(first)) {
			first, ok = v.EffectiveAt, true
		}
	}
	return first, ok
}

// graceEnds is until when whoever is newly bound has time: days after the requirement has begun to bind their roles without
// a break. Whoever became a member of staff after that is given none: they see nobody's data before they know what they must.
func graceEnds(have []Requirement, roles []string, since, now time.Time) (end time.Time, given bool) {
	var moments []time.Time // at which another version comes into force
	for _, v := range have {
		if !v.Withdrawn && !v.EffectiveAt.After(now) {
			moments = append(moments, v.EffectiveAt)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	var bound time.Time
	grace := 0
	for _, at := range slices.Backward(moments) {
		r, ok := inForce(have, at)
		if !ok || !r.Binds(roles) {
			break
		}
		bound, grace = at, r.Grace
	}
	if since.After(bound) {
		return since, false
	}
	return bound.AddDate(0, 0, grace), true
}
