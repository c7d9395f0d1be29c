package api

import "github.com/gofiber/fiber/v2"

type recordJSON struct {
	Customer   string            `json:"customer"`
	Category   string            `json:"category"`
	ID         string            `json:"id"`
	OccurredAt string            `json:"occurred_at"`
	Source     string            `json:"source"`
	Fields     map[string]string `json:"fields"`
	Documents  []string          `json:"documents"`
}

// record gives one record as it is held, with the names of its documents.
func (h *handler) record(c *fiber.Ctx) error {
	path, err := params(c, "ref", "category", "id")
	if err != nil {
		return err
	}
	r, err := h.Billing.Record(c.UserContext(), path[0], path[1], path[2])
	if err != nil {
		return err
	}
	j := recordJSON{
		Customer: r.Customer, Category: r.Category, ID: r.ID, OccurredAt: instant(r.OccurredAt), Source: r.Source, Fields: r.Fields,
		Documents: r.Documents,
	}
	if j.Documents == nil {
		j.Documents = []string{}
	}
	return c.JSON(j)
}
