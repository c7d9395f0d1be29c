package connectors

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/connector"
)

// webhook is POST /connectors/{name}/webhook: 204 once what the delivery says is durably dealt with. Any other answer has
// the other system send it again.
func (h *handler) webhook(c connector.Connector) fiber.Handler {
	return func(ctx *fiber.Ctx) error {
		header := func(name string) string { return ctx.Get(name) }
		received, err := c.Receive(ctx.UserContext(), connector.Delivery{Header: header, Body: ctx.BodyRaw()})
		if h.Received != nil {
			h.Received(c.Name(), received, err)
		}
		if err != nil {
			return h.Problems.Write(ctx, err)
		}
		return ctx.SendStatus(fiber.StatusNoContent)
	}
}
