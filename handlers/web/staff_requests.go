package web

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

// StaffRequests is GET /staff/requests: what must be answered, the most urgent first, and what was answered last.
func (w *Web) StaffRequests(c *fiber.Ctx) error {
	v := session.From(c)
	page := frontend.StaffRequestsPage{}
	for _, part := range []struct {
		closed bool
		into   *[]frontend.DataRequest
	}{{false, &page.Open}, {true, &page.Closed}} {
		requests, err := w.Requests.Page(c.UserContext(), store.RequestQuery{Closed: part.closed, Limit: listed})
		if err != nil {
			return err
		}
		for _, r := range requests {
			shown := w.dataRequest(r, v.Words.Tag())
			if auth.May(v.Role(), auth.HandleRequests) {
				shown.URL = requestsPath + "/" + url.PathEscape(r.ID)
			}
			*part.into = append(*part.into, shown)
		}
	}
	return w.show(c, http.StatusOK, page)
}
