package auth

import (
	"context"
	"errors"
	"time"

	"candor/models"
	"candor/models/store"
)

// SessionLifetime is how long a person stays signed in, whatever they do.
const SessionLifetime = 8 * time.Hour

// The ways to sign in.
const (
	MethodLink = "link"
	MethodDemo = "demo"
)

// What stands in the way of a person.
var (
	ErrNotSignedIn     = models.Fail(models.Unauthenticated, "not_signed_in")
	ErrSessionEnded    = models.Fail(models.Unauthenticated, "session_ended")
	ErrUnknownCustomer = models.Fail(models.Invalid, "unknown_customer")
)

// keptAfterEnd is how long a used or expired link can still be told from one that never was.
const keptAfterEnd = 24 * time.Hour

// SignIn starts a session of a customer (role empty) or of staff in a role (customer empty). The secret
// goes into the cookie and is not kept. ErrUnknownCustomer if there is no such customer.
func (s *Service) SignIn(ctx context.Context, customer, role, method string) (string, store.Session, error) {
	if (customer == "") == (role == "") {
		return "", store.Session{}, errors.New("sign in: either a customer or a role")
	}
	if customer != "" {
		if err := s.known(ctx, customer); err != nil {
			return "", store.Session{}, err
		}
	}
	secret, err := s.draw(secretSize)
	if err != nil {
		return "", store.Session{}, err
	}
	now := s.config.Clock()
	session := store.Session{
		Hash: hash(secret), Customer: customer, Role: role, Method: method,
		CreatedAt: now, ExpiresAt: now.Add(SessionLifetime),
	}
	if err := s.config.Sessions.CreateSession(ctx, session); err != nil {
		return "", store.Session{}, models.Wrap("create session", err)
	}
	return secret, session, nil
}

// Session gives the session of a cookie: ErrNotSignedIn if it cannot be one, ErrSessionEnded if there is
// none any more.
func (s *Service) Session(ctx context.Context, secret string) (store.Session, error) {
	if !isSecret(secret) {
		return store.Session{}, ErrNotSignedIn
	}
	session, err := s.config.Sessions.Session(ctx, hash(secret), s.config.Clock())
	if errors.Is(err, store.ErrNotFound) {
		return store.Session{}, ErrSessionEnded
	}
	return session, models.Wrap("read session", err)
}

// SignOut ends a session; one that is not there is no error.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	return models.Wrap("end session", s.config.Sessions.EndSession(ctx, hash(secret)))
}

// Forget removes the sessions and links that ended a day ago or earlier.
func (s *Service) Forget(ctx context.Context) error {
	return models.Wrap("forget sessions", s.config.Sessions.Forget(ctx, s.config.Clock().Add(-keptAfterEnd)))
}

func (s *Service) known(ctx context.Context, customer string) error {
	_, err := s.config.Customers.Customer(ctx, customer)
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknownCustomer.In("customer")
	}
	return models.Wrap("read customer", err)
}
