package staff

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/access"
)

// emergenciesPath is where a second person opens look-ups in an emergency.
const emergenciesPath = "/staff/emergencies"

// Emergencies is GET /staff/emergencies: who asks to look a customer up, though they may not.
func (s *Staff) Emergencies(c *fiber.Ctx) error { return s.emergencies(c, http.StatusOK, "") }

// ApproveEmergency is POST /staff/emergencies/{lookup}/approve.
func (s *Staff) ApproveEmergency(c *fiber.Ctx) error { return s.decideEmergency(c, s.Access.Approve) }

// RefuseEmergency is POST /staff/emergencies/{lookup}/refuse.
func (s *Staff) RefuseEmergency(c *fiber.Ctx) error { return s.decideEmergency(c, s.Access.Refuse) }

// EndEmergency is POST /staff/emergencies/{lookup}/end, for whoever opened it.
func (s *Staff) EndEmergency(c *fiber.Ctx) error { return s.decideEmergency(c, s.Access.End) }

func (s *Staff) decideEmergency(c *fiber.Ctx, decide func(context.Context, access.By, string) (access.LookUp, error)) error {
	_, err := decide(c.UserContext(), looker(c), pages.Param(c, "lookup"))
	if err == nil {
		return c.Redirect(emergenciesPath, http.StatusSeeOther)
	}
	e := problem.From(err)
	if e.Kind == models.Conflict || e.Kind == models.Gone || e.Code == access.ErrOwn.Code {
		return s.emergencies(c, problem.Status(e), session.From(c).Words.T("error."+e.Code, e.Args...))
	}
	return err
}

func (s *Staff) emergencies(c *fiber.Ctx, status int, wrong string) error {
	by := looker(c)
	waiting, open, err := s.Access.Emergencies(c.UserContext(), by)
	if err != nil {
		return err
	}
	page := frontend.StaffEmergenciesPage{Problem: wrong}
	for _, part := range []struct {
		from []access.LookUp
		into *[]frontend.LookUp
	}{{waiting, &page.Waiting}, {open, &page.Open}} {
		for _, l := range part.from {
			shown := s.lookUp(l)
			shown.URL, shown.Action = "", emergenciesPath+"/"+url.PathEscape(l.ID)
			if l.Member == by.ID {
				shown.Action = ""
			}
			shown.Member, shown.Approver = s.memberName(c, l.Member), s.memberName(c, l.DecidedBy)
			*part.into = append(*part.into, shown)
		}
	}
	return s.Show(c, status, page)
}
