package api

import (
	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/ledger"
)

type outcomeJSON struct {
	Purpose  string `json:"purpose"`
	State    string `json:"state"`
	Changed  bool   `json:"changed"`
	LogIndex uint64 `json:"log_index"`
	Time     string `json:"time"`
}

func outcomeOf(purpose string, o consent.Outcome) outcomeJSON {
	return outcomeJSON{Purpose: purpose, State: string(o.State), Changed: o.Changed, LogIndex: o.Entry, Time: instant(o.Time)}
}

// maxVersion is more than any notice will have.
const maxVersion = 1_000_000

// putConsent records a choice that a person made elsewhere.
func (h *handler) putConsent(c *fiber.Ctx) error {
	path, err := params(c, "ref", "purpose")
	if err != nil {
		return err
	}
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	t, err := readTold(c.Request().Body())
	if err != nil {
		return err
	}
	t.Customer, t.Purpose, t.Actor, t.Auth = path[0], path[1], caller(c), consent.AuthClient
	outcome, err := h.Consents.Tell(c.UserContext(), t)
	if err != nil {
		return err
	}
	return c.JSON(outcomeOf(t.Purpose, outcome))
}

// caller is the client whose token the request has, as the log names it.
func caller(c *fiber.Ctx) ledger.Actor {
	client, _ := c.Locals(clientKey{}).(string)
	return ledger.Actor{Type: ledger.ActorService, ID: client}
}

func readTold(body []byte) (consent.Told, error) {
	m, err := readMembers(body)
	if err != nil {
		return consent.Told{}, err
	}
	t := consent.Told{Action: consent.Action(m.required("choice")), Channel: m.required("channel")}
	t.OccurredAt, err = billing.ParseTime("occurred_at", m.string("occurred_at"))
	if err != nil {
		m.fail(err)
	}
	m.object("notice", func(m *members) {
		t.Notice = &models.NoticeRef{Key: m.required("key"), Version: m.integer("version", 0), Locale: m.required("locale")}
		if t.Notice.Version < 1 || t.Notice.Version > maxVersion {
			m.fail(broken("out_of_range", m.at+"version", "min", 1, "max", maxVersion))
		}
	})
	m.object("evidence", func(m *members) {
		t.Evidence = &ledger.Backing{
			Kind: m.required("kind"), Reference: m.required("reference"), Note: m.optional("note"),
			SHA256: m.optional("sha256"), RecordedBy: m.optional("recorded_by"),
		}
	})
	return t, m.end()
}
