package api

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
)

// listDataRequests gives a page of requests: those that are open, the most urgent first, or with state=closed those that
// are over, the latest first.
func (h *handler) listDataRequests(c *fiber.Ctx) error {
	after, limit, err := page(c)
	if err != nil {
		return err
	}
	q := store.RequestQuery{Limit: limit}
	switch c.Query("state", "open") {
	case "open":
	case "closed":
		q.Closed = true
	default:
		return models.Fail(models.Invalid, "unknown_request_state").In("state")
	}
	if after != "" {
		due, id, _ := strings.Cut(after, " ")
		if q.AfterTime, err = ledger.ParseTime(due); err != nil {
			return errBadCursor
		}
		q.AfterID = id
	}
	requests, err := h.Requests.Page(c.UserContext(), q)
	if err != nil {
		return err
	}
	list := struct {
		Requests []dataRequestJSON `json:"requests"`
		Next     string            `json:"next_cursor,omitempty"`
	}{Requests: make([]dataRequestJSON, 0, len(requests))}
	for _, r := range requests {
		list.Requests = append(list.Requests, h.dataRequestOf(r))
	}
	if n := len(requests); n == limit {
		list.Next = cursor(ledger.FormatTime(requests[n-1].DueAt.Truncate(time.Millisecond)) + " " + requests[n-1].ID)
	}
	return c.JSON(list)
}
