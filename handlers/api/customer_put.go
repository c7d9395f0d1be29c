package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/billing"
)

// putCustomer writes a customer whole, and gives what is held then.
func (h *handler) putCustomer(c *fiber.Ctx) error {
	path, err := params(c, "ref")
	if err != nil {
		return err
	}
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	p, err := billing.DecodeProfile(path[0], c.Request().Body())
	if err != nil {
		return err
	}
	if err := h.Billing.PutCustomer(c.UserContext(), p); err != nil {
		return err
	}
	return h.customer(c)
}
