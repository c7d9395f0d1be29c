package editorial

import (
	"context"
	"fmt"
	"slices"
)

// Edition gives a version as it stands now, or ErrUnknown.
func (s *Service) Edition(ctx context.Context, ref Ref) (Edition, error) {
	list, err := s.EditionsOf(ctx, ref.Kind, ref.Key)
	if err != nil {
		return Edition{}, err
	}
	if e, ok := newest(list, ref); ok {
		return e, nil
	}
	return Edition{}, ErrUnknown
}

// Open gives the version of a key that can still change, or ErrUnknown.
func (s *Service) Open(ctx context.Context, kind, key string) (Edition, error) {
	list, err := s.EditionsOf(ctx, kind, key)
	if err != nil {
		return Edition{}, err
	}
	for _, e := range slices.Backward(list) {
		if e.State.Open() && !e.Overtaken {
			return e, nil
		}
	}
	return Edition{}, ErrUnknown
}

// Editions lists every version of a kind that was ever begun here, in order of key and version, as they stand now. What was
// published from files without ever having been a draft is not among them.
func (s *Service) Editions(ctx context.Context, kind string) ([]Edition, error) {
	return s.EditionsOf(ctx, kind, "")
}

// EditionsOf lists those of a key.
func (s *Service) EditionsOf(ctx context.Context, kind, key string) ([]Edition, error) {
	list, err := s.versions(ctx, kind, key)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i], err = s.clocked(ctx, list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// versions lists the versions as their last steps left them.
func (s *Service) versions(ctx context.Context, kind, key string) ([]Edition, error) {
	if _, err := s.kind(kind); err != nil {
		return nil, err
	}
	stored, err := s.cfg.Store.NewestRevisions(ctx, kind, key)
	if err != nil {
		return nil, fmt.Errorf("list the versions of %s: %w", kind, err)
	}
	list := make([]Edition, len(stored))
	for i, raw := range stored {
		r, err := read(raw)
		if err != nil {
			return nil, err
		}
		list[i] = r.edition()
	}
	return list, nil
}

// clocked says what has become of a version by now.
func (s *Service) clocked(ctx context.Context, e Edition) (Edition, error) {
	k, err := s.kind(e.Kind)
	if err != nil {
		return e, err
	}
	now := s.now()
	switch {
	case e.State.Open():
		base, err := k.Newest(ctx, e.Key)
		if err != nil {
			return e, fmt.Errorf("look what is published of %s: %w", e.Key, err)
		}
		e.Overtaken = base.Version >= e.Version
	case e.State == Scheduled && !e.Schedule.EffectiveAt.After(now):
		current, err := k.InForce(ctx, e.Key, now)
		if err != nil {
			return e, fmt.Errorf("look which version of %s is in force: %w", e.Key, err)
		}
		e.State = Published
		if current > e.Version {
			e.State = Superseded
		}
	}
	return e, nil
}

// Content is what a version said after a revision; after the newest one if revision is 0.
func (s *Service) Content(ctx context.Context, ref Ref, revision int) (Content, error) {
	h, err := s.load(ctx, ref)
	if err != nil {
		return nil, err
	}
	if revision == 0 {
		revision = len(h)
	}
	if revision < 0 || revision > len(h) {
		return nil, ErrUnknown
	}
	return h.content(revision), nil
}

// Document is a version as it stands now, with what it says.
func (s *Service) Document(ctx context.Context, ref Ref) (Document, error) {
	h, err := s.load(ctx, ref)
	if err != nil {
		return Document{}, err
	}
	e, err := s.clocked(ctx, h.head().edition())
	return Document{Edition: e, Content: h.content(len(h))}, err
}

// Revisions lists every step of a version, the first one first.
func (s *Service) Revisions(ctx context.Context, ref Ref) ([]Revision, error) {
	h, err := s.load(ctx, ref)
	if err != nil {
		return nil, err
	}
	list := make([]Revision, len(h))
	for i, r := range h {
		list[i] = r.revision()
	}
	return list, nil
}

// Problems lists what is missing from a version or wrong with it; it is approved and published when there is none.
func (s *Service) Problems(ctx context.Context, ref Ref) ([]Problem, error) {
	d, err := s.Document(ctx, ref)
	if err != nil {
		return nil, err
	}
	k, err := s.kind(ref.Kind)
	if err != nil {
		return nil, err
	}
	return k.Check(ctx, d), nil
}
