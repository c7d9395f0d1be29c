// Package observed stands before a store and tells of every call to it: which, how long it took and how
// it ended. It knows no monitoring system, and never tells what a call was about.
package observed

import (
	"context"

	"candor/models/store"
)

// Watch is told that a call begins: the role ("log", "records", …) and the method, which are names of the
// code. The call goes on with the context it gives, and end is called with how it ended.
type Watch func(ctx context.Context, role, method string) (_ context.Context, end func(*error))

// Data gives the store, observed. If it has a clock, so has what is given.
func Data(inner store.Data, watch Watch) store.Data {
	d := &data{inner, watch}
	if clock, ok := inner.(store.Clock); ok {
		return struct {
			*data
			store.Clock
		}{d, clock}
	}
	return d
}

type data struct {
	store.Data
	watch Watch
}

// Ping is observed.
func (d *data) Ping(ctx context.Context) (err error) {
	ctx, end := d.watch(ctx, "data", "Ping")
	defer end(&err)
	return d.Data.Ping(ctx)
}
