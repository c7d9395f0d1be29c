package staff

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
)

// Accesses is GET /staff/accesses: who looked whom up lately, without what they saw.
func (s *Staff) Accesses(c *fiber.Ctx) error {
	recent, err := s.Access.Recent(c.UserContext(), looker(c))
	if err != nil {
		return err
	}
	page := frontend.StaffAccessesPage{}
	for _, l := range recent {
		shown := s.lookUp(l)
		shown.URL, shown.Action = "", ""
		shown.Member, shown.Approver = s.memberName(c, l.Member), s.memberName(c, l.DecidedBy)
		page.LookUps = append(page.LookUps, shown)
	}
	return s.Show(c, http.StatusOK, page)
}

// memberName is what colleagues call a member of staff, of one who has left too; their id if it is not known any more.
func (s *Staff) memberName(c *fiber.Ctx, id string) string {
	if id == "" {
		return ""
	}
	member, err := s.Members.Find(c.UserContext(), id)
	if err != nil || member.Name == "" {
		return id
	}
	return member.Name
}
