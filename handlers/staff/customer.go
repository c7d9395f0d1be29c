package staff

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/access"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// Customer is GET /staff/customers/{lookup}: what is held about a customer, where they stand and what happened.
func (s *Staff) Customer(c *fiber.Ctx) error {
	tag := session.From(c).Words.Tag()
	o, err := s.Access.Overview(c.UserContext(), looker(c), pages.Param(c, "lookup"), tag)
	if err != nil {
		return s.lookUpFailed(c, err)
	}
	page := frontend.StaffCustomerPage{LookUp: s.lookUp(o.LookUp), Name: o.Name, Language: o.Customer.Locale, Jurisdiction: o.Customer.Jurisdiction}
	for _, h := range o.Held {
		page.Categories = append(page.Categories, frontend.StaffCategory{
			URL: categoryURL(o.LookUp.ID, h.Category.Key), Label: h.Category.Label.In(tag), Icon: h.Category.Icon, Count: h.Records, Newest: h.Newest,
		})
	}
	for _, p := range o.Consents {
		page.Consents = append(page.Consents, staffConsent(p, tag))
	}
	for _, r := range o.History {
		page.History = append(page.History, s.staffEvent(r, tag))
	}
	return s.Show(c, http.StatusOK, page)
}

func staffConsent(p consent.PurposeState, tag string) frontend.StaffConsent {
	out := frontend.StaffConsent{
		Label: p.Purpose.Label.In(tag), Basis: frontend.Basis(p.Purpose.Basis), State: frontend.State(p.State), ExpiresAt: p.ExpiresAt,
	}
	if p.Choice.State != "" {
		out.Since, out.Entry = p.Since, int64(p.Choice.Seq) // below 2^53
	}
	return out
}

func (s *Staff) staffEvent(r sequencer.Result, tag string) frontend.StaffEvent {
	d := r.Detail
	e := frontend.StaffEvent{
		Kind: frontend.EventKind(d.Kind), At: r.Time, Entry: int64(r.Entry.Seq), Channel: d.Channel, Group: pages.GroupOf(d.Kind), // below 2^53
	}
	if p, ok := s.Map.Current().Purpose(d.Purpose); ok && pages.GroupOf(d.Kind) == frontend.GroupChoices {
		e.Purpose, e.Basis, e.State = p.Label.In(tag), frontend.Basis(p.Basis), frontend.State(d.State)
	}
	if d.Actor.Type == ledger.ActorStaff {
		e.Role = d.Role
	}
	return e
}

// lookUpFailed says on the page to search on what keeps a look-up from showing anything.
func (s *Staff) lookUpFailed(c *fiber.Ctx, err error) error {
	e := problem.From(err)
	if e.Code != access.ErrOver.Code && e.Code != access.ErrWaiting.Code {
		return err
	}
	return s.findCustomer(c, problem.Status(e), frontend.StaffCustomersPage{
		Problem: session.From(c).Words.T("error."+e.Code, e.Args...),
	})
}
