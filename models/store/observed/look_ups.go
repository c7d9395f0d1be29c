package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// CreateLookUp is observed.
func (d *data) CreateLookUp(ctx context.Context, l store.LookUp) (err error) {
	ctx, end := d.watch(ctx, "look_ups", "CreateLookUp")
	defer end(&err)
	return d.Data.CreateLookUp(ctx, l)
}

// UpdateLookUp is observed.
func (d *data) UpdateLookUp(ctx context.Context, l store.LookUp, revision int64) (err error) {
	ctx, end := d.watch(ctx, "look_ups", "UpdateLookUp")
	defer end(&err)
	return d.Data.UpdateLookUp(ctx, l, revision)
}

// LookUp is observed.
func (d *data) LookUp(ctx context.Context, id string) (_ store.LookUp, err error) {
	ctx, end := d.watch(ctx, "look_ups", "LookUp")
	defer end(&err)
	return d.Data.LookUp(ctx, id)
}

// PageLookUps is observed.
func (d *data) PageLookUps(ctx context.Context, q store.LookUpQuery) (_ []store.LookUp, err error) {
	ctx, end := d.watch(ctx, "look_ups", "PageLookUps")
	defer end(&err)
	return d.Data.PageLookUps(ctx, q)
}

// ForgetLookUps is observed.
func (d *data) ForgetLookUps(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "look_ups", "ForgetLookUps")
	defer end(&err)
	return d.Data.ForgetLookUps(ctx, before)
}
