package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// CreateArchive is observed.
func (d *data) CreateArchive(ctx context.Context, a store.Archive) (err error) {
	ctx, end := d.watch(ctx, "archives", "CreateArchive")
	defer end(&err)
	return d.Data.CreateArchive(ctx, a)
}

// UpdateArchive is observed.
func (d *data) UpdateArchive(ctx context.Context, a store.Archive, attempt string) (err error) {
	ctx, end := d.watch(ctx, "archives", "UpdateArchive")
	defer end(&err)
	return d.Data.UpdateArchive(ctx, a, attempt)
}

// Archive is observed.
func (d *data) Archive(ctx context.Context, id string) (_ store.Archive, err error) {
	ctx, end := d.watch(ctx, "archives", "Archive")
	defer end(&err)
	return d.Data.Archive(ctx, id)
}

// Archives is observed.
func (d *data) Archives(ctx context.Context, customer string) (_ []store.Archive, err error) {
	ctx, end := d.watch(ctx, "archives", "Archives")
	defer end(&err)
	return d.Data.Archives(ctx, customer)
}

// UnfinishedArchives is observed.
func (d *data) UnfinishedArchives(ctx context.Context, limit int) (_ []store.Archive, err error) {
	ctx, end := d.watch(ctx, "archives", "UnfinishedArchives")
	defer end(&err)
	return d.Data.UnfinishedArchives(ctx, limit)
}

// ExpiredArchives is observed.
func (d *data) ExpiredArchives(ctx context.Context, now time.Time, limit int) (_ []store.Archive, err error) {
	ctx, end := d.watch(ctx, "archives", "ExpiredArchives")
	defer end(&err)
	return d.Data.ExpiredArchives(ctx, now, limit)
}

// PutChunk is observed.
func (d *data) PutChunk(ctx context.Context, attempt string, n int, sealed []byte) (err error) {
	ctx, end := d.watch(ctx, "archives", "PutChunk")
	defer end(&err)
	return d.Data.PutChunk(ctx, attempt, n, sealed)
}

// Chunk is observed.
func (d *data) Chunk(ctx context.Context, attempt string, n int) (_ []byte, err error) {
	ctx, end := d.watch(ctx, "archives", "Chunk")
	defer end(&err)
	return d.Data.Chunk(ctx, attempt, n)
}

// DeleteChunks is observed.
func (d *data) DeleteChunks(ctx context.Context, attempt string) (err error) {
	ctx, end := d.watch(ctx, "archives", "DeleteChunks")
	defer end(&err)
	return d.Data.DeleteChunks(ctx, attempt)
}
