package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/consent"
)

// askTwice is what POST /consents/{purpose} shows to whoever has opted out of a sale and allows it again: the second of
// the two steps. It posts the same form, with "confirmed"; until then nothing is recorded.
func (w *Web) askTwice(c *fiber.Ctx, choice consent.Choice) error {
	v := session.From(c)
	states, err := w.Consent.Purposes(c.UserContext(), v.Customer(), v.Words.Tag())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(states, func(ps consent.PurposeState) bool { return ps.Purpose.Key == choice.Purpose })
	if i < 0 {
		return consent.ErrUnknownPurpose
	}
	offered := w.choice(states[i], v.Words.Tag())
	return w.Show(c, http.StatusOK, frontend.OptInPage{
		Purpose: offered.Purpose, Label: offered.Label, Meaning: offered.OnMeaning, Recipients: offered.Recipients,
		Since: states[i].Choice.Since, Choice: string(choice.Action), Served: strings.Clone(c.FormValue("served")), Return: back(c),
	})
}
