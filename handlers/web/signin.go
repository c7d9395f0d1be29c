package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/staffact"
	"candor/models/store"
)

// Link is GET /sessions/{token}: a page to go on from. It uses nothing up, so that a mail scanner
// which follows links lets nobody in and locks nobody out.
func (w *Web) Link(c *fiber.Ctx) error {
	link, err := w.Auth.CheckLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	w.Sessions.Speak(c, link.Locale)
	return w.Show(c, http.StatusOK, frontend.ContinuePage{Action: "/sessions/" + c.Params("token"), ExpiresAt: link.ExpiresAt})
}

// UseLink is POST /sessions/{token}: it uses the link up and starts the session.
func (w *Web) UseLink(c *fiber.Ctx) error {
	link, err := w.Auth.CheckLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	s, secret, err := w.Auth.UseLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	w.Sessions.Speak(c, link.Locale)
	if err := w.noteSignIn(c, s); err != nil {
		return err
	}
	w.Sessions.Start(c, secret, s.ExpiresAt)
	return c.Redirect(pathOf(auth.ParseFlow(link.Flow)), http.StatusSeeOther)
}

// pathOf is the path of the page that a flow names.
func pathOf(f auth.Flow) string {
	switch f.Page {
	case auth.FlowCategory:
		return "/data/" + url.PathEscape(f.Key)
	case auth.FlowChoices:
		return "/consents"
	case auth.FlowChoice:
		return "/consents#choice-" + url.PathEscape(f.Key)
	case auth.FlowHistory:
		return "/history"
	case auth.FlowDownload:
		return "/download"
	case auth.FlowRequests:
		return "/requests"
	case auth.FlowCheck:
		return "/check"
	case auth.FlowOverview:
	}
	return "/"
}

// SignOut is POST /sign-out.
func (w *Web) SignOut(c *fiber.Ctx) error {
	v := session.From(c)
	w.Sessions.End(c)
	if v.IsStaff() {
		by := staffact.By{ID: v.Staff().ID, Auth: v.Session.Method}
		if err := w.Members.SignOut(c.UserContext(), by, v.Session); err != nil {
			return err
		}
		return c.Redirect("/", http.StatusSeeOther)
	}
	if err := w.Auth.SignOut(c.UserContext(), v.Secret); err != nil {
		return err
	}
	return c.Redirect("/", http.StatusSeeOther)
}

// DemoSignIn is POST /demo/sign-in: as an invented customer or member of staff, in the demo only.
func (w *Web) DemoSignIn(c *fiber.Ctx) error {
	customer, role := strings.Clone(c.FormValue("customer")), strings.Clone(c.FormValue("staff"))
	if role != "" && !slices.Contains(w.Demo.Roles, role) || (customer == "") == (role == "") {
		return models.Fail(models.Invalid, "unknown_person").In("customer")
	}
	if role != "" {
		return w.demoStaff(c, role)
	}
	secret, s, err := w.Auth.SignIn(c.UserContext(), customer, "", auth.MethodDemo)
	if err != nil {
		return err
	}
	if err := w.noteSignIn(c, s); err != nil {
		return err
	}
	w.Sessions.Start(c, secret, s.ExpiresAt)
	return c.Redirect("/", http.StatusSeeOther)
}

// demoStaff signs in as the invented member of staff who has a role.
func (w *Web) demoStaff(c *fiber.Ctx, role string) error {
	member, err := w.Demo.Staff(c.UserContext(), role)
	if err != nil {
		return err
	}
	secret, s, err := w.Members.Enter(c.UserContext(), member, auth.MethodDemo)
	if err != nil {
		return err
	}
	w.Sessions.Start(c, secret, s.ExpiresAt)
	return c.Redirect("/staff", http.StatusSeeOther)
}

// signInPrefix begins the ids of the records that note sign-ins.
const signInPrefix = "sign-in-"

// noteSignIn keeps that a customer signed in among the data held about them, if the data map
// declares it: under the session's own ID, so that the list of sessions finds it.
func (w *Web) noteSignIn(c *fiber.Ctx, s store.Session) error {
	category, ok := w.Map.In(c.UserContext()).Category(accessLog)
	if !ok {
		return nil
	}
	fields := map[string]string{}
	for key, value := range map[string]string{"action": "sign_in", "method": s.Method, "address_range": w.Address.Network(c)} {
		if _, declared := category.Field(key); declared && value != "" {
			fields[key] = value
		}
	}
	return w.Billing.PutRecord(c.UserContext(), models.Record{
		Customer: s.Customer, Category: accessLog, ID: signInPrefix + s.ID,
		OccurredAt: w.Clock(), Source: category.Sources[0], Fields: fields,
	})
}
