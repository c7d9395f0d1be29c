package problem

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// OtherMethods refuses, for a path whose routes are mounted, every method that none of them takes, and
// says which they take (RFC 9110, section 15.5.6).
func OtherMethods(r fiber.Router, path string, taken ...string) {
	var allow []string
	for _, method := range taken {
		if method == fiber.MethodGet {
			allow = append(allow, method, fiber.MethodHead)
		} else {
			allow = append(allow, method)
		}
	}
	list := strings.Join(allow, ", ")
	r.All(path, func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAllow, list)
		return fiber.ErrMethodNotAllowed
	})
}
