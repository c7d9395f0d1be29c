package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/signin"
)

// AskCode is POST /sign-in/email: a code to an address, if it is on file. The answer is the same if it is not.
func (w *Web) AskCode(c *fiber.Ctx) error {
	address := strings.Clone(c.FormValue("email"))
	pending, err := w.SignIn.AskCode(c.UserContext(), address, w.asking(c, ""))
	switch {
	case errors.Is(err, signin.ErrBadEmail):
		return w.showDoorAbout(c, http.StatusUnprocessableEntity, frontend.SignInPage{Email: address, Problem: frontend.DoorBadEmail})
	case errors.Is(err, signin.ErrTooMany):
		problem.RetryAfter(c, problem.From(err))
		return w.showDoorAbout(c, http.StatusTooManyRequests, frontend.SignInPage{Email: address, Problem: frontend.DoorTooMany})
	case err != nil:
		return err
	}
	w.Sessions.Pend(c, pending.Secret, pending.Expires)
	return c.Redirect("/sign-in/code", http.StatusSeeOther)
}

// asking is who asks for something to be mailed, and where they want to go on.
func (w *Web) asking(c *fiber.Ctx, target string) signin.Asking {
	return signin.Asking{Network: w.Address.Network(c), Locale: session.From(c).Words.Tag(), Target: target}
}

// Code is GET /sign-in/code: where to type the code.
func (w *Web) Code(c *fiber.Ctx) error { return w.showCode(c, http.StatusOK, "", frontend.CodeOK) }

func (w *Web) showCode(c *fiber.Ctx, status int, typed string, wrong frontend.CodeProblem) error {
	challenge, err := w.SignIn.CodePending(c.UserContext(), w.Sessions.Pending(c))
	if err != nil {
		return err
	}
	page := frontend.CodePage{
		Typed: typed, Problem: wrong, Confirms: challenge.Session != "", ExpiresAt: challenge.ExpiresAt, Tries: challenge.Tries,
	}
	return w.Show(c, status, page)
}

// EnterCode is POST /sign-in/code: it uses the code, and goes on.
func (w *Web) EnterCode(c *fiber.Ctx) error {
	entered, people, err := w.SignIn.EnterCode(c.UserContext(), w.Sessions.Pending(c), c.FormValue("code"))
	switch {
	case errors.Is(err, signin.ErrCodeWrong):
		return w.showCode(c, http.StatusUnprocessableEntity, strings.Clone(c.FormValue("code")), frontend.CodeWrong)
	case err != nil:
		return err
	case people != nil:
		w.Sessions.Pend(c, people.Secret, people.Expires)
		return c.Redirect("/sign-in/people", http.StatusSeeOther)
	}
	return w.letIn(c, entered)
}

// letIn gives the browser its session and goes on. Whoever has confirmed a session that was there goes on with what
// they had asked for.
func (w *Web) letIn(c *fiber.Ctx, e signin.Entered) error {
	w.Sessions.EndPending(c)
	if e.Secret == "" {
		if session.From(c).Session.Hash != e.Confirmed { // the code confirmed another session than the one that goes on
			return signin.ErrCodeOver
		}
		return w.goOn(c, e.Target)
	}
	if err := w.noteSignIn(c, e.Session); err != nil {
		return err
	}
	w.Sessions.Start(c, e.Secret, e.Session.ExpiresAt)
	return c.Redirect("/", http.StatusSeeOther)
}

// doorProblem is what the door says of what went wrong with a way in; empty for anything else.
func doorProblem(err error) frontend.DoorProblem {
	for target, wrong := range map[error]frontend.DoorProblem{
		signin.ErrCodeOver: frontend.DoorCodeOver, signin.ErrTooMany: frontend.DoorTooMany,
		signin.ErrProviderDown: frontend.DoorCompanyDown, signin.ErrOIDCDenied: frontend.DoorCompanyDenied,
		signin.ErrOIDCFailed: frontend.DoorCompanyFailed, signin.ErrOIDCStranger: frontend.DoorCompanyStranger,
	} {
		if errors.Is(err, target) {
			return wrong
		}
	}
	return ""
}
