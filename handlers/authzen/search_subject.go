package authzen

import "github.com/gofiber/fiber/v2"

// searchSubjects lists who may do something with a resource.
func (h *handler) searchSubjects(c *fiber.Ctx) error {
	return search(h, c, subjectSearch, h.Decider.Subjects, func(q *Question, id string) entityJSON {
		return entityJSON{q.Subject.Type, id}
	})
}
