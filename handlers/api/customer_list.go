package api

import "github.com/gofiber/fiber/v2"

// listCustomers gives a page of all customers, in order of their references.
func (h *handler) listCustomers(c *fiber.Ctx) error {
	after, limit, err := page(c)
	if err != nil {
		return err
	}
	profiles, err := h.Billing.PageCustomers(c.UserContext(), after, limit)
	if err != nil {
		return err
	}
	list := struct {
		Customers []customerJSON `json:"customers"`
		Next      string         `json:"next_cursor,omitempty"`
	}{Customers: make([]customerJSON, 0, len(profiles))}
	for _, p := range profiles {
		list.Customers = append(list.Customers, customerOf(p))
	}
	if n := len(profiles); n == limit {
		list.Next = cursor(profiles[n-1].Ref)
	}
	return c.JSON(list)
}
