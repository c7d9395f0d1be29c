package pages

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Param is a decoded part of the path; one that cannot be decoded names nothing.
func Param(c *fiber.Ctx, name string) string {
	value, err := url.PathUnescape(c.Params(name))
	if err != nil {
		return ""
	}
	return strings.Clone(value)
}
