package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models/consent"
)

type consentJSON struct {
	Purpose    string        `json:"purpose"`
	LegalBasis string        `json:"legal_basis"`
	State      string        `json:"state"`
	Since      string        `json:"since,omitempty"`
	Allowed    bool          `json:"allowed"`
	Reason     string        `json:"reason"`
	Notice     noticeRefJSON `json:"notice"`
	ExpiresAt  string        `json:"expires_at,omitempty"`
	LogIndex   *uint64       `json:"log_index,omitempty"`
}

type noticeRefJSON struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
}

// consents says where a customer stands on every purpose.
func (h *handler) consents(c *fiber.Ctx) error {
	path, err := params(c, "ref")
	if err != nil {
		return err
	}
	// The language would only choose among translations of one version, which is not part of the answer.
	states, err := h.Consents.Purposes(c.UserContext(), path[0], "en")
	if err != nil {
		return err
	}
	list := make([]consentJSON, 0, len(states))
	for _, s := range states {
		list = append(list, consentOf(s))
	}
	return c.JSON(struct {
		Customer string        `json:"customer"`
		Consents []consentJSON `json:"consents"`
	}{path[0], list})
}

func consentOf(s consent.PurposeState) consentJSON {
	j := consentJSON{
		Purpose: s.Purpose.Key, LegalBasis: string(s.Purpose.Basis), State: string(s.State),
		Allowed: s.Decision.Allowed, Reason: string(s.Decision.Reason),
		Notice: noticeRefJSON{Key: s.Notice.Key, Version: s.Notice.Version},
	}
	if s.Choice.State != "" {
		j.Since, j.LogIndex = instant(s.Since), &s.Choice.Seq
	}
	if !s.ExpiresAt.IsZero() {
		j.ExpiresAt = instant(s.ExpiresAt)
	}
	return j
}
