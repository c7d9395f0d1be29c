package observed

import (
	"context"
	"time"

	"candor/models/store"
)

// CreateSession is observed.
func (d *data) CreateSession(ctx context.Context, s store.Session) (err error) {
	ctx, end := d.watch(ctx, "sessions", "CreateSession")
	defer end(&err)
	return d.Data.CreateSession(ctx, s)
}

// Session is observed.
func (d *data) Session(ctx context.Context, hash string, now time.Time) (_ store.Session, err error) {
	ctx, end := d.watch(ctx, "sessions", "Session")
	defer end(&err)
	return d.Data.Session(ctx, hash, now)
}

// EndSession is observed.
func (d *data) EndSession(ctx context.Context, hash string) (err error) {
	ctx, end := d.watch(ctx, "sessions", "EndSession")
	defer end(&err)
	return d.Data.EndSession(ctx, hash)
}

// CreateLink is observed.
func (d *data) CreateLink(ctx context.Context, l store.Link) (err error) {
	ctx, end := d.watch(ctx, "sessions", "CreateLink")
	defer end(&err)
	return d.Data.CreateLink(ctx, l)
}

// Link is observed.
func (d *data) Link(ctx context.Context, hash string) (_ store.Link, err error) {
	ctx, end := d.watch(ctx, "sessions", "Link")
	defer end(&err)
	return d.Data.Link(ctx, hash)
}

// UseLink is observed.
func (d *data) UseLink(ctx context.Context, hash string, now time.Time) (err error) {
	ctx, end := d.watch(ctx, "sessions", "UseLink")
	defer end(&err)
	return d.Data.UseLink(ctx, hash, now)
}

// Forget is observed.
func (d *data) Forget(ctx context.Context, before time.Time) (err error) {
	ctx, end := d.watch(ctx, "sessions", "Forget")
	defer end(&err)
	return d.Data.Forget(ctx, before)
}

// SessionsOf is observed.
func (d *data) SessionsOf(ctx context.Context, customer string, now time.Time) (_ []store.Session, err error) {
	ctx, end := d.watch(ctx, "sessions", "SessionsOf")
	defer end(&err)
	return d.Data.SessionsOf(ctx, customer, now)
}

// SessionsOfStaff is observed.
func (d *data) SessionsOfStaff(ctx context.Context, member string, now time.Time) (_ []store.Session, err error) {
	ctx, end := d.watch(ctx, "sessions", "SessionsOfStaff")
	defer end(&err)
	return d.Data.SessionsOfStaff(ctx, member, now)
}

// MarkSession is observed.
func (d *data) MarkSession(ctx context.Context, hash string, seen, proved time.Time) (err error) {
	ctx, end := d.watch(ctx, "sessions", "MarkSession")
	defer end(&err)
	return d.Data.MarkSession(ctx, hash, seen, proved)
}

// LinkNamed is observed.
func (d *data) LinkNamed(ctx context.Context, id string) (_ store.Link, err error) {
	ctx, end := d.watch(ctx, "sessions", "LinkNamed")
	defer end(&err)
	return d.Data.LinkNamed(ctx, id)
}

// RevokeLink is observed.
func (d *data) RevokeLink(ctx context.Context, id string, now time.Time) (err error) {
	ctx, end := d.watch(ctx, "sessions", "RevokeLink")
	defer end(&err)
	return d.Data.RevokeLink(ctx, id, now)
}
