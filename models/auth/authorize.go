package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"candor/models"
	"candor/models/store"
)

const (
	maxCachedTokens  = 10_000
	maxCachedClients = 10_000
)

// What stands in the way of a program.
var (
	ErrNoToken      = models.Fail(models.Unauthenticated, "missing_token")
	ErrInvalidToken = models.Fail(models.Unauthenticated, "invalid_token")
)

// errUnavailable: it cannot be told in time whether a client may still call.
var errUnavailable = models.Fail(models.Unavailable, "store_unavailable")

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
		if a, err = s.read(ctx, bearer); err != nil {
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
	store   store.Clients
	maxAge  time.Duration
	reading singleflight.Group
	mu      sync.RWMutex
	known   map[string]knownClient
}

type knownClient struct {
	scopes scopeSet
	readAt time.Time
}

func newClientCache(s store.Clients, maxAge time.Duration) *clientCache {
	return &clientCache{store: s, maxAge: maxAge, known: map[string]knownClient{}}
}

func (c *clientCache) scopes(ctx context.Context, id string, now time.Time) (scopeSet, error) {
	c.mu.RLock()
	k, ok := c.known[id]
	c.mu.RUnlock()
	// What was read in the future was read before the clock was set back: nobody knows when.
	if age := now.Sub(k.readAt); !ok || age >= c.maxAge || age < -c.maxAge {
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

// readLimit is how long a client may take to be read, for all who wait for it.
const readLimit = 5 * time.Second

// read reads a client once for all who ask for it at the same time: a client's every caller comes when
// what is known of it is out of date.
func (c *clientCache) read(ctx context.Context, id string, now time.Time) (knownClient, error) {
	answer := c.reading.DoChan(id, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readLimit)
		defer cancel()
		return c.readStore(ctx, id, now)
	})
	select {
	case a := <-answer:
		k, _ := a.Val.(knownClient)
		return k, a.Err
	case <-ctx.Done():
		return knownClient{}, errUnavailable.Because(ctx.Err())
	}
}

func (c *clientCache) readStore(ctx context.Context, id string, now time.Time) (knownClient, error) {
	k := knownClient{readAt: now}
	client, err := c.store.Client(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return k, models.Wrap("read client", err)
	}
	if err == nil && client.RevokedAt.IsZero() {
		k.scopes, _ = setOf(client.Scopes)
	}
	c.keep(id, k)
	return k, nil
}

// keep remembers the newer of what is known.
func (c *clientCache) keep(id string, k knownClient) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if there, ok := c.known[id]; ok && there.readAt.After(k.readAt) {
		return
	}
	if len(c.known) >= maxCachedClients {
		clear(c.known)
	}
	c.known[id] = k
}
