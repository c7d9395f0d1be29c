package staff

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/models/auth"
	"candor/models/ledger"
)

// NewClient is GET /staff/clients/new: the form.
func (s *Staff) NewClient(c *fiber.Ctx) error {
	return s.Show(c, http.StatusOK, s.newClientPage(auth.Enrolment{}))
}

// AddClient is POST /staff/clients. The answer shows the secret, and is the only one that ever does: it is neither kept
// nor put into an address that a browser would remember.
func (s *Staff) AddClient(c *fiber.Ctx) error {
	asked := auth.Enrolment{
		Name: strings.TrimSpace(strings.Clone(c.FormValue("name"))), Outside: strings.TrimSpace(strings.Clone(c.FormValue("outside"))),
	}
	for _, scope := range c.Context().PostArgs().PeekMulti("scope") {
		asked.Scopes = append(asked.Scopes, string(scope))
	}
	if keys := strings.TrimSpace(c.FormValue("keys")); keys != "" {
		asked.JWKS = []byte(keys)
	}
	client, secret, err := s.Auth.Enrol(c.UserContext(), asked)
	if err != nil {
		words, field, ok := pages.InWords(c, err)
		if !ok {
			return err
		}
		page := s.newClientPage(asked)
		page.Problem, page.Field = words, field
		return s.Show(c, problem.Status(problem.From(err)), page)
	}
	if err := s.noteClient(c, ledger.ClientAdded, client.ID, ""); err != nil {
		return err
	}
	if secret == "" {
		return toClient(c, client.ID, frontend.ClientAdded)
	}
	page := s.clientPage(client)
	page.NewSecret, page.Done = secret, frontend.ClientAdded
	return s.Show(c, http.StatusCreated, page)
}

func (s *Staff) newClientPage(asked auth.Enrolment) frontend.NewClientPage {
	page := frontend.NewClientPage{Name: asked.Name, Keys: string(asked.JWKS), Issuer: s.Auth.OutsideIssuer(), Outside: asked.Outside}
	for _, scope := range auth.Scopes() {
		page.Scopes = append(page.Scopes, frontend.ScopeChoice{Scope: scope, Chosen: slices.Contains(asked.Scopes, scope)})
	}
	return page
}
