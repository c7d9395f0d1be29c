package store

import (
	"context"
	"time"
)

// Client is a billing system that may call the API.
type Client struct {
	ID     string
	Name   string
	Scopes []string
	// Secrets are those that it may show, newest first.
	Secrets []ClientSecret
	// Keys are the public halves of those that it signs with instead.
	Keys []ClientKey
	// Used says when a secret or key was last used, by its ID; one that never was is absent. NoteClientUse writes it.
	Used      map[string]time.Time
	CreatedAt time.Time
	RevokedAt time.Time // zero while it may call
	// Revision is how often it was changed; UpdateClient counts.
	Revision int
}

// ClientSecret is a secret as it is kept.
type ClientSecret struct {
	ID        string
	Hash      string // as auth writes it
	CreatedAt time.Time
	EndsAt    time.Time // zero if it has no end
}

// ClientKey is a public key of a client.
type ClientKey struct {
	ID        string // base64url
	KeyID     string // the client's own name for it: the kid of what it signs
	JWK       []byte // RFC 7517, the public members alone
	CreatedAt time.Time
}

// Clients keeps the API's clients.
type Clients interface {
	// CreateClient writes a new one, or ErrExists.
	CreateClient(ctx context.Context, c Client) error
	// UpdateClient replaces the one under the same ID but for Used, which stays, and counts its Revision. ErrTaken if
	// that is another than c's: it was changed since c was read. ErrNotFound if there is none.
	UpdateClient(ctx context.Context, c Client) error
	// PutClient writes one as it is, replacing what is there under the same ID.
	PutClient(ctx context.Context, c Client) error
	// Client gives one, revoked or not, or ErrNotFound.
	Client(ctx context.Context, id string) (Client, error)
	// Clients lists all in order of ID.
	Clients(ctx context.Context) ([]Client, error)
	// NoteClientUse notes that a secret or key was used, unless a later use is noted. The ID of what was used is
	// base64url. It is no error if there is no such client.
	NoteClientUse(ctx context.Context, client, used string, when time.Time) error
}

// Assertions remembers what clients have signed to show who they are, so that none is taken twice (RFC 7523,
// section 3, item 7).
type Assertions interface {
	// UseAssertion notes that one was used, under a name of its own: of any number of callers one succeeds, the others
	// get ErrExists. It is remembered until then at least.
	UseAssertion(ctx context.Context, name string, until time.Time) error
	// ForgetAssertions removes those that need be remembered no longer than before then.
	ForgetAssertions(ctx context.Context, before time.Time) error
}
