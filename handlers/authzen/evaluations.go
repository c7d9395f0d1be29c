package authzen

import (
	"errors"

	"github.com/gofiber/fiber/v2"
)

// evaluations answers many questions at once. Members beside them are defaults for each; without any
// questions the call is like evaluation. A question that cannot be read is denied alone.
func (h *handler) evaluations(c *fiber.Ctx) error {
	raw, err := h.admit(c)
	if err != nil {
		return h.fail(c, err)
	}
	var defaults tuple
	if err := defaults.read(raw); err != nil {
		return h.fail(c, err)
	}
	items, err := elements(defaults.evaluations)
	if err != nil {
		return h.fail(c, err)
	}
	stop, err := semantic(defaults.options)
	if err != nil {
		return h.fail(c, err)
	}
	if len(items) == 0 {
		return h.one(c, &defaults)
	}
	return send(c, h.appendDecisions(c, &defaults, items, stop))
}

func (h *handler) appendDecisions(c *fiber.Ctx, defaults *tuple, items [][]byte, stop semantics) []byte {
	body := append(make([]byte, 0, 32+128*len(items)), `{"evaluations":[`...)
	for i, item := range items {
		if i > 0 {
			body = append(body, ',')
		}
		from := len(body)
		var t tuple
		err := t.read(item)
		if err == nil {
			var q question
			if q, err = t.question(defaults); err == nil {
				body = h.appendDecision(body, c, q)
			}
		}
		if m, ok := errors.AsType[*malformed](err); ok {
			body = appendFault(body, fiber.StatusBadRequest, m.Error())
		}
		if stop != executeAll && permits(body[from:]) == (stop == permitOnFirstPermit) {
			break
		}
	}
	return append(body, `]}`...)
}

type semantics int

const (
	executeAll semantics = iota
	denyOnFirstDeny
	permitOnFirstPermit
)

// semantic reads options.evaluations_semantic.
func semantic(options []byte) (semantics, error) {
	if options == nil {
		return executeAll, nil
	}
	members, err := object(options, "options")
	if err != nil {
		return 0, err
	}
	for members.next() {
		if string(members.name()) != "evaluations_semantic" {
			continue
		}
		text, ok := text(members.value)
		switch {
		case ok && text == "execute_all":
			return executeAll, nil
		case ok && text == "deny_on_first_deny":
			return denyOnFirstDeny, nil
		case ok && text == "permit_on_first_permit":
			return permitOnFirstPermit, nil
		}
		return 0, fault("options.evaluations_semantic", "must be execute_all, deny_on_first_deny or permit_on_first_permit")
	}
	return executeAll, nil
}
