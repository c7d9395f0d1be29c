package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"candor/models"
	"candor/models/store"
)

// RevocationDelay is how long a revoked client's tokens may go on: what is known of a client is read
// anew when it is older than this.
const RevocationDelay = time.Second

const (
	maxCachedTokens  = 10_000
	maxCachedClients = 10_000
)

// What stands in the way of a program.
var (
	ErrNoToken      = models.Fail(models.Unauthenticated, "missing_token")
	ErrInvalidToken = models.Fail(models.Unauthenticated, "invalid_token")
)

// Grant is what an access token allows.
type Grant struct {
	// Client is the id of the client.
	Client string
	scopes scopeSet
}

// Has says whether a scope was granted.
func (g Grant) Has(scope string) bool {
	bit, ok := bitOf(scope)
	return ok && g.scopes&bit != 0
}

// access is what a verified token says.
type access struct {
	client  string
	scopes  scopeSet
	expires time.Time
}

// Authorize says what a bearer token allows. A token's signature is verified once; after that it costs
// two look-ups and no memory. ErrNoToken, ErrInvalidToken, or the store's error. It keeps no reference
// to bearer.
func (s *Service) Authorize(ctx context.Context, bearer string) (Grant, error) {
	if bearer == "" {
		return Grant{}, ErrNoToken
	}
	now := s.config.Clock()
	a, cached := s.tokens.find(bearer)
	if !cached {
		var err error
		if a, err = s.readAccess(bearer); err != nil {
			return Grant{}, err
		}
	}
	if !now.Before(a.expires) {
		return Grant{}, ErrInvalidToken
	}
	held, err := s.clients.scopes(ctx, a.client, now)
	if err != nil {
		return Grant{}, err
	}
	if !cached {
		s.tokens.add(strings.Clone(bearer), a)
	}
	return Grant{Client: a.client, scopes: a.scopes & held}, nil
}

// tokenCache remembers verified tokens, at most so many. A token altered in any way is another key.
type tokenCache struct {
	mu   sync.RWMutex
	max  int
	seen map[string]access
}

func newTokenCache(n int) *tokenCache { return &tokenCache{max: n, seen: map[string]access{}} }

func (c *tokenCache) find(token string) (access, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	a, ok := c.seen[token]
	return a, ok
}

// add makes room by forgetting any other token: that costs its next use a verification, nothing else.
func (c *tokenCache) add(token string, a access) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for other := range c.seen {
		if len(c.seen) < c.max {
			break
		}
		delete(c.seen, other)
	}
	c.seen[token] = a
}

// clientCache knows for a moment what each client may do: nothing once it is revoked.
type clientCache struct {
	store store.Clients
	mu    sync.RWMutex
	known map[string]knownClient
}

type knownClient struct {
	scopes scopeSet
	readAt time.Time
}

func newClientCache(s store.Clients) *clientCache {
	return &clientCache{store: s, known: map[string]knownClient{}}
}

func (c *clientCache) scopes(ctx context.Context, id string, now time.Time) (scopeSet, error) {
	c.mu.RLock()
	k, ok := c.known[id]
	c.mu.RUnlock()
	if !ok || now.Sub(k.readAt) >= RevocationDelay {
		var err error
		if k, err = c.read(ctx, id, now); err != nil {
			return 0, err
		}
	}
	if k.scopes == 0 {
		return 0, ErrInvalidToken
	}
	return k.scopes, nil
}

func (c *clientCache) read(ctx context.Context, id string, now time.Time) (knownClient, error) {
	k := knownClient{readAt: now}
	client, err := c.store.Client(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return k, models.Wrap("read client", err)
	}
	if err == nil && client.RevokedAt.IsZero() {
		k.scopes, _ = setOf(client.Scopes)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxCachedClients {
		clear(c.known)
	}
	c.known[id] = k
	return k, nil
}

func (c *clientCache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, id)
}
