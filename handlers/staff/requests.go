package staff

import (
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/store"
)

// requestsPath is where staff answer requests.
const requestsPath = "/staff/requests"

// listed is how many requests one page lists of each sort.
const listed = 200

// DataRequests is GET /staff/requests: what must be answered, the most urgent first, and what was answered last.
func (s *Staff) DataRequests(c *fiber.Ctx) error {
	v := session.From(c)
	page := frontend.StaffRequestsPage{}
	for _, part := range []struct {
		closed bool
		into   *[]frontend.DataRequest
	}{{false, &page.Open}, {true, &page.Closed}} {
		requests, err := s.Requests.Page(c.UserContext(), store.RequestQuery{Closed: part.closed, Limit: listed})
		if err != nil {
			return err
		}
		for _, r := range requests {
			shown := s.Asked.Request(r, v.Words.Tag())
			if v.RoleFor(auth.HandleRequests) != "" { // without training it leads to what is missing
				shown.URL = requestsPath + "/" + url.PathEscape(r.ID)
			}
			*part.into = append(*part.into, shown)
		}
	}
	return s.Show(c, http.StatusOK, page)
}
