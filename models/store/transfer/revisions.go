package transfer

import (
	"context"
	"errors"
	"fmt"

	"candor/models/store"
)

// revisions reads every step in the making of every version of what is written.
func (r *reading) revisions(ctx context.Context, s sums) error {
	for _, kind := range written {
		newest, err := r.of.Data.NewestRevisions(ctx, kind, "")
		if err != nil {
			return fmt.Errorf("revisions of texts: %w", err)
		}
		for _, last := range newest {
			if err := r.version(ctx, s, store.RevisionKey{Kind: last.Kind, Key: last.Key, Version: last.Version}); err != nil {
				return fmt.Errorf("revisions of texts: %w", err)
			}
		}
	}
	return nil
}

func (r *reading) version(ctx context.Context, s sums, of store.RevisionKey) error {
	list, err := r.of.Data.RevisionsOf(ctx, of, 0)
	if err != nil {
		return err
	}
	for _, revision := range list {
		if err := s.add(Revisions, revision, true); err != nil {
			return err
		}
		if r.to == nil {
			continue
		}
		if err := r.to.Data.AddRevision(ctx, revision); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return nil
}
