package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// CreateClient is observed.
func (d *data) CreateClient(ctx context.Context, c store.Client) (err error) {
	ctx, end := d.watch(ctx, "clients", "CreateClient")
	defer end(&err)
	return d.Data.CreateClient(ctx, c)
}

// UpdateClient is observed.
func (d *data) UpdateClient(ctx context.Context, c store.Client) (err error) {
	ctx, end := d.watch(ctx, "clients", "UpdateClient")
	defer end(&err)
	return d.Data.UpdateClient(ctx, c)
}

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

// NoteClientUse is observed.
func (d *data) NoteClientUse(ctx context.Context, client, used string, when time.Time) (err error) {
	ctx, end := d.watch(ctx, "clients", "NoteClientUse")
	defer end(&err)
	return d.Data.NoteClientUse(ctx, client, used, when)
}

// UseAssertion is observed.
func (d *data) UseAssertion(ctx context.Context, name string, until time.Time) (err error) {
	ctx, end := d.watch(ctx, "assertions", "UseAssertion")
	defer end(&err)
	return d.Data.UseAssertion(ctx, name, until)
}

// ForgetAssertions is observed.
func (d *data) ForgetAssertions(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "assertions", "ForgetAssertions")
	defer end(&err)
	return d.Data.ForgetAssertions(ctx, before)
}
