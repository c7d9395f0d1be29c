package observed

import (
	"context"
	"time"
)

// TakeLease is observed.
func (d *data) TakeLease(ctx context.Context, name, holder string, now, until time.Time) (err error) {
	ctx, end := d.watch(ctx, "leases", "TakeLease")
	defer end(&err)
	return d.Data.TakeLease(ctx, name, holder, now, until)
}

// LeaseHolder is observed.
func (d *data) LeaseHolder(ctx context.Context, name string, now time.Time) (_ string, err error) {
	ctx, end := d.watch(ctx, "leases", "LeaseHolder")
	defer end(&err)
	return d.Data.LeaseHolder(ctx, name, now)
}

// DropLease is observed.
func (d *data) DropLease(ctx context.Context, name, holder string) (err error) {
	ctx, end := d.watch(ctx, "leases", "DropLease")
	defer end(&err)
	return d.Data.DropLease(ctx, name, holder)
}
