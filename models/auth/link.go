package auth

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"

	"candor/models"
	"candor/models/store"
)

// MaxLinkLifetime is the longest, and the default, that a one-time link may wait to be used.
const MaxLinkLifetime = 300 * time.Second

// What stands in the way of a one-time link.
var (
	ErrLinkUnknown = models.Fail(models.NotFound, "link_unknown")
	ErrLinkUsed    = models.Fail(models.Gone, "link_used")
	ErrLinkExpired = models.Fail(models.Gone, "link_expired")
	ErrLinkRevoked = models.Fail(models.Gone, "link_revoked")
	ErrKeyReused   = models.Fail(models.Invalid, "idempotency_key_reused")
)

const (
	maxReturnURL = 2048 // bytes
	linkPrefix   = "ps_"
)

var localePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$`)

// LinkRequest asks for a one-time link.
type LinkRequest struct {
	Customer string
	// ReturnURL is where the person came from; empty, or of an allowed origin.
	ReturnURL string
	// Locale is the BCP 47 tag of the language to speak; empty for the customer's own.
	Locale string
	// Flow is the page it leads to; the zero Flow is the overview.
	Flow Flow
	// ExpiresIn is how long the link waits, from 1 s to MaxLinkLifetime; 0 is MaxLinkLifetime.
	ExpiresIn time.Duration
	// Key, if set, makes the request idempotent: the same request under the same key gives the same link.
	// It is of the client's choosing, and begins with what tells clients apart.
	Key string
}

// Link is a one-time link. Its Secret is part of the URL, and is not kept.
type Link struct {
	ID, Secret string
	ExpiresAt  time.Time
}

// CreateLink makes a link that lets one customer in once. Errors are Invalid and name the field.
func (s *Service) CreateLink(ctx context.Context, r LinkRequest) (Link, error) {
	if err := s.checkLinkRequest(&r); err != nil {
		return Link{}, err
	}
	if err := s.known(ctx, r.Customer); err != nil {
		return Link{}, err
	}
	id, secret, err := s.linkNames(r.Key)
	if err != nil {
		return Link{}, err
	}
	now := s.config.Clock()
	link := store.Link{
		ID: id, Hash: hash(secret), Customer: r.Customer, ReturnURL: r.ReturnURL, Locale: r.Locale, Flow: r.Flow.String(),
		CreatedAt: now, ExpiresAt: now.Add(r.ExpiresIn),
	}
	err = s.config.Sessions.CreateLink(ctx, link)
	if r.Key != "" && errors.Is(err, store.ErrExists) {
		link, err = s.earlier(ctx, link)
	}
	if err != nil {
		return Link{}, models.Wrap("create link", err)
	}
	return Link{ID: id, Secret: secret, ExpiresAt: link.ExpiresAt}, nil
}

// linkNames gives a link's id and secret. Under an idempotency key they follow from it and from the
// server's own secret, so that every server gives the same answer and none has to remember one.
func (s *Service) linkNames(key string) (id, secret string, err error) {
	if key != "" {
		return linkPrefix + s.derive("link id", key)[:22], s.derive("link", key), nil
	}
	if id, err = s.draw(idSize); err != nil {
		return "", "", err
	}
	secret, err = s.draw(secretSize)
	return linkPrefix + id, secret, err
}

// earlier gives the link that the same key has made before: ErrKeyReused if that was for another request.
func (s *Service) earlier(ctx context.Context, l store.Link) (store.Link, error) {
	e, err := s.config.Sessions.Link(ctx, l.Hash)
	if err != nil {
		return store.Link{}, err
	}
	lifetime := l.ExpiresAt.Sub(l.CreatedAt)
	if e.Customer != l.Customer || e.ReturnURL != l.ReturnURL || e.Locale != l.Locale || e.Flow != l.Flow || e.ExpiresAt.Sub(e.CreatedAt) != lifetime {
		return store.Link{}, ErrKeyReused.In("Idempotency-Key")
	}
	return e, nil
}

func (s *Service) checkLinkRequest(r *LinkRequest) error {
	if r.ExpiresIn == 0 {
		r.ExpiresIn = MaxLinkLifetime
	}
	switch {
	case r.Customer == "":
		return models.Fail(models.Invalid, "required").In("customer")
	case r.ExpiresIn < time.Second || r.ExpiresIn > MaxLinkLifetime:
		return models.Fail(models.Invalid, "out_of_range", "min", 1, "max", int(MaxLinkLifetime/time.Second)).In("expires_in")
	case r.Locale != "" && !localePattern.MatchString(r.Locale):
		return models.Fail(models.Invalid, "bad_locale").In("locale")
	case r.ReturnURL != "" && !s.mayReturnTo(r.ReturnURL):
		return models.Fail(models.Invalid, "return_url_not_allowed").In("return_url")
	case !r.Flow.leads(s.declared()):
		return ErrUnknownFlow
	}
	return nil
}

// mayReturnTo is strict about what a URL is, because browsers are not: they read a backslash as a slash.
func (s *Service) mayReturnTo(text string) bool {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxReturnURL || strings.ContainsAny(text, "\\ ") || u.User != nil || u.Opaque != "" {
		return false
	}
	return s.origins[u.Scheme+"://"+u.Host]
}

// CheckLink tells what a link stands for and leaves it unused, so that a mail scanner that follows it
// does no harm: ErrLinkUnknown, ErrLinkRevoked, ErrLinkUsed or ErrLinkExpired if it lets nobody in.
func (s *Service) CheckLink(ctx context.Context, secret string) (store.Link, error) {
	if !isSecret(secret) {
		return store.Link{}, ErrLinkUnknown
	}
	link, err := s.linkOf(ctx, hash(secret))
	if errors.Is(err, store.ErrNotFound) {
		return store.Link{}, ErrLinkUnknown
	}
	if err != nil {
		return store.Link{}, models.Wrap("read link", err)
	}
	switch s.linkState(link) {
	case LinkRevoked:
		return store.Link{}, ErrLinkRevoked
	case LinkUsed:
		return store.Link{}, ErrLinkUsed
	case LinkExpired:
		return store.Link{}, ErrLinkExpired
	case LinkUnused:
	}
	return link, nil
}

// UseLink uses a link up and starts its customer's session; of any number of callers one succeeds.
// Errors are those of CheckLink and SignIn.
func (s *Service) UseLink(ctx context.Context, secret string) (store.Session, string, error) {
	link, err := s.CheckLink(ctx, secret)
	if err != nil {
		return store.Session{}, "", err
	}
	err = s.config.Sessions.UseLink(ctx, link.Hash, s.config.Clock())
	switch {
	case errors.Is(err, store.ErrExists):
		return store.Session{}, "", ErrLinkUsed
	case errors.Is(err, store.ErrNotFound):
		return store.Session{}, "", ErrLinkUnknown
	case err != nil:
		return store.Session{}, "", models.Wrap("use link", err)
	}
	cookie, session, err := s.Enter(ctx, Entrance{Customer: link.Customer, Method: MethodLink, Link: link.ID, ReturnURL: link.ReturnURL})
	if err != nil {
		return store.Session{}, "", err
	}
	return session, cookie, s.unlessRevoked(ctx, session)
}

// unlessRevoked ends a session whose link was revoked while it began. RevokeLink marks the link first and then
// ends its sessions, and this looks at the mark once the session is there: one of the two finds it.
func (s *Service) unlessRevoked(ctx context.Context, session store.Session) error {
	link, err := s.config.Sessions.LinkNamed(ctx, session.Link)
	link, err = s.withOrigin(ctx, link, err)
	if err == nil && link.RevokedAt.IsZero() {
		return nil
	}
	if ended := s.config.Sessions.EndSession(ctx, session.Hash); ended != nil {
		return models.Wrap("end session", ended)
	}
	if err != nil {
		return models.Wrap("read link", err)
	}
	return ErrLinkRevoked
}
