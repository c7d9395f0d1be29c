package client

import (
	"context"
	"net/http"
	"time"
)

// Visit asks for a link that lets one customer in.
type Visit struct {
	Customer string `json:"customer"`
	// ReturnURL is where the customer came from; of an origin that the operator allows.
	ReturnURL string `json:"return_url,omitempty"`
	// Locale is the language to speak; the customer's own if empty.
	Locale string `json:"locale,omitempty"`
	// ExpiresIn is how many seconds the link waits, 1 to 300; 300 if 0.
	ExpiresIn int `json:"expires_in,omitempty"`
}

// Link lets a customer in once. Its URL is a key: send the browser there, and log it nowhere.
type Link struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Link makes a link that lets a customer in.
func (c *Client) Link(ctx context.Context, v Visit) (Link, error) {
	var l Link
	err := c.call(ctx, http.MethodPost, "/api/v1/portal-sessions", v, &l)
	return l, err
}
