package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/session"
	"candor/models/signin"
	"candor/models/store"
)

// Company is GET /sign-in/company: on to the company's own sign-in. It is a link and no form, because a page's
// policy lets forms lead to this site alone.
func (w *Web) Company(c *fiber.Ctx) error { return w.toCompany(c, store.Session{}, "") }

func (w *Web) toCompany(c *fiber.Ctx, confirm store.Session, target string) error {
	address, pending, err := w.SignIn.BeginOIDC(c.UserContext(), confirm, w.asking(c, target))
	if err != nil {
		return err
	}
	w.Sessions.Pend(c, pending.Secret, pending.Expires)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(address, http.StatusSeeOther)
}

// CompanyCallback is GET /sign-in/company/callback: back from there.
func (w *Web) CompanyCallback(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	query := func(name string) string { return strings.Clone(c.Query(name)) }
	entered, err := w.SignIn.FinishOIDC(c.UserContext(), w.Sessions.Pending(c), session.From(c).Session, signin.Callback{
		State: query("state"), Code: query("code"), Error: query("error"), Issuer: query("iss"),
	})
	if err != nil {
		w.Sessions.EndPending(c)
		return err
	}
	return w.letIn(c, entered)
}
