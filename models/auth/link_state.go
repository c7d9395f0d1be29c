package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"candor/models"
	"candor/models/store"
)

// LinkState says what became of a link.
type LinkState string

// The states, by the names the API uses.
const (
	LinkUnused  LinkState = "unused"
	LinkUsed    LinkState = "used"
	LinkExpired LinkState = "expired"
	LinkRevoked LinkState = "revoked"
)

func (s *Service) linkState(l store.Link) LinkState {
	switch {
	case !l.RevokedAt.IsZero():
		return LinkRevoked
	case !l.UsedAt.IsZero():
		return LinkUsed
	case !s.config.Clock().Before(l.ExpiresAt):
		return LinkExpired
	default:
		return LinkUnused
	}
}

// LinkByID gives a link without its secret, and what became of it: ErrLinkUnknown if there is none, or if it ended
// more than a day ago.
func (s *Service) LinkByID(ctx context.Context, id string) (store.Link, LinkState, error) {
	link, err := s.config.Sessions.LinkNamed(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Link{}, "", ErrLinkUnknown
	}
	if err != nil {
		return store.Link{}, "", models.Wrap("read link", err)
	}
	return link, s.linkState(link), nil
}

// RevokeLink makes a link useless, and ends the sessions that it has started. Once more is no error;
// ErrLinkUnknown is as for LinkByID.
func (s *Service) RevokeLink(ctx context.Context, id string) error {
	link, _, err := s.LinkByID(ctx, id)
	if err != nil {
		return err
	}
	switch err := s.config.Sessions.RevokeLink(ctx, id, s.config.Clock()); {
	case errors.Is(err, store.ErrNotFound):
		return ErrLinkUnknown
	case err != nil:
		return models.Wrap("revoke link", err)
	}
	return s.endSessions(ctx, link.Customer, func(session store.Session) bool {
		return session.Link == id || strings.HasPrefix(session.Link, id+inPlace)
	})
}

// inPlace stands in the ID of a link between that of the link that it was mailed in place of, and what is its own. Whoever
// revokes the first revokes all that came in its place.
const inPlace = "~"

// withOrigin is a link as it stands with the one that it came in place of, if that one is still known.
func (s *Service) withOrigin(ctx context.Context, link store.Link, err error) (store.Link, error) {
	origin, _, fresh := strings.Cut(link.ID, inPlace)
	if err != nil || !fresh || !link.RevokedAt.IsZero() {
		return link, err
	}
	first, err := s.config.Sessions.LinkNamed(ctx, origin)
	if errors.Is(err, store.ErrNotFound) { // long over, so that nobody could revoke it
		return link, nil
	}
	link.RevokedAt = first.RevokedAt
	return link, err
}

// linkOf reads the link with a hash.
func (s *Service) linkOf(ctx context.Context, hash string) (store.Link, error) {
	link, err := s.config.Sessions.Link(ctx, hash)
	return s.withOrigin(ctx, link, err)
}

// EndedLink gives the link that lets nobody in any more, for a page that offers another: ErrLinkUnknown if there
// never was one, or if it was revoked.
func (s *Service) EndedLink(ctx context.Context, secret string) (store.Link, error) {
	if !isSecret(secret) {
		return store.Link{}, ErrLinkUnknown
	}
	link, err := s.linkOf(ctx, hash(secret))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.Link{}, ErrLinkUnknown
	case err != nil:
		return store.Link{}, models.Wrap("read link", err)
	}
	if state := s.linkState(link); state != LinkUsed && state != LinkExpired {
		return store.Link{}, ErrLinkUnknown
	}
	return link, nil
}

// MailedLinkLifetime is how long a link may wait that is sent by mail.
const MailedLinkLifetime = 15 * time.Minute

// FreshLink makes a link in place of one that is over, by its hash: to the same page, with the same way back. Under
// one key it is made once, however often it is asked for. ErrLinkUnknown if the old one is gone or was revoked.
func (s *Service) FreshLink(ctx context.Context, old, key string) (Link, string, error) {
	was, err := s.linkOf(ctx, old)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !was.RevokedAt.IsZero()) {
		return Link{}, "", ErrLinkUnknown
	}
	if err != nil {
		return Link{}, "", models.Wrap("read link", err)
	}
	id, secret, err := s.linkNames("fresh " + key)
	if err != nil {
		return Link{}, "", err
	}
	now := s.config.Clock()
	link := store.Link{
		ID: was.ID + inPlace + strings.TrimPrefix(id, linkPrefix), Hash: hash(secret), Customer: was.Customer, ReturnURL: was.ReturnURL, Locale: was.Locale, Flow: was.Flow,
		CreatedAt: now, ExpiresAt: now.Add(MailedLinkLifetime),
	}
	if err := s.config.Sessions.CreateLink(ctx, link); err != nil && !errors.Is(err, store.ErrExists) {
		return Link{}, "", models.Wrap("create link", err)
	}
	return Link{ID: link.ID, Secret: secret, ExpiresAt: link.ExpiresAt}, was.Customer, nil
}
