package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/store"
)

// Reason says why a use is allowed or not, under the names that interfaces.md gives.
type Reason string

// The reasons that are not a legal basis' own name.
const (
	ReasonGiven              Reason = "consent_given"
	ReasonWithdrawn          Reason = "consent_withdrawn"
	ReasonRefused            Reason = "consent_refused"
	ReasonExpired            Reason = "consent_expired"
	ReasonInvalidated        Reason = "consent_invalidated"
	ReasonNeverAsked         Reason = "never_asked"
	ReasonObjected           Reason = "objected"
	ReasonRestricted         Reason = "restricted"
	ReasonCategoryNotCovered Reason = "category_not_covered"
	ReasonUnknownPurpose     Reason = "unknown_purpose"
	ReasonUnknownCustomer    Reason = "unknown_customer"
)

// Decision answers "may I use this customer's data for this purpose?".
type Decision struct {
	Allowed bool
	Reason  Reason
	// LogIndex is the entry that the answer rests on, if Recorded.
	LogIndex uint64
	Recorded bool
	// NoticeVersion is the version of the text that the choice was about; 0 if there is none.
	NoticeVersion int
}

// Decide answers for one customer and purpose, and one category unless that is empty. On an error
// nothing may be used. Once a customer is remembered it allocates nothing. Where it matters in which jurisdiction they are,
// that is read anew: another server may have been told that they moved.
func (s *Service) Decide(ctx context.Context, customer, purpose, category string) (Decision, error) {
	m := s.cfg.Map.Current()
	p, ok := m.Purpose(purpose)
	if !ok {
		return Decision{Reason: ReasonUnknownPurpose}, nil
	}
	known, err := s.exists(ctx, customer)
	if err != nil {
		return Decision{}, fmt.Errorf("decide: %w", err)
	}
	if !known {
		return Decision{Reason: ReasonUnknownCustomer}, nil
	}
	standing, err := s.cfg.Log.Standing(ctx, customer)
	if err != nil {
		return Decision{}, fmt.Errorf("decide: %w", err)
	}
	w := where{m: m, notices: s.cfg.Notices, now: s.cfg.Clock()}
	if w.needsPlace(p, standing.Choices) {
		switch w.jurisdiction, err = s.jurisdiction(ctx, m, customer); {
		case errors.Is(err, store.ErrNotFound):
			return Decision{Reason: ReasonUnknownCustomer}, nil
		case err != nil:
			return Decision{}, fmt.Errorf("decide: %w", err)
		}
	}
	return w.verdict(p, standing.Choices, category), nil
}

// Denied says whether everything is denied to everybody, whatever the customer has decided and on whatever basis: the
// processing of their data is restricted, which leaves storing it (GDPR Art. 18). The decision says so.
func Denied(choices models.Choices) (Decision, bool) {
	c := choices.Of(models.Everything)
	if c.State != models.Restricted {
		return Decision{}, false
	}
	return Decision{Reason: ReasonRestricted, LogIndex: c.Seq, Recorded: true}, true
}

// decide turns a state into an answer. Only two states allow anything.
func decide(state models.State, c models.Choice) Decision {
	d := Decision{LogIndex: c.Seq, Recorded: c.State != "", NoticeVersion: c.Notice.Version}
	switch state {
	case models.Given:
		d.Allowed, d.Reason = true, ReasonGiven
	case models.Permitted:
		d.Allowed, d.Reason = true, Reason(datamap.LegitimateInterests)
	case models.Withdrawn:
		d.Reason = ReasonWithdrawn
	case models.Refused:
		d.Reason = ReasonRefused
	case models.Expired:
		d.Reason = ReasonExpired
	case models.Invalidated:
		d.Reason = ReasonInvalidated
	case models.Objected:
		d.Reason = ReasonObjected
	default:
		d.Reason = ReasonNeverAsked
	}
	return d
}

// PurposeState is where a customer stands on one purpose.
type PurposeState struct {
	Purpose  *datamap.Purpose
	State    models.State
	Decision Decision
	// Choice is what the log last said; its State is empty if it has said nothing.
	Choice models.Choice
	// Since is when the state began, as far as the log or the clock tells; zero if the person has decided nothing.
	Since time.Time
	// Notice is the text that the state rests on, or else the one in force.
	Notice models.NoticeRef
	// ExpiresAt is when a given consent ends, or ended; zero is never.
	ExpiresAt time.Time
	// Parent is the purpose that this one depends on; nil if none. HeldBack says that it does not allow this one, so that
	// the customer's own choice has no effect for now.
	Parent   *datamap.Purpose
	HeldBack bool
	// On and Off are the yes and the no that the customer is offered; empty if there is nothing to decide.
	On, Off Action
	// Asked is why the customer is asked anew; the zero value if they are not.
	Asked Asking
}

// Purposes says where a customer stands on every purpose now, in the data map's order. Texts in force
// are named in the language given.
func (s *Service) Purposes(ctx context.Context, customer, language string) ([]PurposeState, error) {
	known, err := s.exists(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("list choices: %w", err)
	}
	if !known {
		return nil, models.ErrUnknownCustomer
	}
	// Whoever has just decided on another server sees here what they decided.
	standing, err := s.cfg.Log.Newest(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("list choices: %w", err)
	}
	m := s.cfg.Map.In(ctx)
	w, err := s.where(ctx, m, standing)
	if err != nil {
		return nil, fmt.Errorf("list choices: %w", err)
	}
	out := make([]PurposeState, 0, len(m.Purposes))
	for i := range m.Purposes {
		state, err := s.purposeState(ctx, w, &m.Purposes[i], standing, language)
		if err != nil {
			return nil, fmt.Errorf("list choices: %w", err)
		}
		out = append(out, state)
	}
	return out, nil
}

// Stands is where a choice that was recorded leaves the person now, and since when.
type Stands struct {
	State models.State
	Since time.Time
}

// Stand says, by purpose, where what is recorded of a customer leaves them now, for whoever has read their standing.
func (s *Service) Stand(ctx context.Context, standing models.Standing) (map[string]Stands, error) {
	w, err := s.where(ctx, s.cfg.Map.In(ctx), standing)
	if err != nil {
		return nil, fmt.Errorf("say where a customer stands: %w", err)
	}
	out := map[string]Stands{}
	for _, c := range standing.Choices {
		if p, ok := w.m.Purpose(c.Purpose); ok {
			state, since := w.stands(p, c)
			out[c.Purpose] = Stands{state, since}
		}
	}
	return out, nil
}

// stands is where a recorded choice leaves a person, and since when.
func (w *where) stands(p *datamap.Purpose, c models.Choice) (models.State, time.Time) {
	state := w.state(p, c)
	if state == models.Expired || state == models.Invalidated {
		_, ended := w.granted(p, c)
		return state, ended
	}
	return state, c.Since
}

// where is what decides now, for somebody who stands there, about all purposes.
func (s *Service) where(ctx context.Context, m *datamap.Map, standing models.Standing) (*where, error) {
	w := &where{m: m, notices: s.cfg.Notices, now: s.cfg.Clock()}
	for i := range m.Purposes {
		if m.Purposes[i].Regional() { // what is offered depends on it, whatever was decided
			var err error
			w.jurisdiction, err = s.jurisdiction(ctx, m, standing.Customer)
			return w, err
		}
	}
	return w, nil
}

func (s *Service) purposeState(ctx context.Context, w *where, p *datamap.Purpose, standing models.Standing, language string) (PurposeState, error) {
	choice := standing.Choices.Of(p.Key)
	ps := PurposeState{
		Purpose: p, Choice: choice, Notice: choice.Notice, Decision: w.verdict(p, standing.Choices, ""), Parent: w.m.ParentOf(p),
	}
	ps.State, ps.Since = w.stands(p, choice)
	ps.On, ps.Off = w.buttons(p, choice)
	if ps.Parent != nil {
		ps.HeldBack = !w.own(ps.Parent, standing.Choices).Allowed
	}
	if choice.Granted() && p.Basis == datamap.Consent {
		_, ps.ExpiresAt = w.granted(p, choice)
	}
	if ps.Notice.Version == 0 {
		current, err := s.cfg.Notices.Current(w.m.NoticeFor(p))
		if err != nil {
			return ps, fmt.Errorf("the notice of %s: %w", p.Key, err)
		}
		ps.Notice = current.Ref(language)
	}
	var err error
	ps.Asked, err = s.asking(ctx, w, &ps, standing, language)
	return ps, err
}
