package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/session"
	"candor/models/consent"
	"candor/models/sequencer"
	"candor/models/shown"
	"candor/models/store"
)

// ShownThen is GET /receipts/{seq}/shown: what the person had before them when they chose.
func (w *Web) ShownThen(c *fiber.Ctx) error {
	r, then, err := w.shownOf(c)
	if err != nil {
		return err
	}
	page, err := pages.Shown(then, r.Detail, w.Languages, func(what string, _ shown.Part) string {
		return "/receipts/" + c.Params("seq") + "/" + what + ".txt"
	})
	if err != nil {
		return err
	}
	return w.Show(c, http.StatusOK, frontend.ShownPage{
		Event: w.event(r, session.From(c).Words.Tag()), Shown: *page, Elsewhere: then.Wording.Absent == shown.Unnamed,
	})
}

// ShownNotice is GET /receipts/{seq}/notice.txt, ShownWording wording.txt: the exact bytes, whose SHA-256 the entry has.
func (w *Web) ShownNotice(c *fiber.Ctx) error {
	_, then, err := w.shownOf(c)
	if err != nil {
		return err
	}
	return pages.SendText(c, then.Notice)
}

// ShownWording is said above.
func (w *Web) ShownWording(c *fiber.Ctx) error {
	_, then, err := w.shownOf(c)
	if err != nil {
		return err
	}
	return pages.SendText(c, then.Wording)
}

// shownOf finds a choice of the person's, and what they were shown for it.
func (w *Web) shownOf(c *fiber.Ctx) (sequencer.Result, shown.Shown, error) {
	seq, ok := pages.Entry(c.Params("seq"))
	if !ok {
		return sequencer.Result{}, shown.Shown{}, store.ErrNotFound
	}
	r, err := w.Log.EntryOf(c.UserContext(), session.From(c).Customer(), seq)
	if err != nil {
		return r, shown.Shown{}, err
	}
	if !consent.IsChoice(r.Detail.Kind) {
		return r, shown.Shown{}, store.ErrNotFound
	}
	then, err := w.Shown.Of(c.UserContext(), r.Detail)
	return r, then, err
}
