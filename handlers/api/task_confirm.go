package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/request"
)

// confirmTask records that the calling system has done its part, or why not. The same said again changes nothing.
func (h *handler) confirmTask(c *fiber.Ctx) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	m, err := readMembers(c.Request().Body())
	if err != nil {
		return err
	}
	said := request.Said{Outcome: m.string("outcome"), Note: m.string("note"), CompletedAt: m.moment("completed_at")}
	if err := m.end(); err != nil {
		return err
	}
	client, _ := c.Locals(clientKey{}).(string)
	t, err := h.Requests.Confirm(c.UserContext(), client, path[0], said)
	if err != nil {
		return err
	}
	return c.JSON(taskOf(t))
}
