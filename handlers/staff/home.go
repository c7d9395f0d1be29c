package staff

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
)

// Home is GET /staff.
func (s *Staff) Home(c *fiber.Ctx) error {
	v := session.From(c)
	customers, err := s.Customers.CountCustomers(c.UserContext())
	if err != nil {
		return err
	}
	head := s.Log.Head()
	page := frontend.StaffHomePage{
		Role: v.Staff().Roles[0], Origin: s.Log.Origin(), VKey: s.VKey, Size: int64(head.Size), // below 2^53
		CheckpointAt: head.Time, Customers: customers,
	}
	for _, key := range s.Notices.Keys() {
		if n, err := s.Notices.Current(key); err == nil {
			text, _ := n.In(v.Words.Tag())
			page.Notices = append(page.Notices, frontend.NoticeRef{Key: key, Version: n.Version, Title: text.Title})
		}
	}
	return s.Show(c, http.StatusOK, page)
}
