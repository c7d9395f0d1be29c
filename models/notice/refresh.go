package notice

import (
	"context"
	"encoding/json"
	"fmt"
)

// Refresh reads anew what is published. On an error it keeps what is known.
func (s *Service) Refresh(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	stored, err := s.store.Publications(ctx, publicationKind)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	withdrawn, err := s.store.Publications(ctx, retirementKind)
	if err != nil {
		return fmt.Errorf("read which notices were withdrawn: %w", err)
	}
	next := versions{}
	for _, p := range stored {
		have := next[p.Key]
		if p.Version != len(have)+1 {
			return fmt.Errorf("read notice %s: version %d comes where %d is due", p.Key, p.Version, len(have)+1)
		}
		if known := s.known()[p.Key]; len(known) >= p.Version { // it never changes
			next[p.Key] = append(have, known[p.Version-1])
			continue
		}
		n := Notice{Key: p.Key, Version: p.Version}
		if err := json.Unmarshal(p.Content, &n); err != nil {
			return fmt.Errorf("read notice %s, version %d: %w", p.Key, p.Version, err)
		}
		next[p.Key] = append(have, n)
	}
	for _, p := range withdrawn {
		var r retirement
		if err := json.Unmarshal(p.Content, &r); err != nil {
			return fmt.Errorf("read the withdrawal of notice %s, version %d: %w", p.Key, p.Version, err)
		}
		if have := next[p.Key]; p.Version >= 1 && p.Version <= len(have) {
			have[p.Version-1].RetiredAt = r.At
		}
	}
	for key, known := range s.known() { // a store that answers from an older state takes nothing away
		if len(known) > len(next[key]) {
			next[key] = known
		}
	}
	s.hold(next)
	return nil
}

func (s *Service) known() versions { return *s.versions.Load() }
