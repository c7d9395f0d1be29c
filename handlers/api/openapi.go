package api

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"
)

// OpenAPI is the description of everything that Mount serves (OpenAPI 3.1).
//
//go:embed openapi.yaml
var OpenAPI []byte

func (h *handler) openAPI(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderContentType, "application/yaml") // RFC 9512
	return c.Send(OpenAPI)
}
