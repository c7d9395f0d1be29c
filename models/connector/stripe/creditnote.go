package stripe

import (
	"context"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

func (c *Connector) fetchCreditNote(ctx context.Context, id string) (connector.State, error) {
	n, err := c.stripe(ctx).V1CreditNotes.Retrieve(ctx, id, nil)
	if err != nil {
		return connector.State{}, err
	}
	return c.creditNote(n), nil
}

func (c *Connector) listCreditNotes(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted("credit_notes", invoices) {
		return connector.Page{}, nil
	}
	list := c.stripe(ctx).V1CreditNotes.List(ctx, &api.CreditNoteListParams{ListParams: params(after, listing), CreatedRange: created(since)})
	return page(list, func(n *api.CreditNote) string { return n.ID }, c.creditNote)
}

// creditNote is a record of the category credit_notes, or a bill of less than nothing.
func (c *Connector) creditNote(n *api.CreditNote) connector.State {
	s := connector.State{ID: connector.ID(creditNoteKind, n.ID), Owner: owner(n.Customer)}
	if s.Owner == "" {
		return s
	}
	issued := firstOf(n.EffectiveAt, n.Created)
	f := c.Intake.Fields("credit_notes", invoices)
	total, currency := money(-n.Total, n.Currency)
	f.Text("number", n.Number)
	f.Time("issued_on", issued)
	f.Text("total", total)
	f.Text("currency", currency)
	f.Code("reason", string(n.Reason))
	f.Text("pdf_url", n.PDF)
	if n.Status == api.CreditNoteStatusVoid {
		f.Code("status", "void", "cancelled")
	} else {
		f.Code("status", "issued", "credited", "paid")
	}
	s.Record = &models.Record{Category: f.Category(), ID: n.ID, OccurredAt: issued, Fields: f.Values()}
	s.Documents = c.bill(f, n.Number, n.ID, n.PDF)
	return s
}
