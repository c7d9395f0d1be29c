package observed

import (
	"context"

	"candor/models/store"
)

// Size is observed.
func (d *data) Size(ctx context.Context) (_ uint64, err error) {
	ctx, end := d.watch(ctx, "log", "Size")
	defer end(&err)
	return d.Data.Size(ctx)
}

// Append is observed.
func (d *data) Append(ctx context.Context, batch []store.Entry) (err error) {
	ctx, end := d.watch(ctx, "log", "Append")
	defer end(&err)
	return d.Data.Append(ctx, batch)
}

// Read is observed.
func (d *data) Read(ctx context.Context, seq uint64, limit int) (_ []store.Entry, err error) {
	ctx, end := d.watch(ctx, "log", "Read")
	defer end(&err)
	return d.Data.Read(ctx, seq, limit)
}

// Hashes is observed.
func (d *data) Hashes(ctx context.Context, seqs []uint64) (_ [][]byte, err error) {
	ctx, end := d.watch(ctx, "log", "Hashes")
	defer end(&err)
	return d.Data.Hashes(ctx, seqs)
}

// Event is observed.
func (d *data) Event(ctx context.Context, id string) (_ store.Entry, err error) {
	ctx, end := d.watch(ctx, "log", "Event")
	defer end(&err)
	return d.Data.Event(ctx, id)
}

// History is observed.
func (d *data) History(ctx context.Context, subject string, newest uint64, limit int) (_ []store.Entry, err error) {
	ctx, end := d.watch(ctx, "log", "History")
	defer end(&err)
	return d.Data.History(ctx, subject, newest, limit)
}

// Public is observed.
func (d *data) Public(ctx context.Context, seq uint64, limit int) (_ []uint64, err error) {
	ctx, end := d.watch(ctx, "log", "Public")
	defer end(&err)
	return d.Data.Public(ctx, seq, limit)
}

// Erasures is observed.
func (d *data) Erasures(ctx context.Context, seq uint64, limit int) (_ []uint64, err error) {
	ctx, end := d.watch(ctx, "log", "Erasures")
	defer end(&err)
	return d.Data.Erasures(ctx, seq, limit)
}
