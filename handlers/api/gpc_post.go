package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/billing"
	"candor/models/consent"
)

// optOut records that a customer's browser sent Global Privacy Control to the operator's own site.
func (h *handler) optOut(c *fiber.Ctx) error {
	path, err := params(c, "ref")
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
	at, err := billing.ParseTime("occurred_at", m.string("occurred_at"))
	if err != nil {
		m.fail(err)
	}
	if err := m.end(); err != nil {
		return err
	}
	outcomes, err := h.Consents.OptOut(c.UserContext(), consent.Signal{
		Customer: path[0], OccurredAt: at, Actor: caller(c), Auth: consent.AuthClient,
	})
	if err != nil {
		return err
	}
	list := make([]outcomeJSON, 0, len(outcomes))
	for _, o := range outcomes {
		list = append(list, outcomeOf(o.Purpose.Key, o.Outcome))
	}
	return c.JSON(struct {
		Customer string        `json:"customer"`
		Consents []outcomeJSON `json:"consents"`
	}{path[0], list})
}
