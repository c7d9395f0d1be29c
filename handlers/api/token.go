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
	shown, err := credentials(c, form)
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
	token, err := h.Auth.Issue(c.UserContext(), shown, form["scope"])
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

// jwtBearer is the one kind of client assertion there is (RFC 7523, section 2.2).
const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" //nolint:gosec // a name, no credential

// authMethods are the ways in which a client may show who it is.
var authMethods = []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}

// credentials finds what the client shows of itself, in one of the ways and no other (RFC 6749, section 2.3; RFC 7523,
// section 2.2).
func credentials(c *fiber.Ctx, form map[string]string) (auth.Credentials, error) {
	header := c.Get(fiber.HeaderAuthorization)
	id, secret := form["client_id"], form["client_secret"]
	kind, assertion := form["client_assertion_type"], form["client_assertion"]
	twice := &tokenFault{invalidRequest, "credentials are sent in two ways"}
	switch {
	case kind != "" || assertion != "":
		switch {
		case header != "" || secret != "":
			return auth.Credentials{}, twice
		case kind != jwtBearer:
			return auth.Credentials{}, &tokenFault{invalidRequest, "client_assertion_type must be " + jwtBearer}
		case assertion == "":
			return auth.Credentials{}, &tokenFault{invalidRequest, "client_assertion is missing"}
		}
		return auth.Credentials{ClientID: id, Assertion: assertion}, nil
	case header == "":
		if id == "" || secret == "" {
			return auth.Credentials{}, &tokenFault{invalidClient, "send client_id and client_secret, or client_assertion_type and client_assertion"}
		}
		return auth.Credentials{ClientID: id, Secret: secret}, nil
	}
	basicID, basicSecret, ok := basic(header)
	switch {
	case !ok:
		return auth.Credentials{}, &tokenFault{invalidClient, "the Authorization header is not Basic with a form-encoded id and secret"}
	case secret != "" || id != "" && id != basicID:
		return auth.Credentials{}, twice
	}
	return auth.Credentials{ClientID: basicID, Secret: basicSecret}, nil
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
		if oauth, ok := errors.AsType[*auth.OAuthError](err); ok && oauth.Description != "" {
			return &tokenFault{invalidClient, oauth.Description}
		}
		return &tokenFault{invalidClient, "the client is not known, its secret is wrong or has ended, or it was revoked"}
	case errors.Is(err, auth.ErrInvalidScope):
		return &tokenFault{"invalid_scope", "the client does not hold a scope that it asks for"}
	}
	return nil
}
