package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/models"
	"candor/models/auth"
)

// NewClientSecret is POST /staff/clients/{id}/secrets. Its answer alone shows the secret, as AddClient's does.
func (w *Web) NewClientSecret(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(c.FormValue("days")))
	if err != nil {
		days = -1 // which is out of range
	}
	client, secret, err := w.Auth.NewSecret(c.UserContext(), id, time.Duration(min(days, 1000))*24*time.Hour)
	if err != nil {
		return w.clientProblem(c, id, err)
	}
	w.noteClient(c, "new secret", id)
	page := w.clientPage(client)
	page.NewSecret, page.Done = secret, frontend.ClientNewSecret
	return w.show(c, http.StatusCreated, page)
}

// EndClientSecret is POST /staff/clients/{id}/secrets/{secret}/end.
func (w *Web) EndClientSecret(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if _, err := w.Auth.EndSecret(c.UserContext(), id, c.Params("secret")); err != nil {
		return w.clientProblem(c, id, err)
	}
	w.noteClient(c, "end secret", id)
	return toClient(c, id, frontend.ClientSecretEnded)
}

// ReplaceClientKeys is POST /staff/clients/{id}/keys.
func (w *Web) ReplaceClientKeys(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if _, err := w.Auth.ReplaceKeys(c.UserContext(), id, []byte(c.FormValue("keys")), auth.DefaultOverlap); err != nil {
		return w.clientProblem(c, id, err)
	}
	w.noteClient(c, "replace keys", id)
	return toClient(c, id, frontend.ClientKeysChanged)
}

// AskRevokeClient is GET /staff/clients/{id}/revoke: are you sure?
func (w *Web) AskRevokeClient(c *fiber.Ctx) error {
	client, err := w.clientOf(c)
	if err != nil {
		return err
	}
	if !client.RevokedAt.IsZero() {
		return c.Redirect(clientURL(client.ID), http.StatusSeeOther)
	}
	return w.show(c, http.StatusOK, frontend.RevokeClientPage{Client: w.client(client), StopsWithin: w.Auth.MaxAge()})
}

// RevokeClient is POST /staff/clients/{id}/revoke.
func (w *Web) RevokeClient(c *fiber.Ctx) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if err := w.Auth.RevokeClient(c.UserContext(), id); err != nil {
		return models.Wrap("revoke client", err)
	}
	w.noteClient(c, "revoke", id)
	return toClient(c, id, frontend.ClientRevoked)
}
