package training

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/store"
)

// Standings says where a member of staff stands on every requirement that binds them: what is missing first, then what is
// due, the earliest first. It asks the store each time, so that an attestation counts at once, whichever server took it; of
// versions that another server has just published it may know nothing for MaxAge.
func (s *Service) Standings(ctx context.Context, member models.Staff) ([]Standing, error) {
	if err := s.recent(ctx); err != nil {
		return nil, err
	}
	attested, err := s.cfg.Attestations.AttestationsOf(ctx, member.ID)
	if err != nil {
		return nil, fmt.Errorf("read attestations: %w", err)
	}
	since, err := s.since(ctx, member.ID)
	if err != nil {
		return nil, err
	}
	out := s.judgeAll(member.Roles, since, attested)
	order := map[State]int{Missing: 0, Due: 1, Current: 2}
	slices.SortStableFunc(out, func(a, b Standing) int {
		if c := cmp.Compare(order[a.State], order[b.State]); c != 0 {
			return c
		}
		switch {
		case later(a.Until, b.Until):
			return 1
		case later(b.Until, a.Until):
			return -1
		}
		return 0
	})
	return out, nil
}

// judgeAll judges every requirement, in order of their keys.
func (s *Service) judgeAll(roles []string, since time.Time, attested []store.Attestation) (out []Standing) {
	now := s.cfg.Clock()
	for _, key := range s.Keys() {
		if st, ok := judge(s.known()[key], roles, since, attested, now); ok {
			out = append(out, st)
		}
	}
	return out
}

// since says when somebody became a member of staff; the zero time if nobody knows.
func (s *Service) since(ctx context.Context, staff string) (time.Time, error) {
	if s.cfg.Since == nil {
		return time.Time{}, nil
	}
	at, err := s.cfg.Since(ctx, staff)
	return at, models.Wrap("read since when somebody is a member of staff", err)
}

// Missing lists what keeps a member of staff from personal data: what was never acknowledged or passed, has run out, or was
// superseded by a material version, and whose grace is over. Whoever gets an error must withhold.
func (s *Service) Missing(ctx context.Context, member models.Staff) ([]Standing, error) {
	all, err := s.Standings(ctx, member)
	return slices.DeleteFunc(all, func(st Standing) bool { return st.State != Missing }), err
}

// For says where a member stands on one requirement; ErrUnknown if it does not bind them.
func (s *Service) For(ctx context.Context, member models.Staff, key string) (Standing, error) {
	all, err := s.Standings(ctx, member)
	if err != nil {
		return Standing{}, err
	}
	for _, st := range all {
		if st.Requirement.Key == key {
			return st, nil
		}
	}
	return Standing{}, ErrUnknown
}
