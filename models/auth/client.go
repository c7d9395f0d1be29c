package auth

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"candor/models"
	"candor/models/store"
)

const (
	maxClientName = 100 // characters
	maxSecrets    = 2   // of a client at the same time: the one that it uses, and the one that it moves to
	maxAttempts   = 20  // at changing a client that others change too
)

// How long a secret stays good once there is a new one.
const (
	DefaultOverlap = 7 * 24 * time.Hour
	MaxOverlap     = 90 * 24 * time.Hour
)

// What stands in the way of a change to a client.
var (
	ErrClientRevoked = models.Fail(models.Conflict, "client_revoked")
	ErrClientExists  = models.Fail(models.Conflict, "client_exists")
	ErrTwoSecrets    = models.Fail(models.Conflict, "two_secrets")
	ErrLastSecret    = models.Fail(models.Conflict, "last_secret")
	ErrNoSecrets     = models.Fail(models.Conflict, "client_without_secrets")
	errBusyClient    = models.Fail(models.Unavailable, "store_unavailable")
)

// outsidePrefix begins the ids of clients whose tokens an outside issuer issues; no id of ours has a colon.
const outsidePrefix = "outside:"

// outsideID is what an outside issuer may call a client: visible ASCII.
var outsideID = regexp.MustCompile(`^[!-~]{1,128}$`)

// Enrolment asks for an API client.
type Enrolment struct {
	Name   string
	Scopes []string
	// JWKS is a JWK set with the public keys that it signs with (private_key_jwt); nil for one that is given a secret.
	JWKS []byte
	// Outside is what the trusted outside issuer calls it, if that issues its tokens; else empty.
	Outside string
}

// AddClient makes an API client with a secret, which is given this once and not kept. Errors are Invalid and name the
// field.
func (s *Service) AddClient(ctx context.Context, name string, scopes []string) (store.Client, string, error) {
	return s.Enrol(ctx, Enrolment{Name: name, Scopes: scopes})
}

// Enrol makes an API client. The secret is empty for one that has keys or is an outside issuer's. Errors are Invalid
// and name the field; ErrClientExists for an outside one that is here already.
func (s *Service) Enrol(ctx context.Context, e Enrolment) (store.Client, string, error) {
	client, err := s.newClient(e)
	if err != nil {
		return store.Client{}, "", err
	}
	secret := ""
	if e.JWKS == nil && e.Outside == "" {
		if secret, err = s.giveSecret(&client); err != nil {
			return store.Client{}, "", err
		}
	}
	switch err := s.config.Clients.CreateClient(ctx, client); {
	case errors.Is(err, store.ErrExists):
		return store.Client{}, "", ErrClientExists.In("outside")
	case err != nil:
		return store.Client{}, "", models.Wrap("add client", err)
	}
	return client, secret, nil
}

// newClient is the one asked for, without a secret.
func (s *Service) newClient(e Enrolment) (store.Client, error) {
	none := store.Client{}
	set, ok := setOf(e.Scopes)
	switch {
	case strings.TrimSpace(e.Name) == "" || !utf8.ValidString(e.Name):
		return none, models.Fail(models.Invalid, "required").In("name")
	case utf8.RuneCountInString(e.Name) > maxClientName:
		return none, models.Fail(models.Invalid, "too_long", "max", maxClientName).In("name")
	case set == 0 || !ok:
		return none, models.Fail(models.Invalid, "unknown_scope", "scopes", Scopes()).In("scopes")
	case e.Outside != "" && !outsideID.MatchString(e.Outside):
		return none, models.Fail(models.Invalid, "bad_outside_id").In("outside")
	case e.Outside != "" && e.JWKS != nil:
		return none, models.Fail(models.Invalid, "outside_has_no_keys").In("jwks")
	}
	now := s.config.Clock()
	id, err := s.draw(idSize)
	if err != nil {
		return none, err
	}
	client := store.Client{ID: "client_" + id, Name: e.Name, Scopes: strings.Fields(set.String()), CreatedAt: now}
	if e.Outside != "" {
		client.ID = outsidePrefix + e.Outside
	}
	if e.JWKS != nil {
		if client.Keys, err = readKeys(e.JWKS, now); err != nil {
			return none, err
		}
	}
	return client, nil
}

// giveSecret adds a new secret before those that are there.
func (s *Service) giveSecret(c *store.Client) (string, error) {
	id, err := s.draw(idSize)
	if err != nil {
		return "", err
	}
	secret, err := s.draw(secretSize)
	if err != nil {
		return "", err
	}
	c.Secrets = slices.Insert(c.Secrets, 0, store.ClientSecret{ID: id, Hash: hash(secret), CreatedAt: s.config.Clock()})
	return secret, nil
}

// NewSecret gives a client another secret, this once, and ends the one that it has after the overlap (0 to
// MaxOverlap). ErrTwoSecrets if it is in the middle of moving from one to the next; ErrNoSecrets for one that has keys
// or is an outside issuer's; ErrClientRevoked; store.ErrNotFound.
func (s *Service) NewSecret(ctx context.Context, id string, overlap time.Duration) (store.Client, string, error) {
	if err := checkOverlap(overlap); err != nil {
		return store.Client{}, "", err
	}
	secret := ""
	client, err := s.changeClient(ctx, id, func(c *store.Client, now time.Time) (err error) {
		if len(c.Secrets) == 0 || len(c.Keys) > 0 {
			return ErrNoSecrets
		}
		dropEnded(c, now)
		if len(c.Secrets) >= maxSecrets {
			return ErrTwoSecrets
		}
		endSecrets(c, now.Add(overlap))
		dropEnded(c, now)
		secret, err = s.giveSecret(c)
		return err
	})
	if err != nil {
		return store.Client{}, "", err
	}
	return client, secret, nil
}

// EndSecret ends one of a client's secrets at once. ErrLastSecret if it has no other, and no keys; revoke the client then.
// store.ErrNotFound if it has no such secret any more.
func (s *Service) EndSecret(ctx context.Context, id, secret string) (store.Client, error) {
	return s.changeClient(ctx, id, func(c *store.Client, now time.Time) error {
		dropEnded(c, now)
		i := slices.IndexFunc(c.Secrets, func(s store.ClientSecret) bool { return s.ID == secret })
		switch {
		case i < 0:
			return store.ErrNotFound
		case len(c.Secrets) == 1 && len(c.Keys) == 0:
			return ErrLastSecret
		}
		c.Secrets = slices.Delete(c.Secrets, i, i+1)
		if len(c.Keys) == 0 { // otherwise it goes by its keys, and what is left still ends
			c.Secrets[0].EndsAt = time.Time{} // whichever is left is the one to use
		}
		return nil
	})
}

// ReplaceKeys makes the public keys of a JWK set those of a client; keys that are not in it are good no longer. A
// client that has secrets moves to keys: its secrets end after the overlap (0 to MaxOverlap).
func (s *Service) ReplaceKeys(ctx context.Context, id string, jwks []byte, overlap time.Duration) (store.Client, error) {
	if err := checkOverlap(overlap); err != nil {
		return store.Client{}, err
	}
	return s.changeClient(ctx, id, func(c *store.Client, now time.Time) error {
		if IsOutside(c.ID) {
			return models.Fail(models.Invalid, "outside_has_no_keys").In("jwks")
		}
		keys, err := readKeys(jwks, now)
		if err != nil {
			return err
		}
		for i := range keys {
			if at := slices.IndexFunc(c.Keys, func(k store.ClientKey) bool { return k.ID == keys[i].ID }); at >= 0 {
				keys[i].CreatedAt = c.Keys[at].CreatedAt
			}
		}
		c.Keys = keys
		endSecrets(c, now.Add(overlap))
		dropEnded(c, now)
		return nil
	})
}

// RevokeClient ends a client: it gets no more tokens, and those it has stop here at once, and on other
// servers within MaxAge.
// Revoking it again changes nothing. store.ErrNotFound if there is none.
func (s *Service) RevokeClient(ctx context.Context, id string) error {
	_, err := s.changeClient(ctx, id, func(c *store.Client, now time.Time) error {
		c.RevokedAt = now
		return nil
	})
	if err != nil && !errors.Is(err, ErrClientRevoked) {
		return err
	}
	// Known from now on, and not merely forgotten: a read that has begun before may yet end.
	s.clients.keep(id, knownClient{readAt: s.config.Clock()})
	return nil
}

// Client gives one, revoked or not; store.ErrNotFound if there is none.
func (s *Service) Client(ctx context.Context, id string) (store.Client, error) {
	client, err := s.config.Clients.Client(ctx, id)
	return client, models.Wrap("read client", err)
}

// Clients lists every client, revoked ones too, in order of ID.
func (s *Service) Clients(ctx context.Context) ([]store.Client, error) {
	clients, err := s.config.Clients.Clients(ctx)
	return clients, models.Wrap("list clients", err)
}

// IsOutside says whether a client's tokens are issued by the trusted outside issuer.
func IsOutside(id string) bool { return strings.HasPrefix(id, outsidePrefix) }

// Good says whether a secret can be used at a time.
func Good(secret store.ClientSecret, now time.Time) bool {
	return secret.EndsAt.IsZero() || now.Before(secret.EndsAt)
}

// changeClient makes a change to a client as it is then, again if somebody else has changed it meanwhile.
func (s *Service) changeClient(ctx context.Context, id string, change func(c *store.Client, now time.Time) error) (store.Client, error) {
	for range maxAttempts {
		client, err := s.config.Clients.Client(ctx, id)
		if err != nil {
			return store.Client{}, models.Wrap("read client", err)
		}
		if !client.RevokedAt.IsZero() {
			return store.Client{}, ErrClientRevoked
		}
		if err := change(&client, s.config.Clock()); err != nil {
			return store.Client{}, err
		}
		err = s.config.Clients.UpdateClient(ctx, client)
		if err == nil {
			client.Revision++
			return client, nil
		}
		if !errors.Is(err, store.ErrTaken) {
			return store.Client{}, models.Wrap("change client", err)
		}
	}
	return store.Client{}, errBusyClient.Because(store.ErrTaken)
}

func checkOverlap(overlap time.Duration) error {
	if overlap < 0 || overlap > MaxOverlap {
		return models.Fail(models.Invalid, "out_of_range", "min", 0, "max", int(MaxOverlap/(24*time.Hour))).In("days")
	}
	return nil
}

// endSecrets gives every secret an end, no later than the one it has.
func endSecrets(c *store.Client, end time.Time) {
	for i := range c.Secrets {
		if at := c.Secrets[i].EndsAt; at.IsZero() || end.Before(at) {
			c.Secrets[i].EndsAt = end
		}
	}
}

func dropEnded(c *store.Client, now time.Time) {
	c.Secrets = slices.DeleteFunc(c.Secrets, func(s store.ClientSecret) bool { return !Good(s, now) })
}
