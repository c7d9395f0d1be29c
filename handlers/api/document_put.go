package api

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/models"
)

// putDocument writes a file of a record, replacing the one of the same name. Its media type is that of
// the request.
func (h *handler) putDocument(c *fiber.Ctx) error {
	path, err := params(c, "ref", "category", "id", "name")
	if err != nil {
		return err
	}
	err = h.Billing.PutDocument(c.UserContext(), models.Document{
		Customer: path[0], Category: path[1], Record: path[2], Name: path[3],
		MediaType: strings.Clone(c.Get(fiber.HeaderContentType)), Content: c.Request().Body(),
	})
	if err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
