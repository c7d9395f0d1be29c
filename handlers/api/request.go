package api

import (
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"candor/models"
)

// Media types that are read.
const (
	mediaJSON   = "application/json"
	mediaNDJSON = "application/x-ndjson"
)

// headerIdempotencyKey names a write, so that sending it again is not doing it again
// (draft-ietf-httpapi-idempotency-key-header).
const headerIdempotencyKey = "Idempotency-Key"

const maxIdempotencyKey = 255

var (
	errBadPath           = models.Fail(models.Malformed, "bad_path")
	errBadCursor         = models.Fail(models.Malformed, "bad_cursor").In("cursor")
	errBadIdempotencyKey = models.Fail(models.Malformed, "bad_idempotency_key", "max", maxIdempotencyKey).In(headerIdempotencyKey)
)

// params gives the parts of the path by name, percent-decoded. They are copies: Fiber reuses the memory
// of its own for the next request.
func params(c *fiber.Ctx, names ...string) ([]string, error) {
	values := make([]string, len(names))
	for i, name := range names {
		value, err := url.PathUnescape(c.Params(name))
		if err != nil || !utf8.ValidString(value) {
			return nil, errBadPath.In(name)
		}
		values[i] = strings.Clone(value)
	}
	return values, nil
}

// expect refuses a body that is not of one of the media types.
func expect(c *fiber.Ctx, types ...string) error {
	media, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || !slices.Contains(types, media) {
		return models.Fail(models.Unsupported, "unsupported_media_type", "want", types[0]).In(fiber.HeaderContentType)
	}
	return nil
}

func checkIdempotencyKey(c *fiber.Ctx) error {
	key := c.Get(headerIdempotencyKey)
	if len(key) > maxIdempotencyKey || strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r > 0x7e }) {
		return errBadIdempotencyKey
	}
	return nil
}

// flag reads a parameter that is true or false; false if it is absent.
func flag(c *fiber.Ctx, name string) (bool, error) {
	switch c.Query(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, models.Fail(models.Invalid, "bad_boolean").In(name)
}

// only refuses parameters of other names than these: one that is misspelt would be passed over, and what it was to
// prevent be done.
func only(c *fiber.Ctx, names ...string) error {
	for name := range c.Queries() {
		if !slices.Contains(names, name) {
			return models.Fail(models.Invalid, "unknown_member").In(strings.Clone(name))
		}
	}
	return nil
}

// The limits of a page of a list.
const (
	defaultLimit = 50
	maxLimit     = 500
)

// page reads which part of a list is asked for: at most limit items that come after the one named.
func page(c *fiber.Ctx) (after string, limit int, err error) {
	limit = defaultLimit
	if text := c.Query("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > maxLimit {
			return "", 0, models.Fail(models.Invalid, "out_of_range", "min", 1, "max", maxLimit).In("limit")
		}
	}
	if text := c.Query("cursor"); text != "" {
		if after, err = openCursor(text); err != nil {
			return "", 0, err
		}
	}
	return after, limit, nil
}
