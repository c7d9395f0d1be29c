package problem

import (
	"encoding/json"
	"log/slog"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candor/i18n"
	"candor/models"
)

// Writer answers requests that failed.
type Writer struct {
	Catalogue *i18n.Catalogue
	Logger    *slog.Logger
}

// Write answers with the problem document of err; it is a fiber.ErrorHandler. It sets Retry-After where
// trying again may help, and keeps the headers that are already set.
func (w *Writer) Write(c *fiber.Ctx, err error) error {
	e := From(err)
	w.Log(c, e)
	RetryAfter(c, e)
	l := w.Catalogue.Match(c.Get(fiber.HeaderAcceptLanguage))
	d := Of(e, l, RequestID(c))
	body, err := json.Marshal(d)
	if err != nil { // strings and a number always can be
		return err
	}
	c.Set(fiber.HeaderContentType, MediaType)
	c.Set(fiber.HeaderContentLanguage, l.Tag())
	c.Vary(fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(d.Status).Send(body)
}

// Log tells the operator of what is theirs to mend: faults, and a dependency that is away. It names the
// route's template and never the path, which may name a customer.
func (w *Writer) Log(c *fiber.Ctx, e *models.Error) {
	if e.Kind != models.Internal && e.Kind != models.Unavailable {
		return
	}
	w.Logger.Error("request failed", "method", c.Method(), "route", c.Route().Path,
		"request", RequestID(c), "code", e.Code, "error", e.Cause)
}

// RetryAfter sets the header of that name on answers that say to come back: the seconds that the error
// names, or 1.
func RetryAfter(c *fiber.Ctx, e *models.Error) {
	if e.Kind != models.TooMany && e.Kind != models.Unavailable {
		return
	}
	seconds := 1
	for i := 0; i+1 < len(e.Args); i += 2 {
		if n, ok := e.Args[i+1].(int); ok && e.Args[i] == "seconds" && n > 0 {
			seconds = n
		}
	}
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
}
