package api

import "github.com/gofiber/fiber/v2"

// dataRequest gives one request: how far it is, and which systems have confirmed.
func (h *handler) dataRequest(c *fiber.Ctx) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	r, err := h.Requests.Request(c.UserContext(), path[0])
	if err != nil {
		return err
	}
	return c.JSON(h.dataRequestOf(r))
}
