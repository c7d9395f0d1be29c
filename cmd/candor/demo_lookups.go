package main

import (
	"context"
	"errors"
	"fmt"

	lookups "candor/models/access"
	"candor/models/auth"
	"candor/models/billing"
)

// demoLooker is the demo's member of staff who has a role, as whoever looks customers up.
func (p *program) demoLooker(role string) lookups.By {
	return lookups.By{
		ID: p.staff.AccountID("demo", role), Roles: []string{role}, Auth: auth.MethodDemo,
		May: func(permission auth.Permission) bool { return auth.May(role, permission) },
	}
}

// makeLookUps has the officer look two customers up, as officers do, and the administrator ask to in an emergency, which
// waits for a second person.
func (d *demonstration) makeLookUps(ctx context.Context) error {
	if len(d.card.Customers) < shownPeople {
		return nil
	}
	officer := d.program.demoLooker(auth.RolePrivacyOfficer)
	err := errors.Join(
		d.lookAt(ctx, officer, d.card.Customers[2].Ref, lookups.Reason{Kind: lookups.ReasonTicket, Words: "CARE-20417"}, "invoices", "number"),
		d.lookAt(ctx, officer, d.card.Customers[5].Ref, lookups.Reason{
			Kind: lookups.ReasonText, Words: "You asked us by phone which address we write to.",
		}, "contact", "address"),
	)
	_, asked := d.program.access.Ask(ctx, d.program.demoLooker(auth.RoleAdmin), d.card.Customers[6].Ref, lookups.Reason{
		Kind: lookups.ReasonText, Words: "A payment was collected twice, and the bank must be told the mandate today.",
	})
	if err = errors.Join(err, asked); err != nil {
		return fmt.Errorf("make demo look-ups: %w", err)
	}
	return nil
}

// lookAt looks at what is held, at a category, and at one value of its newest record, and ends.
func (d *demonstration) lookAt(ctx context.Context, by lookups.By, customer string, why lookups.Reason, category, field string) error {
	a := d.program.access
	l, err := a.Open(ctx, by, customer, why)
	if err != nil {
		return err
	}
	page, err := a.Category(ctx, by, l.ID, category, "")
	if err != nil {
		return err
	}
	if len(page.Records) > 0 {
		record := page.Records[0].ID
		_, err = a.Unmask(ctx, by, l.ID, category, record, field)
		if err != nil && !errors.Is(err, lookups.ErrUnknownField) && !errors.Is(err, billing.ErrUnknownRecord) {
			return err
		}
	}
	_, err = a.End(ctx, by, l.ID)
	return err
}
