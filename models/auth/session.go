package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"candor/models"
	"candor/models/store"
)

// SessionLifetime is how long a person stays signed in, whatever they do.
const SessionLifetime = 8 * time.Hour

// StaffIdle is after how long without a request a member of staff is signed out (NIST SP 800-63B-4, section 2.2.3), if the
// settings do not say otherwise.
const StaffIdle = 30 * time.Minute

// The ways to sign in.
const (
	MethodLink = "link"
	MethodCode = "code" // sent to the address on file
	MethodOIDC = "oidc" // the company's own sign-in
	MethodDemo = "demo"
	// MethodPasskey is how staff with local accounts sign in (WebAuthn).
	MethodPasskey = "passkey"
)

// What stands in the way of a person.
var (
	ErrNotSignedIn     = models.Fail(models.Unauthenticated, "not_signed_in")
	ErrSessionEnded    = models.Fail(models.Unauthenticated, "session_ended")
	ErrUnknownCustomer = models.Fail(models.Invalid, "unknown_customer")
)

// keptAfterEnd is how long a used or expired link can still be told from one that never was.
const keptAfterEnd = 24 * time.Hour

// assertionMemory is how long an assertion is remembered though it has run out: other servers' clocks may be behind.
const assertionMemory = time.Minute

// Entrance says who comes in, and how.
type Entrance struct {
	// Customer's reference or the ID of a member of Staff: one of the two.
	Customer, Staff string
	Method          string
	// Link is the ID of the link that lets them in, ReturnURL where they came from; both may be empty.
	Link, ReturnURL string
}

// SignIn is Enter for whoever comes from nowhere in particular.
func (s *Service) SignIn(ctx context.Context, customer, staff, method string) (string, store.Session, error) {
	return s.Enter(ctx, Entrance{Customer: customer, Staff: staff, Method: method})
}

// Enter starts a session. The secret goes into the cookie and is not kept. ErrUnknownCustomer if there is no such
// customer.
func (s *Service) Enter(ctx context.Context, e Entrance) (string, store.Session, error) {
	if (e.Customer == "") == (e.Staff == "") {
		return "", store.Session{}, errors.New("sign in: either a customer or a member of staff")
	}
	if e.Customer != "" {
		if err := s.known(ctx, e.Customer); err != nil {
			return "", store.Session{}, err
		}
	}
	secret, err := s.draw(secretSize)
	if err != nil {
		return "", store.Session{}, err
	}
	id, err := s.draw(idSize)
	if err != nil {
		return "", store.Session{}, err
	}
	now, lasts := s.config.Clock(), SessionLifetime
	if e.Staff != "" {
		lasts = s.config.StaffLifetime
	}
	session := store.Session{
		Hash: hash(secret), ID: id, Customer: e.Customer, Staff: e.Staff, Method: e.Method, Link: e.Link, ReturnURL: e.ReturnURL,
		CreatedAt: now, ExpiresAt: now.Add(lasts), SeenAt: now, ProvedAt: now,
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
	if err == nil && s.idle(session) {
		return store.Session{}, ErrSessionEnded
	}
	return session, models.Wrap("read session", err)
}

// idle says whether a session of the staff has ended because nobody used it. The clock says so, and no job need come by.
func (s *Service) idle(session store.Session) bool {
	return session.Staff != "" && s.config.Clock().Sub(session.SeenAt) >= s.config.StaffIdle
}

// seenEvery is how exactly it is kept when somebody was here last: a page costs a write no more often.
const seenEvery = 5 * time.Minute

// staffSeenEvery is the same for the staff, whose sessions end when nobody uses them.
const staffSeenEvery = time.Minute

// SeenLongAgo says whether it is to be kept anew that a session was used.
func (s *Service) SeenLongAgo(session store.Session) bool {
	every := seenEvery
	if session.Staff != "" {
		every = staffSeenEvery
	}
	return s.config.Clock().Sub(session.SeenAt) >= every
}

// Seen keeps that a session was used just now.
func (s *Service) Seen(ctx context.Context, session store.Session) error {
	now := s.config.Clock()
	if !s.SeenLongAgo(session) {
		return nil
	}
	return models.Wrap("mark session", s.config.Sessions.MarkSession(ctx, session.Hash, now, time.Time{}))
}

// Proved keeps that the person of a session has proved who they are anew.
func (s *Service) Proved(ctx context.Context, hash string) error {
	now := s.config.Clock()
	return models.Wrap("mark session", s.config.Sessions.MarkSession(ctx, hash, now, now))
}

// SessionsOf lists where a customer is signed in, the newest first.
func (s *Service) SessionsOf(ctx context.Context, customer string) ([]store.Session, error) {
	sessions, err := s.config.Sessions.SessionsOf(ctx, customer, s.config.Clock())
	return sessions, models.Wrap("list sessions", err)
}

// SessionsOfStaff lists where a member of staff is signed in, the newest first.
func (s *Service) SessionsOfStaff(ctx context.Context, member string) ([]store.Session, error) {
	sessions, err := s.config.Sessions.SessionsOfStaff(ctx, member, s.config.Clock())
	return slices.DeleteFunc(sessions, s.idle), models.Wrap("list sessions", err)
}

// EndNamed ends the session of that hash; one that is not there is no error.
func (s *Service) EndNamed(ctx context.Context, hash string) error {
	return models.Wrap("end session", s.config.Sessions.EndSession(ctx, hash))
}

// ErrUnknownSession says that a person has no such session, or no more.
var ErrUnknownSession = models.Fail(models.NotFound, "unknown_session")

// EndSession ends one of a customer's sessions by its ID: ErrUnknownSession if it is none of theirs.
func (s *Service) EndSession(ctx context.Context, customer, id string) error {
	sessions, err := s.SessionsOf(ctx, customer)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if session.ID == id {
			return models.Wrap("end session", s.config.Sessions.EndSession(ctx, session.Hash))
		}
	}
	return ErrUnknownSession
}

// EndOtherSessions ends all of a customer's sessions but one.
func (s *Service) EndOtherSessions(ctx context.Context, keep store.Session) error {
	return s.endSessions(ctx, keep.Customer, func(session store.Session) bool { return session.Hash != keep.Hash })
}

func (s *Service) endSessions(ctx context.Context, customer string, which func(store.Session) bool) error {
	sessions, err := s.SessionsOf(ctx, customer)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if which(session) {
			if err := s.config.Sessions.EndSession(ctx, session.Hash); err != nil {
				return models.Wrap("end session", err)
			}
		}
	}
	return nil
}

// SignOut ends a session; one that is not there is no error.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	return models.Wrap("end session", s.config.Sessions.EndSession(ctx, hash(secret)))
}

// Forget removes the sessions and links that ended a day ago or earlier, and the assertions that have run out.
func (s *Service) Forget(ctx context.Context) error {
	now := s.config.Clock()
	return errors.Join(
		models.Wrap("forget sessions", s.config.Sessions.Forget(ctx, now.Add(-keptAfterEnd))),
		models.Wrap("forget assertions", s.config.Assertions.ForgetAssertions(ctx, now.Add(-assertionMemory))),
	)
}

func (s *Service) known(ctx context.Context, customer string) error {
	_, err := s.config.Customers.Customer(ctx, customer)
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknownCustomer.In("customer")
	}
	return models.Wrap("read customer", err)
}
