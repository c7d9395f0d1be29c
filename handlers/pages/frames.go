package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Framed lets this answer stand in a frame on a page of this site, and nowhere else.
func Framed(c *fiber.Ctx) {
	policy := string(c.Response().Header.Peek(fiber.HeaderContentSecurityPolicy))
	c.Set(fiber.HeaderContentSecurityPolicy, strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
}

// Frames lets this answer show pages of this site in frames.
func Frames(c *fiber.Ctx) {
	policy := string(c.Response().Header.Peek(fiber.HeaderContentSecurityPolicy))
	c.Set(fiber.HeaderContentSecurityPolicy, policy+"; frame-src 'self'")
}
