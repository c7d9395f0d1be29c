// Package web owns the pages that customers see: one file an action. Handlers gather, ask the models,
// and hand typed page data to the frontend; they hold no rules.
package web

import (
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/address"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/i18n"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/export"
	"candor/models/mail"
	"candor/models/notice"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/signin"
	"candor/models/store"
)

// Web is the pages and what they are made from.
type Web struct {
	Pages     *frontend.Renderer
	Map       *datamap.Map
	Auth      *auth.Service
	Sessions  *session.Middleware
	Billing   *billing.Service
	Customers store.Customers
	Consent   *consent.Service
	Receipts  *consent.Receipts
	Log       *sequencer.Sequencer
	Notices   *notice.Service
	Export    *export.Service
	Requests  *request.Service
	SignIn    *signin.Service
	// Languages are those that pages speak, Zone the time zone in which they tell times.
	Languages []i18n.Language
	Zone      *time.Location
	Address   address.Finder
	VKey      string
	Clock     func() time.Time
	Logger    *slog.Logger
	// Menu is the navigation of staff in a role.
	Menu func(role string) []frontend.NavEntry
	// Demo offers invented people to sign in as; nil in production.
	Demo *Demo
}

// Demo is who can be signed in as, in the demo only.
type Demo struct {
	Customers []frontend.DemoCustomer
	Roles     []string
	// Mail shows the mail that would have been sent.
	Mail *mail.Shown
}

// show answers with a page in the visitor's language.
func (w *Web) show(c *fiber.Ctx, status int, p frontend.Page) error {
	return w.showWith(c, status, "", p)
}

func (w *Web) showWith(c *fiber.Ctx, status int, flash frontend.Flash, p frontend.Page) error {
	v := session.From(c)
	frame, err := w.frame(c, v)
	if err != nil {
		return err
	}
	frame.Flash = flash
	body, err := w.Pages.Render(v.Words, frame, p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentLanguage, v.Words.Tag())
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Type("html", "utf-8")
	return c.Status(status).Send(body)
}

func (w *Web) frame(c *fiber.Ctx, v *session.Visitor) (frontend.Frame, error) {
	f := frontend.Frame{
		URL: here(c), Staff: v.Role() != "", Demo: w.Demo != nil, Now: w.Clock(), SignedInAs: v.Role(),
		Return: v.Session.ReturnURL,
	}
	if v.Role() != "" && w.Menu != nil {
		f.Menu = w.Menu(v.Role())
	}
	if v.Secret != "" {
		f.CSRF = w.Auth.CSRF(v.Secret)
	}
	if v.Customer() != "" {
		profile, err := w.Billing.Customer(c.UserContext(), v.Customer())
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

// here is where a GET shows the page again, without what only said what had just happened.
func here(c *fiber.Ctx) string {
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

// Fail answers a request for a page that failed: what happened, that nothing was lost, what to do.
func (w *Web) Fail(c *fiber.Ctx, err error) error {
	e := problem.From(err)
	if p := doorProblem(err); p != "" {
		return w.showDoorAbout(c, problem.Status(e), frontend.SignInPage{Problem: p})
	}
	if e.Kind == models.Unauthenticated && c.Method() == fiber.MethodGet {
		return w.showDoor(c, problem.Status(e))
	}
	p := frontend.ErrorPage{Kind: errorKind(err, e), Status: problem.Status(e), Reference: problem.RequestID(c)}
	switch p.Kind {
	case frontend.ErrorNoticeChanged:
		p.Back = "/consents"
	case frontend.ErrorLinkUsed:
		p.Fresh = w.freshAction(c, err)
	case frontend.ErrorBadInput:
		p.Detail = session.From(c).Words.T("error."+e.Code, e.Args...)
	}
	return w.show(c, p.Status, p)
}

// errorKind says it in the person's terms.
func errorKind(err error, e *models.Error) frontend.ErrorKind {
	switch {
	case errors.Is(err, models.ErrStaleServed):
		return frontend.ErrorNoticeChanged
	case errors.Is(err, auth.ErrCSRF):
		return frontend.ErrorFormExpired
	case errors.Is(err, auth.ErrLinkUsed), errors.Is(err, auth.ErrLinkExpired), errors.Is(err, auth.ErrLinkUnknown), errors.Is(err, auth.ErrLinkRevoked):
		return frontend.ErrorLinkUsed
	}
	switch e.Kind {
	case models.NotFound:
		return frontend.ErrorNotFound
	case models.Unauthenticated:
		return frontend.ErrorSignedOut
	case models.Forbidden:
		return frontend.ErrorNotAllowed
	case models.Gone:
		return frontend.ErrorGone
	case models.TooMany:
		return frontend.ErrorTooManyRequests
	case models.Unavailable:
		return frontend.ErrorUnavailable
	case models.Malformed, models.Invalid, models.Conflict, models.TooLarge, models.Unsupported:
		return frontend.ErrorBadInput
	case models.Internal:
		return frontend.ErrorInternal
	}
	return frontend.ErrorInternal
}
