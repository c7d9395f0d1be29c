package billing

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// cursor is the position of a record in the order of time and id.
type cursor struct {
	time time.Time
	id   string
}

// String writes the cursor with the order that it belongs to.
func (c cursor) String(oldest bool) string {
	text := order(oldest) + strconv.FormatInt(c.time.UnixMilli(), 10) + "|" + c.id
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func order(oldest bool) string {
	if oldest {
		return "o"
	}
	return "n"
}

// parseCursor accepts what String has written, to the byte.
func parseCursor(s string, oldest bool) (cursor, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, ErrBadCursor
	}
	text, ok := strings.CutPrefix(string(raw), order(oldest))
	if !ok {
		return cursor{}, ErrBadCursor
	}
	ms, id, _ := strings.Cut(text, "|")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil || checkReference("cursor", id) != nil {
		return cursor{}, ErrBadCursor
	}
	c := cursor{time: time.UnixMilli(n).UTC(), id: id}
	if checkTime("cursor", c.time) != nil || c.String(oldest) != s {
		return cursor{}, ErrBadCursor
	}
	return c, nil
}
