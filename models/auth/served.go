package auth

import (
	"cmp"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models"
)

// ServedLifetime is how long a page's choice may be made with what it showed.
const ServedLifetime = 30 * time.Minute

// Served says what a person was shown about a purpose.
type Served struct {
	Purpose string
	// Notice is the exact text: version, language, hash.
	Notice models.NoticeRef
	// UI is the version of the wording around it.
	UI string
	// Nonce tells one showing from another; drawn where empty.
	Nonce string
	// Lifetime is how long it may be acted on; ServedLifetime if zero.
	Lifetime time.Duration
	// Expires is set by Served: Lifetime from now, to the second.
	Expires time.Time
}

type servedClaims struct {
	jwt.RegisteredClaims
	Purpose string           `json:"purpose"`
	Notice  models.NoticeRef `json:"notice"`
	UI      string           `json:"ui"`
	Nonce   string           `json:"nonce"`
}

// Served signs what was shown, for the session with this secret alone.
func (s *Service) Served(sessionSecret string, v Served) (string, error) {
	if v.Nonce == "" {
		nonce, err := s.draw(idSize)
		if err != nil {
			return "", err
		}
		v.Nonce = nonce
	}
	now, lifetime := s.config.Clock(), cmp.Or(v.Lifetime, ServedLifetime)
	return s.ownKey(typServed).issue(typServed, servedClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.config.Issuer, Audience: jwt.ClaimStrings{s.config.Issuer}, Subject: s.derive("served", sessionSecret),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
		},
		Purpose: v.Purpose, Notice: v.Notice, UI: v.UI, Nonce: v.Nonce,
	})
}

// OpenServed reads a token back. Every failure is models.ErrStaleServed: whatever is wrong with it, the remedy
// is to read the current text.
func (s *Service) OpenServed(sessionSecret, token string) (Served, error) {
	var c servedClaims
	if err := s.parse(typServed, s.ownKey(typServed), token, &c); err != nil {
		return Served{}, models.ErrStaleServed.Because(err)
	}
	if !same(c.Subject, s.derive("served", sessionSecret)) {
		return Served{}, models.ErrStaleServed
	}
	return Served{Purpose: c.Purpose, Notice: c.Notice, UI: c.UI, Nonce: c.Nonce, Expires: c.ExpiresAt.UTC()}, nil
}
