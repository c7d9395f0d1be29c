package consent

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// Choose records a decision; it holds when Choose returns. What holds already is answered with the
// entry that says so and changes nothing.
func (s *Service) Choose(ctx context.Context, c Choice) (Outcome, error) {
	ctx = s.cfg.Map.Pin(ctx)
	purpose, err := s.check(ctx, c)
	if err != nil {
		return Outcome{}, err
	}
	jurisdiction, err := s.jurisdiction(ctx, c.Customer)
	if err != nil {
		return Outcome{}, err
	}
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: c.Customer,
		Propose: func(at sequencer.Position) (ledger.Detail, error) {
			return propose(c, purpose, at.Standing.Choices.Of(c.Purpose), jurisdiction, s.cfg.Clock())
		},
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("choose: %w", err)
	}
	return Outcome{
		Entry: result.Entry.Seq, Time: result.Time, State: models.State(result.Detail.State), Changed: !result.Repeated,
	}, nil
}

// jurisdiction is the one whose rules apply to a customer.
func (s *Service) jurisdiction(ctx context.Context, ref string) (string, error) {
	customer, err := s.cfg.Customers.Customer(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("choose: %w", err)
	}
	return cmp.Or(customer.Jurisdiction, s.cfg.Map.In(ctx).Operator.Jurisdiction), nil
}

// check refuses what cannot be chosen, or not without having read the text in force.
func (s *Service) check(ctx context.Context, c Choice) (*datamap.Purpose, error) {
	purpose, err := s.choosable(ctx, c.Customer, c.Purpose, c.Action)
	if err == nil && (c.Action == Give || c.Action == Lift) {
		err = s.checkShown(ctx, purpose, c.Shown)
	}
	return purpose, err
}

// choosable gives the purpose, if it leaves a customer that action.
func (s *Service) choosable(ctx context.Context, customer, key string, action Action) (*datamap.Purpose, error) {
	purpose, ok := s.cfg.Map.In(ctx).Purpose(key)
	if !ok {
		return nil, ErrUnknownPurpose
	}
	known, err := s.exists(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("choose: %w", err)
	}
	if !known {
		return nil, models.ErrUnknownCustomer
	}
	if !offered(purpose.Basis, action) {
		return nil, ErrNotOffered
	}
	return purpose, nil
}

// offered says which actions a legal basis leaves: consent can be given and withdrawn (GDPR
// Art. 7), a legitimate interest objected to (Art. 21), anything else is not the person's to decide.
func offered(b datamap.Basis, a Action) bool {
	switch b {
	case datamap.Consent:
		return a == Give || a == Withdraw
	case datamap.LegitimateInterests:
		return a == Object || a == Lift
	default:
		return false
	}
}

// checkShown wants the text in force to be the one that was shown, to the byte.
func (s *Service) checkShown(ctx context.Context, p *datamap.Purpose, shown *Shown) error {
	if shown == nil {
		return models.ErrStaleServed
	}
	current, err := s.cfg.Notices.Current(s.cfg.Map.In(ctx).NoticeFor(p))
	if err != nil {
		return fmt.Errorf("choose: the notice of %s: %w", p.Key, err)
	}
	if current.Ref(shown.Notice.Locale) != shown.Notice {
		return models.ErrStaleServed
	}
	return nil
}

// propose says what a choice is at a position where standing holds: a pure function.
func propose(c Choice, p *datamap.Purpose, standing models.Choice, jurisdiction string, now time.Time) (ledger.Detail, error) {
	kind, state, err := step(c, stateAt(p, standing, now), standing)
	if err != nil {
		return ledger.Detail{}, err
	}
	d := ledger.Detail{
		Kind: kind, Actor: c.Actor, Purpose: c.Purpose, State: string(state),
		Channel: c.Channel, Auth: c.Auth, Jurisdiction: jurisdiction,
	}
	before := "none"
	if standing.State != "" {
		last := standing.Last()
		d.Supersedes, before = &last, strconv.FormatUint(standing.Seq, 10)
	}
	if c.Shown != nil {
		ref := ledger.NoticeRef(c.Shown.Notice)
		d.Notice, d.UI = &ref, c.Shown.UI
		d.ID = ledger.DerivedEventID("choice", c.Shown.Nonce, c.Customer, c.Purpose, string(c.Action), before)
	}
	return d, nil
}

// step is the whole table of what an action means where a person stands.
func step(c Choice, state models.State, standing models.Choice) (kind string, next models.State, err error) {
	same := sequencer.Unchanged{Seq: standing.Seq}
	switch c.Action {
	case Give:
		switch {
		case state != models.Given:
			return ledger.ConsentGiven, models.Given, nil
		case standing.Notice.Version != c.Shown.Notice.Version:
			return ledger.ConsentRenewed, models.Given, nil
		}
		return "", "", same
	case Withdraw:
		switch state {
		case models.Given:
			return ledger.ConsentWithdrawn, models.Withdrawn, nil
		case models.Refused, models.Withdrawn:
			return "", "", same
		}
		return ledger.ConsentRefused, models.Refused, nil
	case Object:
		if state == models.Objected {
			return "", "", same
		}
		return ledger.ObjectionRaised, models.Objected, nil
	case Lift:
		switch {
		case state == models.Objected:
			return ledger.ObjectionLifted, models.Permitted, nil
		case standing.State != "":
			return "", "", same
		}
		return "", "", ErrNothingToLift
	}
	return "", "", ErrNotOffered
}

// stateAt is the state that a recorded choice is in at a time: a consent that has run out binds
// nobody, whether or not a job has said so yet.
func stateAt(p *datamap.Purpose, c models.Choice, now time.Time) models.State {
	switch p.Basis {
	case datamap.Consent:
		if c.State == "" {
			return models.NeverAsked
		}
		if c.State == models.Given && p.Renewal != "" && !now.Before(p.ExpiresAt(c.HappenedAt)) {
			return models.Expired
		}
		return c.State
	case datamap.LegitimateInterests:
		if c.State == models.Objected {
			return models.Objected
		}
		return models.Permitted
	default:
		return models.Required
	}
}
