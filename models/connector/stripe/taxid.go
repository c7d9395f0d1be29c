package stripe

import (
	"context"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

// fetchTaxID wants an id of taxIDOf: Stripe finds one by its customer alone.
func (c *Connector) fetchTaxID(ctx context.Context, id string) (connector.State, error) {
	customer, id, _ := strings.Cut(id, ".")
	t, err := c.stripe(ctx).V1TaxIDs.Retrieve(ctx, id, &api.TaxIDRetrieveParams{Customer: api.String(customer)})
	if err != nil {
		return connector.State{}, err
	}
	return c.taxID(customer, t), nil
}

// taxIDOf names a tax id of a customer.
func taxIDOf(customer, id string) string { return customer + "." + id }

func (c *Connector) listTaxIDs(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted("tax") {
		return connector.Page{}, nil
	}
	return c.eachCustomer(ctx, after, nil, func(customer *api.Customer) ([]connector.State, error) {
		var out []connector.State
		list := c.stripe(ctx).V1TaxIDs.List(ctx, &api.TaxIDListParams{
			ListParams: api.ListParams{Limit: api.Int64(listing)}, Customer: api.String(customer.ID),
		})
		for t, err := range list.All(ctx) {
			if err != nil {
				return nil, failure(err)
			}
			if !at(t.Created).Before(since) {
				out = append(out, c.taxID(customer.ID, t))
			}
		}
		return out, nil
	})
}

// taxID is a record of the category tax.
func (c *Connector) taxID(customer string, t *api.TaxID) connector.State {
	s := connector.State{ID: connector.ID(taxIDKind, taxIDOf(customer, t.ID)), Owner: connector.ID(customerKind, customer)}
	if t.Deleted {
		return s
	}
	f := c.Intake.Fields("tax")
	f.Text("tax_id", t.Value)
	f.Text("country", t.Country)
	f.Code("type", string(t.Type))
	s.Record = &models.Record{Category: f.Category(), ID: t.ID, OccurredAt: at(t.Created), Fields: f.Values()}
	return s
}
