package client

import (
	"context"
	"net/http"
	"time"
)

// Customer is a data subject, as the billing system names them. What is empty is not held.
type Customer struct {
	Name           string `json:"name,omitempty"`
	Email          string `json:"email,omitempty"`
	Phone          string `json:"phone,omitempty"`
	Address        string `json:"address,omitempty"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Locale         string `json:"locale,omitempty"`       // BCP 47
	Jurisdiction   string `json:"jurisdiction,omitempty"` // ISO 3166-1 or 3166-2; the operator's if empty
}

// PutCustomer writes a customer whole.
func (c *Client) PutCustomer(ctx context.Context, ref string, customer Customer) error {
	return c.call(ctx, http.MethodPut, path("api", "v1", "customers", ref), customer, nil)
}

// Record is something that is held about a customer.
type Record struct {
	OccurredAt time.Time `json:"occurred_at"`
	// Source is a key of the data map's sources.
	Source string `json:"source"`
	// Fields are by the names that the data map declares. Amounts are strings of minor units.
	Fields map[string]string `json:"fields"`
}

// PutRecord writes a record, in place of the one of that id.
func (c *Client) PutRecord(ctx context.Context, customer, category, id string, r Record) error {
	return c.call(ctx, http.MethodPut, path("api", "v1", "customers", customer, "records", category, id), r, nil)
}

// DeleteRecord removes a record; one that is not there is no error.
func (c *Client) DeleteRecord(ctx context.Context, customer, category, id string) error {
	return c.call(ctx, http.MethodDelete, path("api", "v1", "customers", customer, "records", category, id), nil, nil)
}

// Choice is a decision that a customer made elsewhere: on the phone, on paper, in a shop.
type Choice struct {
	// Choice is "give", "withdraw", "object" or "lift".
	Choice string `json:"choice"`
	// Channel is how it reached the company, such as "phone".
	Channel    string    `json:"channel"`
	OccurredAt time.Time `json:"occurred_at"`
	// Notice is the text that the customer was shown or read; needed to give and to lift.
	Notice *Notice `json:"notice,omitempty"`
}

// Notice names a version of a text in a language.
type Notice struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	Locale  string `json:"locale,omitempty"`
}

// Outcome is what became of a Choice.
type Outcome struct {
	LogIndex uint64 `json:"log_index"`
	// State is where the customer stands now.
	State string `json:"state"`
	// Changed is false where that stood already, or something newer does.
	Changed bool `json:"changed"`
}

// Choose records a decision that a customer made elsewhere.
func (c *Client) Choose(ctx context.Context, customer, purpose string, choice Choice) (Outcome, error) {
	var o Outcome
	err := c.call(ctx, http.MethodPut, path("api", "v1", "customers", customer, "consents", purpose), choice, &o)
	return o, err
}
