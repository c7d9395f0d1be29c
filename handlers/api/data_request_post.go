package api

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"candor/models/ledger"
	"candor/models/request"
)

// channels are the ways in which a request may have reached whoever passes it on.
var channels = []string{"api", "web", "phone", "paper", "in_person"}

// openDataRequest passes on what a customer asked elsewhere. The same thing asked while it is open is the request that
// is there.
func (h *handler) openDataRequest(c *fiber.Ctx) error {
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	client, _ := c.Locals(clientKey{}).(string)
	q, err := readQuestion(c.Request().Body(), client)
	if err != nil {
		return err
	}
	made, fresh, err := h.Requests.Ask(c.UserContext(), q)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if fresh {
		status = fiber.StatusCreated
	}
	c.Location("/api/v1/requests/" + made.ID)
	return c.Status(status).JSON(h.dataRequestOf(made))
}

func readQuestion(raw []byte, client string) (request.Question, error) {
	m, err := readMembers(raw)
	if err != nil {
		return request.Question{}, err
	}
	q := request.Question{
		Customer: m.string("customer"), Kind: request.Kind(m.string("kind")), Channel: m.string("channel"),
		OccurredAt: m.moment("occurred_at"), Actor: ledger.Actor{Type: ledger.ActorService, ID: client},
		Asked: request.Asked{
			Category: m.string("category"), Record: m.string("record"), Field: m.string("field"), Value: m.string("value"),
			Categories: m.words("categories"), Ground: m.string("ground"), Text: m.string("text"),
		},
	}
	if err := m.end(); err != nil {
		return q, err
	}
	for _, must := range [][2]string{{"customer", q.Customer}, {"kind", string(q.Kind)}, {"channel", q.Channel}} {
		if must[1] == "" {
			return q, broken("required", must[0])
		}
	}
	if !slices.Contains(channels, q.Channel) {
		return q, broken("unknown_request_channel", "channel")
	}
	return q, nil
}
