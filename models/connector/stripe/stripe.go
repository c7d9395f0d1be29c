// Package stripe owns the connector to Stripe: it checks what Stripe says of an event, and fetches whatever the event is
// about anew, so that nothing that was sent, late, twice or out of order is ever believed.
//
// It reads and never writes; a restricted key that may read is enough. What Stripe sends of cards is brand, last four
// digits and expiry; the number never leaves Stripe.
package stripe

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

// Name is the connector's.
const Name = "stripe"

// Config is what a Connector needs; all of it is required but APIURL and PDFs.
type Config struct {
	Intake *connector.Intake
	// Key is the secret or restricted key; Secrets are the webhook endpoint's signing secrets, two while one is replaced.
	Key     string
	Secrets []string
	// Reference says what names a customer here: "id", Stripe's own, or "metadata.KEY", a value that the company keeps there.
	Reference string
	// APIURL is Stripe's, unless it is set.
	APIURL string
	// PDFs says whether bills are fetched as documents where the data map lets them be held; PDFHosts the hosts they are
	// fetched from, and those below them.
	PDFs     bool
	PDFHosts []string
	// Transport carries requests. Sleep waits between attempts, or until ctx ends; Jitter gives from 0 up to 1.
	Transport http.RoundTripper
	Sleep     func(ctx context.Context, d time.Duration) error
	Jitter    func() float64
	Clock     func() time.Time
}

// Connector brings what Stripe holds. It is safe for concurrent use.
type Connector struct {
	Config

	live, patient *api.Client // for one delivery, and for a backfill
	kinds         map[string]kind
	products      names

	mu       sync.Mutex
	mandates map[string]bool // met by this process
}

// kind is a type of thing that is taken.
type kind struct {
	fetch func(ctx context.Context, id string) (connector.State, error)
}

// The types of thing, as Stripe names its objects; a usage is a month of a meter's event summaries.
const (
	customerKind      = "customer"
	paymentMethodKind = "payment_method"
	mandateKind       = "mandate"
	taxIDKind         = "tax_id"
	subscriptionKind  = "subscription"
	invoiceKind       = "invoice"
	creditNoteKind    = "credit_note"
	chargeKind        = "charge"
	refundKind        = "refund"
	disputeKind       = "dispute"
	usageKind         = "usage"
)

// New makes a Connector.
func New(c Config) *Connector {
	s := &Connector{Config: c, mandates: map[string]bool{}}
	s.live = s.client(liveAttempts)
	s.patient = s.client(patientAttempts)
	s.kinds = map[string]kind{
		customerKind:      {s.fetchCustomer},
		paymentMethodKind: {s.fetchPaymentMethod},
		mandateKind:       {s.fetchMandate},
		taxIDKind:         {s.fetchTaxID},
		subscriptionKind:  {s.fetchSubscription},
		invoiceKind:       {s.fetchInvoice},
		creditNoteKind:    {s.fetchCreditNote},
		chargeKind:        {s.fetchCharge},
		refundKind:        {s.fetchRefund},
		disputeKind:       {s.fetchDispute},
		usageKind:         {s.fetchUsage},
	}
	return s
}

// Name is "stripe".
func (*Connector) Name() string { return Name }

// Fetch gives the newest state of one thing. What Stripe does not have, or no longer, is gone. A customer is the exception:
// Stripe goes on answering for one that was deleted, so that a customer whom it does not know is another account's, and
// nothing that is held may be removed on the word of that account's key.
func (c *Connector) Fetch(ctx context.Context, id string) (connector.State, error) {
	k, ok := c.kinds[connector.KindOf(id)]
	if !ok {
		return connector.State{ID: id}, nil
	}
	state, err := k.fetch(ctx, connector.OutsideID(id))
	if isGone(err) && connector.KindOf(id) == customerKind {
		return connector.State{}, models.Fail(models.Unavailable, "connector_key_refused").Because(errors.New("stripe: the key's account does not know this customer"))
	}
	if isGone(err) {
		return connector.State{ID: id, Takes: gonesWith(id)}, nil
	}
	return state, failure(err)
}

// Steps are the listings of a backfill, customers first: what belongs to them needs their references.
func (c *Connector) Steps() []connector.Step {
	return []connector.Step{
		{Name: "customers", Page: c.listCustomers},
		{Name: "tax_ids", Page: c.listTaxIDs},
		{Name: "payment_methods", Page: c.listPaymentMethods},
		{Name: "subscriptions", Page: c.listSubscriptions},
		{Name: "invoices", Page: c.listInvoices},
		{Name: "credit_notes", Page: c.listCreditNotes},
		{Name: "charges", Page: c.listCharges},
		{Name: "refunds", Page: c.listRefunds},
		{Name: "disputes", Page: c.listDisputes},
		{Name: "meter_event_summaries", Page: c.listUsage},
	}
}

// wanted says whether the data map declares one of the categories.
func (c *Connector) wanted(categories ...string) bool {
	return c.Intake.Fields(categories...).Category() != ""
}

// listing is what Stripe gives of a listing at once.
const listing = 100

// params are those of a page.
func params(after string, size int64) api.ListParams {
	p := api.ListParams{Limit: new(size), Single: true}
	if after != "" {
		p.StartingAfter = api.String(after)
	}
	return p
}

// created bounds when things were made.
func created(since time.Time) *api.RangeQueryParams {
	if since.IsZero() {
		return nil
	}
	return &api.RangeQueryParams{GreaterThanOrEqual: since.Unix()}
}

// page turns a page of Stripe's into one of ours.
func page[T any](list *api.V1List[T], id func(T) string, state func(T) connector.State) (connector.Page, error) {
	return pageAsking(list, id, func(item T) (connector.State, error) { return state(item), nil })
}

// pageAsking is page where Stripe has to be asked for more of what is in it.
func pageAsking[T any](list *api.V1List[T], id func(T) string, state func(T) (connector.State, error)) (connector.Page, error) {
	if err := list.Err(); err != nil {
		return connector.Page{}, failure(err)
	}
	var out connector.Page
	for _, item := range list.Data() {
		s, err := state(item)
		if err != nil {
			return connector.Page{}, err
		}
		out.States = append(out.States, s)
		if list.Meta().HasMore {
			out.Next = id(item)
		}
	}
	return out, nil
}

// owner is the ID of the customer that something belongs to; empty if to nobody.
func owner(c *api.Customer) string {
	if c == nil || c.ID == "" {
		return ""
	}
	return connector.ID(customerKind, c.ID)
}

// at is a time as Stripe gives it; zero if it gives none.
func at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// firstOf is the first time that is there.
func firstOf(times ...int64) time.Time {
	for _, t := range times {
		if t != 0 {
			return at(t)
		}
	}
	return time.Time{}
}
