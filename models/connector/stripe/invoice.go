package stripe

import (
	"context"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

const invoices = "invoices"

func (c *Connector) fetchInvoice(ctx context.Context, id string) (connector.State, error) {
	i, err := c.stripe(ctx).V1Invoices.Retrieve(ctx, id, nil)
	if err != nil {
		return connector.State{}, err
	}
	return c.invoice(ctx, i)
}

func (c *Connector) listInvoices(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted(invoices) {
		return connector.Page{}, nil
	}
	list := c.stripe(ctx).V1Invoices.List(ctx, &api.InvoiceListParams{ListParams: params(after, listing), CreatedRange: created(since)})
	return pageAsking(list, func(i *api.Invoice) string { return i.ID }, func(i *api.Invoice) (connector.State, error) { return c.invoice(ctx, i) })
}

// invoice is a record of the category invoices, once it is final: a draft is nothing that anybody was sent.
func (c *Connector) invoice(ctx context.Context, i *api.Invoice) (connector.State, error) {
	s := connector.State{ID: connector.ID(invoiceKind, i.ID), Owner: owner(i.Customer)}
	if i.Deleted || s.Owner == "" || i.Status == "" || i.Status == api.InvoiceStatusDraft {
		return s, nil
	}
	issued := firstOf(i.EffectiveAt, finalizedAt(i), i.Created)
	f := c.Intake.Fields(invoices)
	f.Text("number", i.Number)
	f.Time("issued_on", issued)
	f.Time("due_on", at(i.DueDate))
	f.Time("period_from", at(i.PeriodStart))
	f.Time("period_to", at(i.PeriodEnd))
	for name, amount := range map[string]int64{
		"total": i.Total, "subtotal": i.Subtotal, "tax": i.Total - i.TotalExcludingTax, "amount_paid": i.AmountPaid, "amount_due": i.AmountDue,
	} {
		minor, currency := money(amount, i.Currency)
		f.Text(name, minor)
		f.Text("currency", currency)
	}
	f.Code("status", c.invoiceStatus(i)...)
	f.Text("pdf_url", i.InvoicePDF)
	if f.Wants("lines") {
		lines, err := c.lines(ctx, i)
		if err != nil {
			return s, err
		}
		f.Text("lines", lines)
	}
	s.Record = &models.Record{Category: f.Category(), ID: i.ID, OccurredAt: issued, Fields: f.Values()}
	s.Documents = c.bill(f, i.Number, i.ID, i.InvoicePDF)
	return s, nil
}

func finalizedAt(i *api.Invoice) int64 {
	if i.StatusTransitions == nil {
		return 0
	}
	return i.StatusTransitions.FinalizedAt
}

// invoiceStatus is what a bill's state may be called, the closest first.
func (c *Connector) invoiceStatus(i *api.Invoice) []string {
	switch i.Status {
	case api.InvoiceStatusVoid:
		return []string{"void", "cancelled"}
	case api.InvoiceStatusUncollectible:
		return []string{"uncollectible", "overdue"}
	case api.InvoiceStatusOpen:
		if i.DueDate != 0 && at(i.DueDate).Before(c.Clock()) {
			return []string{"overdue", "open"}
		}
	}
	return []string{string(i.Status)}
}

// maxLines bounds the text of a bill's lines, in bytes: below what a field may hold.
const maxLines = 9000

// lines is a bill's lines, one a line: what, and how much.
func (c *Connector) lines(ctx context.Context, i *api.Invoice) (string, error) {
	if i.Lines == nil {
		return "", nil
	}
	items := i.Lines.Data
	if i.Lines.HasMore {
		items = nil
		list := c.stripe(ctx).V1Invoices.ListLines(ctx, &api.InvoiceListLinesParams{
			ListParams: api.ListParams{Limit: api.Int64(listing)}, Invoice: api.String(i.ID),
		})
		for item, err := range list.All(ctx) {
			if err != nil {
				return "", failure(err)
			}
			items = append(items, item)
		}
	}
	var out strings.Builder
	for _, item := range items {
		line := strings.Join(strings.Fields(item.Description), " ") + ": " + decimal(item.Amount, item.Currency) + "\n"
		if out.Len()+len(line) > maxLines {
			out.WriteString("…")
			break
		}
		out.WriteString(line)
	}
	return strings.TrimSpace(out.String()), nil
}
