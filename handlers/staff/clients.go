package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

// clientsPath is where staff manage API clients.
const clientsPath = "/staff/clients"

// Clients is GET /staff/clients: every API client, those that were revoked apart.
func (s *Staff) Clients(c *fiber.Ctx) error {
	all, err := s.Auth.Clients(c.UserContext())
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b store.Client) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	page := frontend.ClientsPage{}
	for _, client := range all {
		shown := s.client(client)
		if client.RevokedAt.IsZero() {
			page.Clients = append(page.Clients, shown)
		} else {
			page.Revoked = append(page.Revoked, shown)
		}
	}
	return s.Show(c, http.StatusOK, page)
}

// Client is GET /staff/clients/{id}.
func (s *Staff) Client(c *fiber.Ctx) error {
	client, err := s.clientOf(c)
	if err != nil {
		return err
	}
	page := s.clientPage(client)
	page.Done = frontend.ClientDone("")
	switch done := frontend.ClientDone(c.Query("done")); done {
	case frontend.ClientAdded, frontend.ClientSecretEnded, frontend.ClientKeysChanged, frontend.ClientRevoked:
		page.Done = frontend.ClientDone(strings.Clone(string(done)))
	case frontend.ClientNewSecret: // which is said by the page that shows it
	}
	return s.Show(c, http.StatusOK, page)
}

// clientOf is the client that the path names.
func (s *Staff) clientOf(c *fiber.Ctx) (store.Client, error) {
	id, err := clientID(c)
	if err != nil {
		return store.Client{}, err
	}
	return s.Auth.Client(c.UserContext(), id)
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

// noteClient says in the log who changed which client; part is what of it. A secret is shown only when the log says that
// it was made, so that nobody has one of which it does not know.
func (s *Staff) noteClient(c *fiber.Ctx, kind, client, part string) error {
	act := staffact.Act{Kind: kind, About: ledger.About{Type: "client", Key: client, Part: part}}
	if kind == ledger.ClientRevoked {
		act.ID = ledger.DerivedEventID(kind, client)
	}
	_, err := s.Acts.Record(c.UserContext(), session.From(c).By(auth.ManageClients), act)
	return err
}

// client is an API client as staff see it.
func (s *Staff) client(c store.Client) frontend.Client {
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
	for _, secret := range c.Secrets {
		if !secret.EndsAt.IsZero() && auth.Good(secret, s.Clock()) {
			out.OldEndsAt = secret.EndsAt
		}
	}
	return out
}

func (s *Staff) clientPage(c store.Client) frontend.ClientPage {
	const day = 24 * time.Hour
	page := frontend.ClientPage{
		Client: s.client(c), Days: int(auth.DefaultOverlap / day), MaxDays: int(auth.MaxOverlap / day),
		StopsWithin: s.Auth.MaxAge(), TokenURL: s.Auth.TokenEndpoint(),
	}
	for _, secret := range c.Secrets {
		if auth.Good(secret, s.Clock()) {
			page.Secrets = append(page.Secrets, frontend.ClientCredential{ID: secret.ID, AddedAt: secret.CreatedAt, EndsAt: secret.EndsAt, UsedOn: c.Used[secret.ID]})
		}
	}
	for _, k := range c.Keys {
		page.Keys = append(page.Keys, frontend.ClientCredential{ID: k.KeyID, AddedAt: k.CreatedAt, UsedOn: c.Used[k.ID]})
	}
	return page
}

// clientProblem shows a client's page with why something was not done.
func (s *Staff) clientProblem(c *fiber.Ctx, id string, cause error) error {
	words, field, ok := pages.InWords(c, cause)
	if !ok {
		return cause
	}
	client, err := s.Auth.Client(c.UserContext(), id)
	if err != nil {
		return err
	}
	page := s.clientPage(client)
	page.Problem, page.Field = words, field
	return s.Show(c, problem.Status(problem.From(cause)), page)
}
