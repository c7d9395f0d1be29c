package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/auth"
)

// metadata describes the token endpoint (RFC 8414).
func (h *handler) metadata(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.JSON(struct {
		Issuer         string   `json:"issuer"`
		TokenEndpoint  string   `json:"token_endpoint"`
		JWKS           string   `json:"jwks_uri"`
		Scopes         []string `json:"scopes_supported"`
		ResponseTypes  []string `json:"response_types_supported"`
		GrantTypes     []string `json:"grant_types_supported"`
		AuthMethods    []string `json:"token_endpoint_auth_methods_supported"`
		AuthAlgorithms []string `json:"token_endpoint_auth_signing_alg_values_supported"`
		Documentation  string   `json:"service_documentation"`
	}{
		Issuer: h.BaseURL, TokenEndpoint: h.BaseURL + "/oauth/token", JWKS: h.BaseURL + "/oauth/jwks",
		Scopes: auth.Scopes(), ResponseTypes: []string{}, GrantTypes: []string{"client_credentials"},
		AuthMethods: authMethods, AuthAlgorithms: auth.AssertionAlgorithms(),
		Documentation: h.BaseURL + "/api/openapi.yaml",
	})
}
