package observed

import (
	"context"

	"candor/models"
	"candor/models/store"
)

// PutRecords is observed.
func (d *data) PutRecords(ctx context.Context, records []store.Record) (err error) {
	ctx, end := d.watch(ctx, "records", "PutRecords")
	defer end(&err)
	return d.Data.PutRecords(ctx, records)
}

// Record is observed.
func (d *data) Record(ctx context.Context, key store.RecordKey) (_ store.Record, err error) {
	ctx, end := d.watch(ctx, "records", "Record")
	defer end(&err)
	return d.Data.Record(ctx, key)
}

// DeleteRecords is observed.
func (d *data) DeleteRecords(ctx context.Context, keys []store.RecordKey) (err error) {
	ctx, end := d.watch(ctx, "records", "DeleteRecords")
	defer end(&err)
	return d.Data.DeleteRecords(ctx, keys)
}

// PageRecords is observed.
func (d *data) PageRecords(ctx context.Context, q store.RecordQuery) (_ []store.Record, err error) {
	ctx, end := d.watch(ctx, "records", "PageRecords")
	defer end(&err)
	return d.Data.PageRecords(ctx, q)
}

// Tallies is observed.
func (d *data) Tallies(ctx context.Context, customer string) (_ map[string]models.Tally, err error) {
	ctx, end := d.watch(ctx, "records", "Tallies")
	defer end(&err)
	return d.Data.Tallies(ctx, customer)
}

// Holds is observed.
func (d *data) Holds(ctx context.Context, category string) (_ bool, err error) {
	ctx, end := d.watch(ctx, "records", "Holds")
	defer end(&err)
	return d.Data.Holds(ctx, category)
}

// PutDocuments is observed.
func (d *data) PutDocuments(ctx context.Context, documents []store.Document) (err error) {
	ctx, end := d.watch(ctx, "records", "PutDocuments")
	defer end(&err)
	return d.Data.PutDocuments(ctx, documents)
}

// Document is observed.
func (d *data) Document(ctx context.Context, key store.RecordKey, name string) (_ store.Document, err error) {
	ctx, end := d.watch(ctx, "records", "Document")
	defer end(&err)
	return d.Data.Document(ctx, key, name)
}

// Documents is observed.
func (d *data) Documents(ctx context.Context, keys []store.RecordKey) (_ []store.Document, err error) {
	ctx, end := d.watch(ctx, "records", "Documents")
	defer end(&err)
	return d.Data.Documents(ctx, keys)
}
