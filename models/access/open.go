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

// Open begins a look-up: it is in the customer's log, with the reason, when Open returns. Errors are ErrNotAllowed,
// models.ErrUnknownCustomer, and Invalid for a reason that is none.
func (s *Service) Open(ctx context.Context, by By, customer string, why Reason) (LookUp, error) {
	if !by.May(auth.LookUp) {
		return LookUp{}, ErrNotAllowed
	}
	l, err := s.begin(ctx, by, customer, why)
	if err != nil {
		return LookUp{}, err
	}
	l.Role, l.State, l.OpenedAt, l.EndsAt = by.as(auth.LookUp), StateOpen, l.BeganAt, l.BeganAt.Add(Lifetime)
	r, err := s.note(ctx, l, by, ledger.AccessViewed, profile, s.eventOf(l, profile))
	if err != nil {
		return LookUp{}, err
	}
	l.Entry = r.Entry.Seq
	return l, models.Wrap("open a look-up", s.cfg.LookUps.CreateLookUp(ctx, l.LookUp))
}

// begin makes one that is in no store and in no log yet.
func (s *Service) begin(ctx context.Context, by By, customer string, why Reason) (LookUp, error) {
	why, err := s.checked(why)
	if err != nil {
		return LookUp{}, err
	}
	if _, err := s.cfg.Profiles.Customer(ctx, customer); err != nil {
		return LookUp{}, err
	}
	id, err := s.draw()
	if err != nil {
		return LookUp{}, err
	}
	l := LookUp{LookUp: store.LookUp{ID: id, Member: by.ID, Customer: customer, BeganAt: s.now(), Revision: 1}, Reason: why}
	return l, s.seal(ctx, &l)
}

// note appends what is done through a look-up to the customer's log. With an id that is there nothing is added.
func (s *Service) note(ctx context.Context, l LookUp, by By, kind string, about ledger.About, id ledger.EventID) (sequencer.Result, error) {
	d := ledger.Detail{
		Kind: kind, ID: id, Actor: actor(by), Channel: ledger.ChannelWeb, Auth: by.Auth, Role: l.Role, Reason: l.Reason.Words,
		About: &about,
	}
	if kind == ledger.AccessGranted || kind == ledger.AccessRefused {
		d.Role = by.as(auth.ApproveBreakGlass)
	}
	if l.Emergency {
		d.Channel = ledger.ChannelEmergency
	}
	if l.Entry != 0 {
		began := l.Entry
		d.Supersedes = &began
	}
	r, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: l.Customer, Propose: func(sequencer.Position) (ledger.Detail, error) { return d, nil },
	})
	return r, models.Wrap("note who looked", err)
}

// same is how long looking at the same page again is one entry.
const same = time.Minute

// eventOf is the id of looking at something in the minute that it is, counted from when the look-up began: a page that
// is loaded again within it is one entry. More tells the pages of one thing apart.
func (s *Service) eventOf(l LookUp, what ledger.About, more ...string) ledger.EventID {
	minute := s.now().Sub(l.BeganAt).Truncate(same)
	parts := append([]string{ledger.AccessViewed, l.ID, what.Type, what.Key, what.Part, minute.String()}, more...)
	return ledger.DerivedEventID(parts...)
}

// load reads a look-up, and brings what the store says of an emergency up to what the log does: the log may have been
// told, and the store not.
func (s *Service) load(ctx context.Context, id string) (LookUp, error) {
	stored, err := s.cfg.LookUps.LookUp(ctx, id)
	if err != nil {
		return LookUp{}, models.Wrap("read a look-up", notFound(err))
	}
	l, err := s.read(ctx, stored)
	if err != nil || l.State != StateAsked {
		return l, err
	}
	r, err := s.cfg.Log.Event(ctx, decision(id))
	if errors.Is(err, store.ErrNotFound) {
		return l, nil
	}
	if err != nil {
		return l, models.Wrap("read a look-up", err)
	}
	return s.settle(ctx, l, r)
}

// save writes a look-up over the one that was read; store.ErrTaken if somebody else has meanwhile.
func (s *Service) save(ctx context.Context, l *LookUp) error {
	before := l.Revision
	l.Revision++
	return models.Wrap("save a look-up", s.cfg.LookUps.UpdateLookUp(ctx, l.LookUp, before))
}

// LookUp gives one of the member's own, whatever its state; another's is ErrUnknown.
func (s *Service) LookUp(ctx context.Context, by By, id string) (LookUp, error) {
	l, err := s.load(ctx, id)
	if err == nil && l.Member != by.ID {
		return LookUp{}, ErrUnknown
	}
	return l, err
}

// use gives one of the member's own through which something may be looked at now.
func (s *Service) use(ctx context.Context, by By, id string) (LookUp, error) {
	l, err := s.LookUp(ctx, by, id)
	if err != nil {
		return LookUp{}, err
	}
	needs := auth.LookUp
	if l.Emergency {
		needs = auth.BreakGlass
	}
	now := s.now()
	switch {
	case !by.May(needs):
		return LookUp{}, ErrNotAllowed
	case l.Waiting(now):
		return LookUp{}, ErrWaiting
	case !l.Usable(now), l.Unreadable:
		return LookUp{}, ErrOver
	}
	return l, nil
}

// End ends a look-up before its time: the member's own, or an emergency that the member opened for somebody else. One
// that is over stays as it is.
func (s *Service) End(ctx context.Context, by By, id string) (LookUp, error) {
	for {
		l, err := s.load(ctx, id)
		if err != nil {
			return LookUp{}, err
		}
		if l.Member != by.ID && (!l.Emergency || l.DecidedBy != by.ID) {
			return LookUp{}, ErrUnknown
		}
		now := s.now()
		if !l.Usable(now) && !l.Waiting(now) {
			return l, nil
		}
		if _, err := s.note(ctx, l, by, ledger.AccessEnded, aboutLookUp(l), ledger.DerivedEventID(ledger.AccessEnded, l.ID)); err != nil {
			return LookUp{}, err
		}
		l.State, l.EndsAt = StateEnded, now
		if err := s.save(ctx, &l); !errors.Is(err, store.ErrTaken) {
			return l, err
		}
	}
}

// Mine lists the member's own that are open or wait, the last begun first.
func (s *Service) Mine(ctx context.Context, by By) ([]LookUp, error) {
	all, err := s.list(ctx, store.LookUpQuery{Member: by.ID, EndsAfter: s.now(), Limit: listed})
	var out []LookUp
	for _, l := range all {
		if l.State == StateOpen || l.State == StateAsked {
			out = append(out, l)
		}
	}
	return out, err
}

// listed is how many look-ups a list has at most.
const listed = 100

// Recent lists those of everybody, the last begun first, without why and without what they saw: for whoever may see
// accesses.
func (s *Service) Recent(ctx context.Context, by By) ([]LookUp, error) {
	if !by.May(auth.SeeAccesses) {
		return nil, ErrNotAllowed
	}
	all, err := s.list(ctx, store.LookUpQuery{Limit: listed})
	for i := range all {
		all[i].Reason = Reason{}
	}
	return all, err
}

func (s *Service) list(ctx context.Context, q store.LookUpQuery) ([]LookUp, error) {
	stored, err := s.cfg.LookUps.PageLookUps(ctx, q)
	if err != nil {
		return nil, models.Wrap("list look-ups", err)
	}
	out := make([]LookUp, 0, len(stored))
	for _, one := range stored {
		l, err := s.read(ctx, one)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Forget removes what ended long ago.
func (s *Service) Forget(ctx context.Context) error {
	return models.Wrap("forget look-ups", s.cfg.LookUps.ForgetLookUps(ctx, s.now().Add(-Kept)))
}
