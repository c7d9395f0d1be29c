package consent

import (
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/notice"
	"candor/models/sequencer"
)

// where is what decides, beside a choice itself, where it leaves a person: what the purposes are, which texts there have
// been since, where the person is, and what time it is. It is the one rule behind every decision, page, list and count.
type where struct {
	m       *datamap.Map
	notices *notice.Service
	// jurisdiction is the one whose rules apply to the person; it matters only where needsPlace says so.
	jurisdiction string
	now          time.Time
}

// state is the one that a recorded choice is in: a consent that has run out, or whose text has been replaced by one that
// ends it, binds nobody from that moment on, whether or not a job has said so yet. A no is honoured in whatever form it
// was said, and wherever the person has moved since.
func (w *where) state(p *datamap.Purpose, c models.Choice) models.State {
	said := c.State == models.Refused || c.State == models.Withdrawn || c.State == models.Objected
	switch {
	case !p.Chosen():
		return models.Required
	case said:
		return c.State
	case p.Basis == datamap.LegitimateInterests:
		return models.Permitted
	case c.Granted():
		state, _ := w.granted(p, c)
		return state
	case p.DefaultIn(w.jurisdiction) == datamap.OptOut:
		return models.Permitted
	default: // nothing has been said, or an objection been lifted, which is no consent
		return models.NeverAsked
	}
}

// granted is the state of a consent that was given, and when it ends or ended; the zero time is never.
func (w *where) granted(p *datamap.Purpose, c models.Choice) (models.State, time.Time) {
	state, ends := w.end(p, c)
	recorded := c.State != models.Given && !w.now.Before(c.Since)
	switch {
	case !ends.IsZero() && !w.now.Before(ends):
		return state, ends
	case recorded: // what the log has ended is not given again because the purpose's interval was made longer
		return c.State, c.Since
	default:
		return models.Given, ends
	}
}

// end is how and when a consent ends, whatever the time is now: when its interval is over, or a later version of its
// notice invalidates it, whichever comes first.
func (w *where) end(p *datamap.Purpose, c models.Choice) (models.State, time.Time) {
	expires, ends := p.ExpiresAt(c.HappenedAt), w.notices.EndsFrom(c.Notice.Key, c.Notice.Version)
	if ends.IsZero() || !expires.IsZero() && expires.Before(ends) {
		return models.Expired, expires
	}
	if ends.Before(c.HappenedAt) { // told of late, about a text that ended consents by then
		ends = c.HappenedAt
	}
	return models.Invalidated, ends
}

// needsPlace says whether it matters where a person is: the purpose, or the one it depends on, is done somewhere until
// they say no, and they have said neither no nor yes.
func (w *where) needsPlace(p *datamap.Purpose, choices models.Choices) bool {
	for ; p != nil; p = w.m.ParentOf(p) {
		if p.Regional() {
			if c := choices.Of(p.Key); c.State == "" || c.State == models.Permitted {
				return true
			}
		}
	}
	return false
}

// verdict is what is allowed about a customer who exists. An empty category asks about the purpose as a whole. A purpose
// that depends on another allows only what that one allows.
func (w *where) verdict(p *datamap.Purpose, choices models.Choices, category string) Decision {
	if d, all := Denied(choices); all {
		return d
	}
	if category != "" && !p.Covers(category) {
		return Decision{Reason: ReasonCategoryNotCovered}
	}
	if !p.Chosen() {
		return Decision{Allowed: true, Reason: Reason(p.Basis)}
	}
	if parent := w.m.ParentOf(p); parent != nil {
		if d := w.own(parent, choices); !d.Allowed {
			return d
		}
	}
	return w.own(p, choices)
}

// own is what a customer's own choice about a purpose allows.
func (w *where) own(p *datamap.Purpose, choices models.Choices) Decision {
	choice := choices.Of(p.Key)
	return decide(w.state(p, choice), choice)
}

// offered says which actions are a customer's: consent can be given and withdrawn (GDPR Art. 7), a legitimate interest
// objected to (Art. 21), anything else is not theirs to decide. Where a purpose that rests on consent is done until they
// say no, they object to that, and may take it back; a yes is never too much, and a no in the other form never refused to
// somebody who has just moved.
func (w *where) offered(p *datamap.Purpose, a Action) bool {
	switch p.Basis {
	case datamap.Consent:
		optOut := p.DefaultIn(w.jurisdiction) == datamap.OptOut
		return a == Give || a == Withdraw || a == Object && p.Regional() || a == Lift && optOut
	case datamap.LegitimateInterests:
		return a == Object || a == Lift
	default:
		return false
	}
}

// buttons are the yes and the no that a page offers.
func (w *where) buttons(p *datamap.Purpose, c models.Choice) (on, off Action) {
	optOut := p.DefaultIn(w.jurisdiction) == datamap.OptOut && !c.Granted()
	switch {
	case !p.Chosen():
		return "", ""
	case p.Basis == datamap.LegitimateInterests || optOut:
		return Lift, Object
	default:
		return Give, Withdraw
	}
}

// at is the same at another time.
func (w where) at(t time.Time) where {
	w.now = t
	return w
}

// after is where a choice that was just recorded leaves the person: a consent that was told of late may have ended by now.
func (w *where) after(p *datamap.Purpose, r sequencer.Result) models.State {
	c := models.Choice{State: models.State(r.Detail.State), HappenedAt: r.Time}
	if !r.Detail.OccurredAt.IsZero() {
		c.HappenedAt = r.Detail.OccurredAt
	}
	if n := r.Detail.Notice; n != nil {
		c.Notice = models.NoticeRef(*n)
	}
	if c.State != models.Given { // a no, or what went on standing, which the clock has been asked about
		return c.State
	}
	return w.state(p, c)
}
