package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// CreateMember is observed.
func (d *data) CreateMember(ctx context.Context, m store.Member) (err error) {
	ctx, end := d.watch(ctx, "staff", "CreateMember")
	defer end(&err)
	return d.Data.CreateMember(ctx, m)
}

// UpdateMember is observed.
func (d *data) UpdateMember(ctx context.Context, m store.Member) (err error) {
	ctx, end := d.watch(ctx, "staff", "UpdateMember")
	defer end(&err)
	return d.Data.UpdateMember(ctx, m)
}

// PutMember is observed.
func (d *data) PutMember(ctx context.Context, m store.Member) (err error) {
	ctx, end := d.watch(ctx, "staff", "PutMember")
	defer end(&err)
	return d.Data.PutMember(ctx, m)
}

// Member is observed.
func (d *data) Member(ctx context.Context, id string) (_ store.Member, err error) {
	ctx, end := d.watch(ctx, "staff", "Member")
	defer end(&err)
	return d.Data.Member(ctx, id)
}

// Members is observed.
func (d *data) Members(ctx context.Context) (_ []store.Member, err error) {
	ctx, end := d.watch(ctx, "staff", "Members")
	defer end(&err)
	return d.Data.Members(ctx)
}

// NoteMemberSeen is observed.
func (d *data) NoteMemberSeen(ctx context.Context, id string, when time.Time) (err error) {
	ctx, end := d.watch(ctx, "staff", "NoteMemberSeen")
	defer end(&err)
	return d.Data.NoteMemberSeen(ctx, id, when)
}

// CreatePasskey is observed.
func (d *data) CreatePasskey(ctx context.Context, p store.Passkey) (err error) {
	ctx, end := d.watch(ctx, "staff", "CreatePasskey")
	defer end(&err)
	return d.Data.CreatePasskey(ctx, p)
}

// UpdatePasskey is observed.
func (d *data) UpdatePasskey(ctx context.Context, p store.Passkey) (err error) {
	ctx, end := d.watch(ctx, "staff", "UpdatePasskey")
	defer end(&err)
	return d.Data.UpdatePasskey(ctx, p)
}

// PutPasskey is observed.
func (d *data) PutPasskey(ctx context.Context, p store.Passkey) (err error) {
	ctx, end := d.watch(ctx, "staff", "PutPasskey")
	defer end(&err)
	return d.Data.PutPasskey(ctx, p)
}

// Passkey is observed.
func (d *data) Passkey(ctx context.Context, id string) (_ store.Passkey, err error) {
	ctx, end := d.watch(ctx, "staff", "Passkey")
	defer end(&err)
	return d.Data.Passkey(ctx, id)
}

// PasskeysOf is observed.
func (d *data) PasskeysOf(ctx context.Context, member string) (_ []store.Passkey, err error) {
	ctx, end := d.watch(ctx, "staff", "PasskeysOf")
	defer end(&err)
	return d.Data.PasskeysOf(ctx, member)
}

// DeletePasskey is observed.
func (d *data) DeletePasskey(ctx context.Context, id string) (err error) {
	ctx, end := d.watch(ctx, "staff", "DeletePasskey")
	defer end(&err)
	return d.Data.DeletePasskey(ctx, id)
}

// CreateEnrolment is observed.
func (d *data) CreateEnrolment(ctx context.Context, e store.Enrolment) (err error) {
	ctx, end := d.watch(ctx, "staff", "CreateEnrolment")
	defer end(&err)
	return d.Data.CreateEnrolment(ctx, e)
}

// Enrolment is observed.
func (d *data) Enrolment(ctx context.Context, hash string) (_ store.Enrolment, err error) {
	ctx, end := d.watch(ctx, "staff", "Enrolment")
	defer end(&err)
	return d.Data.Enrolment(ctx, hash)
}

// UseEnrolment is observed.
func (d *data) UseEnrolment(ctx context.Context, hash string, now time.Time) (err error) {
	ctx, end := d.watch(ctx, "staff", "UseEnrolment")
	defer end(&err)
	return d.Data.UseEnrolment(ctx, hash, now)
}

// DropEnrolments is observed.
func (d *data) DropEnrolments(ctx context.Context, member string) (err error) {
	ctx, end := d.watch(ctx, "staff", "DropEnrolments")
	defer end(&err)
	return d.Data.DropEnrolments(ctx, member)
}

// ForgetEnrolments is observed.
func (d *data) ForgetEnrolments(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "staff", "ForgetEnrolments")
	defer end(&err)
	return d.Data.ForgetEnrolments(ctx, before)
}
