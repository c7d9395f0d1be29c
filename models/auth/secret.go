package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

const (
	secretSize = 32 // bytes
	secretText = 43 // their base64url
	idSize     = 16 // bytes: enough that ids never meet
)

var base64url = base64.RawURLEncoding.Strict()

// hash is what is stored of a secret. One round of SHA-256 suffices: a secret of 256 random bits cannot
// be found by trying, however fast each try is; a slow hash only protects what people can remember.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64url.EncodeToString(sum[:])
}

// isSecret says whether text could be a secret at all, in its canonical encoding.
func isSecret(text string) bool { return len(text) == secretText && canonical(text) }

// canonical says whether text is what encoding its bytes gives. Strict decoding refuses unused bits, and
// still passes over line breaks; the length gives those away.
func canonical(text string) bool {
	raw, err := base64url.DecodeString(text)
	return err == nil && base64url.EncodedLen(len(raw)) == len(text)
}

// derive gives a value that follows from a session's secret and says nothing about it.
func (s *Service) derive(use, secret string) string {
	mac := hmac.New(sha256.New, s.config.Secret)
	mac.Write([]byte(use + "\x00" + secret))
	return base64url.EncodeToString(mac.Sum(nil))
}

// same compares in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// DrawSecret draws a secret for a cookie, and gives with it what may be kept of it.
func (s *Service) DrawSecret() (secret, kept string, err error) {
	secret, err = s.draw(secretSize)
	return secret, hash(secret), err
}

// HashOf is what is kept of a secret; ok is false for a text that cannot be one.
func HashOf(secret string) (_ string, ok bool) {
	if !isSecret(secret) {
		return "", false
	}
	return hash(secret), true
}
