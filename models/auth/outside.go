package auth

import (
	"cmp"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// maxOutsideToken is the longest token of an outside issuer that is looked at, in bytes: some put much into them.
const maxOutsideToken = 8192

// Outside is an issuer of access tokens (RFC 9068) other than this server, which is trusted to say which client is
// calling. What that client may do is decided here: it must be enrolled (Enrolment.Outside), and a token grants no scope
// that it does not hold here, so that it can be revoked here.
type Outside struct {
	// Issuer and Audience are the `iss` that its tokens must have, and the `aud` that must be among theirs.
	Issuer, Audience string
	Keys             OutsideKeys
}

// OutsideKeys has the public keys of an outside issuer.
type OutsideKeys interface {
	// Key gives the one under a key id, for an algorithm. It answers in seconds at most, whatever the issuer does.
	Key(ctx context.Context, kid, algorithm string) (crypto.PublicKey, error)
}

// OutsideIssuer is the trusted outside issuer; empty if none is trusted.
func (s *Service) OutsideIssuer() string {
	if s.config.Outside == nil {
		return ""
	}
	return s.config.Outside.Issuer
}

// outsideClaims are those of RFC 9068, section 2.2; some issuers name the client in azp alone.
type outsideClaims struct {
	jwt.RegisteredClaims
	ClientID   string `json:"client_id"`
	Authorized string `json:"azp"`
	Scope      string `json:"scope"`
}

// read verifies an access token, of this server or of the trusted outside issuer. The token itself says whose it is
// and then verified like all the rest.
func (s *Service) read(ctx context.Context, token string) (access, error) {
	if s.config.Outside != nil && issuerOf(token) == s.config.Outside.Issuer {
		return s.readOutside(ctx, token)
	}
	return s.readAccess(token)
}

// issuerOf is the issuer that a token names, before anything of it is verified; empty if it names none.
func issuerOf(token string) string {
	var claims struct {
		Issuer string `json:"iss"`
	}
	parts := strings.SplitN(token, ".", 3)
	if len(parts) < 3 || len(token) > maxOutsideToken {
		return ""
	}
	payload, err := base64url.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.Issuer
}

// readOutside verifies a token of the outside issuer (RFC 9068, section 4).
func (s *Service) readOutside(ctx context.Context, token string) (access, error) {
	if !canonicalParts(token) {
		return access{}, ErrInvalidToken.Because(errors.New("not canonical base64url"))
	}
	trusted := s.config.Outside
	parser := jwt.NewParser(
		jwt.WithValidMethods(foreignAlgorithms), jwt.WithStrictDecoding(), jwt.WithIssuer(trusted.Issuer),
		jwt.WithAudience(trusted.Audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(maxSkew),
		jwt.WithTimeFunc(s.config.Clock),
	)
	var c outsideClaims
	_, err := parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) { return trusted.key(ctx, t) })
	if err != nil {
		return access{}, ErrInvalidToken.Because(err)
	}
	set, _ := setOf(strings.Fields(c.Scope)) // scopes that are not ours say nothing here
	client := cmp.Or(c.ClientID, c.Authorized, c.Subject)
	if !outsideID.MatchString(client) || set == 0 {
		return access{}, ErrInvalidToken.Because(errors.New("it names no client, or none of our scopes"))
	}
	s.uses.note(ctx, outsidePrefix+client, "token", s.config.Clock())
	return access{client: outsidePrefix + client, scopes: set, expires: c.ExpiresAt.Time}, nil
}

// key is the issuer's key that a token names, if it is one for the algorithm.
func (o *Outside) key(ctx context.Context, t *jwt.Token) (crypto.PublicKey, error) {
	typ, _ := t.Header["typ"].(string)
	kid, _ := t.Header["kid"].(string)
	// RFC 9068, section 4: the media type with or without its prefix, in any case.
	if typ = strings.TrimPrefix(strings.ToLower(typ), "application/"); typ != typAccess || t.Header["crit"] != nil {
		return nil, fmt.Errorf("not a %s", typAccess)
	}
	if kid == "" {
		return nil, errors.New("it names no key")
	}
	key, err := o.Keys.Key(ctx, kid, t.Method.Alg())
	if err != nil {
		return nil, err
	}
	if !fits(t.Method.Alg(), key) {
		return nil, fmt.Errorf("the key is not one for %s, or too short", t.Method.Alg())
	}
	return key, nil
}
