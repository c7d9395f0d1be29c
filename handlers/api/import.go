package api

import (
	"errors"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/body"
	"candor/handlers/problem"
	"candor/i18n"
	"candor/models"
	"candor/models/billing"
)

// maxListed is how many refused lines an answer describes; all are counted.
const maxListed = 1000

type lineJSON struct {
	Line   int64  `json:"line"`
	Type   string `json:"type"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"`
}

// countsJSON are what an import did.
type countsJSON struct {
	Lines     int64 `json:"lines"`
	Customers int64 `json:"customers"`
	Records   int64 `json:"records"`
	Documents int64 `json:"documents"`
	Deleted   int64 `json:"deleted"`
	Rejected  int64 `json:"rejected"`
}

// importRecords carries out JSON Lines as they arrive, in flat memory. A line that is refused stops
// nothing; the answer says which were, and why: at the end, or line by line if that is what the client accepts.
func (h *handler) importRecords(c *fiber.Ctx) error {
	if err := expect(c, mediaNDJSON); err != nil {
		return err
	}
	if err := only(c, "source", "dry_run"); err != nil {
		return err
	}
	dryRun, err := flag(c, "dry_run")
	if err != nil {
		return err
	}
	o := billing.ImportOptions{Source: strings.Clone(c.Query("source")), DryRun: dryRun}
	if err := o.Check(); err != nil {
		return err
	}
	in, err := newInput(c)
	if err != nil {
		return err
	}
	l := h.Problems.Catalogue.Match(c.Get(fiber.HeaderAcceptLanguage))
	c.Set(fiber.HeaderContentLanguage, l.Tag())
	c.Vary(fiber.HeaderAccept, fiber.HeaderAcceptLanguage)
	if c.Accepts(mediaJSON, mediaNDJSON) == mediaNDJSON {
		return h.importAloud(c, in, o, l)
	}
	refused := []lineJSON{}
	o.Rejected = func(e billing.LineError) {
		if len(refused) < maxListed {
			refused = append(refused, lineOf(e, l))
		}
	}
	report, err := h.Billing.Import(c.UserContext(), in, o)
	if in.failed != nil {
		return body.ErrBroken.Because(in.failed)
	}
	if err != nil {
		return err
	}
	if err := body.Done(c.Request()); err != nil {
		return err
	}
	return c.JSON(struct {
		countsJSON
		Errors []lineJSON `json:"errors"`
	}{countsOf(report), refused})
}

func countsOf(r billing.ImportReport) countsJSON {
	return countsJSON{
		Lines: r.Lines, Customers: r.Customers, Records: r.Records, Documents: r.Documents, Deleted: r.Deleted, Rejected: r.Rejected,
	}
}

func lineOf(e billing.LineError, l *i18n.Localizer) lineJSON {
	d := problem.Of(e.Err, l, "")
	return lineJSON{Line: e.Line, Type: d.Type, Detail: d.Detail, Field: d.Field}
}

// input is the body of an import. It keeps its own failure, so that a client that breaks off is not
// taken for a fault of the store.
type input struct {
	io.Reader
	failed error
	before func() // called before waiting for more; nil if nobody wants to know
}

func (i *input) Read(p []byte) (int, error) {
	if i.before != nil {
		i.before()
	}
	n, err := i.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		i.failed = models.Wrap("read body", err)
	}
	return n, err
}
