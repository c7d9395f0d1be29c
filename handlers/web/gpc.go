package web

import (
	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
)

// headerGPC is what a browser sends whose user wants their data neither sold nor shared (Global Privacy Control, W3C).
const headerGPC = "Sec-GPC"

// gpcSince is when this site began to heed the signal, or heeded it in another way.
const gpcSince = "2026-11-29"

func signalled(c *fiber.Ctx) bool { return c.Get(headerGPC) == "1" }

// HeedSignal takes the signal of a signed-in customer's browser as their opt-out, once: a look at where they stand, on
// every page after that. If the log cannot take it just now, the next page tries again, and this one is shown all the same.
func (w *Web) HeedSignal(c *fiber.Ctx) error {
	v := session.From(c)
	if !signalled(c) || v.Customer() == "" {
		return c.Next()
	}
	heard, err := w.Consent.Heard(c.UserContext(), v.Customer())
	if err == nil && !heard {
		_, err = w.Consent.OptOut(c.UserContext(), consent.Signal{
			Customer: v.Customer(), Actor: ledger.Actor{Type: ledger.ActorCustomer}, Auth: v.Session.Method,
		})
	}
	if err != nil {
		w.Logger.Error("an opt-out signal was not recorded", "error", err)
	}
	return c.Next()
}

// signal says whether an opt-out signal is heeded, and for which uses; nil if there is none.
func (w *Web) signal(c *fiber.Ctx, states []consent.PurposeState, tag string) *frontend.Signal {
	s := frontend.Signal{Sent: signalled(c)}
	heard := false
	for _, ps := range states {
		if !ps.Purpose.SaleOrSharing {
			continue
		}
		heard = heard || ps.Choice.Signal
		on := ps.State == models.Given || ps.State == models.Permitted
		s.Uses = append(s.Uses, frontend.SignalUse{Label: ps.Purpose.Label.In(tag), On: on})
	}
	if !s.Sent && !heard {
		return nil
	}
	return &s
}

// GPC is GET /.well-known/gpc.json: the site heeds Global Privacy Control.
func (w *Web) GPC(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return c.JSON(struct {
		GPC        bool   `json:"gpc"`
		LastUpdate string `json:"lastUpdate"`
	}{true, gpcSince})
}
