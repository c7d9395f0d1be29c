package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"log/slog"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/mail"
	"candor/models/store"
)

// Profiles says what address is on file; *billing.Service does.
type Profiles interface {
	// Customer gives a profile, or models.ErrUnknownCustomer.
	Customer(ctx context.Context, ref string) (billing.Profile, error)
}

// Config is what a Service needs; all is required but OIDC, Staff and StepUpAfter.
type Config struct {
	Auth     *auth.Service
	Store    store.SignIns
	Profiles Profiles
	// Keys make what is kept of addresses and accounts.
	Keys Keys
	// Mail says whether mail can be sent; without it there are no codes and no fresh links.
	Mail bool
	// Wake is called when there is mail to be sent.
	Wake func()
	// OIDC is the company's own sign-in; nil if there is none.
	OIDC *Provider
	// Staff is where members of staff sign in; nil if they do not sign in elsewhere.
	Staff *StaffProvider
	// StepUpAfter is how long ago a person may have proved who they are when they ask for a download; 0 is any time.
	StepUpAfter time.Duration
	// Words speaks a language (BCP 47) in mails.
	Words func(locale string) mail.Words
	// Operator is the company's name in a language; BaseURL this site's.
	Operator func(locale string) string
	BaseURL  string
	Clock    func() time.Time
	Logger   *slog.Logger
}

// Service lets people in. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// Ways are the ways in that there are; Staff is the company's own sign-in for members of staff.
type Ways struct{ Email, OIDC, Staff bool }

// Ways says which ways in there are, beside one-time links.
func (s *Service) Ways() Ways {
	return Ways{Email: s.cfg.Mail, OIDC: s.cfg.OIDC != nil, Staff: s.cfg.Staff != nil}
}

// What stands in the way of a person.
var (
	ErrTooMany    = models.Fail(models.TooMany, "too_many_tries")
	ErrCodeWrong  = models.Fail(models.Invalid, "code_wrong").In("code")
	ErrCodeOver   = models.Fail(models.Gone, "code_over").In("code")
	ErrBadEmail   = models.Fail(models.Invalid, "bad_email").In("email")
	ErrNoAddress  = models.Fail(models.Conflict, "no_address_on_file")
	ErrNoSuchWay  = models.Fail(models.NotFound, "no_such_way_in")
	ErrNotOffered = models.Fail(models.Invalid, "unknown_person").In("person")
)

// Kinds of challenge.
const (
	kindCode   = "code"
	kindPeople = "people"
	kindOIDC   = "oidc"
	kindStaff  = "oidc staff"
)

// Entered is who has come in, and where they go on.
type Entered struct {
	Session store.Session
	// Secret is that of the session's cookie; empty if the session was there before and is confirmed now.
	Secret string
	Target string
	// Confirmed is the hash of the session that was there before and is confirmed now: what was asked for goes on in it and
	// in no other.
	Confirmed string
}

// Pending is what a browser is given to come back with: the secret of a challenge, for its cookie.
type Pending struct {
	Secret  string
	Expires time.Time
}

// begin starts a challenge and gives the browser's part of it.
func (s *Service) begin(ctx context.Context, c store.Challenge, lasts time.Duration) (Pending, store.Challenge, error) {
	secret, hash, err := s.cfg.Auth.DrawSecret()
	if err != nil {
		return Pending{}, c, err
	}
	c.ID, c.CreatedAt = hash, s.cfg.Clock()
	c.ExpiresAt = c.CreatedAt.Add(lasts)
	if err := s.cfg.Store.CreateChallenge(ctx, c); err != nil {
		return Pending{}, c, models.Wrap("begin sign-in", err)
	}
	return Pending{secret, c.ExpiresAt}, c, nil
}

// limited counts one more try under a name: ErrTooMany if there were most in the time.
func (s *Service) limited(ctx context.Context, what, who string, most int, within time.Duration) error {
	now := s.cfg.Clock()
	n, err := s.cfg.Store.Count(ctx, s.cfg.Keys.of("limit "+what, who), now, now.Add(within))
	if err != nil {
		return models.Wrap("count tries", err)
	}
	if n > most {
		return models.Fail(ErrTooMany.Kind, ErrTooMany.Code, "seconds", int(within/time.Second))
	}
	return nil
}

// Keys turns what must not be kept into what may be.
type Keys struct {
	// Secret is 32 bytes that are kept outside the store.
	Secret []byte
}

// of is a keyed hash of a value, another for each use.
func (k Keys) of(use, value string) string {
	return base64.RawURLEncoding.EncodeToString(k.sum(use, value))
}

func (k Keys) sum(use, value string) []byte {
	mac := hmac.New(sha256.New, k.Secret)
	mac.Write([]byte("sign-in " + use + "\x00" + value))
	return mac.Sum(nil)
}

// same compares in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
