package staff

import (
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/signin"
	"candor/models/staff"
	"candor/models/store"
)

// accountPath is a member's own page.
const accountPath = "/staff/account"

// SignInPage is GET /staff/sign-in.
func (s *Staff) SignInPage(c *fiber.Ctx) error {
	return s.door(c, http.StatusOK, "", session.From(c).Ended)
}

// Door is SignInPage in place of a page for which somebody has to sign in first.
func (s *Staff) Door(c *fiber.Ctx, status int) error {
	return s.door(c, status, "", session.From(c).Ended)
}

func (s *Staff) door(c *fiber.Ctx, status int, wrong frontend.StaffProblem, ended bool) error {
	flash := frontend.FlashNone
	if ended {
		flash = frontend.FlashSessionEnded
	}
	return s.ShowWith(c, status, flash, frontend.StaffSignInPage{
		ByPasskey: s.Members.Passkeys(), ByCompany: s.SignIn.Ways().Staff, Elsewhere: s.elsewhere(c, "/staff/sign-in"), Problem: wrong,
	})
}

// elsewhere is where a page works with passkeys, if it does not at the name by which it was asked for: a passkey belongs to
// one name, and never to a number.
func (s *Staff) elsewhere(c *fiber.Ctx, path string) string {
	site := s.Members.PasskeySite()
	host, port, err := net.SplitHostPort(c.Hostname())
	if err != nil {
		host = c.Hostname()
	}
	if site == "" || host == site {
		return ""
	}
	if site == "localhost" {
		return "http://" + strings.TrimSuffix(net.JoinHostPort(site, port), ":") + path
	}
	return "https://" + site + path
}

// AskPasskey is POST /staff/sign-in/passkey/options: what a browser is to ask its person for.
func (s *Staff) AskPasskey(c *fiber.Ctx) error {
	asked, err := s.Members.BeginSignIn(c.UserContext(), s.Address.Network(c))
	return s.askBrowser(c, asked, err)
}

// askBrowser answers a script with options for navigator.credentials.
func (s *Staff) askBrowser(c *fiber.Ctx, asked staff.Asked, err error) error {
	if err != nil {
		return err
	}
	s.Sessions.Pend(c, asked.Secret, asked.Expires)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Type("json")
	return c.Send(asked.Options)
}

// UsePasskey is POST /staff/sign-in/passkey: what the browser answered.
func (s *Staff) UsePasskey(c *fiber.Ctx) error {
	secret, entered, err := s.Members.SignIn(c.UserContext(), s.Sessions.Pending(c), []byte(c.FormValue("credential")))
	return s.letIn(c, secret, entered, err)
}

// Company is GET /staff/sign-in/company: on to the company's own sign-in.
func (s *Staff) Company(c *fiber.Ctx) error {
	address, pending, err := s.SignIn.BeginStaff(c.UserContext(), s.Address.Network(c))
	if err != nil {
		return s.letIn(c, "", store.Session{}, err)
	}
	s.Sessions.Pend(c, pending.Secret, pending.Expires)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(address, http.StatusSeeOther)
}

// CompanyCallback is GET /staff/sign-in/company/callback: back from there.
func (s *Staff) CompanyCallback(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	query := func(name string) string { return strings.Clone(c.Query(name)) }
	claims, err := s.SignIn.FinishStaff(c.UserContext(), s.Sessions.Pending(c), signin.Callback{
		State: query("state"), Code: query("code"), Error: query("error"), Issuer: query("iss"),
	})
	if err != nil {
		return s.letIn(c, "", store.Session{}, err)
	}
	secret, entered, err := s.Members.EnterFrom(c.UserContext(), claims)
	return s.letIn(c, secret, entered, err)
}

// letIn gives the browser its session, or says at the door why not.
func (s *Staff) letIn(c *fiber.Ctx, secret string, entered store.Session, err error) error {
	s.Sessions.EndPending(c)
	if wrong := doorProblem(err); wrong != "" {
		e := problem.From(err)
		s.Logger.Warn("a member of staff was not signed in", "why", e.Error(), "request", problem.RequestID(c))
		return s.door(c, problem.Status(e), wrong, false)
	}
	if err != nil {
		return err
	}
	s.Sessions.Start(c, secret, entered.ExpiresAt)
	return c.Redirect("/staff", http.StatusSeeOther)
}

// doorProblem is what the door says of what went wrong with a way in; empty for anything else.
func doorProblem(err error) frontend.StaffProblem {
	for target, wrong := range map[*models.Error]frontend.StaffProblem{
		staff.ErrPasskeyFailed: frontend.StaffPasskeyFailed, staff.ErrPasskeyOver: frontend.StaffPasskeyOver,
		staff.ErrPasskeyCopied: frontend.StaffPasskeyCopied, staff.ErrEnrolment: frontend.StaffEnrolmentOver,
		staff.ErrEnded: frontend.StaffEnded, staff.ErrTooMany: frontend.StaffTooMany,
		signin.ErrNoRole: frontend.StaffNoRole, signin.ErrProviderDown: frontend.StaffCompanyDown,
		signin.ErrOIDCDenied: frontend.StaffCompanyDenied, signin.ErrOIDCFailed: frontend.StaffCompanyFailed,
	} {
		if errors.Is(err, target) {
			return wrong
		}
	}
	return ""
}
