package stripe

import (
	"context"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

// ErrNoReference says that a customer does not say which customer of ours they are.
var ErrNoReference = models.Fail(models.Invalid, "connector_no_reference").In("metadata")

const metadata = "metadata."

// ValidReference says whether Config.Reference can be one.
func ValidReference(s string) bool {
	key, ok := strings.CutPrefix(s, metadata)
	return s == "id" || ok && key != "" && len(key) <= 40 // Stripe's own limit of a key
}

func (c *Connector) fetchCustomer(ctx context.Context, id string) (connector.State, error) {
	customer, err := c.stripe(ctx).V1Customers.Retrieve(ctx, id, nil)
	if err != nil {
		return connector.State{}, err
	}
	return c.customer(customer), nil
}

func (c *Connector) listCustomers(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	list := c.stripe(ctx).V1Customers.List(ctx, &api.CustomerListParams{ListParams: params(after, listing), CreatedRange: created(since)})
	return page(list, customerID, c.customer)
}

func customerID(customer *api.Customer) string { return customer.ID }

// gonesWith are the categories that go with a customer who is deleted: Stripe then detaches the payment methods and
// deletes the tax ids, and goes on keeping bills and payments.
func gonesWith(id string) []string {
	if connector.KindOf(id) == customerKind {
		return []string{"payment_method", "tax"}
	}
	return nil
}

func (c *Connector) customer(customer *api.Customer) connector.State {
	id := connector.ID(customerKind, customer.ID)
	s := connector.State{ID: id, Owner: id}
	if customer.Deleted {
		s.Takes = gonesWith(id)
		return s
	}
	s.Customer = customer.ID
	if key, ok := strings.CutPrefix(c.Reference, metadata); ok {
		s.Customer = customer.Metadata[key]
	}
	if s.Customer == "" {
		s.Refused = ErrNoReference
		return s
	}
	s.Profile = &connector.Profile{
		Name: customer.Name, Email: customer.Email, Phone: customer.Phone, Address: address(customer.Address),
	}
	if len(customer.PreferredLocales) > 0 {
		s.Profile.Locale = customer.PreferredLocales[0]
	}
	return s
}

// address is one as lines, the country by its code.
func address(a *api.Address) string {
	if a == nil {
		return ""
	}
	var lines []string
	for _, line := range []string{
		a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.State, a.Country,
	} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// eachCustomer goes through a page of customers, whenever they were made, and asks Stripe for something of each.
func (c *Connector) eachCustomer(ctx context.Context, after string, expand []*string, states func(*api.Customer) ([]connector.State, error)) (connector.Page, error) {
	list := c.stripe(ctx).V1Customers.List(ctx, &api.CustomerListParams{ListParams: params(after, customersAtOnce), Expand: expand})
	var all []connector.State
	out, err := page(list, customerID, c.customer)
	for _, customer := range list.Data() {
		if err != nil {
			return out, err
		}
		var some []connector.State
		some, err = states(customer)
		all = append(all, some...)
	}
	out.States = all
	return out, err
}

// customersAtOnce is how many are asked about before the position is kept.
const customersAtOnce = 20
