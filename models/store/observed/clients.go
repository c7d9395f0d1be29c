package observed

import (
	"context"

	"candor/models/store"
)

// PutClient is observed.
func (d *data) PutClient(ctx context.Context, c store.Client) (err error) {
	ctx, end := d.watch(ctx, "clients", "PutClient")
	defer end(&err)
	return d.Data.PutClient(ctx, c)
}

// Client is observed.
func (d *data) Client(ctx context.Context, id string) (_ store.Client, err error) {
	ctx, end := d.watch(ctx, "clients", "Client")
	defer end(&err)
	return d.Data.Client(ctx, id)
}

// Clients is observed.
func (d *data) Clients(ctx context.Context) (_ []store.Client, err error) {
	ctx, end := d.watch(ctx, "clients", "Clients")
	defer end(&err)
	return d.Data.Clients(ctx)
}
