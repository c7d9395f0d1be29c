package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/auth"
)

// portalSession says what became of a one-time link. Its secret is not kept, so there is no URL to give.
func (h *handler) portalSession(c *fiber.Ctx) error {
	link, state, err := h.Auth.LinkByID(c.UserContext(), c.Params("id"))
	if err != nil {
		return errPortalSession(err)
	}
	answer := struct {
		ID        string         `json:"id"`
		Customer  string         `json:"customer"`
		State     auth.LinkState `json:"state"`
		CreatedAt string         `json:"created_at"`
		ExpiresAt string         `json:"expires_at"`
		UsedAt    string         `json:"used_at,omitempty"`
		RevokedAt string         `json:"revoked_at,omitempty"`
		ReturnURL string         `json:"return_url,omitempty"`
		Locale    string         `json:"locale,omitempty"`
		Flow      string         `json:"flow,omitempty"`
	}{
		ID: link.ID, Customer: link.Customer, State: state, CreatedAt: instant(link.CreatedAt), ExpiresAt: instant(link.ExpiresAt),
		ReturnURL: link.ReturnURL, Locale: link.Locale, Flow: link.Flow,
	}
	if !link.UsedAt.IsZero() {
		answer.UsedAt = instant(link.UsedAt)
	}
	if !link.RevokedAt.IsZero() {
		answer.RevokedAt = instant(link.RevokedAt)
	}
	return c.JSON(answer)
}
