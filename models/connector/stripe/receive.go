package stripe

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"candor/models"
	"candor/models/connector"
)

// receiveLimit bounds the work of one delivery: Stripe waits a little longer than that for an answer.
const receiveLimit = 15 * time.Second

// event is what is read of one: which it is, and what it is about. What it says of that is not looked at.
type event struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Type     string `json:"type"`
	Livemode bool   `json:"livemode"`
	Account  string `json:"account"` // a connected account's
	Data     struct {
		Object struct {
			ID       string `json:"id"`
			Object   string `json:"object"`
			Customer any    `json:"customer"` // an id
		} `json:"object"`
	} `json:"data"`
}

// ErrEvent says that a delivery is signed, and no event.
var ErrEvent = models.Fail(models.Malformed, "connector_event")

// Receive deals with an event: what it is about is fetched and held, durably, before Stripe is told.
func (c *Connector) Receive(ctx context.Context, d connector.Delivery) (connector.Received, error) {
	ctx, cancel := context.WithTimeout(ctx, receiveLimit)
	defer cancel()
	received := connector.Received{Type: connector.Other}
	if err := c.verify(d.Header("Stripe-Signature"), d.Body); err != nil {
		return received, err
	}
	var e event
	if err := json.Unmarshal(d.Body, &e); err != nil || e.Object != "event" || !plainID(e.ID) {
		return received, ErrEvent
	}
	k, known := c.kinds[e.Data.Object.Object]
	if !known || k.fetch == nil || !plainID(e.Data.Object.ID) || !c.ours(e) {
		received.Outcome = connector.Ignored
		return received, nil
	}
	received.Type = e.Data.Object.Object
	seen, err := c.Intake.Seen(ctx, e.ID)
	if err != nil {
		return received, err
	}
	if seen {
		received.Outcome = connector.Repeated
		return received, nil
	}
	if received.Outcome, err = c.sync(ctx, e); err != nil {
		return received, err
	}
	return received, c.Intake.Done(ctx, e.ID)
}

// sync makes what is held what Stripe says now.
func (c *Connector) sync(ctx context.Context, e event) (connector.Outcome, error) {
	id := connector.ID(e.Data.Object.Object, e.Data.Object.ID)
	switch e.Data.Object.Object {
	case mandateKind:
		return c.syncMandate(ctx, e.Data.Object.ID)
	case taxIDKind:
		customer, _ := e.Data.Object.Customer.(string)
		if !plainID(customer) { // the company's own
			return connector.Ignored, nil
		}
		id = connector.ID(taxIDKind, taxIDOf(customer, e.Data.Object.ID))
	}
	o, _, err := c.Intake.Sync(ctx, id, c.Fetch)
	if err != nil {
		return "", err
	}
	if e.Type == "invoice.finalized" {
		err = c.syncUsage(ctx, e.Data.Object.ID)
	}
	return o, err
}

// ours says whether an event is of the account that the key is for, and of the same mode: what the key cannot see would
// seem to be gone.
func (c *Connector) ours(e event) bool {
	if e.Account != "" {
		return false
	}
	switch {
	case strings.Contains(c.Key, "_live_"):
		return e.Livemode
	case strings.Contains(c.Key, "_test_"):
		return !e.Livemode
	}
	return true
}

// plainID says whether an id is made as Stripe makes them, so that it is safe in a URL and in a record's name.
func plainID(id string) bool {
	if id == "" || len(id) > 100 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
