package store

import (
	"context"
	"time"
)

// LookUp is one member of staff's leave to look at what is held about one customer, as it is kept while it matters. The
// log, and not this, is the record of it. The reason is sealed under a key of the customer's own for them.
type LookUp struct {
	ID       string
	Member   string // the member of staff's ID
	Role     string // in which they look
	Customer string
	State    string // "asked" (for an emergency, by a second person's leave), "refused", "open", "ended"
	// Emergency says that a second person must open it.
	Emergency bool
	// Entry is the log's that began it.
	Entry uint64
	// BeganAt is when it was opened or asked for; OpenedAt when data could first be seen, DecidedAt when the second
	// person answered, zero while it has not happened. EndsAt is until when it is good for what State says.
	BeganAt, OpenedAt, DecidedAt, EndsAt time.Time
	// DecidedBy is the second person's ID.
	DecidedBy string
	// Revision counts how often it was replaced.
	Revision int64
	Sealed   []byte
}

// LookUpQuery asks for a page of look-ups of all members, the last begun first.
type LookUpQuery struct {
	// Member keeps those of one member; State those in a state; empty for all.
	Member, State string
	// EndsAfter keeps those whose EndsAt is later; zero for all.
	EndsAfter time.Time
	Limit     int
}

// LookUps keeps which member of staff may look at whom. It is working state and is not moved with a store: whoever was
// looking begins anew, and what was looked at is in the log.
type LookUps interface {
	// CreateLookUp writes a new one, or ErrExists.
	CreateLookUp(ctx context.Context, l LookUp) error
	// UpdateLookUp replaces the one under the same ID, if its Revision is the one given; ErrTaken if it is another,
	// ErrNotFound if there is none.
	UpdateLookUp(ctx context.Context, l LookUp, revision int64) error
	// LookUp gives one, or ErrNotFound.
	LookUp(ctx context.Context, id string) (LookUp, error)
	// PageLookUps answers a query, in order of BeganAt and ID, both descending.
	PageLookUps(ctx context.Context, q LookUpQuery) ([]LookUp, error)
	// ForgetLookUps removes those whose EndsAt is before then.
	ForgetLookUps(ctx context.Context, before time.Time) error
}
