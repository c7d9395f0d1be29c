package authzen

import "github.com/gofiber/fiber/v2"

// searchActions lists what a subject may do with a resource.
func (h *handler) searchActions(c *fiber.Ctx) error {
	return search(h, c, actionSearch, h.Decider.Actions, func(_ *Question, name string) actionJSON {
		return actionJSON{name}
	})
}
