package observed

import (
	"context"

	"candor/models/store"
)

// CreateEndpoint is observed.
func (d *data) CreateEndpoint(ctx context.Context, e store.Endpoint) (err error) {
	ctx, end := d.watch(ctx, "webhooks", "CreateEndpoint")
	defer end(&err)
	return d.Data.CreateEndpoint(ctx, e)
}

// UpdateEndpoint is observed.
func (d *data) UpdateEndpoint(ctx context.Context, e store.Endpoint, revision int64) (err error) {
	ctx, end := d.watch(ctx, "webhooks", "UpdateEndpoint")
	defer end(&err)
	return d.Data.UpdateEndpoint(ctx, e, revision)
}

// Endpoint is observed.
func (d *data) Endpoint(ctx context.Context, id string) (_ store.Endpoint, err error) {
	ctx, end := d.watch(ctx, "webhooks", "Endpoint")
	defer end(&err)
	return d.Data.Endpoint(ctx, id)
}

// Endpoints is observed.
func (d *data) Endpoints(ctx context.Context) (_ []store.Endpoint, err error) {
	ctx, end := d.watch(ctx, "webhooks", "Endpoints")
	defer end(&err)
	return d.Data.Endpoints(ctx)
}

// DeleteEndpoint is observed.
func (d *data) DeleteEndpoint(ctx context.Context, id string) (err error) {
	ctx, end := d.watch(ctx, "webhooks", "DeleteEndpoint")
	defer end(&err)
	return d.Data.DeleteEndpoint(ctx, id)
}

// EndpointProgress is observed.
func (d *data) EndpointProgress(ctx context.Context, endpoint string) (_ store.EndpointProgress, err error) {
	ctx, end := d.watch(ctx, "webhooks", "EndpointProgress")
	defer end(&err)
	return d.Data.EndpointProgress(ctx, endpoint)
}

// SaveEndpointProgress is observed.
func (d *data) SaveEndpointProgress(ctx context.Context, p store.EndpointProgress, revision int64, deliveries []store.Delivery) (err error) {
	ctx, end := d.watch(ctx, "webhooks", "SaveEndpointProgress")
	defer end(&err)
	return d.Data.SaveEndpointProgress(ctx, p, revision, deliveries)
}

// PutDelivery is observed.
func (d *data) PutDelivery(ctx context.Context, delivery store.Delivery) (err error) {
	ctx, end := d.watch(ctx, "webhooks", "PutDelivery")
	defer end(&err)
	return d.Data.PutDelivery(ctx, delivery)
}

// Delivery is observed.
func (d *data) Delivery(ctx context.Context, endpoint string, seq uint64) (_ store.Delivery, err error) {
	ctx, end := d.watch(ctx, "webhooks", "Delivery")
	defer end(&err)
	return d.Data.Delivery(ctx, endpoint, seq)
}

// PageDeliveries is observed.
func (d *data) PageDeliveries(ctx context.Context, endpoint string, before uint64, limit int) (_ []store.Delivery, err error) {
	ctx, end := d.watch(ctx, "webhooks", "PageDeliveries")
	defer end(&err)
	return d.Data.PageDeliveries(ctx, endpoint, before, limit)
}

// ForgetDeliveries is observed.
func (d *data) ForgetDeliveries(ctx context.Context, endpoint string, keep int) (err error) {
	ctx, end := d.watch(ctx, "webhooks", "ForgetDeliveries")
	defer end(&err)
	return d.Data.ForgetDeliveries(ctx, endpoint, keep)
}
