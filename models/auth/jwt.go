package auth

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models/ledger"
)

// The `typ` of what the token key signs. A token of one kind is never taken for one of another.
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

func (s *Service) sign(typ string, claims jwt.Claims) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"] = typ
	token.Header["kid"] = s.config.Signer.KeyID()
	text, err := token.SignedString(cryptoSigner{s.config.Signer})
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	return text, nil
}

// parse verifies a token of ours into claims: its encoding, kind, algorithm, key, issuer, audience,
// expiry and signature.
func (s *Service) parse(typ, text string, claims jwt.Claims) error {
	if len(text) > maxToken {
		return errors.New("too long for a token")
	}
	for part := range strings.SplitSeq(text, ".") {
		if !canonical(part) {
			return errors.New("not canonical base64url")
		}
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(s.config.Issuer), jwt.WithAudience(s.config.Issuer),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(s.config.Clock),
	)
	_, err := parser.ParseWithClaims(text, claims, func(t *jwt.Token) (any, error) {
		if t.Header["typ"] != typ {
			return nil, fmt.Errorf("not a %s", typ)
		}
		if t.Header["kid"] != s.config.Signer.KeyID() {
			return nil, errors.New("signed by a key that is not known")
		}
		return s.config.Signer.Public(), nil
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
