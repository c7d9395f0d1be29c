package authzen

import (
	"github.com/gofiber/fiber/v2"
)

// evaluation answers one question.
func (h *handler) evaluation(c *fiber.Ctx) error {
	request, err := h.admit(c)
	if err != nil {
		return h.fail(c, err)
	}
	var t tuple
	if err := t.read(request); err != nil {
		return h.fail(c, err)
	}
	return h.one(c, &t)
}

// one answers a request that holds one question.
func (h *handler) one(c *fiber.Ctx, t *tuple) error {
	q, err := t.question(&tuple{})
	if err != nil {
		return h.fail(c, err)
	}
	var space [256]byte
	answer, err := h.appendDecision(space[:0], c, q)
	if err != nil {
		return h.fail(c, err)
	}
	return send(c, answer)
}

func send(c *fiber.Ctx, body []byte) error {
	c.Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	c.Response().SetBody(body)
	return nil
}
