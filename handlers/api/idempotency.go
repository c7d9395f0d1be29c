package api

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/problem"
	"candor/models/idempotency"
)

// headerReplayed says "true" on an answer that was given before, to an equal request under the same Idempotency-Key.
const headerReplayed = "Idempotent-Replayed"

// keepingTakes is how long the keeping of an answer may take before its sender is answered all the same.
const keepingTakes = 5 * time.Second

// keptHeaders are those of an answer that are given again with it; the others are about one exchange.
var keptHeaders = []string{
	fiber.HeaderContentType, fiber.HeaderContentLanguage, fiber.HeaderVary, fiber.HeaderLocation, fiber.HeaderRetryAfter,
}

// ownNames are the routes that keep the promise of Idempotency-Key by themselves: a one-time link is worked out from the
// key, so that it need not be kept where it could be read.
var ownNames = map[string]bool{"POST /api/v1/portal-sessions": true}

// named says whether a route's writes may be named by their sender. A streamed body is not held in memory to be compared:
// an import is idempotent line by line.
func (r route) named() bool {
	write := r.method != fiber.MethodGet && r.method != fiber.MethodHead
	return write && r.scope != "" && r.limit >= 0 && !ownNames[r.method+" "+r.path]
}

// once carries out a request that its sender has named, or answers as the first one of that name was answered.
func (h *handler) once(c *fiber.Ctx) error {
	key := c.Get(headerIdempotencyKey)
	if key == "" {
		return c.Next()
	}
	client, _ := c.Locals(clientKey{}).(string)
	claim, answer, err := h.Named.Begin(c.UserContext(), idempotency.Request{
		Client: client, Key: key,
		Parts: [][]byte{
			[]byte(c.Method()), []byte(c.OriginalURL()), c.Request().Header.ContentType(), c.Request().Body(),
		},
	})
	switch {
	case err != nil:
		return refuseNamed(c, err)
	case answer != nil:
		return replay(c, answer)
	}
	if err := c.Next(); err != nil {
		if err := h.Problems.Write(c, err); err != nil {
			return err
		}
	}
	h.settle(c, claim)
	return nil
}

// refuseNamed names the header that is at fault, and says when to come back.
func refuseNamed(c *fiber.Ctx, err error) error {
	e := problem.From(err)
	switch e.Code {
	case idempotency.ErrRunning.Code:
		c.Set(fiber.HeaderRetryAfter, "1")
		return e.In(headerIdempotencyKey)
	case idempotency.ErrReused.Code:
		return e.In(headerIdempotencyKey)
	}
	return err
}

// settle keeps the answer. One that trying again may mend is not kept. Whether it can be kept or not, it is the answer:
// what was asked is done.
func (h *handler) settle(c *fiber.Ctx, claim *idempotency.Claim) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), keepingTakes)
	defer cancel()
	response := c.Response()
	status := response.StatusCode()
	var err error
	if status >= fiber.StatusInternalServerError || status == fiber.StatusTooManyRequests || response.IsBodyStream() {
		err = claim.Drop(ctx)
	} else {
		err = claim.Keep(ctx, answerOf(c))
	}
	if err != nil {
		h.Problems.Log(c, problem.From(err))
	}
}

func answerOf(c *fiber.Ctx) idempotency.Answer {
	a := idempotency.Answer{Status: c.Response().StatusCode(), Header: map[string]string{}, Body: c.Response().Body()}
	for _, name := range keptHeaders {
		if value := c.GetRespHeader(name); value != "" {
			a.Header[name] = strings.Clone(value)
		}
	}
	return a
}

// replay gives an answer again, and says that it is one.
func replay(c *fiber.Ctx, a *idempotency.Answer) error {
	for name, value := range a.Header {
		c.Set(name, value)
	}
	c.Set(headerReplayed, "true")
	return c.Status(a.Status).Send(a.Body)
}
