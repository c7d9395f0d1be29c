package connector_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"candor/models"
	"candor/models/connector"
)

// begin

// bookkeeper connects to an invented system that keeps customers and bills.
type bookkeeper struct {
	intake *connector.Intake
	secret []byte
	system bookkeeping // what calls it
}

// bookkeeping is what the other system can be asked.
type bookkeeping interface {
	Customers(ctx context.Context, after string) (ids []string, next string, err error)
	Bills(ctx context.Context, after string) (ids []string, next string, err error)
	Customer(ctx context.Context, id string) (c struct{ Number, Name string }, found bool, err error)
	Bill(ctx context.Context, id string) (b struct {
		Customer, Number, Cents string
		Issued                  time.Time
	}, found bool, err error)
}

func (*bookkeeper) Name() string { return "bookkeeper" }

// Receive takes {"event":"e1","type":"bill","id":"7"}, signed with HMAC-SHA-256.
func (b *bookkeeper) Receive(ctx context.Context, d connector.Delivery) (connector.Received, error) {
	received := connector.Received{Type: connector.Other, Outcome: connector.Ignored}
	mac := hmac.New(sha256.New, b.secret)
	mac.Write(d.Body)
	signature, err := hex.DecodeString(d.Header("Signature"))
	var event struct{ Event, Type, ID string }
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) || json.Unmarshal(d.Body, &event) != nil {
		return received, models.Fail(models.Malformed, "connector_signature")
	}
	if event.Type != "customer" && event.Type != "bill" {
		return received, nil
	}
	received.Type, received.Outcome = event.Type, connector.Repeated
	if seen, err := b.intake.Seen(ctx, event.Event); seen || err != nil {
		return received, err
	}
	received.Outcome, _, err = b.intake.Sync(ctx, connector.ID(event.Type, event.ID), b.Fetch)
	if err != nil {
		return received, err
	}
	return received, b.intake.Done(ctx, event.Event)
}

// Fetch gives what is there now. A state without profile and record says that it is gone.
func (b *bookkeeper) Fetch(ctx context.Context, id string) (connector.State, error) {
	s := connector.State{ID: id}
	if connector.KindOf(id) == "customer" {
		c, found, err := b.system.Customer(ctx, connector.OutsideID(id))
		if found {
			s.Owner, s.Customer, s.Profile = id, c.Number, &connector.Profile{Name: c.Name}
		}
		return s, err
	}
	bill, found, err := b.system.Bill(ctx, connector.OutsideID(id))
	if !found {
		return s, err
	}
	f := b.intake.Fields("invoices") // keeps what the data map declares
	f.Text("number", bill.Number)
	f.Text("total", bill.Cents)
	f.Text("currency", "EUR")
	f.Time("issued_on", bill.Issued)
	f.Code("status", "issued", "open") // the first that the map has a word for
	s.Owner = connector.ID("customer", bill.Customer)
	s.Record = &models.Record{Category: f.Category(), ID: connector.OutsideID(id), OccurredAt: bill.Issued, Fields: f.Values()}
	return s, err
}

// Steps lists everything, customers first.
func (b *bookkeeper) Steps() []connector.Step {
	return []connector.Step{
		{Name: "customers", Page: b.list("customer", b.system.Customers)},
		{Name: "bills", Page: b.list("bill", b.system.Bills)},
	}
}

func (b *bookkeeper) list(kind string, ids func(context.Context, string) ([]string, string, error)) func(context.Context, time.Time, string) (connector.Page, error) {
	return func(ctx context.Context, _ time.Time, after string) (connector.Page, error) {
		some, next, err := ids(ctx, after)
		page := connector.Page{Next: next}
		for _, id := range some {
			if err == nil {
				var state connector.State
				state, err = b.Fetch(ctx, connector.ID(kind, id))
				page.States = append(page.States, state)
			}
		}
		return page, err
	}
}

// end

// source is the part of a file between its marks.
func source(file string) string {
	_, rest, _ := strings.Cut(file, "// begin\n\n")
	part, _, _ := strings.Cut(rest, "\n// end")
	return part
}
