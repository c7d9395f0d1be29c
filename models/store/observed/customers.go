package observed

import (
	"context"

	"candor/models"
)

// PutCustomers is observed.
func (d *data) PutCustomers(ctx context.Context, customers []models.Customer) (err error) {
	ctx, end := d.watch(ctx, "customers", "PutCustomers")
	defer end(&err)
	return d.Data.PutCustomers(ctx, customers)
}

// Customer is observed.
func (d *data) Customer(ctx context.Context, ref string) (_ models.Customer, err error) {
	ctx, end := d.watch(ctx, "customers", "Customer")
	defer end(&err)
	return d.Data.Customer(ctx, ref)
}

// CustomersOf is observed.
func (d *data) CustomersOf(ctx context.Context, refs []string) (_ []models.Customer, err error) {
	ctx, end := d.watch(ctx, "customers", "CustomersOf")
	defer end(&err)
	return d.Data.CustomersOf(ctx, refs)
}

// PageCustomers is observed.
func (d *data) PageCustomers(ctx context.Context, after string, limit int) (_ []models.Customer, err error) {
	ctx, end := d.watch(ctx, "customers", "PageCustomers")
	defer end(&err)
	return d.Data.PageCustomers(ctx, after, limit)
}

// CountCustomers is observed.
func (d *data) CountCustomers(ctx context.Context) (_ int64, err error) {
	ctx, end := d.watch(ctx, "customers", "CountCustomers")
	defer end(&err)
	return d.Data.CountCustomers(ctx)
}
