package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// How long things last.
const (
	// Lifetime is how long a look-up is open, EmergencyLifetime one that a second person opened.
	Lifetime          = 30 * time.Minute
	EmergencyLifetime = 60 * time.Minute
	// Patience is how long a request for one waits for a second person.
	Patience = 4 * time.Hour
	// Kept is how long a look-up that ended is still listed. The log keeps it as long as the customer's evidence.
	Kept = 30 * 24 * time.Hour
)

// The states of a look-up.
const (
	StateAsked   = "asked"
	StateRefused = "refused"
	StateOpen    = "open"
	StateEnded   = "ended"
)

// What stands in the way.
var (
	ErrNotAllowed = models.Fail(models.Forbidden, "not_allowed")
	// ErrUnknown: there is no such look-up of the member's.
	ErrUnknown = models.Fail(models.NotFound, "unknown_look_up")
	// ErrOver: it has ended, or its time is up.
	ErrOver = models.Fail(models.Gone, "look_up_over")
	// ErrWaiting: a second person has not opened it.
	ErrWaiting = models.Fail(models.Conflict, "look_up_waiting")
	// ErrNoNeed: whoever may look people up need not ask for leave.
	ErrNoNeed = models.Fail(models.Conflict, "emergency_not_needed")
	// ErrOwn: nobody opens what they asked for themselves.
	ErrOwn     = models.Fail(models.Forbidden, "own_emergency")
	ErrDecided = models.Fail(models.Conflict, "emergency_decided")
	ErrTooMany = models.Fail(models.TooMany, "too_many_look_ups")
)

// By is the member of staff who asks.
type By struct {
	// ID is theirs, and nobody else's.
	ID string
	// Roles are theirs, in order.
	Roles []string
	// Auth is how they signed in.
	Auth string
	// May says whether something is permitted to them now: what their roles permit may be withheld.
	May func(auth.Permission) bool
}

// as is the role in which they do what a permission is for.
func (b By) as(p auth.Permission) string {
	for _, role := range b.Roles {
		if auth.May(role, p) {
			return role
		}
	}
	return ""
}

// Profiles is what is held, and how to find who holds it; *billing.Service is one.
type Profiles interface {
	Customer(ctx context.Context, ref string) (billing.Profile, error)
	Held(ctx context.Context, customer string) ([]billing.Holding, error)
	Page(ctx context.Context, q billing.Query) (billing.Page, error)
	Record(ctx context.Context, customer, category, id string) (models.Record, error)
	Document(ctx context.Context, customer, category, record, name string) (models.Document, error)
}

// Consents says where a customer stands; *consent.Service does.
type Consents interface {
	Purposes(ctx context.Context, customer, language string) ([]consent.PurposeState, error)
}

// Log is the customers' log; *sequencer.Sequencer is it.
type Log interface {
	Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error)
	Event(ctx context.Context, id ledger.EventID) (sequencer.Result, error)
	History(ctx context.Context, customer string, limit int) ([]sequencer.Result, error)
}

// Index finds customers by what is kept of their address, and counts; it is part of store.SignIns.
type Index interface {
	CustomersOfEmail(ctx context.Context, key string, limit int) ([]string, error)
	Count(ctx context.Context, key string, now, until time.Time) (int, error)
}

// Sealer seals under customers' keys; *keys.Ring is one.
type Sealer interface {
	Seal(ctx context.Context, scope store.Scope, plaintext, associated []byte) ([]byte, error)
	Open(ctx context.Context, scope store.Scope, sealed, associated []byte) ([]byte, error)
}

// Config is what a Service works with; all of it is required but Ticket.
type Config struct {
	Map      *datamap.Holder
	Log      Log
	LookUps  store.LookUps
	Profiles Profiles
	Consents Consents
	Index    Index
	// Email is what is kept of an address in the index; empty for what is no address.
	Email func(address string) string
	Ring  Sealer
	// Ticket is what the whole number of a ticket looks like; Ticket of this package if nil.
	Ticket *regexp.Regexp
	// Secret keeps the counters from telling who searched.
	Secret []byte
	Clock  func() time.Time
	Random io.Reader
}

// Service is the rules of looking people up. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(c Config) *Service {
	if c.Ticket == nil {
		c.Ticket = regexp.MustCompile(`^` + Ticket + `$`)
	}
	return &Service{c}
}

// LookUp is a look-up with its reason.
type LookUp struct {
	store.LookUp

	Reason Reason
	// Unreadable says that the key to the reason is destroyed, as an erasure does.
	Unreadable bool
}

// Usable says whether something may be looked at through it now.
func (l *LookUp) Usable(now time.Time) bool { return l.State == StateOpen && now.Before(l.EndsAt) }

// Waiting says whether a second person may open it now.
func (l *LookUp) Waiting(now time.Time) bool { return l.State == StateAsked && now.Before(l.EndsAt) }

// draw makes an id that nobody can guess.
func (s *Service) draw() (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(s.cfg.Random, raw[:]); err != nil {
		return "", fmt.Errorf("draw an id: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// limited counts one more try of a member's: ErrTooMany if there were most in the time.
func (s *Service) limited(ctx context.Context, what string, by By, most int, within time.Duration) error {
	mac := hmac.New(sha256.New, s.cfg.Secret)
	fmt.Fprintf(mac, "access %s\x00%s", what, by.ID)
	now := s.cfg.Clock()
	n, err := s.cfg.Index.Count(ctx, "access "+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), now, now.Add(within))
	if err != nil {
		return models.Wrap("count tries", err)
	}
	if n > most {
		return ErrTooMany
	}
	return nil
}

// now is the time to the millisecond, as it is kept.
func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Millisecond) }

// notFound turns the store's words into those of a caller.
func notFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknown
	}
	return err
}
