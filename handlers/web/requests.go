package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/ledger"
	"candor/models/request"
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
		shown := w.dataRequest(r, v.Words.Tag())
		shown.URL = "/requests/" + url.PathEscape(r.ID)
		page.Requests = append(page.Requests, shown)
		if !page.RestrictedSince.IsZero() && !shown.EndsAt.IsZero() && r.ClosedAt.IsZero() {
			page.EndsAt = shown.EndsAt
		}
	}
	return w.show(c, http.StatusOK, page)
}

// DataRequest is GET /requests/{id}.
func (w *Web) DataRequest(c *fiber.Ctx) error {
	v := session.From(c)
	r, err := w.Requests.RequestOf(c.UserContext(), v.Customer(), strings.Clone(c.Params("id")))
	if err != nil {
		return err
	}
	page := frontend.RequestPage{Request: w.dataRequest(r, v.Words.Tag())}
	page.Sent = c.Query("done") == "sent" && w.Clock().Sub(r.ReceivedAt) < justNow
	for i := range page.Request.Systems {
		page.Request.Systems[i].Note = "" // is for whoever answers
	}
	return w.show(c, http.StatusOK, page)
}

// dataRequest is a request as a person reads it.
func (w *Web) dataRequest(r request.Request, tag string) frontend.DataRequest {
	rule, confirmBy := w.Requests.Rule(r)
	out := frontend.DataRequest{
		Customer: r.Customer, Kind: frontend.RequestKind(r.Kind), State: frontend.RequestState(r.State), Channel: r.Channel,
		ReceivedAt: r.ReceivedAt, DueAt: r.DueAt, ClosedAt: r.ClosedAt, ConfirmBy: confirmBy, Law: rule.Source,
		Overdue: r.Overdue(w.Clock()), Value: r.Asked.Value, Words: r.Asked.Text, Ground: r.Asked.Ground,
		Entry: int64(r.Entry()), Unreadable: r.Unreadable, // below 2^53
	}
	if len(r.Grounds) > 0 && r.State == request.Refused {
		out.Grounds = r.Grounds
	}
	out.About = w.about(r.Asked, tag)
	if step, ok := r.Step(ledger.RequestExtended); ok {
		out.Extended = step.Text
	}
	if step, ok := r.Step(ledger.RequestAnswered); ok {
		out.Closing = step.Text
	}
	if decided, ok := r.Decision(); ok {
		out.Answer, out.EndsAt = decided.Text, decided.Starts
		out.Erased, out.Kept = w.plan(decided.Plan, tag)
	}
	for _, t := range r.Tasks {
		out.Systems = append(out.Systems, frontend.SystemState{Name: t.Name, State: t.State, AskedAt: t.AskedAt, At: t.ClosedAt, Note: t.Said.Note})
	}
	return out
}

// about names the field or the categories that a request is about.
func (w *Web) about(a request.Asked, tag string) (names []string) {
	for _, key := range append(slices.Clone(a.Categories), a.Category) {
		category, ok := w.Map.Category(key)
		if !ok {
			continue
		}
		name := category.Label.In(tag)
		if field, ok := category.Field(a.Field); ok && key == a.Category {
			name += " – " + field.Label.In(tag)
		}
		if a.Record != "" && key == a.Category {
			name += " (" + a.Record + ")"
		}
		names = append(names, name)
	}
	return names
}

// plan tells what goes from what stays.
func (w *Web) plan(plan []request.Plan, tag string) (erased []string, kept []frontend.KeptData) {
	for _, p := range plan {
		label, rule := p.Category, ""
		if category, ok := w.Map.Category(p.Category); ok {
			label, rule = category.Label.In(tag), category.Retention.Label.In(tag)
		}
		if p.Erase {
			erased = append(erased, label)
			continue
		}
		kept = append(kept, frontend.KeptData{
			Key: p.Category, Label: label, Ground: p.Ground, Until: p.Until, Rule: rule, Optional: p.Ground == request.GroundContract,
		})
	}
	return erased, kept
}

// dayOf reads a form's date in the operator's zone; the zero time for none.
func (w *Web) dayOf(c *fiber.Ctx, field string) (time.Time, error) {
	at, err := w.day(c.FormValue(field))
	if err != nil {
		return at, models.Fail(models.Invalid, "bad_time").In(field)
	}
	return at, nil
}
