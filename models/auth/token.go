package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models"
	"candor/models/store"
)

// TokenLifetime is how long an access token is good for.
const TokenLifetime = 15 * time.Minute

// OAuthError is an error of the token endpoint (RFC 6749, section 5.2).
type OAuthError struct{ Code string }

func (e *OAuthError) Error() string { return "oauth: " + e.Code }

// The errors that IssueToken gives; the request's own faults are the handler's.
var (
	ErrInvalidClient = &OAuthError{Code: "invalid_client"}
	ErrInvalidScope  = &OAuthError{Code: "invalid_scope"}
)

// AccessToken is what a client is given.
type AccessToken struct {
	Token string
	// Scope is what was granted, names with one space between.
	Scope string
	// ExpiresIn is in seconds.
	ExpiresIn int
}

type accessClaims struct {
	jwt.RegisteredClaims
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
}

// IssueToken gives a client that knows its secret an access token for the scopes it asks for, or, if
// scope is empty, for all that it holds. ErrInvalidClient, ErrInvalidScope, or the store's error.
func (s *Service) IssueToken(ctx context.Context, clientID, secret, scope string) (AccessToken, error) {
	client, err := s.authenticate(ctx, clientID, secret)
	if err != nil {
		return AccessToken{}, err
	}
	held, _ := setOf(client.Scopes)
	asked := held
	if scope != "" {
		var ok bool
		if asked, ok = parseScope(scope); !ok || asked&^held != 0 {
			return AccessToken{}, ErrInvalidScope
		}
	}
	id, err := s.draw(idSize)
	if err != nil {
		return AccessToken{}, err
	}
	now := s.config.Clock()
	token, err := s.tokenKey().issue(typAccess, accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.config.Issuer, Subject: client.ID, Audience: jwt.ClaimStrings{s.config.Issuer}, ID: id,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(TokenLifetime)),
		},
		ClientID: client.ID, Scope: asked.String(),
	})
	if err != nil {
		return AccessToken{}, err
	}
	return AccessToken{Token: token, Scope: asked.String(), ExpiresIn: int(TokenLifetime / time.Second)}, nil
}

// authenticate does the same work whether or not there is such a client, so that time does not tell.
func (s *Service) authenticate(ctx context.Context, id, secret string) (store.Client, error) {
	client, err := s.config.Clients.Client(ctx, id)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Client{}, models.Wrap("read client", err)
	}
	if !known {
		client.SecretHash = hash("nobody's secret")
	}
	matches := same(client.SecretHash, hash(secret))
	if !known || !matches || !client.RevokedAt.IsZero() {
		return store.Client{}, ErrInvalidClient
	}
	return client, nil
}

// readAccess verifies an access token.
func (s *Service) readAccess(token string) (access, error) {
	var c accessClaims
	if err := s.parse(typAccess, s.tokenKey(), token, &c); err != nil {
		return access{}, ErrInvalidToken.Because(err)
	}
	set, _ := parseScope(c.Scope)
	if c.ClientID == "" || c.ID == "" || c.Subject != c.ClientID || set == 0 {
		return access{}, ErrInvalidToken.Because(errors.New("a claim is missing"))
	}
	return access{client: strings.Clone(c.ClientID), scopes: set, expires: c.ExpiresAt.Time}, nil
}
