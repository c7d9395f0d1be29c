package session_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/session"
)

func TestSameOrigin(t *testing.T) {
	m := session.New(session.Config{BaseURL: "https://privacy.example.com"})
	app := fiber.New(fiber.Config{ErrorHandler: func(c *fiber.Ctx, _ error) error { return c.SendStatus(http.StatusForbidden) }})
	app.Post("/", m.SameOrigin, func(c *fiber.Ctx) error { return c.SendStatus(http.StatusOK) })
	for _, c := range []struct {
		name, site, origin string
		status             int
	}{
		{"a program", "", "", http.StatusOK},
		{"our page", "same-origin", "https://privacy.example.com", http.StatusOK},
		{"our page, whose policy withholds its origin", "same-origin", "null", http.StatusOK},
		{"typed by the person", "none", "", http.StatusOK},
		{"our page in an old browser", "", "https://privacy.example.com", http.StatusOK},
		{"our page by another of our names", "", "http://example.com", http.StatusOK},
		{"another site's page", "cross-site", "https://elsewhere.example", http.StatusForbidden},
		{"another site's page that withholds its origin", "cross-site", "null", http.StatusForbidden},
		{"a sister site's page", "same-site", "https://www.example.com", http.StatusForbidden},
		{"another site's page in an old browser", "", "https://elsewhere.example", http.StatusForbidden},
		{"a withheld origin in an old browser", "", "null", http.StatusForbidden},
		{"another site's page that says it is ours", "same-origin", "https://elsewhere.example", http.StatusForbidden},
		{"an origin that is none", "", "::", http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", nil) // asks for example.com
			for name, value := range map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			answer, err := app.Test(r)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != c.status {
				t.Errorf("status %d, not %d", answer.StatusCode, c.status)
			}
		})
	}
}
