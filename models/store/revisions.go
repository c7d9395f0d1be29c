package store

import (
	"context"
	"time"
)

// Revision is one step in the making of one version of something that is written and published: a notice, the data map,
// a requirement. It never changes.
type Revision struct {
	Kind    string // "notice", "data_map", "requirement"
	Key     string
	Version int // the version that is being made: 1, 2, 3, …
	// Revision is its number: 1, 2, 3, … within a version. Who takes a number first has it.
	Revision int
	At       time.Time // to the millisecond
	Content  []byte    // JSON; concerns no customer
}

// RevisionKey names a version whose revisions are asked for.
type RevisionKey struct {
	Kind, Key string
	Version   int
}

// Revisions keeps every step in the making of every version.
type Revisions interface {
	// AddRevision writes one durably, or ErrExists if its number is taken in its version. Numbers start at 1 and leave none
	// out: ErrNotFound if the one before is not there.
	AddRevision(ctx context.Context, r Revision) error
	// NewestRevisions lists the newest revision of each version of a kind in order of key and version; of a key alone if
	// one is given.
	NewestRevisions(ctx context.Context, kind, key string) ([]Revision, error)
	// RevisionsOf lists those of a version with a number greater than after, in order.
	RevisionsOf(ctx context.Context, of RevisionKey, after int) ([]Revision, error)
}
