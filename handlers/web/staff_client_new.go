package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/models/auth"
)

// NewClient is GET /staff/clients/new: the form.
func (w *Web) NewClient(c *fiber.Ctx) error {
	return w.show(c, http.StatusOK, w.newClientPage(auth.Enrolment{}))
}

// AddClient is POST /staff/clients. The answer shows the secret, and is the only one that ever does: it is neither kept
// nor put into an address that a browser would remember.
func (w *Web) AddClient(c *fiber.Ctx) error {
	asked := auth.Enrolment{
		Name: strings.TrimSpace(strings.Clone(c.FormValue("name"))), Outside: strings.TrimSpace(strings.Clone(c.FormValue("outside"))),
	}
	for _, scope := range c.Context().PostArgs().PeekMulti("scope") {
		asked.Scopes = append(asked.Scopes, string(scope))
	}
	if keys := strings.TrimSpace(c.FormValue("keys")); keys != "" {
		asked.JWKS = []byte(keys)
	}
	client, secret, err := w.Auth.Enrol(c.UserContext(), asked)
	if err != nil {
		words, field, ok := inWords(c, err)
		if !ok {
			return err
		}
		page := w.newClientPage(asked)
		page.Problem, page.Field = words, field
		return w.show(c, problem.Status(problem.From(err)), page)
	}
	w.noteClient(c, "add", client.ID)
	if secret == "" {
		return toClient(c, client.ID, frontend.ClientAdded)
	}
	page := w.clientPage(client)
	page.NewSecret, page.Done = secret, frontend.ClientAdded
	return w.show(c, http.StatusCreated, page)
}

func (w *Web) newClientPage(asked auth.Enrolment) frontend.NewClientPage {
	page := frontend.NewClientPage{Name: asked.Name, Keys: string(asked.JWKS), Issuer: w.Auth.OutsideIssuer(), Outside: asked.Outside}
	for _, scope := range auth.Scopes() {
		page.Scopes = append(page.Scopes, frontend.ScopeChoice{Scope: scope, Chosen: slices.Contains(asked.Scopes, scope)})
	}
	return page
}
