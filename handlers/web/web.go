// Package web owns the pages that customers see: one file an action. Handlers gather, ask the models,
// and hand typed page data to the frontend; they hold no rules.
package web

import (
	"context"
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/address"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/i18n"
	"candor/models"
	"candor/models/auth"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/export"
	"candor/models/mail"
	"candor/models/notice"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/shown"
	"candor/models/signin"
	"candor/models/staff"
	"candor/models/store"
)

// Web is the pages and what they are made from.
type Web struct {
	*pages.Shell

	Map       *datamap.Holder
	Sessions  *session.Middleware
	Customers store.Customers
	Consent   *consent.Service
	Receipts  *consent.Receipts
	Log       *sequencer.Sequencer
	Notices   *notice.Service
	Shown     *shown.Service
	Export    *export.Service
	Requests  *request.Service
	Asked     *pages.Asked
	SignIn    *signin.Service
	Members   *staff.Service
	// Languages are those that pages speak.
	Languages []i18n.Language
	Address   address.Finder
	VKey      string
	Logger    *slog.Logger
	// Demo offers invented people to sign in as; nil in production.
	Demo *Demo
}

// Demo is who can be signed in as, in the demo only.
type Demo struct {
	Customers []frontend.DemoCustomer
	Roles     []string
	// Staff gives the ID of the member who has a role.
	Staff func(ctx context.Context, role string) (string, error)
	// Mail shows the mail that would have been sent.
	Mail *mail.Shown
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
	case frontend.ErrorTraining:
		p.Back = session.TrainingPath
	case frontend.ErrorBadInput:
		p.Detail = session.From(c).Words.T("error."+e.Code, e.Args...)
	}
	return w.Show(c, p.Status, p)
}

// errorKind says it in the person's terms.
func errorKind(err error, e *models.Error) frontend.ErrorKind {
	switch {
	case errors.Is(err, models.ErrStaleServed):
		return frontend.ErrorNoticeChanged
	case errors.Is(err, auth.ErrCSRF):
		return frontend.ErrorFormExpired
	case errors.Is(err, session.ErrTrainingMissing):
		return frontend.ErrorTraining
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
