package staff

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/staff"
	"candor/models/store"
)

func memberID(c *fiber.Ctx) string { return strings.Clone(c.Params("id")) }

// Member is GET /staff/people/{id}.
func (s *Staff) Member(c *fiber.Ctx) error {
	page, err := s.memberPage(c, memberID(c))
	if err != nil {
		return err
	}
	switch done := frontend.StaffDone(strings.Clone(c.Query("done"))); done {
	case frontend.StaffRolesChanged, frontend.StaffSessionsEnded, frontend.StaffMemberEnded, frontend.StaffMemberReopened:
		page.Done = done
	case frontend.StaffPasskeyAdded, frontend.StaffPasskeyRenamed, frontend.StaffPasskeyRemoved: // which are said on one's own page
	}
	return s.Show(c, http.StatusOK, page)
}

func (s *Staff) memberPage(c *fiber.Ctx, id string) (frontend.MemberPage, error) {
	v := session.From(c)
	m, err := s.Members.Find(c.UserContext(), id)
	if err != nil {
		return frontend.MemberPage{}, err
	}
	page := frontend.MemberPage{Member: memberOf(v, m), Roles: roleChoices(m.Roles), MayManage: v.May(auth.ManageStaff)}
	if page.Passkeys, err = s.passkeys(c, id); err != nil {
		return page, err
	}
	page.Sessions, err = s.sessions(c, id)
	return page, err
}

func (s *Staff) passkeys(c *fiber.Ctx, member string) ([]frontend.StaffPasskey, error) {
	list, err := s.Members.PasskeysOf(c.UserContext(), member)
	if err != nil {
		return nil, err
	}
	out := make([]frontend.StaffPasskey, len(list))
	for i, p := range list {
		out[i] = frontend.StaffPasskey(p)
	}
	return out, nil
}

func (s *Staff) sessions(c *fiber.Ctx, member string) ([]frontend.SignedInSession, error) {
	list, err := s.Members.Sessions(c.UserContext(), member)
	if err != nil {
		return nil, err
	}
	out := make([]frontend.SignedInSession, len(list))
	for i, n := range list {
		out[i] = signedIn(n, session.From(c))
	}
	return out, nil
}

func signedIn(n store.Session, v *session.Visitor) frontend.SignedInSession {
	return frontend.SignedInSession{
		ID: n.ID, Method: n.Method, CreatedAt: n.CreatedAt, SeenAt: n.SeenAt, ExpiresAt: n.ExpiresAt, Current: n.Hash == v.Session.Hash,
	}
}

// SetRoles is POST /staff/people/{id}/roles.
func (s *Staff) SetRoles(c *fiber.Ctx) error {
	err := s.Members.SetRoles(c.UserContext(), session.From(c).By(auth.ManageStaff), memberID(c), askedRoles(c))
	return s.toMember(c, frontend.StaffRolesChanged, err)
}

// EndMember is POST /staff/people/{id}/end.
func (s *Staff) EndMember(c *fiber.Ctx) error {
	err := s.Members.End(c.UserContext(), session.From(c).By(auth.ManageStaff), memberID(c))
	return s.toMember(c, frontend.StaffMemberEnded, err)
}

// ReopenMember is POST /staff/people/{id}/reopen.
func (s *Staff) ReopenMember(c *fiber.Ctx) error {
	err := s.Members.Reopen(c.UserContext(), session.From(c).By(auth.ManageStaff), memberID(c))
	return s.toMember(c, frontend.StaffMemberReopened, err)
}

// EndMemberSession is POST /staff/people/{id}/sessions/{session}/end.
func (s *Staff) EndMemberSession(c *fiber.Ctx) error {
	err := s.Members.EndSession(c.UserContext(), session.From(c).By(auth.ManageStaff), memberID(c), strings.Clone(c.Params("session")))
	return s.toMember(c, frontend.StaffSessionsEnded, err)
}

// toMember leads back to a member's page, which says what was done, or why it was not.
func (s *Staff) toMember(c *fiber.Ctx, done frontend.StaffDone, err error) error {
	if err == nil {
		return c.Redirect(memberURL(memberID(c))+"?done="+string(done), http.StatusSeeOther)
	}
	words, _, ok := pages.InWords(c, err)
	if !ok {
		return err
	}
	page, failed := s.memberPage(c, memberID(c))
	if failed != nil {
		return failed
	}
	page.Problem = words
	return s.Show(c, problem.Status(problem.From(err)), page)
}

// NewMemberLink is POST /staff/people/{id}/link.
func (s *Staff) NewMemberLink(c *fiber.Ctx) error {
	return s.showLink(c, memberID(c), http.StatusCreated, c.FormValue("anew") == "yes")
}

// showLink makes a link, and shows it this once: it is neither kept nor put into an address that a browser would remember.
// Nobody makes one for themselves: they add passkeys on their own page.
func (s *Staff) showLink(c *fiber.Ctx, id string, status int, anew bool) error {
	by := session.From(c).By(auth.ManageStaff)
	if by.ID == id {
		return s.toMember(c, "", staff.ErrOneself)
	}
	secret, ends, err := s.Members.NewLink(c.UserContext(), by, id, anew)
	if err != nil {
		return err
	}
	page, err := s.memberPage(c, id)
	if err != nil {
		return err
	}
	page.Link, page.LinkEnds = s.Members.LinkURL(secret), ends
	return s.Show(c, status, page)
}
