package web

import (
	"github.com/gofiber/fiber/v2"
)

// Asset is GET /assets/{name}: the name has a digest of the content in it.
func (w *Web) Asset(c *fiber.Ctx) error {
	content, contentType, ok := w.Pages.Asset(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(content)
}
