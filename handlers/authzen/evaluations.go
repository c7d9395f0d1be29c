package authzen

import (
	"github.com/gofiber/fiber/v2"
)

// evaluations answers many questions at once. Members beside them are defaults for each; without any
// questions the call is like evaluation. A question that cannot be read is denied alone.
func (h *handler) evaluations(c *fiber.Ctx) error {
	request, err := h.admit(c)
	if err != nil {
		return h.fail(c, err)
	}
	defaults := tuple{kind: evaluations}
	if err := defaults.read(request); err != nil {
		return h.fail(c, err)
	}
	if len(defaults.evaluations) > maxEvaluations {
		return h.fail(c, Malformed("evaluations", "must hold at most 1000 elements"))
	}
	stop, err := semantic(defaults.options)
	if err != nil {
		return h.fail(c, err)
	}
	if len(defaults.evaluations) == 0 {
		return h.one(c, &defaults)
	}
	h.many(c, &defaults, stop)
	return nil
}

// many answers a request that holds many questions, each answer into the memory that the response has.
func (h *handler) many(c *fiber.Ctx, defaults *tuple, stop semantics) {
	response := c.Response()
	response.Header.SetContentType(fiber.MIMEApplicationJSON)
	response.SetBodyString(`{"evaluations":[`)
	var space [256]byte
	for i, item := range defaults.evaluations {
		if i > 0 {
			response.AppendBodyString(",")
		}
		answer := h.appendItem(space[:0], c, defaults, item)
		response.AppendBody(answer)
		if stop != executeAll && permits(answer) == (stop == permitOnFirstPermit) {
			break
		}
	}
	response.AppendBodyString("]}")
}

func (h *handler) appendItem(b []byte, c *fiber.Ctx, defaults *tuple, item string) []byte {
	answer, err := h.appendQuestion(b, c, defaults, item)
	if err != nil {
		return appendFault(b, fiber.StatusBadRequest, err.Error())
	}
	return answer
}

func (h *handler) appendQuestion(b []byte, c *fiber.Ctx, defaults *tuple, item string) ([]byte, error) {
	var t tuple
	if err := t.read(item); err != nil {
		return nil, err
	}
	q, err := t.question(defaults)
	if err != nil {
		return nil, err
	}
	return h.appendDecision(b, c, q)
}

type semantics int

const (
	executeAll semantics = iota
	denyOnFirstDeny
	permitOnFirstPermit
)

// semantic reads options.evaluations_semantic.
func semantic(options string) (semantics, error) {
	if options == "" {
		return executeAll, nil
	}
	r := reader{text: options}
	for r.open(); r.next('}'); {
		name, value := r.name(), r.value()
		if name != "evaluations_semantic" {
			continue
		}
		switch text(value) {
		case "execute_all":
			return executeAll, nil
		case "deny_on_first_deny":
			return denyOnFirstDeny, nil
		case "permit_on_first_permit":
			return permitOnFirstPermit, nil
		}
		return 0, Malformed("options.evaluations_semantic", "must be execute_all, deny_on_first_deny or permit_on_first_permit")
	}
	return executeAll, nil
}
