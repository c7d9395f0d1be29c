package authzen

import (
	"bytes"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/bearer"
	"candor/handlers/body"
	"candor/handlers/problem"
)

// admit lets in who may ask, and gives what they ask. It is a copy, of which the names and values read from
// it are parts.
func (h *handler) admit(c *fiber.Ctx) (string, error) {
	if id := c.Request().Header.Peek(fiber.HeaderXRequestID); len(id) > 0 { // whatever it is: the standard asks for it
		c.Response().Header.SetBytesV(fiber.HeaderXRequestID, id)
	}
	if _, err := bearer.Authorize(c, h.Auth, h.Scope); err != nil {
		return "", err
	}
	if !isJSON(c.Request().Header.ContentType()) {
		return "", Malformed("Content-Type", "must be application/json")
	}
	if err := body.Load(c, maxBody); err != nil {
		return "", err
	}
	request := string(c.Request().Body())
	switch {
	case request == "":
		return "", Malformed("the request", "is empty")
	case !utf8.ValidString(request):
		return "", Malformed("the request", "is not valid UTF-8")
	}
	return request, nil
}

func isJSON(contentType []byte) bool {
	media, _, parameters := bytes.Cut(contentType, []byte(";"))
	if parameters {
		if _, _, err := mime.ParseMediaType(string(contentType)); err != nil {
			return false
		}
	}
	return bytes.EqualFold(bytes.TrimSpace(media), []byte(fiber.MIMEApplicationJSON))
}

// fail answers with a status and a message. A question that cannot be read is 400, whatever is wrong
// with it.
func (h *handler) fail(c *fiber.Ctx, err error) error {
	if m, ok := malformedBy(err); ok {
		return c.Status(fiber.StatusBadRequest).SendString(m.Error())
	}
	e := problem.From(err)
	h.Problems.Log(c, e)
	problem.RetryAfter(c, e)
	l := h.Problems.Catalogue.Match(c.Get(fiber.HeaderAcceptLanguage))
	d := problem.Of(e, l, "")
	c.Vary(fiber.HeaderAcceptLanguage)
	return c.Status(d.Status).SendString(d.Detail)
}

// The starts of the two answers.
const (
	permit = `{"decision":true`
	deny   = `{"decision":false`
)

func permits(answer []byte) bool { return bytes.HasPrefix(answer, []byte(permit)) }

// appendDecision decides and writes the answer; the error is that the question is malformed. It is written
// by hand, into memory that is there already: this is the call that billing systems make before each use.
func (h *handler) appendDecision(b []byte, c *fiber.Ctx, q Question) ([]byte, error) {
	d, err := h.Decider.Evaluate(c.UserContext(), q)
	if err == nil {
		return h.appendAnswer(b, d), nil
	}
	if m, ok := malformedBy(err); ok {
		return nil, m
	}
	h.Problems.Log(c, problem.From(err))
	return appendFault(b, fiber.StatusServiceUnavailable, "the decision cannot be made now, so it is no"), nil
}

func (h *handler) appendAnswer(b []byte, d Decision) []byte {
	if d.Allowed {
		b = append(b, permit...)
	} else {
		b = append(b, deny...)
	}
	if d.Reason == "" {
		return append(b, '}')
	}
	b = append(b, `,"context":{"reason":"`...)
	b = append(b, d.Reason...)
	b = append(b, `",`...)
	for i := range d.Facts {
		if f := &d.Facts[i]; f.Name != "" {
			b = append(append(append(b, '"'), f.Name...), `":`...)
			b = append(strconv.AppendUint(b, f.Value, 10), ',')
		}
	}
	b = strconv.AppendInt(append(b, `"max_age":`...), int64(h.MaxAge), 10)
	return append(b, `}}`...)
}

// appendFault denies one question of several and says why it could not be answered.
func appendFault(b []byte, status int, message string) []byte {
	b = append(b, deny+`,"context":{"error":{"status":`...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, `,"message":"`...)
	b = append(b, strings.ReplaceAll(message, `"`, `\"`)...)
	return append(b, `"}}}`...)
}
