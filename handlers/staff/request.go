package staff

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/request"
)

// DataRequest is GET /staff/requests/{id}: what a customer asked, to be answered. That somebody looked is in the
// customer's log before it is shown.
func (s *Staff) DataRequest(c *fiber.Ctx) error { return s.dataRequest(c, http.StatusOK, nil) }

// AcceptRequest is POST /staff/requests/{id}/accept.
func (s *Staff) AcceptRequest(c *fiber.Ctx) error {
	a := request.Acceptance{Text: strings.Clone(c.FormValue("text")), Apply: c.FormValue("apply") == "yes"}
	for _, key := range c.Context().PostArgs().PeekMulti("erase") {
		a.Erase = append(a.Erase, string(key))
	}
	starts, err := s.Day(c, "starts")
	if err == nil {
		a.Starts = starts
		_, err = s.Requests.Accept(c.UserContext(), requestID(c), officer(c), a)
	}
	return s.handled(c, err)
}

// RefuseRequest is POST /staff/requests/{id}/refuse.
func (s *Staff) RefuseRequest(c *fiber.Ctx) error {
	var grounds []string
	for _, ground := range c.Context().PostArgs().PeekMulti("ground") {
		grounds = append(grounds, string(ground))
	}
	_, err := s.Requests.Refuse(c.UserContext(), requestID(c), officer(c), grounds, strings.Clone(c.FormValue("text")))
	return s.handled(c, err)
}

// ExtendRequest is POST /staff/requests/{id}/extend.
func (s *Staff) ExtendRequest(c *fiber.Ctx) error {
	_, err := s.Requests.Extend(c.UserContext(), requestID(c), officer(c), strings.Clone(c.FormValue("text")))
	return s.handled(c, err)
}

// AnswerRequest is POST /staff/requests/{id}/answer: done, though a system may not have confirmed.
func (s *Staff) AnswerRequest(c *fiber.Ctx) error {
	_, err := s.Requests.Answer(c.UserContext(), requestID(c), officer(c), strings.Clone(c.FormValue("text")))
	return s.handled(c, err)
}

func requestID(c *fiber.Ctx) string { return strings.Clone(c.Params("id")) }

// officer is the member of staff who decides.
func officer(c *fiber.Ctx) request.By {
	v := session.From(c)
	return request.By{Actor: v.Actor(), Role: v.RoleFor(auth.HandleRequests), Auth: v.Session.Method}
}

// handled leads back to the request, or says on its page what is wrong.
func (s *Staff) handled(c *fiber.Ctx, err error) error {
	if err == nil {
		return c.Redirect(requestsPath+"/"+url.PathEscape(requestID(c)), http.StatusSeeOther)
	}
	e := problem.From(err)
	if e.Kind == models.Invalid || e.Kind == models.Conflict {
		return s.dataRequest(c, problem.Status(e), e)
	}
	return err
}

func (s *Staff) dataRequest(c *fiber.Ctx, status int, wrong *models.Error) error {
	v := session.From(c)
	r, err := s.Requests.Open(c.UserContext(), requestID(c), officer(c), v.Session.Hash)
	if err != nil {
		return err
	}
	tag := v.Words.Tag()
	page := frontend.StaffRequestPage{
		Request: s.Asked.Request(r, tag), Base: requestsPath + "/" + url.PathEscape(r.ID), Refusals: request.RefusalGrounds(request.Kind(r.Kind)),
		Tomorrow: s.Clock().In(s.Zone()).AddDate(0, 0, 1).Format(time.DateOnly),
	}
	if wrong != nil {
		page.Problem, _ = pages.RequestProblem(v, wrong)
	}
	if r.State == request.Open && r.Kind == string(request.Erasure) {
		plan, err := s.Requests.Plan(c.UserContext(), r)
		if err != nil {
			return err
		}
		page.Erase, page.Plan = s.Asked.Plan(plan, tag)
	}
	_, extended := r.Step(ledger.RequestExtended)
	if r.ClosedAt.IsZero() && !extended && !r.Overdue(s.Clock()) {
		rule, _ := s.Requests.Rule(r)
		page.ExtendTo = rule.Extended(r.ReceivedAt, s.Map.At(r.ReceivedAt).Zone())
	}
	_, asked := r.Step("request." + r.Kind)
	page.MayAnswer = r.ClosedAt.IsZero() && asked
	return s.Show(c, status, page)
}
