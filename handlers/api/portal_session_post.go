package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
)

// createPortalSession makes a one-time link that lets a customer in.
func (h *handler) createPortalSession(c *fiber.Ctx) error {
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	request, err := readLinkRequest(c)
	if err != nil {
		return err
	}
	link, err := h.Auth.CreateLink(c.UserContext(), request)
	if err != nil {
		return err
	}
	url := h.BaseURL + "/sessions/" + link.Secret
	c.Location(url)
	return c.Status(fiber.StatusCreated).JSON(struct {
		ID        string `json:"id"`
		URL       string `json:"url"`
		ExpiresAt string `json:"expires_at"`
	}{link.ID, url, instant(link.ExpiresAt)})
}

func readLinkRequest(c *fiber.Ctx) (auth.LinkRequest, error) {
	m, err := readMembers(c.Request().Body())
	if err != nil {
		return auth.LinkRequest{}, err
	}
	r := auth.LinkRequest{Customer: m.string("customer"), ReturnURL: m.string("return_url"), Locale: m.string("locale"), Flow: auth.ParseFlow(m.string("flow"))}
	seconds := m.integer("expires_in", int(auth.MaxLinkLifetime/time.Second))
	if err := m.end(); err != nil {
		return auth.LinkRequest{}, err
	}
	if limit := int(auth.MaxLinkLifetime / time.Second); seconds < 1 || seconds > limit { // before it is multiplied
		return auth.LinkRequest{}, models.Fail(models.Invalid, "out_of_range", "min", 1, "max", limit).In("expires_in")
	}
	r.ExpiresIn = time.Duration(seconds) * time.Second
	if key := c.Get(headerIdempotencyKey); key != "" {
		client, _ := c.Locals(clientKey{}).(string)
		r.Key = client + " " + key
	}
	return r, nil
}
