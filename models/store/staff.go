package store

import (
	"context"
	"time"
)

// Member is a member of staff.
type Member struct {
	// ID is their name in the log: it says nothing about them, and is never given to another.
	ID string
	// Origin is how they sign in: "oidc", "local", "demo".
	Origin string
	// Sealed is their name and address, under the key of the staff.
	Sealed []byte
	Roles  []string // in order
	// Owed is what the log is to say of them before anything of it has effect; empty if it has said all.
	Owed      []byte
	CreatedAt time.Time
	EndedAt   time.Time // zero while they are on the staff
	// SeenAt is about when they were here last; zero if they never were. NoteMemberSeen writes it.
	SeenAt time.Time
	// Revision is how often it was changed; UpdateMember counts.
	Revision int
}

// Passkey is a credential by which a member signs in (WebAuthn).
type Passkey struct {
	ID     string // base64url of the credential's id
	Member string
	// Sealed is its name, public key and sign counter, under the key of the staff.
	Sealed    []byte
	CreatedAt time.Time
	UsedAt    time.Time // zero if it never was
	// Revision is how often it was changed; UpdatePasskey counts.
	Revision int
}

// Enrolment is a one-time link by which a member makes a passkey.
type Enrolment struct {
	Hash      string // base64url of SHA-256 of the secret in the URL
	Member    string
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero while it is good
}

// Staff keeps who is on the staff, and what they sign in by.
type Staff interface {
	// CreateMember writes a new one, or ErrExists.
	CreateMember(ctx context.Context, m Member) error
	// UpdateMember replaces the one under the same ID but for SeenAt, which stays, and counts its Revision. ErrTaken if
	// that is another than m's: it was changed since m was read. ErrNotFound if there is none.
	UpdateMember(ctx context.Context, m Member) error
	// PutMember writes one as it is, replacing what is there under the same ID.
	PutMember(ctx context.Context, m Member) error
	// Member gives one, ended or not, or ErrNotFound.
	Member(ctx context.Context, id string) (Member, error)
	// Members lists all in order of ID.
	Members(ctx context.Context) ([]Member, error)
	// NoteMemberSeen moves SeenAt forward to when, never back; one that is not there is no error.
	NoteMemberSeen(ctx context.Context, id string, when time.Time) error

	// CreatePasskey writes a new one, or ErrExists.
	CreatePasskey(ctx context.Context, p Passkey) error
	// UpdatePasskey replaces the one under the same ID and counts its Revision. ErrTaken if that is another than p's.
	// ErrNotFound if there is none.
	UpdatePasskey(ctx context.Context, p Passkey) error
	// PutPasskey writes one as it is, replacing what is there under the same ID.
	PutPasskey(ctx context.Context, p Passkey) error
	// Passkey gives one, or ErrNotFound.
	Passkey(ctx context.Context, id string) (Passkey, error)
	// PasskeysOf lists a member's, the oldest first.
	PasskeysOf(ctx context.Context, member string) ([]Passkey, error)
	// DeletePasskey removes it; one that is not there is no error.
	DeletePasskey(ctx context.Context, id string) error

	// CreateEnrolment writes a new one, or ErrExists.
	CreateEnrolment(ctx context.Context, e Enrolment) error
	// Enrolment gives one, used or over as it may be, or ErrNotFound.
	Enrolment(ctx context.Context, hash string) (Enrolment, error)
	// UseEnrolment marks it used at now, if it is not: of any number of callers one succeeds, the others get ErrExists.
	// ErrNotFound if there is none.
	UseEnrolment(ctx context.Context, hash string, now time.Time) error
	// DropEnrolments removes all of a member's.
	DropEnrolments(ctx context.Context, member string) error
	// ForgetEnrolments removes those whose ExpiresAt is before then.
	ForgetEnrolments(ctx context.Context, before time.Time) error
}
