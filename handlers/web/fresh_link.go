package web

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/models/auth"
)

// freshAction is where the page about a link that is over asks for a fresh one; empty if there is none to be had.
func (w *Web) freshAction(c *fiber.Ctx, err error) string {
	over := errors.Is(err, auth.ErrLinkUsed) || errors.Is(err, auth.ErrLinkExpired)
	if !over || !w.SignIn.Ways().Email {
		return ""
	}
	return "/sessions/" + c.Params("token") + "/fresh"
}

// FreshLink is POST /sessions/{token}/fresh: another link to the address on file, if there is one. The answer is the
// same if there is none.
func (w *Web) FreshLink(c *fiber.Ctx) error {
	if err := w.SignIn.AskFreshLink(c.UserContext(), c.Params("token"), w.asking(c, "")); err != nil {
		return err
	}
	return w.Show(c, http.StatusOK, frontend.LinkSentPage{})
}
