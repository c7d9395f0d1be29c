package staff

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
)

// EnrolPage is GET /staff/enrol/{token}: it uses nothing up, so that a mail scanner which follows links locks nobody out.
func (s *Staff) EnrolPage(c *fiber.Ctx) error { return s.enrolPage(c, nil) }

func (s *Staff) enrolPage(c *fiber.Ctx, wrong error) error {
	member, expires, err := s.Members.Enrolling(c.UserContext(), c.Params("token"))
	if p := doorProblem(err); p != "" {
		return s.door(c, problem.Status(problem.From(err)), p, false)
	}
	if err != nil {
		return err
	}
	status, action := http.StatusOK, "/staff/enrol/"+c.Params("token")
	page := frontend.EnrolPage{Name: member.Name, Action: action, ExpiresAt: expires, Elsewhere: s.elsewhere(c, action)}
	if wrong != nil {
		status = problem.Status(problem.From(wrong))
		page.Problem, _, _ = pages.InWords(c, wrong)
	}
	return s.Show(c, status, page)
}

// AskEnrolment is POST /staff/enrol/{token}/options: what a browser is to ask its person for.
func (s *Staff) AskEnrolment(c *fiber.Ctx) error {
	member, _, err := s.Members.Enrolling(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	asked, err := s.Members.BeginPasskey(c.UserContext(), member.ID)
	return s.askBrowser(c, asked, err)
}

// Enrol is POST /staff/enrol/{token}: it keeps the passkey, uses the link up, and signs its member in.
func (s *Staff) Enrol(c *fiber.Ctx) error {
	secret, entered, err := s.Members.Enrol(c.UserContext(), c.Params("token"), s.Sessions.Pending(c), c.FormValue("name"), []byte(c.FormValue("credential")))
	if _, _, ok := pages.InWords(c, err); ok {
		return s.enrolPage(c, err)
	}
	return s.letIn(c, secret, entered, err)
}
