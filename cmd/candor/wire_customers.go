package main

import (
	"context"

	"candor/models/billing"
)

// customers is what is held about them, as the API removes it: with the copies that they had made, and with what they
// could come in by.
type customers struct {
	*billing.Service

	p *program
}

// DeleteCustomer removes what is held; sent again after it failed half-way, it goes on.
func (c customers) DeleteCustomer(ctx context.Context, ref string) error {
	if err := c.Service.DeleteCustomer(ctx, ref); err != nil {
		return err
	}
	if err := c.p.requests.EndArchives(ctx, ref); err != nil {
		return err
	}
	return c.p.signIn.Forget(ctx, ref)
}
