package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// CreateRequest is observed.
func (d *data) CreateRequest(ctx context.Context, r store.Request) (err error) {
	ctx, end := d.watch(ctx, "requests", "CreateRequest")
	defer end(&err)
	return d.Data.CreateRequest(ctx, r)
}

// UpdateRequest is observed.
func (d *data) UpdateRequest(ctx context.Context, r store.Request, revision int64) (err error) {
	ctx, end := d.watch(ctx, "requests", "UpdateRequest")
	defer end(&err)
	return d.Data.UpdateRequest(ctx, r, revision)
}

// Request is observed.
func (d *data) Request(ctx context.Context, id string) (_ store.Request, err error) {
	ctx, end := d.watch(ctx, "requests", "Request")
	defer end(&err)
	return d.Data.Request(ctx, id)
}

// RequestsOf is observed.
func (d *data) RequestsOf(ctx context.Context, customer string) (_ []store.Request, err error) {
	ctx, end := d.watch(ctx, "requests", "RequestsOf")
	defer end(&err)
	return d.Data.RequestsOf(ctx, customer)
}

// PageRequests is observed.
func (d *data) PageRequests(ctx context.Context, q store.RequestQuery) (_ []store.Request, err error) {
	ctx, end := d.watch(ctx, "requests", "PageRequests")
	defer end(&err)
	return d.Data.PageRequests(ctx, q)
}

// WakingRequests is observed.
func (d *data) WakingRequests(ctx context.Context, now time.Time, limit int) (_ []store.Request, err error) {
	ctx, end := d.watch(ctx, "requests", "WakingRequests")
	defer end(&err)
	return d.Data.WakingRequests(ctx, now, limit)
}

// CountRequests is observed.
func (d *data) CountRequests(ctx context.Context, now time.Time) (_ store.RequestCounts, err error) {
	ctx, end := d.watch(ctx, "requests", "CountRequests")
	defer end(&err)
	return d.Data.CountRequests(ctx, now)
}
