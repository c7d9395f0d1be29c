package store

import (
	"context"
	"time"
)

// Endpoint is an address that is told of changes.
type Endpoint struct {
	ID               string
	URL, Description string
	// Kinds and Purposes say which changes; none for all.
	Kinds, Purposes []string
	State           string // "enabled" or "disabled"
	Reason          string // why it is disabled: "requested", "gone", "failing"
	// After is the entry after which delivery begins, and Start how often somebody has said so.
	After uint64
	Start int64
	// Secrets are what its messages are signed with, sealed.
	Secrets              []byte
	CreatedAt, UpdatedAt time.Time
	// Revision counts how often it was replaced.
	Revision int64
}

// EndpointProgress is how far the delivery to an endpoint has come.
type EndpointProgress struct {
	Endpoint string
	// Start is that of the endpoint when Cursor was last set to its After.
	Start int64
	// Cursor is the entry up to which everything is delivered, or given up, or not for this endpoint.
	Cursor uint64
	// Trying is the entry that is tried and not taken yet; 0 if there is none. Attempts is how often it was tried; Since when
	// first, NextAt when it may be again.
	Trying        uint64
	Attempts      int
	Since, NextAt time.Time
	// GivenUp says that the last change was given up, and that none was delivered since.
	GivenUp bool
	// Revision counts how often it was saved.
	Revision int64
}

// Delivery is one change on its way to one endpoint.
type Delivery struct {
	Endpoint  string
	Seq       uint64 // of the entry
	MessageID string // the same for each attempt
	Kind      string
	State     string // "delivered", "waiting", "failed"
	Attempts  int
	// FirstAt and LastAt are when it was tried, NextAt when it will be again; zero if it will not.
	FirstAt, LastAt, NextAt time.Time
	Code                    int           // the status of the last answer; 0 if there was none
	Problem                 string        // why the last attempt failed: a word of the code's own
	Took                    time.Duration // the last attempt, to the millisecond
}

// Webhooks keeps who is told of changes, and how far that has come.
type Webhooks interface {
	// CreateEndpoint writes a new one, or ErrExists.
	CreateEndpoint(ctx context.Context, e Endpoint) error
	// UpdateEndpoint replaces the one under the same ID, if its Revision is the one given; ErrTaken if it is another,
	// ErrNotFound if there is none.
	UpdateEndpoint(ctx context.Context, e Endpoint, revision int64) error
	// Endpoint gives one, or ErrNotFound.
	Endpoint(ctx context.Context, id string) (Endpoint, error)
	// Endpoints lists all in order of ID.
	Endpoints(ctx context.Context) ([]Endpoint, error)
	// DeleteEndpoint removes it with its progress and deliveries; one that is not there is no error.
	DeleteEndpoint(ctx context.Context, id string) error
	// EndpointProgress gives an endpoint's, or ErrNotFound if none was saved.
	EndpointProgress(ctx context.Context, endpoint string) (EndpointProgress, error)
	// SaveEndpointProgress replaces an endpoint's, if its Revision is the one given, 0 if there is none; ErrTaken if it is another.
	// With it or after it the deliveries are written, each replacing one of the same entry. They are for people to look at:
	// some may be missing after an error.
	SaveEndpointProgress(ctx context.Context, p EndpointProgress, revision int64, deliveries []Delivery) error
	// PutDelivery writes one, replacing one of the same endpoint and entry.
	PutDelivery(ctx context.Context, d Delivery) error
	// Delivery gives one, or ErrNotFound.
	Delivery(ctx context.Context, endpoint string, seq uint64) (Delivery, error)
	// PageDeliveries lists an endpoint's with a Seq below before, newest entry first, at most limit.
	PageDeliveries(ctx context.Context, endpoint string, before uint64, limit int) ([]Delivery, error)
	// ForgetDeliveries removes all of an endpoint's but those of the newest keep entries.
	ForgetDeliveries(ctx context.Context, endpoint string, keep int) error
}
