package staff

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
)

// NewClientSecret is POST /staff/clients/{id}/secrets. Its answer alone shows the secret, as AddClient's does.
func (s *Staff) NewClientSecret(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(c.FormValue("days")))
	if err != nil {
		days = -1 // which is out of range
	}
	client, secret, err := s.Auth.NewSecret(c.UserContext(), id, time.Duration(min(days, 1000))*24*time.Hour)
	if err != nil {
		return s.clientProblem(c, id, err)
	}
	if err := s.noteClient(c, ledger.ClientChanged, id, "new_secret"); err != nil {
		return err
	}
	page := s.clientPage(client)
	page.NewSecret, page.Done = secret, frontend.ClientNewSecret
	return s.Show(c, http.StatusCreated, page)
}

// EndClientSecret is POST /staff/clients/{id}/secrets/{secret}/end.
func (s *Staff) EndClientSecret(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if _, err := s.Auth.EndSecret(c.UserContext(), id, c.Params("secret")); err != nil {
		return s.clientProblem(c, id, err)
	}
	if err := s.noteClient(c, ledger.ClientChanged, id, "secret_ended"); err != nil {
		return err
	}
	return toClient(c, id, frontend.ClientSecretEnded)
}

// ReplaceClientKeys is POST /staff/clients/{id}/keys.
func (s *Staff) ReplaceClientKeys(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if _, err := s.Auth.ReplaceKeys(c.UserContext(), id, []byte(c.FormValue("keys")), auth.DefaultOverlap); err != nil {
		return s.clientProblem(c, id, err)
	}
	if err := s.noteClient(c, ledger.ClientChanged, id, "keys"); err != nil {
		return err
	}
	return toClient(c, id, frontend.ClientKeysChanged)
}

// AskRevokeClient is GET /staff/clients/{id}/revoke: are you sure?
func (s *Staff) AskRevokeClient(c *fiber.Ctx) error {
	client, err := s.clientOf(c)
	if err != nil {
		return err
	}
	if !client.RevokedAt.IsZero() {
		return c.Redirect(clientURL(client.ID), http.StatusSeeOther)
	}
	return s.Show(c, http.StatusOK, frontend.RevokeClientPage{Client: s.client(client), StopsWithin: s.Auth.MaxAge()})
}

// RevokeClient is POST /staff/clients/{id}/revoke.
func (s *Staff) RevokeClient(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if _, err := s.Auth.Client(c.UserContext(), id); err != nil {
		return err
	}
	if err := s.noteClient(c, ledger.ClientRevoked, id, ""); err != nil {
		return err
	}
	if err := s.Auth.RevokeClient(c.UserContext(), id); err != nil {
		return models.Wrap("revoke client", err)
	}
	return toClient(c, id, frontend.ClientRevoked)
}
