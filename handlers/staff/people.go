package staff

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/staff"
)

// peoplePath is where those who keep the staff see who is on it.
const peoplePath = "/staff/people"

// People is GET /staff/people.
func (s *Staff) People(c *fiber.Ctx) error {
	v := session.From(c)
	all, err := s.Members.Members(c.UserContext())
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b staff.Member) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	page := frontend.StaffPeoplePage{MayManage: v.May(auth.ManageStaff)}
	for _, m := range all {
		shown := memberOf(v, m)
		if m.Ended() {
			page.Former = append(page.Former, shown)
			continue
		}
		sessions, err := s.Members.Sessions(c.UserContext(), m.ID)
		if err != nil {
			return err
		}
		passkeys, err := s.Members.PasskeysOf(c.UserContext(), m.ID)
		if err != nil {
			return err
		}
		shown.Sessions, shown.Passkeys = len(sessions), len(passkeys)
		page.People = append(page.People, shown)
	}
	return s.Show(c, http.StatusOK, page)
}

func memberURL(id string) string { return peoplePath + "/" + url.PathEscape(id) }

// memberOf is a member as pages show them.
func memberOf(v *session.Visitor, m staff.Member) frontend.StaffMember {
	return frontend.StaffMember{
		ID: m.ID, Name: m.Name, Email: m.Email, URL: memberURL(m.ID), Roles: m.Roles, Origin: m.Origin,
		AddedAt: m.AddedAt, SeenAt: m.SeenAt, EndedAt: m.EndedAt, Oneself: m.ID == v.Staff().ID,
	}
}

func roleChoices(chosen []string) []frontend.RoleChoice {
	var out []frontend.RoleChoice
	for _, role := range auth.Roles() {
		out = append(out, frontend.RoleChoice{Role: role, Chosen: slices.Contains(chosen, role)})
	}
	return out
}

// askedRoles are those that a form names.
func askedRoles(c *fiber.Ctx) (roles []string) {
	for _, role := range c.Context().PostArgs().PeekMulti("role") {
		roles = append(roles, string(role))
	}
	return roles
}

// NewMember is GET /staff/people/new: the form.
func (s *Staff) NewMember(c *fiber.Ctx) error {
	return s.Show(c, http.StatusOK, frontend.NewMemberPage{Roles: roleChoices(nil)})
}

// AddMember is POST /staff/people. The answer shows the link by which they make their passkey, and is the only one that
// ever does.
func (s *Staff) AddMember(c *fiber.Ctx) error {
	by := session.From(c).By(auth.ManageStaff)
	asked := staff.Joining{
		Name: strings.Clone(c.FormValue("name")), Email: strings.Clone(c.FormValue("email")), Origin: staff.OriginLocal, Roles: askedRoles(c),
	}
	m, err := s.Members.Add(c.UserContext(), by, asked)
	if words, field, ok := pages.InWords(c, err); ok {
		page := frontend.NewMemberPage{Name: asked.Name, Email: asked.Email, Roles: roleChoices(asked.Roles), Problem: words, Field: field}
		return s.Show(c, problem.Status(problem.From(err)), page)
	}
	if err != nil {
		return err
	}
	return s.showLink(c, m.ID, http.StatusCreated, false)
}
