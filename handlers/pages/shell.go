// Package pages owns what the pages of customers and of staff have in common: the frame around each, how rules
// that were broken are said, and requests as people read them.
package pages

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
)

// Shell shows pages.
type Shell struct {
	Pages   *frontend.Renderer
	Auth    *auth.Service
	Billing *billing.Service
	// Zone is the time zone in which people are told times now.
	Zone  func() *time.Location
	Clock func() time.Time
	// Menu is the navigation of a member of staff.
	Menu func(v *session.Visitor) []frontend.NavEntry
	// Invented says that all people here are.
	Invented bool
}

// Show answers with a page in the visitor's language.
func (s *Shell) Show(c *fiber.Ctx, status int, p frontend.Page) error {
	return s.ShowWith(c, status, frontend.FlashNone, p)
}

// ShowWith answers with a page that says first what has just happened.
func (s *Shell) ShowWith(c *fiber.Ctx, status int, flash frontend.Flash, p frontend.Page) error {
	v := session.From(c)
	frame, err := s.frame(c, v)
	if err != nil {
		return err
	}
	frame.Flash = flash
	body, err := s.Pages.Render(v.Words, frame, p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentLanguage, v.Words.Tag())
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Type("html", "utf-8")
	return c.Status(status).Send(body)
}

func (s *Shell) frame(c *fiber.Ctx, v *session.Visitor) (frontend.Frame, error) {
	f := frontend.Frame{
		URL: Here(c), Staff: v.IsStaff(), Demo: s.Invented, Now: s.Clock(), SignedInAs: v.Staff().Name,
		Return: v.Session.ReturnURL,
	}
	if f.Staff {
		f.Menu, f.Training = s.Menu(v), trainingAlert(c, v)
	}
	if v.Secret != "" {
		f.CSRF = s.Auth.CSRF(v.Secret)
	}
	if v.Customer() != "" {
		profile, err := s.Billing.Customer(c.UserContext(), v.Customer())
		if err != nil {
			return f, err
		}
		f.SignedInAs = profile.Name
		if f.SignedInAs == "" {
			f.SignedInAs = profile.Ref
		}
	}
	return f, nil
}

// Here is where a GET shows the page again, without what only said what had just happened.
func Here(c *fiber.Ctx) string {
	if c.Method() != fiber.MethodGet {
		return "/"
	}
	u, err := url.ParseRequestURI(string(c.Request().RequestURI()))
	if err != nil {
		return "/"
	}
	query := u.Query()
	query.Del("lang")
	query.Del("done")
	u.RawQuery = query.Encode()
	return u.RequestURI()
}

// Day reads a form's date in the operator's zone; the zero time for none.
func (s *Shell) Day(c *fiber.Ctx, field string) (time.Time, error) {
	at, err := s.Date(c.FormValue(field))
	if err != nil {
		return time.Time{}, models.Fail(models.Invalid, "bad_time").In(field)
	}
	return at, nil
}

// Date reads a date in the operator's zone; the zero time for none.
func (s *Shell) Date(text string) (time.Time, error) {
	if text = strings.TrimSpace(text); text == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(time.DateOnly, text, s.Zone())
}

// InWords says a broken rule in the person's language, and the field that broke it. ok is false for what is no broken
// rule.
func InWords(c *fiber.Ctx, err error) (words, field string, ok bool) {
	e, is := errors.AsType[*models.Error](err)
	if !is || e.Kind != models.Invalid && e.Kind != models.Conflict {
		return "", "", false
	}
	args := append([]any{"field", e.Field}, e.Args...)
	return session.From(c).Words.T("error."+e.Code, args...), e.Field, true
}
