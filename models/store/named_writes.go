package store

import (
	"context"
	"time"
)

// NamedWrite is a write that a client gave a name of its own choosing (Idempotency-Key), and what came of it.
type NamedWrite struct {
	// ID stands for the client and the name; it cannot be worked out, nor undone, without the server's secret.
	ID string
	// Fingerprint is of the request: another one under the same name is not the same write.
	Fingerprint string
	// Holder is the attempt that carries it out, until ClaimedUntil.
	Holder       string
	ClaimedUntil time.Time
	// Answer is what was answered, sealed; empty while the write is carried out.
	Answer []byte
	// ExpiresAt is when the name is free again.
	ExpiresAt time.Time
}

// NamedWrites sees to it that of equal requests under one name one is carried out.
type NamedWrites interface {
	// ClaimWrite makes w.Holder the one who carries w out, if the name is free: nobody has it, or it expired by now, or
	// whoever had it for the same Fingerprint gave no answer by the end of their claim. Otherwise it gives ErrExists and
	// what is there. Of any number of callers one succeeds. w.Answer is empty.
	ClaimWrite(ctx context.Context, w NamedWrite, now time.Time) (NamedWrite, error)
	// AnswerWrite keeps the answer, which is not empty, if holder's claim is the one there and has none; ErrTaken if not.
	AnswerWrite(ctx context.Context, id, holder string, answer []byte) error
	// DropWrite frees the name, if holder's claim is the one there and has no answer; it is no error if not.
	DropWrite(ctx context.Context, id, holder string) error
	// ForgetWrites removes those whose ExpiresAt is before then.
	ForgetWrites(ctx context.Context, before time.Time) error
}
