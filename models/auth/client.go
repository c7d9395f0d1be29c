package auth

import (
	"context"
	"strings"
	"unicode/utf8"

	"candor/models"
	"candor/models/store"
)

const maxClientName = 100 // characters

// AddClient makes an API client; its secret is given this once and not kept. Errors are Invalid and
// name the field.
func (s *Service) AddClient(ctx context.Context, name string, scopes []string) (store.Client, string, error) {
	set, ok := setOf(scopes)
	switch {
	case strings.TrimSpace(name) == "" || !utf8.ValidString(name):
		return store.Client{}, "", models.Fail(models.Invalid, "required").In("name")
	case utf8.RuneCountInString(name) > maxClientName:
		return store.Client{}, "", models.Fail(models.Invalid, "too_long", "max", maxClientName).In("name")
	case set == 0 || !ok:
		return store.Client{}, "", models.Fail(models.Invalid, "unknown_scope", "scopes", Scopes()).In("scopes")
	}
	id, err := s.draw(idSize)
	if err != nil {
		return store.Client{}, "", err
	}
	secret, err := s.draw(secretSize)
	if err != nil {
		return store.Client{}, "", err
	}
	client := store.Client{
		ID: "client_" + id, Name: name, SecretHash: hash(secret),
		Scopes: strings.Fields(set.String()), CreatedAt: s.config.Clock(),
	}
	if err := s.config.Clients.PutClient(ctx, client); err != nil {
		return store.Client{}, "", models.Wrap("add client", err)
	}
	return client, secret, nil
}

// RevokeClient ends a client: it gets no more tokens, and those it has stop here at once, and on other
// servers within MaxAge.
// Revoking it again changes nothing. store.ErrNotFound if there is none.
func (s *Service) RevokeClient(ctx context.Context, id string) error {
	client, err := s.config.Clients.Client(ctx, id)
	if err != nil {
		return models.Wrap("read client", err)
	}
	if !client.RevokedAt.IsZero() {
		return nil
	}
	client.RevokedAt = s.config.Clock()
	if err := s.config.Clients.PutClient(ctx, client); err != nil {
		return models.Wrap("revoke client", err)
	}
	// Known from now on, and not merely forgotten: a read that has begun before may yet end.
	s.clients.keep(id, knownClient{readAt: s.config.Clock()})
	return nil
}

// Clients lists every client, revoked ones too, in order of ID.
func (s *Service) Clients(ctx context.Context) ([]store.Client, error) {
	clients, err := s.config.Clients.Clients(ctx)
	return clients, models.Wrap("list clients", err)
}
