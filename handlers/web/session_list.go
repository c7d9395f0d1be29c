package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/billing"
	"candor/models/keys"
	"candor/models/store"
)

// SessionList is GET /account/sessions: where a person is signed in.
func (w *Web) SessionList(c *fiber.Ctx) error {
	v := session.From(c)
	sessions, err := w.Auth.SessionsOf(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	page := frontend.SessionsPage{}
	for _, s := range sessions {
		network, err := w.network(c, s)
		if err != nil {
			return err
		}
		page.Sessions = append(page.Sessions, frontend.SignedInSession{
			ID: s.ID, Method: s.Method, Network: network, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, ExpiresAt: s.ExpiresAt,
			Current: s.Hash == v.Session.Hash,
		})
	}
	flash := frontend.FlashNone
	if c.Query("done") == "ended" {
		flash = frontend.FlashSessionsEnded
	}
	return w.ShowWith(c, http.StatusOK, flash, page)
}

// network is where a session was started from, as the record of the sign-in says: empty if none was kept, or it is
// gone.
func (w *Web) network(c *fiber.Ctx, s store.Session) (string, error) {
	if _, ok := w.Map.In(c.UserContext()).Category(accessLog); !ok {
		return "", nil
	}
	record, err := w.Billing.Record(c.UserContext(), s.Customer, accessLog, signInPrefix+s.ID)
	if errors.Is(err, billing.ErrUnknownRecord) || errors.Is(err, keys.ErrDestroyed) {
		return "", nil
	}
	return record.Fields["address_range"], err
}

// EndSession is POST /account/sessions/{id}/end.
func (w *Web) EndSession(c *fiber.Ctx) error {
	if err := w.Auth.EndSession(c.UserContext(), session.From(c).Customer(), strings.Clone(c.Params("id"))); err != nil {
		return err
	}
	return c.Redirect("/account/sessions?done=ended", http.StatusSeeOther)
}

// EndOtherSessions is POST /account/sessions/end-others: signed in here and nowhere else.
func (w *Web) EndOtherSessions(c *fiber.Ctx) error {
	if err := w.Auth.EndOtherSessions(c.UserContext(), session.From(c).Session); err != nil {
		return err
	}
	return c.Redirect("/account/sessions?done=ended", http.StatusSeeOther)
}
