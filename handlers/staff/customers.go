package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/access"
	"candor/models/auth"
)

// customersPath is where staff look customers up.
const customersPath = "/staff/customers"

// FindCustomer is GET /staff/customers: where to search, and the look-ups that are open.
func (s *Staff) FindCustomer(c *fiber.Ctx) error {
	return s.findCustomer(c, http.StatusOK, frontend.StaffCustomersPage{})
}

// SearchCustomer is POST /staff/customers. It is answered at once and by no redirect, so that what was typed is in no
// address and no log.
func (s *Staff) SearchCustomer(c *fiber.Ctx) error {
	found, err := s.Access.Search(c.UserContext(), looker(c), strings.Clone(c.FormValue("customer")))
	page := frontend.StaffCustomersPage{None: len(found) == 0}
	for _, f := range found {
		page.Found = append(page.Found, frontend.FoundCustomer(f))
	}
	return s.findCustomerAfter(c, page, err)
}

// OpenLookUp is POST /staff/look-ups: look a customer up with a reason or, for whoever may not, ask a second person.
func (s *Staff) OpenLookUp(c *fiber.Ctx) error {
	by := looker(c)
	customer, why := strings.Clone(c.FormValue("customer")), access.Reason{
		Kind: strings.Clone(c.FormValue("kind")), Words: strings.Clone(c.FormValue("reason")),
	}
	begin, to := s.Access.Ask, customersPath
	if by.May(auth.LookUp) {
		begin = s.Access.Open
	}
	l, err := begin(c.UserContext(), by, customer, why)
	if err == nil {
		if l.State == access.StateOpen {
			to = lookUpURL(l.ID)
		}
		return c.Redirect(to, http.StatusSeeOther)
	}
	return s.findCustomerAfter(c, frontend.StaffCustomersPage{
		Found: []frontend.FoundCustomer{{Ref: customer}}, Chosen: customer, Kind: why.Kind, Reason: why.Words,
	}, err)
}

// EndLookUp is POST /staff/customers/{lookup}/end.
func (s *Staff) EndLookUp(c *fiber.Ctx) error {
	if _, err := s.Access.End(c.UserContext(), looker(c), pages.Param(c, "lookup")); err != nil {
		return err
	}
	return c.Redirect(customersPath, http.StatusSeeOther)
}

// findCustomerAfter shows the page with what came of something, or with what is wrong with what was sent.
func (s *Staff) findCustomerAfter(c *fiber.Ctx, page frontend.StaffCustomersPage, err error) error {
	if err == nil {
		return s.findCustomer(c, http.StatusOK, page)
	}
	e := problem.From(err)
	switch e.Kind { //nolint:exhaustive // anything else has a page of its own
	case models.Invalid, models.Conflict, models.TooMany:
		page.None, page.Field = false, e.Field
		page.Problem = session.From(c).Words.T("error."+e.Code, append([]any{"field", e.Field}, e.Args...)...)
		return s.findCustomer(c, problem.Status(e), page)
	}
	return err
}

func (s *Staff) findCustomer(c *fiber.Ctx, status int, page frontend.StaffCustomersPage) error {
	by := looker(c)
	page.Emergency = !by.May(auth.LookUp)
	mine, err := s.Access.Mine(c.UserContext(), by)
	if err != nil {
		return err
	}
	for _, l := range mine {
		page.Mine = append(page.Mine, s.lookUp(l))
	}
	return s.Show(c, status, page)
}

// looker is the visitor as the rules of looking people up know them.
func looker(c *fiber.Ctx) access.By {
	v := session.From(c)
	who := v.Staff()
	return access.By{ID: who.ID, Roles: who.Roles, Auth: v.Session.Method, May: v.May}
}

func lookUpURL(id string) string { return customersPath + "/" + url.PathEscape(id) }

// lookUp is a look-up as its own member sees it.
func (s *Staff) lookUp(l access.LookUp) frontend.LookUp {
	now := s.Clock()
	out := frontend.LookUp{
		Action: lookUpURL(l.ID), Customer: l.Customer, Role: l.Role, State: frontend.LookUpState(l.State), Emergency: l.Emergency,
		Reason: l.Reason.Words, BeganAt: l.BeganAt, EndsAt: l.EndsAt,
	}
	switch {
	case l.Usable(now):
		out.URL = out.Action
	case l.State == access.StateOpen, l.State == access.StateAsked && !l.Waiting(now):
		out.State = frontend.LookUpOver
	}
	return out
}
