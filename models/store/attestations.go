package store

import (
	"context"
	"time"
)

// Attestation is what the log says that a member of staff acknowledged, or answered: a projection of one entry.
type Attestation struct {
	Seq         uint64 // of its entry; never 0, which adds a key
	Staff       string // the member's ID
	Requirement string // its key
	Version     int    // of it, from 1
	Locale      string // BCP 47 tag of the text that was shown
	SHA256      string // of that text, 64 lower-case hexadecimal digits
	State       string // "acknowledged", "passed", "failed"
	Score       int    // of a training, in percent
	At          time.Time
}

// Attestations keeps which member of staff acknowledged and passed what, so that it can be asked by member.
type Attestations interface {
	// PutAttestations writes each of which there is none under its Seq, and then records that all entries below applied are
	// accounted for; applied never goes back. What is there stays.
	PutAttestations(ctx context.Context, applied uint64, attestations []Attestation) error
	// AttestationsOf lists a member's in order of Seq.
	AttestationsOf(ctx context.Context, staff string) ([]Attestation, error)
	// PageAttestations gives up to limit with a Seq greater than after, in order.
	PageAttestations(ctx context.Context, after uint64, limit int) ([]Attestation, error)
	// AttestationsApplied is the number of entries accounted for; 0 at first.
	AttestationsApplied(ctx context.Context) (uint64, error)
	// ResetAttestations empties the projection, what was applied included.
	ResetAttestations(ctx context.Context) error
	// Reminded says whether a reminder was marked.
	Reminded(ctx context.Context, id string) (bool, error)
	// MarkReminder notes that a reminder was given to the outbox; ErrExists if it was before.
	MarkReminder(ctx context.Context, id string, at time.Time) error
	// ForgetReminders removes those marked before a time.
	ForgetReminders(ctx context.Context, before time.Time) error
}
