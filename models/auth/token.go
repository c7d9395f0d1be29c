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
type OAuthError struct {
	Code string
	// Description is for the client's developers; empty where the code says all that they may know.
	Description string
}

func (e *OAuthError) Error() string {
	return strings.TrimSuffix("oauth: "+e.Code+": "+e.Description, ": ")
}

// Is says whether it is the same error, whatever its words.
func (e *OAuthError) Is(target error) bool {
	other, ok := target.(*OAuthError)
	return ok && other.Code == e.Code
}

// The errors that IssueToken gives; the request's own faults are the handler's.
var (
	ErrInvalidClient = &OAuthError{Code: "invalid_client"}
	ErrInvalidScope  = &OAuthError{Code: "invalid_scope"}
)

// Credentials are what a client shows to get a token: its id and a secret, or an assertion that it has signed.
type Credentials struct {
	ClientID string // may be empty beside an assertion
	Secret   string
	// Assertion is a JWT (RFC 7523); empty for a client that shows its secret.
	Assertion string
}

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

// IssueToken is Issue to a client that shows a secret.
func (s *Service) IssueToken(ctx context.Context, clientID, secret, scope string) (AccessToken, error) {
	return s.Issue(ctx, Credentials{ClientID: clientID, Secret: secret}, scope)
}

// Issue gives a client that shows who it is an access token for the scopes it asks for, or, if scope is empty, for all
// that it holds. ErrInvalidClient, ErrInvalidScope, or the store's error.
func (s *Service) Issue(ctx context.Context, c Credentials, scope string) (AccessToken, error) {
	authenticate := s.bySecret
	if c.Assertion != "" {
		authenticate = s.byAssertion
	}
	client, used, err := authenticate(ctx, c)
	if err != nil {
		return AccessToken{}, err
	}
	s.uses.note(ctx, client.ID, used, s.config.Clock())
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

// bySecret does the same work whether or not there is such a client, so that time does not tell. It gives the id of
// the secret, too.
func (s *Service) bySecret(ctx context.Context, c Credentials) (store.Client, string, error) {
	client, err := s.config.Clients.Client(ctx, c.ClientID)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Client{}, "", models.Wrap("read client", err)
	}
	secrets := client.Secrets
	if len(secrets) == 0 {
		secrets = []store.ClientSecret{{Hash: hash("nobody's secret")}}
	}
	given, now, used := hash(c.Secret), s.config.Clock(), ""
	for _, secret := range secrets {
		if same(secret.Hash, given) && Good(secret, now) {
			used = secret.ID
		}
	}
	if !known || used == "" || !client.RevokedAt.IsZero() {
		return store.Client{}, "", ErrInvalidClient
	}
	return client, used, nil
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
