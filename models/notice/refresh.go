package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Refresh reads anew what is published. On an error it keeps what is known. A version of which a text does not have the hash
// that it was published with is damaged: that is logged, and the others are read.
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
		s.inspect(&n)
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

// inspect holds a version that was read against the hashes that it was published with.
func (s *Service) inspect(n *Notice) {
	for _, tag := range slices.Sorted(maps.Keys(n.Texts)) {
		if text := n.Texts[tag]; text.SHA256 != text.Hash() {
			n.damaged = true
			s.logger.Error("a published text was changed where it is kept, and is not shown: restore it from a backup",
				"notice", n.Key, "version", n.Version, "language", tag, "entry", text.Entry, "published", text.SHA256, "kept", text.Hash())
		}
	}
}

func (s *Service) known() versions { return *s.versions.Load() }
