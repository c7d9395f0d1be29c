package problem

import (
	"encoding/hex"
	"math/rand/v2"

	"github.com/gofiber/fiber/v2"
)

// maxID is how long a request's id may be that its sender chose.
const maxID = 64

// idKey is where the id is kept of a request whose sender chose one that cannot be believed.
const idKey = "request id"

// Identify gives a request its id, and says it in the answer's X-Request-ID: the one that its sender chose,
// if that is a plain one, else one by chance. It names a request and guards nothing.
func Identify(c *fiber.Ctx) {
	chosen := c.Request().Header.Peek(fiber.HeaderXRequestID)
	if plain(chosen) {
		c.Response().Header.SetBytesV(fiber.HeaderXRequestID, chosen)
		return
	}
	var random [16]byte
	var id [2 * len(random)]byte
	for i := range random {
		random[i] = byte(rand.Uint32()) //nolint:gosec // it need not be hard to guess
	}
	hex.Encode(id[:], random[:])
	c.Response().Header.SetBytesV(fiber.HeaderXRequestID, id[:])
	if len(chosen) > 0 { // a handler may have to answer with it all the same
		c.Locals(idKey, string(id[:]))
	}
}

// RequestID is the id of a request as logs and problem documents say it; empty if Identify gave none.
func RequestID(c *fiber.Ctx) string {
	if id := c.Response().Header.Peek(fiber.HeaderXRequestID); plain(id) {
		return string(id)
	}
	id, _ := c.Locals(idKey).(string)
	return id
}

// plain says whether an id is of letters, digits, dots, underscores and hyphens: what else somebody
// writes into a header has no place in a log.
func plain(id []byte) bool {
	for _, b := range id {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '_', b == '-':
		default:
			return false
		}
	}
	return len(id) > 0 && len(id) <= maxID
}
