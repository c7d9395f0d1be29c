package access

import (
	"context"
	"errors"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// asksDay is how often one member may ask for an emergency's leave in 24 hours.
const asksDay = 10

// Ask asks a second person to open a look-up in an emergency. The customer's log says so when Ask returns. ErrNoNeed if
// the member may look people up anyway.
func (s *Service) Ask(ctx context.Context, by By, customer string, why Reason) (LookUp, error) {
	switch {
	case by.May(auth.LookUp):
		return LookUp{}, ErrNoNeed
	case !by.May(auth.BreakGlass):
		return LookUp{}, ErrNotAllowed
	}
	l, err := s.begin(ctx, by, customer, why)
	if err != nil {
		return LookUp{}, err
	}
	if err := s.limited(ctx, "emergency", by, asksDay, 24*time.Hour); err != nil {
		return LookUp{}, err
	}
	l.Role, l.Emergency, l.State, l.EndsAt = by.as(auth.BreakGlass), true, StateAsked, l.BeganAt.Add(Patience)
	r, err := s.note(ctx, l, by, ledger.AccessAsked, aboutLookUp(l), ledger.DerivedEventID(ledger.AccessAsked, l.ID))
	if err != nil {
		return LookUp{}, err
	}
	l.Entry = r.Entry.Seq
	return l, models.Wrap("ask for a look-up", s.cfg.LookUps.CreateLookUp(ctx, l.LookUp))
}

// Emergencies lists those that wait for a second person or that one has opened, with their reasons, for whoever may open
// them: first those that wait, each the last begun first.
func (s *Service) Emergencies(ctx context.Context, by By) (waiting, open []LookUp, err error) {
	if !by.May(auth.ApproveBreakGlass) {
		return nil, nil, ErrNotAllowed
	}
	now := s.now()
	for _, state := range []string{StateAsked, StateOpen} {
		all, err := s.list(ctx, store.LookUpQuery{State: state, EndsAfter: now, Limit: listed})
		if err != nil {
			return nil, nil, err
		}
		for _, l := range all {
			switch {
			case l.Waiting(now):
				waiting = append(waiting, l)
			case l.Emergency && l.DecidedBy == by.ID:
				open = append(open, l)
			}
		}
	}
	return waiting, open, nil
}

// Approve opens a look-up that somebody else asked for, for an hour from now. Of several who answer at once the first in
// the log decides, and the others are told ErrDecided. Approving again what one has approved changes nothing. Errors are
// ErrOwn, ErrUnknown, ErrOver if nobody answered in time.
func (s *Service) Approve(ctx context.Context, by By, id string) (LookUp, error) {
	return s.decide(ctx, by, id, ledger.AccessGranted)
}

// Refuse does not. Its errors are Approve's.
func (s *Service) Refuse(ctx context.Context, by By, id string) (LookUp, error) {
	return s.decide(ctx, by, id, ledger.AccessRefused)
}

// decision is the id of the one event that answers: there is never a second.
func decision(id string) ledger.EventID { return ledger.DerivedEventID("access.decided", id) }

func (s *Service) decide(ctx context.Context, by By, id, kind string) (LookUp, error) {
	if !by.May(auth.ApproveBreakGlass) {
		return LookUp{}, ErrNotAllowed
	}
	l, err := s.load(ctx, id)
	switch {
	case err != nil:
		return LookUp{}, err
	case !l.Emergency:
		return LookUp{}, ErrUnknown
	case l.Member == by.ID:
		return LookUp{}, ErrOwn
	case l.State != StateAsked:
		return l, s.decidedAs(l, by, kind)
	case !l.Waiting(s.now()), l.Unreadable:
		return LookUp{}, ErrOver
	}
	r, err := s.note(ctx, l, by, kind, aboutLookUp(l), decision(id))
	if err != nil {
		return LookUp{}, err
	}
	if l, err = s.settle(ctx, l, r); err != nil {
		return LookUp{}, err
	}
	return l, s.decidedAs(l, by, kind)
}

// decidedAs says whether a decision is the one that somebody has taken, or is taking again.
func (s *Service) decidedAs(l LookUp, by By, kind string) error {
	granted := !l.OpenedAt.IsZero()
	if l.DecidedBy != by.ID || granted != (kind == ledger.AccessGranted) {
		return ErrDecided
	}
	return nil
}

// settle makes a look-up that waits what the log says of it. Its hour counts from the entry.
func (s *Service) settle(ctx context.Context, l LookUp, r sequencer.Result) (LookUp, error) {
	l.DecidedBy, l.DecidedAt, l.State, l.EndsAt = r.Detail.Actor.ID, r.Time, StateRefused, r.Time
	if r.Detail.Kind == ledger.AccessGranted {
		l.State, l.OpenedAt, l.EndsAt = StateOpen, r.Time, r.Time.Add(EmergencyLifetime)
	}
	err := s.save(ctx, &l)
	if !errors.Is(err, store.ErrTaken) {
		return l, err
	}
	stored, err := s.cfg.LookUps.LookUp(ctx, l.ID) // somebody else has settled it, or it was ended meanwhile
	if err != nil {
		return LookUp{}, models.Wrap("read a look-up", notFound(err))
	}
	return s.read(ctx, stored)
}

func aboutLookUp(l LookUp) ledger.About { return ledger.About{Type: "look_up", Key: l.ID} }
