package staff

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/staff"
	"candor/models/staffact"
)

// oneself is a member who acts about themselves, for which they need no permission.
func oneself(c *fiber.Ctx) staffact.By {
	v := session.From(c)
	return staffact.By{ID: v.Staff().ID, Auth: v.Session.Method}
}

// Account is GET /staff/account.
func (s *Staff) Account(c *fiber.Ctx) error {
	page, err := s.accountPage(c)
	if err != nil {
		return err
	}
	switch done := frontend.StaffDone(strings.Clone(c.Query("done"))); done {
	case frontend.StaffSessionsEnded, frontend.StaffPasskeyAdded, frontend.StaffPasskeyRenamed, frontend.StaffPasskeyRemoved:
		page.Done = done
	case frontend.StaffRolesChanged, frontend.StaffMemberEnded, frontend.StaffMemberReopened: // which nobody does to themselves
	}
	return s.Show(c, http.StatusOK, page)
}

func (s *Staff) accountPage(c *fiber.Ctx) (frontend.AccountPage, error) {
	v := session.From(c)
	m, err := s.Members.Find(c.UserContext(), v.Staff().ID)
	if err != nil {
		return frontend.AccountPage{}, err
	}
	page := frontend.AccountPage{
		Member: memberOf(v, m), MayAdd: s.Members.Passkeys() && m.Origin != staff.OriginOIDC, Elsewhere: s.elsewhere(c, accountPath),
	}
	if page.Passkeys, err = s.passkeys(c, m.ID); err != nil {
		return page, err
	}
	page.Sessions, err = s.sessions(c, m.ID)
	return page, err
}

// toAccount leads back to one's own page, which says what was done, or why it was not.
func (s *Staff) toAccount(c *fiber.Ctx, done frontend.StaffDone, err error) error {
	if err == nil {
		return c.Redirect(accountPath+"?done="+string(done), http.StatusSeeOther)
	}
	words, _, ok := pages.InWords(c, err)
	if !ok {
		return err
	}
	page, failed := s.accountPage(c)
	if failed != nil {
		return failed
	}
	page.Problem = words
	return s.Show(c, problem.Status(problem.From(err)), page)
}

// EndOwnSession is POST /staff/account/sessions/{session}/end.
func (s *Staff) EndOwnSession(c *fiber.Ctx) error {
	by := oneself(c)
	return s.toAccount(c, frontend.StaffSessionsEnded, s.Members.EndSession(c.UserContext(), by, by.ID, strings.Clone(c.Params("session"))))
}

// EndOtherSessions is POST /staff/account/sessions/end-others: signed in here and nowhere else.
func (s *Staff) EndOtherSessions(c *fiber.Ctx) error {
	by := oneself(c)
	return s.toAccount(c, frontend.StaffSessionsEnded, s.Members.EndSessions(c.UserContext(), by, by.ID, session.From(c).Session.ID))
}

// AskNewPasskey is POST /staff/account/passkeys/options: what a browser is to ask its person for.
func (s *Staff) AskNewPasskey(c *fiber.Ctx) error {
	asked, err := s.Members.BeginPasskey(c.UserContext(), session.From(c).Staff().ID)
	return s.askBrowser(c, asked, err)
}

// AddPasskey is POST /staff/account/passkeys.
func (s *Staff) AddPasskey(c *fiber.Ctx) error {
	err := s.Members.AddPasskey(c.UserContext(), oneself(c), s.Sessions.Pending(c), c.FormValue("name"), []byte(c.FormValue("credential")))
	s.Sessions.EndPending(c)
	return s.toAccount(c, frontend.StaffPasskeyAdded, err)
}

// RenamePasskey is POST /staff/account/passkeys/{passkey}/name.
func (s *Staff) RenamePasskey(c *fiber.Ctx) error {
	by, name := oneself(c), strings.Clone(c.FormValue("name"))
	err := s.Members.RenamePasskey(c.UserContext(), by, by.ID, strings.Clone(c.Params("passkey")), name)
	return s.toAccount(c, frontend.StaffPasskeyRenamed, err)
}

// RemovePasskey is POST /staff/account/passkeys/{passkey}/remove.
func (s *Staff) RemovePasskey(c *fiber.Ctx) error {
	by := oneself(c)
	return s.toAccount(c, frontend.StaffPasskeyRemoved, s.Members.RemovePasskey(c.UserContext(), by, by.ID, strings.Clone(c.Params("passkey"))))
}
