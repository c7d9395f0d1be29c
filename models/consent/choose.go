package consent

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
)

// Choose records a decision; it holds when Choose returns. What holds already is answered with the
// entry that says so and changes nothing.
func (s *Service) Choose(ctx context.Context, c Choice) (Outcome, error) {
	w, purpose, err := s.choosable(ctx, s.cfg.Map.In(ctx), c.Customer, c.Purpose, c.Action)
	if err == nil && (c.Action == Give || c.Action == Lift) {
		err = s.checkShown(w.m, purpose, c.Shown)
	}
	if err != nil {
		return Outcome{}, err
	}
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: c.Customer,
		Propose: func(at sequencer.Position) (ledger.Detail, error) {
			return propose(c, w.at(s.cfg.Clock()), purpose, at.Standing.Choices.Of(c.Purpose))
		},
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("choose: %w", err)
	}
	return Outcome{
		Entry: result.Entry.Seq, Time: result.Time, State: models.State(result.Detail.State), Changed: !result.Repeated,
	}, nil
}

// jurisdiction is the one whose rules apply to a customer, as it is now.
func (s *Service) jurisdiction(ctx context.Context, m *datamap.Map, ref string) (string, error) {
	customer, err := s.cfg.Customers.Customer(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("where a customer is: %w", err)
	}
	return cmp.Or(customer.Jurisdiction, m.Operator.Jurisdiction), nil
}

// choosable gives the purpose, if it leaves a customer that action, and what decides about it.
func (s *Service) choosable(ctx context.Context, m *datamap.Map, customer, key string, action Action) (where, *datamap.Purpose, error) {
	w := where{m: m, notices: s.cfg.Notices, now: s.cfg.Clock()}
	purpose, ok := m.Purpose(key)
	if !ok {
		return w, nil, ErrUnknownPurpose
	}
	known, err := s.exists(ctx, customer)
	if err != nil {
		return w, nil, fmt.Errorf("choose: %w", err)
	}
	if !known {
		return w, nil, models.ErrUnknownCustomer
	}
	if w.jurisdiction, err = s.jurisdiction(ctx, m, customer); err != nil {
		return w, nil, err
	}
	if !w.offered(purpose, action) {
		return w, nil, ErrNotOffered
	}
	return w, purpose, nil
}

// checkShown wants the text in force to be the one that was published and the one that was shown, to the byte.
func (s *Service) checkShown(m *datamap.Map, p *datamap.Purpose, shown *Shown) error {
	current, err := s.cfg.Notices.Current(m.NoticeFor(p))
	if err != nil {
		return fmt.Errorf("choose: the notice of %s: %w", p.Key, err)
	}
	if !current.Intact() {
		return notice.ErrDamaged
	}
	if shown == nil || current.Ref(shown.Notice.Locale) != shown.Notice {
		return models.ErrStaleServed
	}
	return nil
}

// propose says what a choice is at a position where standing holds: a pure function.
func propose(c Choice, w where, p *datamap.Purpose, standing models.Choice) (ledger.Detail, error) {
	kind, state, err := step(c, w.state(p, standing), standing)
	if err == nil && p.SaleOrSharing && optsBackIn(standing.State, state) && !c.Confirmed {
		err = ErrUnconfirmed
	}
	if err != nil {
		return ledger.Detail{}, err
	}
	d := ledger.Detail{
		Kind: kind, Actor: c.Actor, Purpose: c.Purpose, State: string(state),
		Channel: c.Channel, Auth: c.Auth, Jurisdiction: w.jurisdiction,
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

// optsBackIn says whether a choice would allow what a person has said no to.
func optsBackIn(had, next models.State) bool {
	switch had {
	case models.Refused, models.Withdrawn, models.Objected:
		return next == models.Given || next == models.Permitted
	}
	return false
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
		case models.Refused, models.Withdrawn, models.Objected:
			return "", "", same
		}
		return ledger.ConsentRefused, models.Refused, nil
	case Object:
		switch state {
		case models.Refused, models.Withdrawn, models.Objected:
			return "", "", same
		}
		return ledger.ObjectionRaised, models.Objected, nil
	case Lift:
		switch state {
		case models.Refused, models.Withdrawn, models.Objected, models.Expired, models.Invalidated:
			return ledger.ObjectionLifted, models.Permitted, nil
		}
		if standing.State != "" {
			return "", "", same
		}
		return "", "", ErrNothingToLift
	}
	return "", "", ErrNotOffered
}
