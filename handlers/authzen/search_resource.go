package authzen

import "github.com/gofiber/fiber/v2"

// searchResources lists with what a subject may do something.
func (h *handler) searchResources(c *fiber.Ctx) error {
	return search(h, c, resourceSearch, h.Decider.Resources, func(q *Question, id string) entityJSON {
		return entityJSON{q.Resource.Type, id}
	})
}
