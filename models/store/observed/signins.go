package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// PutEmails is observed.
func (d *data) PutEmails(ctx context.Context, keys []store.EmailKey) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "PutEmails")
	defer end(&err)
	return d.Data.PutEmails(ctx, keys)
}

// CustomersOfEmail is observed.
func (d *data) CustomersOfEmail(ctx context.Context, key string, limit int) (_ []string, err error) {
	ctx, end := d.watch(ctx, "sign_ins", "CustomersOfEmail")
	defer end(&err)
	return d.Data.CustomersOfEmail(ctx, key, limit)
}

// BindIdentity is observed.
func (d *data) BindIdentity(ctx context.Context, i store.Identity) (_ store.Identity, err error) {
	ctx, end := d.watch(ctx, "sign_ins", "BindIdentity")
	defer end(&err)
	return d.Data.BindIdentity(ctx, i)
}

// ForgetIdentities is observed.
func (d *data) ForgetIdentities(ctx context.Context, customer string) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "ForgetIdentities")
	defer end(&err)
	return d.Data.ForgetIdentities(ctx, customer)
}

// CreateChallenge is observed.
func (d *data) CreateChallenge(ctx context.Context, c store.Challenge) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "CreateChallenge")
	defer end(&err)
	return d.Data.CreateChallenge(ctx, c)
}

// Challenge is observed.
func (d *data) Challenge(ctx context.Context, id string, now time.Time) (_ store.Challenge, err error) {
	ctx, end := d.watch(ctx, "sign_ins", "Challenge")
	defer end(&err)
	return d.Data.Challenge(ctx, id, now)
}

// TryChallenge is observed.
func (d *data) TryChallenge(ctx context.Context, id string, now time.Time) (_ store.Challenge, err error) {
	ctx, end := d.watch(ctx, "sign_ins", "TryChallenge")
	defer end(&err)
	return d.Data.TryChallenge(ctx, id, now)
}

// EndChallenge is observed.
func (d *data) EndChallenge(ctx context.Context, id string) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "EndChallenge")
	defer end(&err)
	return d.Data.EndChallenge(ctx, id)
}

// Count is observed.
func (d *data) Count(ctx context.Context, key string, now, until time.Time) (_ int, err error) {
	ctx, end := d.watch(ctx, "sign_ins", "Count")
	defer end(&err)
	return d.Data.Count(ctx, key, now, until)
}

// PutMail is observed.
func (d *data) PutMail(ctx context.Context, m store.Mail) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "PutMail")
	defer end(&err)
	return d.Data.PutMail(ctx, m)
}

// DueMails is observed.
func (d *data) DueMails(ctx context.Context, now time.Time, limit int) (_ []store.Mail, err error) {
	ctx, end := d.watch(ctx, "sign_ins", "DueMails")
	defer end(&err)
	return d.Data.DueMails(ctx, now, limit)
}

// DeleteMail is observed.
func (d *data) DeleteMail(ctx context.Context, id string) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "DeleteMail")
	defer end(&err)
	return d.Data.DeleteMail(ctx, id)
}

// ForgetSignIns is observed.
func (d *data) ForgetSignIns(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "sign_ins", "ForgetSignIns")
	defer end(&err)
	return d.Data.ForgetSignIns(ctx, before)
}
