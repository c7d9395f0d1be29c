package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/billing"
)

// putRecord writes a record, replacing the one of the same id.
func (h *handler) putRecord(c *fiber.Ctx) error {
	path, err := params(c, "ref", "category", "id")
	if err != nil {
		return err
	}
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	r, err := billing.DecodeRecord(path[0], path[1], path[2], c.Request().Body())
	if err != nil {
		return err
	}
	if err := h.Billing.PutRecord(c.UserContext(), r); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
