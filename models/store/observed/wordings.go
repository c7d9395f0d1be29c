package observed

import (
	"context"

	"candor/models/store"
)

// KeepWording is observed.
func (d *data) KeepWording(ctx context.Context, w store.Wording) (err error) {
	ctx, end := d.watch(ctx, "wordings", "KeepWording")
	defer end(&err)
	return d.Data.KeepWording(ctx, w)
}

// Wording is observed.
func (d *data) Wording(ctx context.Context, sha256 string) (_ store.Wording, err error) {
	ctx, end := d.watch(ctx, "wordings", "Wording")
	defer end(&err)
	return d.Data.Wording(ctx, sha256)
}

// PageWordings is observed.
func (d *data) PageWordings(ctx context.Context, after string, limit int) (_ []store.Wording, err error) {
	ctx, end := d.watch(ctx, "wordings", "PageWordings")
	defer end(&err)
	return d.Data.PageWordings(ctx, after, limit)
}
