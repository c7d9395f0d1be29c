package observed

import (
	"context"

	"candor/models/store"
)

// AddRevision is observed.
func (d *data) AddRevision(ctx context.Context, r store.Revision) (err error) {
	ctx, end := d.watch(ctx, "revisions", "AddRevision")
	defer end(&err)
	return d.Data.AddRevision(ctx, r)
}

// NewestRevisions is observed.
func (d *data) NewestRevisions(ctx context.Context, kind, key string) (_ []store.Revision, err error) {
	ctx, end := d.watch(ctx, "revisions", "NewestRevisions")
	defer end(&err)
	return d.Data.NewestRevisions(ctx, kind, key)
}

// RevisionsOf is observed.
func (d *data) RevisionsOf(ctx context.Context, of store.RevisionKey, after int) (_ []store.Revision, err error) {
	ctx, end := d.watch(ctx, "revisions", "RevisionsOf")
	defer end(&err)
	return d.Data.RevisionsOf(ctx, of, after)
}
