package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/store"
)

// clientsPath is where staff manage API clients.
const clientsPath = "/staff/clients"

// StaffClients is GET /staff/clients: every API client, those that were revoked apart.
func (w *Web) StaffClients(c *fiber.Ctx) error {
	all, err := w.Auth.Clients(c.UserContext())
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b store.Client) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	page := frontend.ClientsPage{}
	for _, client := range all {
		shown := w.client(client)
		if client.RevokedAt.IsZero() {
			page.Clients = append(page.Clients, shown)
		} else {
			page.Revoked = append(page.Revoked, shown)
		}
	}
	return w.show(c, http.StatusOK, page)
}

// StaffClient is GET /staff/clients/{id}.
func (w *Web) StaffClient(c *fiber.Ctx) error {
	client, err := w.clientOf(c)
	if err != nil {
		return err
	}
	page := w.clientPage(client)
	page.Done = frontend.ClientDone("")
	switch done := frontend.ClientDone(c.Query("done")); done {
	case frontend.ClientAdded, frontend.ClientSecretEnded, frontend.ClientKeysChanged, frontend.ClientRevoked:
		page.Done = frontend.ClientDone(strings.Clone(string(done)))
	case frontend.ClientNewSecret: // which is said by the page that shows it
	}
	return w.show(c, http.StatusOK, page)
}

// clientOf is the client that the path names.
func (w *Web) clientOf(c *fiber.Ctx) (store.Client, error) {
	id, err := clientID(c)
	if err != nil {
		return store.Client{}, err
	}
	return w.Auth.Client(c.UserContext(), id)
}

func clientID(c *fiber.Ctx) (string, error) {
	id, err := url.PathUnescape(c.Params("id"))
	if err != nil || id == "" {
		return "", store.ErrNotFound
	}
	return strings.Clone(id), nil
}

// toClient leads back to a client's page, which says what was done.
func toClient(c *fiber.Ctx, id string, done frontend.ClientDone) error {
	return c.Redirect(clientURL(id)+"?done="+string(done), http.StatusSeeOther)
}

func clientURL(id string) string { return clientsPath + "/" + url.PathEscape(id) }

// noteClient tells the operator's log who changed which client.
func (w *Web) noteClient(c *fiber.Ctx, did, client string) {
	w.Logger.Info("an API client was changed by staff", "did", did, "client", client, "role", session.From(c).Role(), "request", problem.RequestID(c))
}

// client is an API client as staff see it.
func (w *Web) client(c store.Client) frontend.Client {
	out := frontend.Client{
		ID: c.ID, Name: c.Name, URL: clientURL(c.ID), Scopes: c.Scopes, Shows: frontend.ShowsSecret,
		AddedAt: c.CreatedAt, RevokedAt: c.RevokedAt,
	}
	switch {
	case auth.IsOutside(c.ID):
		out.Shows = frontend.ShowsOutside
	case len(c.Keys) > 0:
		out.Shows = frontend.ShowsKeys
	}
	for _, used := range c.Used {
		if used.After(out.UsedOn) {
			out.UsedOn = used
		}
	}
	for _, s := range c.Secrets {
		if !s.EndsAt.IsZero() && auth.Good(s, w.Clock()) {
			out.OldEndsAt = s.EndsAt
		}
	}
	return out
}

func (w *Web) clientPage(c store.Client) frontend.ClientPage {
	const day = 24 * time.Hour
	page := frontend.ClientPage{
		Client: w.client(c), Days: int(auth.DefaultOverlap / day), MaxDays: int(auth.MaxOverlap / day),
		StopsWithin: w.Auth.MaxAge(), TokenURL: w.Auth.TokenEndpoint(),
	}
	for _, s := range c.Secrets {
		if auth.Good(s, w.Clock()) {
			page.Secrets = append(page.Secrets, frontend.ClientCredential{ID: s.ID, AddedAt: s.CreatedAt, EndsAt: s.EndsAt, UsedOn: c.Used[s.ID]})
		}
	}
	for _, k := range c.Keys {
		page.Keys = append(page.Keys, frontend.ClientCredential{ID: k.KeyID, AddedAt: k.CreatedAt, UsedOn: c.Used[k.ID]})
	}
	return page
}

// clientProblem shows a client's page with why something was not done.
func (w *Web) clientProblem(c *fiber.Ctx, id string, cause error) error {
	words, field, ok := inWords(c, cause)
	if !ok {
		return cause
	}
	client, err := w.Auth.Client(c.UserContext(), id)
	if err != nil {
		return err
	}
	page := w.clientPage(client)
	page.Problem, page.Field = words, field
	return w.show(c, problem.Status(problem.From(cause)), page)
}

// inWords says a broken rule in the person's language, and the field that broke it. ok is false for what is no broken
// rule.
func inWords(c *fiber.Ctx, err error) (words, field string, ok bool) {
	e, is := errors.AsType[*models.Error](err)
	if !is || e.Kind != models.Invalid && e.Kind != models.Conflict {
		return "", "", false
	}
	args := append([]any{"field", e.Field}, e.Args...)
	return session.From(c).Words.T("error."+e.Code, args...), e.Field, true
}
