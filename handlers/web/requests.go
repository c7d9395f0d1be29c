package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
)

// DataRequests is GET /requests: what the visitor has asked, how far it is, and what they can ask.
func (w *Web) DataRequests(c *fiber.Ctx) error {
	v := session.From(c)
	asked, err := w.Requests.RequestsOf(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	standing, err := w.Log.Newest(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	page := frontend.RequestsPage{Kinds: []frontend.RequestKind{
		frontend.RequestRectification, frontend.RequestErasure, frontend.RequestRestriction,
	}}
	if all := standing.Choices.Of(models.Everything); all.State == models.Restricted {
		page.RestrictedSince = all.Since
		page.Kinds[2] = frontend.RequestRelease
	}
	for _, r := range asked {
		shown := w.Asked.Request(r, v.Words.Tag())
		shown.URL = "/requests/" + url.PathEscape(r.ID)
		page.Requests = append(page.Requests, shown)
		if !page.RestrictedSince.IsZero() && !shown.EndsAt.IsZero() && r.ClosedAt.IsZero() {
			page.EndsAt = shown.EndsAt
		}
	}
	return w.Show(c, http.StatusOK, page)
}

// DataRequest is GET /requests/{id}.
func (w *Web) DataRequest(c *fiber.Ctx) error {
	v := session.From(c)
	r, err := w.Requests.RequestOf(c.UserContext(), v.Customer(), strings.Clone(c.Params("id")))
	if err != nil {
		return err
	}
	page := frontend.RequestPage{Request: w.Asked.Request(r, v.Words.Tag())}
	page.Sent = c.Query("done") == "sent" && w.Clock().Sub(r.ReceivedAt) < justNow
	for i := range page.Request.Systems {
		page.Request.Systems[i].Note = "" // is for whoever answers
	}
	return w.Show(c, http.StatusOK, page)
}
