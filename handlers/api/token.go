package api

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/body"
	"candor/handlers/problem"
	"candor/models/auth"
)

// tokenFault is a fault of a token request (RFC 6749, section 5.2): a code, and words for a developer.
type tokenFault struct{ code, description string }

func (f *tokenFault) Error() string { return f.code + ": " + f.description }

const (
	invalidRequest = "invalid_request"
	invalidClient  = "invalid_client"
)

// token gives a client an access token (RFC 6749, sections 4.4 and 5).
func (h *handler) token(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderPragma, "no-cache")
	form, err := tokenForm(c)
	if err != nil {
		return h.refuse(c, err)
	}
	id, secret, err := credentials(c, form)
	if err != nil {
		return h.refuse(c, err)
	}
	switch form["grant_type"] {
	case "client_credentials":
	case "":
		return h.refuse(c, &tokenFault{invalidRequest, "grant_type is missing"})
	default:
		return h.refuse(c, &tokenFault{"unsupported_grant_type", "grant_type must be client_credentials"})
	}
	token, err := h.Auth.IssueToken(c.UserContext(), id, secret, form["scope"])
	if err != nil {
		return h.refuse(c, err)
	}
	return c.JSON(struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
		Scope       string `json:"scope"`
	}{token.Token, "Bearer", token.ExpiresIn, token.Scope})
}

// tokenForm reads the parameters. What is not known is passed over, what is empty is as good as absent,
// and nothing may be there twice (RFC 6749, section 3.2).
func tokenForm(c *fiber.Ctx) (map[string]string, error) {
	if expect(c, fiber.MIMEApplicationForm) != nil {
		return nil, &tokenFault{invalidRequest, "Content-Type must be application/x-www-form-urlencoded"}
	}
	if err := body.Load(c, maxForm); err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(c.Request().Body()))
	if err != nil {
		return nil, &tokenFault{invalidRequest, "the body is not a form"}
	}
	form := make(map[string]string, len(values))
	for name, all := range values {
		if len(all) > 1 {
			return nil, &tokenFault{invalidRequest, "a parameter is there twice"}
		}
		form[name] = all[0]
	}
	return form, nil
}

// credentials finds the client's id and secret, sent in one of the two ways (RFC 6749, section 2.3.1).
func credentials(c *fiber.Ctx, form map[string]string) (id, secret string, err error) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		if form["client_id"] == "" || form["client_secret"] == "" {
			return "", "", &tokenFault{invalidClient, "send client_id and client_secret"}
		}
		return form["client_id"], form["client_secret"], nil
	}
	id, secret, ok := basic(header)
	switch {
	case !ok:
		return "", "", &tokenFault{invalidClient, "the Authorization header is not Basic with a form-encoded id and secret"}
	case form["client_secret"] != "" || form["client_id"] != "" && form["client_id"] != id:
		return "", "", &tokenFault{invalidRequest, "credentials are sent in two ways"}
	}
	return id, secret, nil
}

func basic(header string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	first, second, ok := strings.Cut(string(raw), ":")
	id, err1 := url.QueryUnescape(first)
	secret, err2 := url.QueryUnescape(second)
	return id, secret, ok && err1 == nil && err2 == nil
}

// refuse answers with an error as RFC 6749 section 5.2 has it.
func (h *handler) refuse(c *fiber.Ctx, err error) error {
	fault := faultOf(err)
	status := http.StatusBadRequest
	switch {
	case fault == nil:
		e := problem.From(err)
		h.Problems.Log(c, e)
		problem.RetryAfter(c, e)
		status = problem.Status(e)
		fault = &tokenFault{invalidRequest, "the body is too large, incomplete or compressed"}
		if status >= http.StatusInternalServerError {
			fault = &tokenFault{"temporarily_unavailable", "no token can be issued now; try again"}
		}
	case fault.code == invalidClient:
		status = http.StatusUnauthorized
		c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="candor", charset="UTF-8"`)
	}
	return c.Status(status).JSON(struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{fault.code, fault.description})
}

func faultOf(err error) *tokenFault {
	var fault *tokenFault
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.Is(err, auth.ErrInvalidClient):
		return &tokenFault{invalidClient, "the client is not known, its secret is wrong, or it was revoked"}
	case errors.Is(err, auth.ErrInvalidScope):
		return &tokenFault{"invalid_scope", "the client does not hold a scope that it asks for"}
	}
	return nil
}
