package billing

import (
	"context"
	"errors"

	"candor/models"
	"candor/models/store"
)

// refs remembers which customers an import has met, so that most lines ask the store nothing.
type refs struct {
	customers store.Customers
	// keep is set in a dry run: the store never hears of the customers that the input brings.
	keep bool
	met  map[string]struct{}
}

// maxMet bounds what is remembered; 100,000 references are some 10 MB.
const maxMet = 100_000

func newRefs(c store.Customers, dryRun bool) *refs {
	return &refs{customers: c, keep: dryRun, met: map[string]struct{}{}}
}

func (r *refs) add(ref string) { r.met[ref] = struct{}{} }

func (r *refs) known(ctx context.Context, ref string) (bool, error) {
	if _, ok := r.met[ref]; ok {
		return true, nil
	}
	_, err := r.customers.Customer(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, models.Wrap("find customer", err)
	}
	r.add(ref)
	return true, nil
}

// flushed is told when the store holds every customer that was added.
func (r *refs) flushed() {
	if !r.keep && len(r.met) > maxMet {
		clear(r.met)
	}
}
