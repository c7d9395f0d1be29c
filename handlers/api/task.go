package api

import "github.com/gofiber/fiber/v2"

// task gives one task of the calling system's; another system's is not found.
func (h *handler) task(c *fiber.Ctx) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	client, _ := c.Locals(clientKey{}).(string)
	t, err := h.Requests.Task(c.UserContext(), client, path[0])
	if err != nil {
		return err
	}
	return c.JSON(taskOf(t))
}
