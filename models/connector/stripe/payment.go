package stripe

import (
	"context"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

const payments = "payments"

func (c *Connector) fetchCharge(ctx context.Context, id string) (connector.State, error) {
	ch, err := c.stripe(ctx).V1Charges.Retrieve(ctx, id, nil)
	if err != nil {
		return connector.State{}, err
	}
	return c.charge(ch), nil
}

func (c *Connector) listCharges(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted(payments) {
		return connector.Page{}, nil
	}
	list := c.stripe(ctx).V1Charges.List(ctx, &api.ChargeListParams{ListParams: params(after, listing), CreatedRange: created(since)})
	out, err := page(list, func(ch *api.Charge) string { return ch.ID }, c.charge)
	for _, ch := range list.Data() {
		if err != nil {
			return out, err
		}
		var mandates []connector.State
		mandates, err = c.mandatesOf(ctx, ch)
		out.States = append(out.States, mandates...)
	}
	return out, err
}

// charge is a record of the category payments. One that nobody signed in for belongs to nobody, and is not held.
func (c *Connector) charge(ch *api.Charge) connector.State {
	s := connector.State{ID: connector.ID(chargeKind, ch.ID), Owner: owner(ch.Customer)}
	if s.Owner == "" {
		return s
	}
	f := c.payment(ch.Amount, ch.Currency, ch.Created, ch, payments)
	switch {
	case ch.Refunded:
		f.Code("status", "refunded")
	case ch.Status == api.ChargeStatusSucceeded && !ch.Captured:
		f.Code("status", "authorized", "pending")
	case ch.Status == api.ChargeStatusSucceeded:
		f.Code("status", "succeeded", "settled")
	default:
		f.Code("status", string(ch.Status))
	}
	f.Text("description", ch.Description)
	f.Text("failure", ch.FailureMessage)
	f.Text("receipt_number", ch.ReceiptNumber)
	s.Record = &models.Record{Category: f.Category(), ID: ch.ID, OccurredAt: at(ch.Created), Fields: f.Values()}
	return s
}

// payment begins the record of money that moved, by the way of a charge.
func (c *Connector) payment(amount int64, currency api.Currency, when int64, ch *api.Charge, categories ...string) *connector.Fields {
	f := c.Intake.Fields(categories...)
	minor, code := money(amount, currency)
	f.Text("amount", minor)
	f.Text("currency", code)
	f.Time("paid_on", at(when))
	if ch != nil && ch.PaymentMethodDetails != nil {
		f.Code("method", method(string(ch.PaymentMethodDetails.Type))...)
	}
	return f
}

// method is what a way of paying may be called: Stripe's name, else the kind of it.
func method(name string) []string {
	switch name {
	case "card_present", "interac_present", "kr_card":
		return []string{name, "card"}
	case "sepa_debit", "bacs_debit", "acss_debit", "au_becs_debit", "ach_debit", "us_bank_account":
		return []string{name, "direct_debit"}
	case "customer_balance", "ach_credit_transfer", "sepa_credit_transfer", "sofort", "eps", "giropay", "p24", "ideal", "bancontact", "multibanco":
		return []string{name, "transfer"}
	}
	return []string{name}
}

func (c *Connector) fetchRefund(ctx context.Context, id string) (connector.State, error) {
	r, err := c.stripe(ctx).V1Refunds.Retrieve(ctx, id, &api.RefundRetrieveParams{Expand: []*string{api.String("charge")}})
	if err != nil {
		return connector.State{}, err
	}
	return c.refund(r), nil
}

func (c *Connector) listRefunds(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted("refunds", payments) {
		return connector.Page{}, nil
	}
	list := c.stripe(ctx).V1Refunds.List(ctx, &api.RefundListParams{
		ListParams: params(after, listing), CreatedRange: created(since), Expand: []*string{api.String("data.charge")},
	})
	return page(list, func(r *api.Refund) string { return r.ID }, c.refund)
}

// refund is a record of the category refunds, or a payment of less than nothing.
func (c *Connector) refund(r *api.Refund) connector.State {
	s := connector.State{ID: connector.ID(refundKind, r.ID)}
	if r.Charge != nil {
		s.Owner = owner(r.Charge.Customer)
	}
	if s.Owner == "" {
		return s
	}
	f := c.payment(-r.Amount, r.Currency, r.Created, r.Charge, "refunds", payments)
	switch r.Status {
	case api.RefundStatusFailed, api.RefundStatusCanceled:
		f.Code("status", string(r.Status), "failed")
	case api.RefundStatusPending, api.RefundStatusRequiresAction:
		f.Code("status", string(r.Status), "pending")
	default:
		f.Code("status", "refunded", "settled")
	}
	f.Code("reason", string(r.Reason))
	f.Text("receipt_number", r.ReceiptNumber)
	s.Record = &models.Record{Category: f.Category(), ID: r.ID, OccurredAt: at(r.Created), Fields: f.Values()}
	return s
}

func (c *Connector) fetchDispute(ctx context.Context, id string) (connector.State, error) {
	d, err := c.stripe(ctx).V1Disputes.Retrieve(ctx, id, &api.DisputeRetrieveParams{Expand: []*string{api.String("charge")}})
	if err != nil {
		return connector.State{}, err
	}
	return c.dispute(d), nil
}

func (c *Connector) listDisputes(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted("disputes", payments) {
		return connector.Page{}, nil
	}
	list := c.stripe(ctx).V1Disputes.List(ctx, &api.DisputeListParams{
		ListParams: params(after, listing), CreatedRange: created(since), Expand: []*string{api.String("data.charge")},
	})
	return page(list, func(d *api.Dispute) string { return d.ID }, c.dispute)
}

// dispute is a record of the category disputes, or a payment of less than nothing. The evidence, which holds names,
// addresses and letters, is not looked at.
func (c *Connector) dispute(d *api.Dispute) connector.State {
	s := connector.State{ID: connector.ID(disputeKind, d.ID)}
	if d.Charge != nil {
		s.Owner = owner(d.Charge.Customer)
	}
	if s.Owner == "" {
		return s
	}
	f := c.payment(-d.Amount, d.Currency, d.Created, d.Charge, "disputes", payments)
	switch d.Status {
	case api.DisputeStatusLost:
		f.Code("status", "lost", "disputed", "refunded")
	case api.DisputeStatusWon, api.DisputeStatusPrevented, api.DisputeStatusWarningClosed:
		f.Code("status", string(d.Status), "won", "failed") // the money was not taken back
	default:
		f.Code("status", string(d.Status), "disputed", "pending")
	}
	f.Code("reason", string(d.Reason))
	s.Record = &models.Record{Category: f.Category(), ID: d.ID, OccurredAt: at(d.Created), Fields: f.Values()}
	return s
}

// mandatesOf gives the payment methods of a charge's mandate, each once: Stripe lists mandates nowhere else.
func (c *Connector) mandatesOf(ctx context.Context, ch *api.Charge) ([]connector.State, error) {
	id := mandateOf(ch)
	if id == "" || !c.Intake.Fields(paymentMethodCategory).Wants(mandateField) {
		return nil, nil
	}
	c.mu.Lock()
	met := c.mandates[id]
	if len(c.mandates) >= maxNames*100 {
		clear(c.mandates)
	}
	c.mandates[id] = true
	c.mu.Unlock()
	if met {
		return nil, nil
	}
	s, err := c.fetchMandate(ctx, id)
	switch {
	case isGone(err), err == nil && s.Record == nil:
		return nil, nil
	case err != nil:
		return nil, failure(err)
	}
	return []connector.State{s}, nil
}

func mandateOf(ch *api.Charge) string {
	d := ch.PaymentMethodDetails
	switch {
	case d == nil:
		return ""
	case d.SEPADebit != nil:
		return d.SEPADebit.Mandate
	case d.BACSDebit != nil:
		return d.BACSDebit.Mandate
	}
	return ""
}
