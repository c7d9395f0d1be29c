package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"candor/cmd/candor/demodata"
	"candor/frontend"
	"candor/handlers/web"
	"candor/models"
	"candor/models/auth"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// makeData writes the invented data as files for the import.
func (d *demonstration) makeData(e env) ([]string, error) {
	dir := filepath.Join(d.dir, "import")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make demo data: %w", err)
	}
	bar := newBar(e, int64(d.customers), "customers written", false)
	return demodata.Write(dir, d.card.Operator, d.program.datamap.Current(), d.program.clock(), d.customers, func(done int) {
		if d.customers > 0 {
			bar(int64(done))
		}
	})
}

// makeChoices has customers decide, as they would on the page: some said yes, some no, some nothing.
func (p *program) makeChoices(ctx context.Context, e env) error {
	known, err := p.data.CountCustomers(ctx)
	if err != nil {
		return fmt.Errorf("make demo choices: %w", err)
	}
	bar := newBar(e, known, "customers deciding", false)
	for i, after := 0, ""; ; {
		customers, err := p.data.PageCustomers(ctx, after, 10_000)
		if err != nil {
			return fmt.Errorf("make demo choices: %w", err)
		}
		if len(customers) == 0 {
			return nil
		}
		var group errgroup.Group
		group.SetLimit(sequencer.MaxBatch) // as many as are written at once
		for n, customer := range customers {
			group.Go(func() error { return p.decideFor(ctx, customer, i+n) })
		}
		if err := group.Wait(); err != nil {
			return fmt.Errorf("make demo choices: %w", err)
		}
		i += len(customers)
		after = customers[len(customers)-1].Ref
		bar(int64(i))
	}
}

// decideFor is what the i-th customer chose.
func (p *program) decideFor(ctx context.Context, customer models.Customer, i int) error {
	held, err := p.data.Tallies(ctx, customer.Ref)
	if err != nil {
		return err
	}
	m := p.datamap.Current()
	for n := range m.Purposes {
		purpose := &m.Purposes[n]
		current, err := p.notices.Current(m.NoticeFor(purpose))
		if err != nil {
			return err
		}
		for step, action := range p.actions(purpose, customer.Jurisdiction, held, i, n) {
			_, err := p.consent.Choose(ctx, consent.Choice{
				Customer: customer.Ref, Purpose: purpose.Key, Action: action, Channel: "web", Auth: "demo", Confirmed: true,
				Actor: ledger.Actor{Type: ledger.ActorCustomer},
				Shown: &consent.Shown{Notice: current.Ref(customer.Locale), Nonce: fmt.Sprintf("demo-%d-%d-%d", i, n, step)},
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// actions follow a fixed pattern, so that every demo is the same. Whoever has data that is held by
// consent alone has given it; the first customer has one purpose left to decide. Where a purpose is done until they say no,
// some have.
func (p *program) actions(purpose *datamap.Purpose, jurisdiction string, held map[string]models.Tally, i, n int) []consent.Action {
	pattern, optOut := (i*7+n*5)%12, purpose.DefaultIn(jurisdiction) == datamap.OptOut
	switch {
	case purpose.Basis == datamap.LegitimateInterests && pattern == 3, optOut && pattern < 4:
		return []consent.Action{consent.Object}
	case purpose.Basis != datamap.Consent, optOut:
		return nil
	case p.restsOnConsent(purpose, held):
		return []consent.Action{consent.Give}
	case i == 0 && purpose.Key == "partner_sharing":
		return nil
	case i == 0 || pattern < 4:
		return []consent.Action{consent.Give}
	case pattern < 7:
		return []consent.Action{consent.Withdraw}
	case pattern == 7:
		return []consent.Action{consent.Give, consent.Withdraw}
	default:
		return nil
	}
}

// restsOnConsent says whether data of the purpose is held that only consent lets be held.
func (p *program) restsOnConsent(purpose *datamap.Purpose, held map[string]models.Tally) bool {
	for _, key := range purpose.Categories {
		c, ok := p.datamap.Current().Category(key)
		if ok && held[key].Records > 0 && len(c.Bases) == 1 && c.Bases[0] == datamap.Consent {
			return true
		}
	}
	return false
}

// shownPeople is how many customers the demo's door offers.
const shownPeople = 8

// people are those whom the demo's door offers to sign in as.
func (d *demonstration) people(ctx context.Context) (*web.Demo, error) {
	out := &web.Demo{Roles: append(auth.Roles(), demoUntrained), Staff: d.program.demoStaff, Mail: d.program.demoMail}
	for _, c := range d.card.Customers[:min(shownPeople, len(d.card.Customers))] {
		person := frontend.DemoCustomer{Ref: c.Ref, Name: c.Name, Line: c.Ref}
		customer, err := d.program.data.Customer(ctx, c.Ref)
		if err != nil {
			return nil, fmt.Errorf("read demo customers: %w", err)
		}
		for _, l := range d.program.catalogue.Languages() {
			if l.Tag == customer.Locale {
				person.Line = l.Name + " · " + c.Ref
			}
		}
		out.Customers = append(out.Customers, person)
	}
	return out, nil
}
