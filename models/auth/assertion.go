package auth

import (
	"context"
	"crypto"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models"
	"candor/models/store"
)

// MaxAssertion is how far ahead a client's assertion may run out. Until then it is remembered.
const MaxAssertion = 5 * time.Minute

const (
	// assertionSkew is how far a client's clock may be ahead of this one's.
	assertionSkew = 30 * time.Second
	maxJTI        = 256 // bytes
)

// assertionTypes are the `typ` that an assertion may have: none, the general one, or the one that
// draft-ietf-oauth-rfc7523bis gives it. An access token is none of them.
var assertionTypes = []any{nil, "JWT", "client-authentication+jwt"}

// assertionFault is what is wrong with an assertion that its client has signed, in words for its developers.
func assertionFault(words string) error {
	return &OAuthError{Code: ErrInvalidClient.Code, Description: words}
}

// errNotSigned covers whatever is wrong before a signature is good: whoever is not the client learns no more.
var errNotSigned = assertionFault("the assertion is not signed with a key that its client has registered, or the client was revoked")

// byAssertion finds the client that has signed an assertion (RFC 7523, sections 2.2 and 3), and the id of the key.
func (s *Service) byAssertion(ctx context.Context, c Credentials) (store.Client, string, error) {
	var claims jwt.RegisteredClaims
	client, key, err := s.verifyAssertion(ctx, c.Assertion, &claims)
	if err != nil {
		return store.Client{}, "", err
	}
	if c.ClientID != "" && c.ClientID != client.ID {
		return store.Client{}, "", assertionFault("client_id is not the client that has signed the assertion")
	}
	if err := s.checkAssertion(&claims); err != nil {
		return store.Client{}, "", err
	}
	err = s.config.Assertions.UseAssertion(ctx, hash(client.ID+"\x00"+claims.ID), claims.ExpiresAt.Add(maxSkew))
	switch {
	case errors.Is(err, store.ErrExists):
		return store.Client{}, "", assertionFault("the assertion was used before; sign a new one, with another jti")
	case err != nil:
		return store.Client{}, "", models.Wrap("use assertion", err)
	}
	return client, key, nil
}

// verifyAssertion gives the client whose key has signed, and reads the claims.
func (s *Service) verifyAssertion(ctx context.Context, text string, claims *jwt.RegisteredClaims) (store.Client, string, error) {
	if len(text) > maxToken || !canonicalParts(text) {
		return store.Client{}, "", errNotSigned
	}
	var client store.Client
	var used string
	var failed error // of the store
	parser := jwt.NewParser(jwt.WithValidMethods(foreignAlgorithms), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	_, err := parser.ParseWithClaims(text, claims, func(t *jwt.Token) (any, error) {
		if !slices.Contains(assertionTypes, t.Header["typ"]) || t.Header["crit"] != nil || claims.Subject == "" || claims.Issuer != claims.Subject {
			return nil, errNotSigned
		}
		client, failed = s.config.Clients.Client(ctx, claims.Subject)
		if failed != nil {
			return nil, failed
		}
		var key crypto.PublicKey
		key, used, failed = keyOf(client, t)
		return key, failed
	})
	switch {
	case failed != nil && models.KindOf(failed) == models.Unavailable:
		return store.Client{}, "", models.Wrap("read client", failed)
	case err != nil:
		return store.Client{}, "", errNotSigned
	}
	return client, used, nil
}

// keyOf is the key of a client that a token names, and that key's id.
func keyOf(c store.Client, t *jwt.Token) (crypto.PublicKey, string, error) {
	kid, _ := t.Header["kid"].(string)
	i := slices.IndexFunc(c.Keys, func(k store.ClientKey) bool { return k.KeyID == kid })
	if kid == "" || i < 0 || !c.RevokedAt.IsZero() {
		return nil, "", errNotSigned
	}
	key, err := verifying(c.Keys[i], t.Method.Alg())
	if err != nil {
		return nil, "", err
	}
	return key, c.Keys[i].ID, nil
}

// checkAssertion holds the claims to RFC 7523, section 3.
func (s *Service) checkAssertion(c *jwt.RegisteredClaims) error {
	now := s.config.Clock()
	ours := func(aud string) bool { return aud == s.config.Issuer || aud == s.TokenEndpoint() }
	switch {
	case len(c.Audience) == 0 || slices.ContainsFunc(c.Audience, func(aud string) bool { return !ours(aud) }):
		return assertionFault("aud must be this server's issuer, and nobody else")
	case c.ExpiresAt == nil:
		return assertionFault("exp is missing")
	case !now.Before(c.ExpiresAt.Time):
		return assertionFault("the assertion has expired")
	case c.ExpiresAt.After(now.Add(MaxAssertion + assertionSkew)):
		return assertionFault("exp is more than 5 minutes ahead")
	case c.NotBefore != nil && c.NotBefore.After(now.Add(assertionSkew)):
		return assertionFault("the assertion is not yet valid")
	case c.IssuedAt != nil && c.IssuedAt.After(now.Add(assertionSkew)):
		return assertionFault("iat is in the future")
	case c.ID == "" || len(c.ID) > maxJTI:
		return assertionFault("jti must have 1 to 256 bytes")
	}
	return nil
}

// MaxAge is how long tokens of a client that was revoked on another server may go on.
func (s *Service) MaxAge() time.Duration { return s.clients.maxAge }

// TokenEndpoint is the URL of the token endpoint.
func (s *Service) TokenEndpoint() string { return s.config.Issuer + "/oauth/token" }

// canonicalParts says whether each part of a token is in its one canonical encoding.
func canonicalParts(token string) bool {
	for part := range strings.SplitSeq(token, ".") {
		if !canonical(part) {
			return false
		}
	}
	return true
}
