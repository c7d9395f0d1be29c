package address_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/address"
)

// Fiber's test connection comes from 0.0.0.0.
func TestOf(t *testing.T) {
	for name, c := range map[string]struct {
		proxies   []string
		forwarded string
		want      string
	}{
		"no proxy is trusted":           {nil, "198.51.100.7", "0.0.0.0"},
		"one proxy":                     {[]string{"0.0.0.0/32"}, "198.51.100.7", "198.51.100.7"},
		"what a client made up":         {[]string{"0.0.0.0/32"}, "203.0.113.9, 198.51.100.7", "198.51.100.7"},
		"two proxies":                   {[]string{"0.0.0.0/32", "10.0.0.0/8"}, "198.51.100.7, 10.1.2.3", "198.51.100.7"},
		"a proxy that says nothing":     {[]string{"0.0.0.0/32"}, "", "0.0.0.0"},
		"a proxy that speaks nonsense":  {[]string{"0.0.0.0/32"}, "unknown", "0.0.0.0"},
		"an IPv4 address in IPv6 dress": {[]string{"0.0.0.0/32"}, "::ffff:198.51.100.7", "198.51.100.7"},
	} {
		t.Run(name, func(t *testing.T) {
			var finder address.Finder
			for _, p := range c.proxies {
				finder.Proxies = append(finder.Proxies, netip.MustParsePrefix(p))
			}
			app := fiber.New()
			app.Get("/", func(c *fiber.Ctx) error { return c.SendString(finder.Of(c).String()) })
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			if c.forwarded != "" {
				request.Header.Set("X-Forwarded-For", c.forwarded)
			}
			response, err := app.Test(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			got, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
