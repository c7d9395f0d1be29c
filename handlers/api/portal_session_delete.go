package api

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
)

var errUnknownPortalSession = models.Fail(models.NotFound, "unknown_portal_session")

// deletePortalSession revokes a one-time link, and ends the session that it has started.
func (h *handler) deletePortalSession(c *fiber.Ctx) error {
	if err := h.Auth.RevokeLink(c.UserContext(), c.Params("id")); err != nil {
		return errPortalSession(err)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// errPortalSession says it in the API's terms: a person is told of a link, a program of a portal session.
func errPortalSession(err error) error {
	if errors.Is(err, auth.ErrLinkUnknown) {
		return errUnknownPortalSession
	}
	return err
}
