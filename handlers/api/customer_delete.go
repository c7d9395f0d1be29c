package api

import "github.com/gofiber/fiber/v2"

// deleteCustomer removes everything that is held about a customer; what they chose stays proved.
func (h *handler) deleteCustomer(c *fiber.Ctx) error {
	path, err := params(c, "ref")
	if err != nil {
		return err
	}
	if err := h.Billing.DeleteCustomer(c.UserContext(), path[0]); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
