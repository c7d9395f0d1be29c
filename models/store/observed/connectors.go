package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// NextTurn is observed.
func (d *data) NextTurn(ctx context.Context, connector string) (_ uint64, err error) {
	ctx, end := d.watch(ctx, "connectors", "NextTurn")
	defer end(&err)
	return d.Data.NextTurn(ctx, connector)
}

// ClaimObjects is observed.
func (d *data) ClaimObjects(ctx context.Context, connector string, turn uint64, ids []string) (_ []string, err error) {
	ctx, end := d.watch(ctx, "connectors", "ClaimObjects")
	defer end(&err)
	return d.Data.ClaimObjects(ctx, connector, turn, ids)
}

// SettleObjects is observed.
func (d *data) SettleObjects(ctx context.Context, objects []store.ConnectorObject) (_ []string, err error) {
	ctx, end := d.watch(ctx, "connectors", "SettleObjects")
	defer end(&err)
	return d.Data.SettleObjects(ctx, objects)
}

// PutObjects is observed.
func (d *data) PutObjects(ctx context.Context, objects []store.ConnectorObject) (err error) {
	ctx, end := d.watch(ctx, "connectors", "PutObjects")
	defer end(&err)
	return d.Data.PutObjects(ctx, objects)
}

// ConnectorObject is observed.
func (d *data) ConnectorObject(ctx context.Context, connector, id string) (_ store.ConnectorObject, err error) {
	ctx, end := d.watch(ctx, "connectors", "ConnectorObject")
	defer end(&err)
	return d.Data.ConnectorObject(ctx, connector, id)
}

// ObjectsOf is observed.
func (d *data) ObjectsOf(ctx context.Context, connector, owner, after string, limit int) (_ []store.ConnectorObject, err error) {
	ctx, end := d.watch(ctx, "connectors", "ObjectsOf")
	defer end(&err)
	return d.Data.ObjectsOf(ctx, connector, owner, after, limit)
}

// PageObjects is observed.
func (d *data) PageObjects(ctx context.Context, connector, id string, limit int) (_ []store.ConnectorObject, err error) {
	ctx, end := d.watch(ctx, "connectors", "PageObjects")
	defer end(&err)
	return d.Data.PageObjects(ctx, connector, id, limit)
}

// MarkEvent is observed.
func (d *data) MarkEvent(ctx context.Context, connector, event string, at time.Time) (err error) {
	ctx, end := d.watch(ctx, "connectors", "MarkEvent")
	defer end(&err)
	return d.Data.MarkEvent(ctx, connector, event, at)
}

// EventMarked is observed.
func (d *data) EventMarked(ctx context.Context, connector, event string) (_ bool, err error) {
	ctx, end := d.watch(ctx, "connectors", "EventMarked")
	defer end(&err)
	return d.Data.EventMarked(ctx, connector, event)
}

// ForgetEvents is observed.
func (d *data) ForgetEvents(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "connectors", "ForgetEvents")
	defer end(&err)
	return d.Data.ForgetEvents(ctx, before)
}

// PutConnectorState is observed.
func (d *data) PutConnectorState(ctx context.Context, connector, job string, state []byte) (err error) {
	ctx, end := d.watch(ctx, "connectors", "PutConnectorState")
	defer end(&err)
	return d.Data.PutConnectorState(ctx, connector, job, state)
}

// ConnectorState is observed.
func (d *data) ConnectorState(ctx context.Context, connector, job string) (_ []byte, err error) {
	ctx, end := d.watch(ctx, "connectors", "ConnectorState")
	defer end(&err)
	return d.Data.ConnectorState(ctx, connector, job)
}

// DropConnectorState is observed.
func (d *data) DropConnectorState(ctx context.Context, connector, job string) (err error) {
	ctx, end := d.watch(ctx, "connectors", "DropConnectorState")
	defer end(&err)
	return d.Data.DropConnectorState(ctx, connector, job)
}

// ConnectorStates is observed.
func (d *data) ConnectorStates(ctx context.Context) (_ []store.ConnectorState, err error) {
	ctx, end := d.watch(ctx, "connectors", "ConnectorStates")
	defer end(&err)
	return d.Data.ConnectorStates(ctx)
}
