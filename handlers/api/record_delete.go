package api

import "github.com/gofiber/fiber/v2"

// deleteRecord removes a record with its documents; one that is not there is no error.
func (h *handler) deleteRecord(c *fiber.Ctx) error {
	path, err := params(c, "ref", "category", "id")
	if err != nil {
		return err
	}
	if err := h.Billing.DeleteRecords(c.UserContext(), path[0], path[1], path[2]); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
