package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
)

// recentEvents is how many the overview shows.
const recentEvents = 5

// recentEntries is how many entries it looks at for them: what staff looked at in one go is one event of many entries.
const recentEntries = 100

// Front is GET /: the overview for a customer, the staff's page for staff, the door for anybody else.
func (w *Web) Front(c *fiber.Ctx) error {
	switch v := session.From(c); {
	case v.Customer() != "":
		return w.overview(c, v)
	case v.IsStaff():
		return c.Redirect("/staff", http.StatusSeeOther)
	default:
		return w.showDoor(c, http.StatusOK)
	}
}

// showDoor says how to get in, and that a session is over if one was.
func (w *Web) showDoor(c *fiber.Ctx, status int) error {
	return w.showDoorAbout(c, status, frontend.SignInPage{})
}

// showDoorAbout offers the ways in that there are, on a page that may say what went wrong with one.
func (w *Web) showDoorAbout(c *fiber.Ctx, status int, page frontend.SignInPage) error {
	flash := frontend.FlashNone
	if session.From(c).Ended {
		flash = frontend.FlashSessionEnded
	}
	ways := w.SignIn.Ways()
	page.ByEmail, page.ByCompany, page.Staff = ways.Email, ways.OIDC, ways.Staff || w.Members.Passkeys()
	if w.Demo != nil {
		page.Customers, page.StaffRoles = w.Demo.Customers, w.Demo.Roles
	}
	return w.ShowWith(c, status, flash, page)
}

func (w *Web) overview(c *fiber.Ctx, v *session.Visitor) error {
	held, err := w.Billing.Held(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	choices, err := w.choices(c, v)
	if err != nil {
		return err
	}
	events, err := w.logEvents(c, v, recentEntries)
	if err != nil {
		return err
	}
	events = events[:min(len(events), recentEvents)]
	page := frontend.OverviewPage{
		Flow: w.flow(choices, held, v.Words.Tag()), Choices: decidable(choices), Recent: events,
		LogSize: int64(w.Log.Head().Size), // below 2^53
	}
	for _, h := range held {
		page.Categories = append(page.Categories, w.category(h, v.Words.Tag()))
	}
	return w.Show(c, http.StatusOK, page)
}

func decidable(choices []frontend.Choice) []frontend.Choice {
	var out []frontend.Choice
	for _, c := range choices {
		if c.Basis == frontend.BasisConsent || c.Basis == frontend.BasisLegitimateInterests {
			out = append(out, c)
		}
	}
	return out
}
