package consent

import (
	"context"
	"fmt"
	"time"

	"candor/models"
	"candor/models/datamap"
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
// nothing may be used. Once a customer is remembered it allocates nothing.
func (s *Service) Decide(ctx context.Context, customer, purpose, category string) (Decision, error) {
	p, ok := s.cfg.Map.Current().Purpose(purpose)
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
	return verdict(p, standing.Choices, category, s.cfg.Clock()), nil
}

// verdict is what is allowed about a customer who exists, now: the one rule behind every decision and every list of
// them. An empty category asks about the purpose as a whole.
func verdict(p *datamap.Purpose, choices models.Choices, category string, now time.Time) Decision {
	if d, all := Denied(choices); all {
		return d
	}
	if category != "" && !p.Covers(category) {
		return Decision{Reason: ReasonCategoryNotCovered}
	}
	if !p.Chosen() {
		return Decision{Allowed: true, Reason: Reason(p.Basis)}
	}
	choice := choices.Of(p.Key)
	return decide(stateAt(p, choice, now), choice)
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
	// Notice is the text that the state rests on, or else the one in force.
	Notice models.NoticeRef
	// ExpiresAt is when a given consent must be asked for anew; zero is never.
	ExpiresAt time.Time
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
	now := s.cfg.Clock()
	m := s.cfg.Map.In(ctx)
	out := make([]PurposeState, 0, len(m.Purposes))
	for i := range m.Purposes {
		state, err := s.purposeState(m, &m.Purposes[i], standing, language, now)
		if err != nil {
			return nil, fmt.Errorf("list choices: %w", err)
		}
		out = append(out, state)
	}
	return out, nil
}

func (s *Service) purposeState(m *datamap.Map, p *datamap.Purpose, standing models.Standing, language string, now time.Time) (PurposeState, error) {
	choice := standing.Choices.Of(p.Key)
	ps := PurposeState{Purpose: p, Choice: choice, State: stateAt(p, choice, now), Notice: choice.Notice}
	ps.Decision = verdict(p, standing.Choices, "", now)
	if choice.State == models.Given {
		ps.ExpiresAt = p.ExpiresAt(choice.HappenedAt)
	}
	if ps.Notice.Version == 0 {
		current, err := s.cfg.Notices.Current(m.NoticeFor(p))
		if err != nil {
			return ps, fmt.Errorf("the notice of %s: %w", p.Key, err)
		}
		ps.Notice = current.Ref(language)
	}
	return ps, nil
}
