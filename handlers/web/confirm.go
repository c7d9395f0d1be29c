package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
)

// confirmFirst has a person show who they are, and go on from there with what they asked for.
func (w *Web) confirmFirst(c *fiber.Ctx, target string) error {
	return c.Redirect("/account/confirm?"+url.Values{"then": {target}}.Encode(), http.StatusSeeOther)
}

// Confirm is GET /account/confirm: the ways to show that it is still them.
func (w *Web) Confirm(c *fiber.Ctx) error {
	return w.showConfirm(c, http.StatusOK, frontend.ConfirmPage{})
}

func (w *Web) showConfirm(c *fiber.Ctx, status int, page frontend.ConfirmPage) error {
	v := session.From(c)
	address, err := w.SignIn.Address(c.UserContext(), v.Session)
	if err != nil {
		return err
	}
	page.Address, page.ByCompany, page.Then = address, w.SignIn.Ways().OIDC, then(c)
	return w.Show(c, status, page)
}

// AskConfirmation is POST /account/confirm: a code to the address on file.
func (w *Web) AskConfirmation(c *fiber.Ctx) error {
	pending, err := w.SignIn.AskConfirmation(c.UserContext(), session.From(c).Session, w.asking(c, then(c)))
	if err != nil {
		return err
	}
	w.Sessions.Pend(c, pending.Secret, pending.Expires)
	return c.Redirect("/sign-in/code", http.StatusSeeOther)
}

// ConfirmAtCompany is GET /account/confirm/company: to the company's own sign-in, which is to ask for the password.
func (w *Web) ConfirmAtCompany(c *fiber.Ctx) error {
	return w.toCompany(c, session.From(c).Session, then(c))
}

// then is where a request says that it wants to go on: to a download, or nowhere in particular. Nobody is led
// anywhere else by what stands in an address.
func then(c *fiber.Ctx) string {
	text := c.FormValue("then")
	if text == "" {
		text = c.Query("then")
	}
	if oneDownload.MatchString(text) {
		return strings.Clone(text)
	}
	if form, ok := downloadTarget(text); ok {
		return form.target()
	}
	return ""
}

var oneDownload = regexp.MustCompile(`^/download/[A-Za-z0-9-]{1,64}$`)

// target says in one line what a download form asks for.
func (f downloadForm) target() string {
	query := url.Values{"category": f.categories}
	for name, value := range map[string]string{"from": f.from, "to": f.to} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return "/download?" + query.Encode()
}

// downloadTarget reads it back.
func downloadTarget(text string) (downloadForm, bool) {
	rest, ok := strings.CutPrefix(text, "/download?")
	if !ok {
		return downloadForm{}, false
	}
	query, err := url.ParseQuery(rest)
	if err != nil {
		return downloadForm{}, false
	}
	return downloadForm{categories: query["category"], from: query.Get("from"), to: query.Get("to")}, true
}

// goOn does what a person asked for before they had to show who they are.
func (w *Web) goOn(c *fiber.Ctx, target string) error {
	if form, ok := downloadTarget(target); ok {
		return w.makeDownload(c, form)
	}
	if oneDownload.MatchString(target) {
		return c.Redirect(target+"?done=confirmed", http.StatusSeeOther)
	}
	return c.Redirect("/download", http.StatusSeeOther)
}
