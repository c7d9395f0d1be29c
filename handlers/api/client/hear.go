package client

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Change is something that happened to a customer's choices, or a task about their data.
type Change struct {
	// LogIndex is its place in the log; Changes goes on after it.
	LogIndex uint64    `json:"log_index"`
	Time     time.Time `json:"time"`
	// Kind is what happened, such as "consent.withdrawn".
	Kind          string `json:"kind"`
	Customer      string `json:"customer"`
	Purpose       string `json:"purpose"`
	State         string `json:"state"`
	PreviousState string `json:"previous_state"`
	Notice        Notice `json:"notice"`
	Channel       string `json:"channel"`
	// Task is set where something is to be done, and confirmed.
	Task *struct {
		ID string `json:"id"`
	} `json:"task"`
}

// patience is how many seconds the server may hold a question for changes that have not happened yet.
const patience = 20

// Changes gives what happened after an entry of the log, in the log's order, and then waits for what happens next. It
// ends with ctx, without an error, or with the first error; begin again after the last change that was dealt with.
func (c *Client) Changes(ctx context.Context, after uint64) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for ctx.Err() == nil {
			var page struct {
				Changes []Change `json:"changes"`
				Last    uint64   `json:"last"`
			}
			address := fmt.Sprintf("/api/v1/changes?after=%d&wait=%d", after, patience)
			if err := c.call(ctx, http.MethodGet, address, nil, &page); err != nil {
				if ctx.Err() == nil {
					yield(Change{}, err)
				}
				return
			}
			for _, change := range page.Changes {
				if !yield(change, nil) {
					return
				}
			}
			after = page.Last
		}
	}
}

// Webhook is a message that Candor sent.
type Webhook struct {
	// ID is the same however often the message is sent; keep it, and do nothing twice.
	ID        string    `json:"-"`
	Type      string    `json:"type"` // the kind of the change
	Timestamp time.Time `json:"timestamp"`
	Data      Change    `json:"data"`
}

// ErrSignature: the message is not from Candor, or too old to tell.
var ErrSignature = errors.New("candor: the webhook is not signed with this secret, or more than five minutes old")

// tolerance is how far the sender's clock may be off (Standard Webhooks: replay attacks).
const tolerance = 5 * time.Minute

// OpenWebhook reads a message whose signature one of the secrets ("whsec_…") verifies. While a secret is rotated there
// are two. body is the request's, to the byte.
func OpenWebhook(header http.Header, body []byte, secrets ...string) (Webhook, error) {
	id, timestamp := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance || id == "" {
		return Webhook{}, ErrSignature
	}
	signed := []byte(id + "." + timestamp + "." + string(body))
	for _, secret := range secrets {
		if signedWith(secret, signed, header.Get("Webhook-Signature")) {
			w := Webhook{ID: id}
			if err := json.Unmarshal(body, &w); err != nil {
				return Webhook{}, fmt.Errorf("candor: read the webhook: %w", err)
			}
			return w, nil
		}
	}
	return Webhook{}, ErrSignature
}

// signedWith looks for a signature "v1,BASE64" with the secret among those of the header.
func signedWith(secret string, signed []byte, signatures string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) == 0 {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(signed)
	want := mac.Sum(nil)
	for signature := range strings.FieldsSeq(signatures) {
		version, text, _ := strings.Cut(signature, ",")
		got, err := base64.StdEncoding.DecodeString(text)
		if err == nil && version == "v1" && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}
