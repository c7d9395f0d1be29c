package auth

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models/ledger"
)

// The `typ` of each kind of token. A token of one kind is never taken for one of another.
const (
	typAccess = "at+jwt" // RFC 9068, section 2.1
	typServed = "candor-served+jwt"
)

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 4096

// maxSkew is how far the clock of the server that issued a token may be ahead of this one's.
const maxSkew = 5 * time.Second

// cryptoSigner lets golang-jwt sign with a key that may not be in this process.
type cryptoSigner struct{ Signer }

func (c cryptoSigner) Public() crypto.PublicKey { return c.Signer.Public() }

func (c cryptoSigner) Sign(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	return c.Signer.Sign(message)
}

// key is what the tokens of one kind are signed and verified with.
type key struct {
	method       jwt.SigningMethod
	id           string // the header's `kid`; none where there is but one key
	sign, verify any
}

// tokenKey is for tokens that others may verify.
func (s *Service) tokenKey() key {
	signer := s.config.Signer
	return key{jwt.SigningMethodEdDSA, signer.KeyID(), cryptoSigner{signer}, signer.Public()}
}

// ownKey is for tokens that come back to us alone: no other use of the server's secret gives the same key.
func (s *Service) ownKey(typ string) key {
	secret := []byte(s.derive("token", typ))
	return key{jwt.SigningMethodHS256, "", secret, secret}
}

func (k key) issue(typ string, claims jwt.Claims) (string, error) {
	token := jwt.NewWithClaims(k.method, claims)
	token.Header["typ"] = typ
	if k.id != "" {
		token.Header["kid"] = k.id
	}
	text, err := token.SignedString(k.sign)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	return text, nil
}

// parse verifies a token of ours into claims: its encoding, kind, algorithm, key, issuer, audience,
// expiry and signature.
func (s *Service) parse(typ string, k key, text string, claims jwt.Claims) error {
	if len(text) > maxToken {
		return errors.New("too long for a token")
	}
	if !canonicalParts(text) {
		return errors.New("not canonical base64url")
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{k.method.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(s.config.Issuer), jwt.WithAudience(s.config.Issuer),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(s.config.Clock),
	)
	_, err := parser.ParseWithClaims(text, claims, func(t *jwt.Token) (any, error) {
		if t.Header["typ"] != typ {
			return nil, fmt.Errorf("not a %s", typ)
		}
		if id, _ := t.Header["kid"].(string); id != k.id {
			return nil, errors.New("signed by a key that is not known")
		}
		return k.verify, nil
	})
	if err != nil {
		return err
	}
	at, err := claims.GetIssuedAt()
	if err != nil || at == nil || at.After(s.config.Clock().Add(maxSkew)) {
		return errors.New("iat is missing or in the future")
	}
	return nil
}

// JWKS is the JWK set with the public key that verifies access tokens (RFC 7517).
func (s *Service) JWKS() ([]byte, error) {
	return ledger.EncodeJWKS([]ledger.PublishedKey{{Key: s.config.Signer.Public()}})
}
