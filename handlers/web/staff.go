package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
)

// StaffHome is GET /staff.
func (w *Web) StaffHome(c *fiber.Ctx) error {
	v := session.From(c)
	customers, err := w.Customers.CountCustomers(c.UserContext())
	if err != nil {
		return err
	}
	head := w.Log.Head()
	page := frontend.StaffHomePage{
		Role: v.Role(), Origin: w.Log.Origin(), VKey: w.VKey, Size: int64(head.Size), // below 2^53
		CheckpointAt: head.Time, Customers: customers,
	}
	for _, key := range w.Notices.Keys() {
		if n, err := w.Notices.Current(key); err == nil {
			text, _ := n.In(v.Words.Tag())
			page.Notices = append(page.Notices, frontend.NoticeRef{Key: key, Version: n.Version, Title: text.Title})
		}
	}
	return w.show(c, http.StatusOK, page)
}

// Asset is GET /assets/{name}: the name has a digest of the content in it.
func (w *Web) Asset(c *fiber.Ctx) error {
	content, contentType, ok := w.Pages.Asset(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(content)
}
