package observed

import (
	"context"

	"candor/models/store"
)

// Publish is observed.
func (d *data) Publish(ctx context.Context, p store.Publication) (err error) {
	ctx, end := d.watch(ctx, "publications", "Publish")
	defer end(&err)
	return d.Data.Publish(ctx, p)
}

// Publications is observed.
func (d *data) Publications(ctx context.Context, kind string) (_ []store.Publication, err error) {
	ctx, end := d.watch(ctx, "publications", "Publications")
	defer end(&err)
	return d.Data.Publications(ctx, kind)
}
