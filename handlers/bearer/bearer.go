// Package bearer lets programs in: it reads the access token of a request, and says in the words of
// RFC 6750 what is missing.
package bearer

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
)

// ErrScope says which scope the token lacks, in the argument "scope".
var ErrScope = models.Fail(models.Forbidden, "insufficient_scope")

// Authorizer says what a token allows, as auth.Service does.
type Authorizer interface {
	Authorize(ctx context.Context, bearer string) (auth.Grant, error)
}

// Authorize gives the grant of a request that needs a scope. Where it fails it sets the challenge that
// RFC 6750 section 3 asks for, and gives the error.
func Authorize(c *fiber.Ctx, a Authorizer, scope string) (auth.Grant, error) {
	grant, err := a.Authorize(c.UserContext(), token(c))
	switch {
	case errors.Is(err, auth.ErrNoToken):
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="candor"`)
		return auth.Grant{}, err
	case errors.Is(err, auth.ErrInvalidToken):
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="candor", error="invalid_token"`)
		return auth.Grant{}, err
	case err != nil:
		return auth.Grant{}, err
	case !grant.Has(scope):
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="candor", error="insufficient_scope", scope="`+scope+`"`)
		return auth.Grant{}, models.Fail(ErrScope.Kind, ErrScope.Code, "scope", scope)
	}
	return grant, nil
}

// token is what follows "Bearer " in the Authorization header, or nothing.
func token(c *fiber.Ctx) string {
	const scheme = "Bearer "
	header := c.Get(fiber.HeaderAuthorization)
	if len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return ""
	}
	return header[len(scheme):]
}
