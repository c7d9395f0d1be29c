package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
)

// DemoMail is GET /demo/mail: the mail that would have been sent, in the demo only.
func (w *Web) DemoMail(c *fiber.Ctx) error {
	page := frontend.DemoMailPage{}
	if w.Demo.Mail != nil {
		for _, m := range w.Demo.Mail.Last() {
			page.Mails = append(page.Mails, frontend.DemoMail{To: m.To, Subject: m.Subject, Text: m.Text, At: m.At})
		}
	}
	return w.Show(c, http.StatusOK, page)
}
