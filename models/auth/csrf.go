package auth

import "candor/models"

// ErrCSRF says that a form did not come from a page of this session.
var ErrCSRF = models.Fail(models.Forbidden, "bad_csrf")

// CSRF is the token that every form of a session carries; it lasts as long as the session.
func (s *Service) CSRF(secret string) string { return s.derive("csrf", secret) }

// CheckCSRF compares the token of a form in constant time: ErrCSRF if it is not the session's.
func (s *Service) CheckCSRF(secret, token string) error {
	if !same(s.CSRF(secret), token) {
		return ErrCSRF.In("csrf")
	}
	return nil
}
