package stripe

import (
	"context"
	"fmt"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

const (
	paymentMethodCategory = "payment_method"
	mandateField          = "mandate"
)

func (c *Connector) fetchPaymentMethod(ctx context.Context, id string) (connector.State, error) {
	m, err := c.stripe(ctx).V1PaymentMethods.Retrieve(ctx, id, nil)
	if err != nil {
		return connector.State{}, err
	}
	return c.paymentMethod(m), nil
}

func (c *Connector) listPaymentMethods(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted(paymentMethodCategory) {
		return connector.Page{}, nil
	}
	return c.eachCustomer(ctx, after, nil, func(customer *api.Customer) ([]connector.State, error) {
		var out []connector.State
		list := c.stripe(ctx).V1PaymentMethods.List(ctx, &api.PaymentMethodListParams{
			ListParams: api.ListParams{Limit: api.Int64(listing)}, Customer: api.String(customer.ID),
		})
		for m, err := range list.All(ctx) {
			if err != nil {
				return nil, failure(err)
			}
			if !at(m.Created).Before(since) {
				out = append(out, c.paymentMethod(m))
			}
		}
		return out, nil
	})
}

// paymentMethod is a record of the category payment_method, while it is a customer's: of a card the brand, the last four
// digits and the expiry; of an account the country and the last four. The rest of what Stripe sends, fingerprints and
// who the account is with, is not looked at.
func (c *Connector) paymentMethod(m *api.PaymentMethod) connector.State {
	s := connector.State{ID: connector.ID(paymentMethodKind, m.ID), Owner: owner(m.Customer), Keeps: []string{mandateField}}
	if s.Owner == "" { // detached
		return s
	}
	f := c.Intake.Fields(paymentMethodCategory)
	switch {
	case m.Card != nil:
		f.Text("brand", label(string(m.Card.Brand)))
		f.Text("last4", m.Card.Last4)
		if m.Card.ExpMonth > 0 {
			f.Text("expiry", fmt.Sprintf("%02d/%d", m.Card.ExpMonth, m.Card.ExpYear))
		}
	case m.SEPADebit != nil:
		f.Text("brand", "SEPA")
		f.Text("last4", m.SEPADebit.Last4)
		if len(m.SEPADebit.Country) == 2 && len(m.SEPADebit.Last4) == 4 {
			f.Text("iban", m.SEPADebit.Country+"…"+m.SEPADebit.Last4)
		}
	default:
		f.Text("brand", label(string(m.Type)))
		f.Text("last4", account4(m))
	}
	s.Record = &models.Record{Category: f.Category(), ID: m.ID, OccurredAt: at(m.Created), Fields: f.Values()}
	return s
}

// account4 are the last four digits of an account.
func account4(m *api.PaymentMethod) string {
	switch {
	case m.USBankAccount != nil:
		return m.USBankAccount.Last4
	case m.BACSDebit != nil:
		return m.BACSDebit.Last4
	case m.ACSSDebit != nil:
		return m.ACSSDebit.Last4
	case m.AUBECSDebit != nil:
		return m.AUBECSDebit.Last4
	}
	return ""
}

// labels are how people write what Stripe names otherwise.
var labels = map[string]string{
	"amex": "American Express", "cartes_bancaires": "Cartes Bancaires", "diners": "Diners Club", "discover": "Discover",
	"eftpos_au": "eftpos", "jcb": "JCB", "mastercard": "Mastercard", "unionpay": "UnionPay", "visa": "Visa", "link": "Link",
	"us_bank_account": "ACH", "bacs_debit": "Bacs", "acss_debit": "PAD", "au_becs_debit": "BECS", "paypal": "PayPal",
	"klarna": "Klarna", "ideal": "iDEAL", "bancontact": "Bancontact", "revolut_pay": "Revolut Pay", "amazon_pay": "Amazon Pay",
	"unknown": "",
}

func label(name string) string {
	if l, ok := labels[name]; ok {
		return l
	}
	return name
}

// fetchMandate gives the payment method of a mandate, with the mandate's reference while it is in force. What it gives
// has the payment method's ID.
func (c *Connector) fetchMandate(ctx context.Context, id string) (connector.State, error) {
	m, err := c.stripe(ctx).V1Mandates.Retrieve(ctx, id, nil)
	if err != nil || m.PaymentMethod == nil {
		return connector.State{ID: connector.ID(mandateKind, id)}, err
	}
	s, err := c.fetchPaymentMethod(ctx, m.PaymentMethod.ID)
	if err != nil || s.Record == nil {
		return s, err
	}
	s.Keeps = nil
	if c.Intake.Fields(paymentMethodCategory).Wants(mandateField) && m.Status == api.MandateStatusActive {
		s.Record.Fields[mandateField] = mandateReference(m.PaymentMethodDetails)
	}
	return s, nil
}

// mandateReference is the one that stands on the payer's statements.
func mandateReference(d *api.MandatePaymentMethodDetails) string {
	switch {
	case d == nil:
		return ""
	case d.SEPADebit != nil:
		return d.SEPADebit.Reference
	case d.BACSDebit != nil:
		return d.BACSDebit.Reference
	}
	return ""
}

// syncMandate holds a mandate with its payment method.
func (c *Connector) syncMandate(ctx context.Context, id string) (connector.Outcome, error) {
	m, err := c.stripe(ctx).V1Mandates.Retrieve(ctx, id, nil)
	if isGone(err) || err == nil && (m.PaymentMethod == nil || m.PaymentMethod.ID == "") {
		return connector.Nothing, nil
	}
	if err != nil {
		return "", failure(err)
	}
	o, _, err := c.Intake.Sync(ctx, connector.ID(paymentMethodKind, m.PaymentMethod.ID), func(ctx context.Context, of string) (connector.State, error) {
		if connector.KindOf(of) != paymentMethodKind {
			return c.Fetch(ctx, of)
		}
		s, err := c.fetchMandate(ctx, id)
		if isGone(err) {
			return connector.State{ID: of}, nil
		}
		return s, failure(err)
	})
	return o, err
}
