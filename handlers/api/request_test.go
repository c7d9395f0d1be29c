package api

import (
	"slices"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// TestPathIsCopied pins that nothing keeps the memory in which a request came: the next request on the
// connection is written over it.
func TestPathIsCopied(t *testing.T) {
	app := fiber.New()
	var seen []string
	app.Get("/customers/:ref", func(c *fiber.Ctx) error {
		path, err := params(c, "ref")
		seen = append(seen, path...)
		return err
	})
	serve := app.Handler()
	var connection fasthttp.RequestCtx // one connection's memory, used for each of its requests
	for _, ref := range []string{"cus_aaaa", "cus%5Fbbbb", "cus_cccc"} {
		connection.Request.SetRequestURI("/customers/" + ref)
		serve(&connection)
	}
	if want := []string{"cus_aaaa", "cus_bbbb", "cus_cccc"}; !slices.Equal(seen, want) {
		t.Errorf("remembered %q, want %q", seen, want)
	}
}
