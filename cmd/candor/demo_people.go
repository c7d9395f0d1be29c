package main

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"

	"candor/cmd/candor/demodata"
	"candor/frontend"
	"candor/handlers/web"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
)

// makeData writes the invented data as files for the import.
func makeData(dir, operator string, p *program) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make demo data: %w", err)
	}
	return demodata.Write(dir, operator, p.datamap, p.clock())
}

// makeChoices has customers decide, as they would on the page: some said yes, some no, some nothing.
func (p *program) makeChoices(ctx context.Context) error {
	customers, err := p.data.PageCustomers(ctx, "", 10_000)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(64)
	for i, customer := range customers {
		group.Go(func() error {
			for n := range p.datamap.Purposes {
				purpose := &p.datamap.Purposes[n]
				if err := p.makeChoice(ctx, customer.Ref, customer.Locale, purpose, i, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// makeChoice follows a fixed pattern, so that every demo is the same. The first customer leaves one
// purpose open.
func (p *program) makeChoice(ctx context.Context, customer, locale string, purpose *datamap.Purpose, i, n int) error {
	var actions []consent.Action
	switch pattern := (i*7 + n*5) % 12; {
	case purpose.Basis == datamap.Consent && pattern < 4:
		actions = []consent.Action{consent.Give}
	case purpose.Basis == datamap.Consent && pattern < 7:
		actions = []consent.Action{consent.Withdraw}
	case purpose.Basis == datamap.Consent && pattern == 7:
		actions = []consent.Action{consent.Give, consent.Withdraw}
	case purpose.Basis == datamap.LegitimateInterests && pattern == 3:
		actions = []consent.Action{consent.Object}
	}
	current, err := p.notices.Current(p.datamap.NoticeFor(purpose))
	if err != nil {
		return err
	}
	for step, action := range actions {
		_, err := p.consent.Choose(ctx, consent.Choice{
			Customer: customer, Purpose: purpose.Key, Action: action, Channel: "web", Auth: "demo",
			Actor: ledger.Actor{Type: ledger.ActorCustomer},
			Shown: &consent.Shown{Notice: current.Ref(locale), Nonce: fmt.Sprintf("demo-%d-%d-%d", i, n, step)},
		})
		if err != nil {
			return fmt.Errorf("make demo choices: %w", err)
		}
	}
	return nil
}

// shownPeople is how many customers the demo's door offers.
const shownPeople = 8

// people are those whom the demo's door offers to sign in as.
func (d *demonstration) people() *web.Demo {
	out := &web.Demo{Roles: demoRoles()}
	for _, c := range d.card.Customers[:min(shownPeople, len(d.card.Customers))] {
		out.Customers = append(out.Customers, frontend.DemoCustomer{Ref: c.Ref, Name: c.Name, Line: c.Ref})
	}
	return out
}
