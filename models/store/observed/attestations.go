package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// PutAttestations is observed.
func (d *data) PutAttestations(ctx context.Context, applied uint64, attestations []store.Attestation) (err error) {
	ctx, end := d.watch(ctx, "attestations", "PutAttestations")
	defer end(&err)
	return d.Data.PutAttestations(ctx, applied, attestations)
}

// AttestationsOf is observed.
func (d *data) AttestationsOf(ctx context.Context, staff string) (_ []store.Attestation, err error) {
	ctx, end := d.watch(ctx, "attestations", "AttestationsOf")
	defer end(&err)
	return d.Data.AttestationsOf(ctx, staff)
}

// PageAttestations is observed.
func (d *data) PageAttestations(ctx context.Context, after uint64, limit int) (_ []store.Attestation, err error) {
	ctx, end := d.watch(ctx, "attestations", "PageAttestations")
	defer end(&err)
	return d.Data.PageAttestations(ctx, after, limit)
}

// AttestationsApplied is observed.
func (d *data) AttestationsApplied(ctx context.Context) (_ uint64, err error) {
	ctx, end := d.watch(ctx, "attestations", "AttestationsApplied")
	defer end(&err)
	return d.Data.AttestationsApplied(ctx)
}

// ResetAttestations is observed.
func (d *data) ResetAttestations(ctx context.Context) (err error) {
	ctx, end := d.watch(ctx, "attestations", "ResetAttestations")
	defer end(&err)
	return d.Data.ResetAttestations(ctx)
}

// Reminded is observed.
func (d *data) Reminded(ctx context.Context, id string) (there bool, err error) {
	ctx, end := d.watch(ctx, "attestations", "Reminded")
	defer end(&err)
	return d.Data.Reminded(ctx, id)
}

// MarkReminder is observed.
func (d *data) MarkReminder(ctx context.Context, id string, at time.Time) (err error) {
	ctx, end := d.watch(ctx, "attestations", "MarkReminder")
	defer end(&err)
	return d.Data.MarkReminder(ctx, id, at)
}

// ForgetReminders is observed.
func (d *data) ForgetReminders(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "attestations", "ForgetReminders")
	defer end(&err)
	return d.Data.ForgetReminders(ctx, before)
}
