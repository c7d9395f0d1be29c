package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models/billing"
	"candor/models/ledger"
)

// customerJSON is a customer as programs see one.
type customerJSON struct {
	Ref            string `json:"ref"`
	Name           string `json:"name,omitempty"`
	Email          string `json:"email,omitempty"`
	Phone          string `json:"phone,omitempty"`
	Address        string `json:"address,omitempty"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Locale         string `json:"locale,omitempty"`
	Jurisdiction   string `json:"jurisdiction,omitempty"`
	UpdatedAt      string `json:"updated_at"`
}

func customerOf(p billing.Profile) customerJSON {
	return customerJSON{
		Ref: p.Ref, Name: p.Name, Email: p.Email, Phone: p.Phone, Address: p.Address, CustomerNumber: p.CustomerNumber,
		Locale: p.Locale, Jurisdiction: p.Jurisdiction, UpdatedAt: instant(p.UpdatedAt),
	}
}

// instant writes a time as the log does.
func instant(t time.Time) string { return ledger.FormatTime(t) }

// customer gives one customer.
func (h *handler) customer(c *fiber.Ctx) error {
	path, err := params(c, "ref")
	if err != nil {
		return err
	}
	p, err := h.Billing.Customer(c.UserContext(), path[0])
	if err != nil {
		return err
	}
	return c.JSON(customerOf(p))
}
