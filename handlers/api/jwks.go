package api

import "github.com/gofiber/fiber/v2"

// jwks serves the keys that verify access tokens.
func (h *handler) jwks(c *fiber.Ctx) error {
	set, err := h.Auth.JWKS()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderContentType, mediaJSON)
	return c.Send(set)
}
