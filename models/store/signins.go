package store

import (
	"context"
	"time"
)

// EmailKey says that a customer has an e-mail address on file.
type EmailKey struct {
	Customer string
	Key      string // an HMAC of the address
}

// Identity is an account at an identity provider that signs in as one customer.
type Identity struct {
	Key       string // an HMAC of issuer and subject
	Customer  string
	CreatedAt time.Time
}

// Challenge is something that one browser was asked to prove: that it can read a mail, or comes back from the
// identity provider.
type Challenge struct {
	ID   string // base64url of SHA-256 of the secret in the browser's cookie
	Kind string
	// Subject is whom it is about: an EmailKey's Key, or a customer's reference; empty if that is not known yet.
	Subject string
	// Session is the Hash of the session that is to be confirmed; empty for a sign-in.
	Session string
	// Target is where the person goes on.
	Target    string
	Tries     int // left
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Mail is a mail to be sent. It names what to write, and to whom, without address, code or text: those are put
// together when it is sent, so that none of them is kept.
type Mail struct {
	ID      string
	Kind    string
	Subject string // as the Challenge's, or a link's hash
	Locale  string // BCP 47
	Tried   int    // how often it was tried in vain
	// DueAt is when to try, ExpiresAt when it is of no use any more.
	DueAt, ExpiresAt time.Time
}

// SignIns keeps what people sign in by beside one-time links, and what is under way. It holds nothing by which a
// person could be found without the server's secret but customers' references.
type SignIns interface {
	// PutEmails writes each, replacing the customer's; one with an empty Key removes it. Each is written whole or
	// not at all; after an error some may have been written, and writing all again is safe.
	PutEmails(ctx context.Context, keys []EmailKey) error
	// CustomersOfEmail lists those who have a key, in order, at most limit.
	CustomersOfEmail(ctx context.Context, key string, limit int) ([]string, error)

	// BindIdentity writes one, if there is none of its Key, and gives the one that is there now: of any number of
	// callers one wins, and all are given what it wrote.
	BindIdentity(ctx context.Context, i Identity) (Identity, error)
	// ForgetIdentities removes all of a customer's.
	ForgetIdentities(ctx context.Context, customer string) error

	// CreateChallenge writes a new one, or ErrExists.
	CreateChallenge(ctx context.Context, c Challenge) error
	// Challenge gives one that has not ended by now, or ErrNotFound.
	Challenge(ctx context.Context, id string, now time.Time) (Challenge, error)
	// TryChallenge takes one of the tries of one that has not ended by now, and gives it as it is then: of any
	// number of callers no more succeed than it had tries. The others, and all of one that is not there, get
	// ErrNotFound.
	TryChallenge(ctx context.Context, id string, now time.Time) (Challenge, error)
	// EndChallenge removes one: of any number of callers one succeeds, the others get ErrNotFound.
	EndChallenge(ctx context.Context, id string) error

	// Count adds one to the counter of a key and gives what it is then. A counter that ended by now begins anew, and
	// lasts until then; one that goes on keeps the end that it has.
	Count(ctx context.Context, key string, now, until time.Time) (int, error)

	// PutMail writes one, replacing what is there under the same ID.
	PutMail(ctx context.Context, m Mail) error
	// DueMails lists those whose DueAt is not after now, the longest due first, at most limit.
	DueMails(ctx context.Context, now time.Time, limit int) ([]Mail, error)
	// DeleteMail removes one; one that is not there is no error.
	DeleteMail(ctx context.Context, id string) error

	// ForgetSignIns removes challenges and counters that ended before then.
	ForgetSignIns(ctx context.Context, before time.Time) error
}
