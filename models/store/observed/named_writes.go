package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// ClaimWrite is observed.
func (d *data) ClaimWrite(ctx context.Context, w store.NamedWrite, now time.Time) (_ store.NamedWrite, err error) {
	ctx, end := d.watch(ctx, "named_writes", "ClaimWrite")
	defer end(&err)
	return d.Data.ClaimWrite(ctx, w, now)
}

// AnswerWrite is observed.
func (d *data) AnswerWrite(ctx context.Context, id, holder string, answer []byte) (err error) {
	ctx, end := d.watch(ctx, "named_writes", "AnswerWrite")
	defer end(&err)
	return d.Data.AnswerWrite(ctx, id, holder, answer)
}

// DropWrite is observed.
func (d *data) DropWrite(ctx context.Context, id, holder string) (err error) {
	ctx, end := d.watch(ctx, "named_writes", "DropWrite")
	defer end(&err)
	return d.Data.DropWrite(ctx, id, holder)
}

// ForgetWrites is observed.
func (d *data) ForgetWrites(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "named_writes", "ForgetWrites")
	defer end(&err)
	return d.Data.ForgetWrites(ctx, before)
}
