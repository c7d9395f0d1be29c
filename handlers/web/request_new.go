package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/ledger"
	"candor/models/request"
	"candor/models/store"
)

// NewRequest is GET /requests/new/{kind}: the form.
func (w *Web) NewRequest(c *fiber.Ctx) error {
	kind := request.Kind(strings.Clone(c.Params("kind")))
	if !slices.Contains(request.Kinds(), kind) {
		return store.ErrNotFound
	}
	return w.requestForm(c, http.StatusOK, request.Question{Kind: kind, Asked: request.Asked{
		Category: strings.Clone(c.Query("category")), Record: strings.Clone(c.Query("record")),
	}}, nil)
}

// AskRequest is POST /requests: the request is in the log before it is answered.
func (w *Web) AskRequest(c *fiber.Ctx) error {
	v := session.From(c)
	q := request.Question{
		Customer: v.Customer(), Kind: request.Kind(strings.Clone(c.FormValue("kind"))), Channel: "web", Auth: v.Session.Method,
		Actor: ledger.Actor{Type: ledger.ActorCustomer},
		Asked: request.Asked{
			Record: strings.Clone(c.FormValue("record")), Value: strings.Clone(c.FormValue("value")),
			Ground: strings.Clone(c.FormValue("ground")), Text: strings.Clone(c.FormValue("words")),
		},
	}
	q.Category, q.Field, _ = strings.Cut(strings.Clone(c.FormValue("which")), "/")
	for _, key := range c.Context().PostArgs().PeekMulti("category") {
		q.Categories = append(q.Categories, string(key))
	}
	if !slices.Contains(request.Kinds(), q.Kind) {
		return models.Fail(models.Invalid, "unknown_request_kind", "field", "kind").In("kind")
	}
	made, _, err := w.Requests.Ask(c.UserContext(), q)
	if err != nil {
		e := problem.From(err)
		if e.Kind == models.Invalid || e.Kind == models.Conflict {
			return w.requestForm(c, problem.Status(e), q, e)
		}
		return err
	}
	return c.Redirect("/requests/"+url.PathEscape(made.ID)+"?done=sent", http.StatusSeeOther)
}

// requestForm shows the form, with what was written and what is wrong with it.
func (w *Web) requestForm(c *fiber.Ctx, status int, q request.Question, wrong *models.Error) error {
	v := session.From(c)
	page := frontend.RequestFormPage{
		Kind: frontend.RequestKind(q.Kind), Which: q.Category + "/" + q.Field, Record: q.Record, Value: q.Value, Words: q.Text,
		Grounds: request.RestrictionGrounds(), Ground: q.Ground,
	}
	if wrong != nil {
		page.Problem, page.Field = pages.RequestProblem(v, wrong)
	}
	held, err := w.Billing.Held(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	tag := v.Words.Tag()
	for _, h := range held {
		if h.Records == 0 {
			continue
		}
		page.Categories = append(page.Categories, frontend.DownloadCategory{
			Key: h.Category.Key, Label: h.Category.Label.In(tag), Count: h.Records, Chosen: slices.Contains(q.Categories, h.Category.Key),
		})
		group := frontend.FieldGroup{Label: h.Category.Label.In(tag)}
		for i := range h.Category.Fields {
			field := &h.Category.Fields[i]
			group.Fields = append(group.Fields, frontend.Ref{Key: h.Category.Key + "/" + field.Key, Label: field.Label.In(tag)})
		}
		page.Groups = append(page.Groups, group)
	}
	return w.Show(c, status, page)
}
