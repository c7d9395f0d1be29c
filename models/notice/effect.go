package notice

import "time"

// fate is what later versions of a notice do to consents that were given to one; a zero time is never.
type fate struct {
	asks, ends time.Time
}

// AsksFrom is when those who consented to a version of a notice are first to be asked anew: when the first version
// after it takes effect whose approver wants it, or whose meaning differs while nobody has said what that means for
// them. The zero time if there is none.
func (s *Service) AsksFrom(key string, version int) time.Time { return s.fate(key, version).asks }

// EndsFrom is when consents that were given to a version of a notice end, because a later version invalidates them: on
// the date that its approver set, and never before that version takes effect. The zero time if none does. It costs two
// look-ups in memory: every decision asks.
func (s *Service) EndsFrom(key string, version int) time.Time { return s.fate(key, version).ends }

// Published is how many versions there are, of all notices: another number says that something has changed.
func (s *Service) Published() int {
	n := 0
	for _, all := range s.known() {
		n += len(all)
	}
	return n
}

func (s *Service) fate(key string, version int) fate {
	of := (*s.fates.Load())[key]
	if version < 1 || version > len(of) { // published elsewhere a moment ago: nothing can have come after it yet
		return fate{}
	}
	return of[version-1]
}

// hold makes versions the ones that everybody is given, with what they do to each other's consents worked out.
func (s *Service) hold(next versions) {
	fates := make(map[string][]fate, len(next))
	for key, all := range next {
		fates[key] = fatesOf(all)
	}
	s.fates.Store(&fates)
	s.versions.Store(&next)
}

// fatesOf works out, for each version in order, the first moment at which one after it asks, or ends what was given.
func fatesOf(all []Notice) []fate {
	out := make([]fate, len(all))
	for i := len(all) - 2; i >= 0; i-- {
		later := &all[i+1]
		out[i] = out[i+1]
		if later.withdrawn() {
			continue
		}
		if later.Asks() {
			out[i].asks = earlier(out[i].asks, later.EffectiveAt)
		}
		if later.Effect == Invalidate {
			out[i].ends = earlier(out[i].ends, later.endsEarlierFrom())
		}
	}
	return out
}

// Asks says whether those who consented to an earlier version are asked anew: its approver wants it, or its meaning differs
// and nobody has said what that means for them.
func (n *Notice) Asks() bool { return n.Effect != Keep || n.Material }

// endsEarlierFrom is when a version that invalidates does so.
func (n *Notice) endsEarlierFrom() time.Time {
	if n.InvalidFrom.Before(n.EffectiveAt) {
		return n.EffectiveAt
	}
	return n.InvalidFrom
}

// earlier is the first of two times, of which the zero one is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
