package auth

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/store"
)

// Customers says who is known.
type Customers interface {
	// Customer gives one, or store.ErrNotFound.
	Customer(ctx context.Context, ref string) (models.Customer, error)
}

// Signer signs tokens with one Ed25519 key that signs nothing else.
type Signer interface {
	KeyID() string
	Public() ed25519.PublicKey
	Sign(message []byte) ([]byte, error)
}

// Config is what a Service needs; every member is required but Outside, ReturnOrigins, Map, MaxAge,
// StaffLifetime and StaffIdle.
type Config struct {
	Sessions store.Sessions
	Clients  store.Clients
	// Assertions remembers what clients have signed, for all servers.
	Assertions store.Assertions
	Customers  Customers
	Signer     Signer
	// Secret is 32 bytes: the key of what is derived from sessions.
	Secret []byte
	// Issuer is the base URL without a trailing slash: who issues tokens, and whom they are for.
	Issuer string
	// ReturnOrigins are the origins (https://my.example.com) to which a link may send people back.
	ReturnOrigins []string
	// Map says which pages a link may lead to; nil for those alone that every site has.
	Map *datamap.Holder
	// Outside is an issuer whose tokens are taken beside our own; nil for none.
	Outside *Outside
	// MaxAge is how old what is known of a client may be: how long the tokens of one that was revoked on
	// another server may go on. A second if zero.
	MaxAge time.Duration
	// StaffLifetime is how long a member of staff stays signed in, whatever they do; SessionLifetime if zero. StaffIdle is
	// after how long without a request they are signed out; the constant of that name if zero.
	StaffLifetime, StaffIdle time.Duration
	Clock                    func() time.Time
	Random                   io.Reader
}

// Service lets people and programs in. It is safe for concurrent use.
type Service struct {
	config  Config
	origins map[string]bool
	tokens  *tokenCache
	clients *clientCache
	uses    *uses
}

// New makes a Service.
func New(c Config) *Service {
	c.StaffLifetime, c.StaffIdle = cmp.Or(c.StaffLifetime, SessionLifetime), cmp.Or(c.StaffIdle, StaffIdle)
	s := &Service{config: c, origins: make(map[string]bool, len(c.ReturnOrigins))}
	for _, o := range c.ReturnOrigins {
		s.origins[o] = true
	}
	s.tokens = newTokenCache(maxCachedTokens)
	s.clients = newClientCache(c.Clients, cmp.Or(c.MaxAge, time.Second))
	s.uses = &uses{store: c.Clients, noted: map[string]time.Time{}}
	return s
}

// draw gives n random bytes as base64url.
func (s *Service) draw(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.config.Random, b); err != nil {
		return "", fmt.Errorf("draw %d random bytes: %w", n, err)
	}
	return base64url.EncodeToString(b), nil
}
