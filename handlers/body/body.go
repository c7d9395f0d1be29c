package body

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candor/models"
)

// MaxDrained is how much of a body that nobody wanted is read, in bytes, so that the client finishes
// sending and reads the answer. Beyond it the connection is closed.
const MaxDrained = 16 << 20

// Patience is how long a client may take to send a request, or the next piece of a streamed body: an
// import of any length gets through, one that stands still does not hold a connection.
const Patience = 30 * time.Second

// What may be wrong with a body as such.
var (
	ErrTooLarge = models.Fail(models.TooLarge, "body_too_large")
	ErrBroken   = models.Fail(models.Malformed, "body_incomplete")
	ErrEncoding = models.Fail(models.Unsupported, "content_encoding")
)

// Settings are the settings of an application that streams request bodies; see the package comment.
func Settings(c fiber.Config) fiber.Config {
	c.StreamRequestBody = true
	c.BodyLimit = math.MaxInt
	c.DisablePreParseMultipartForm = true
	return c
}

// Guard sees to it that nothing of a request's body is left on the connection when the next request is
// read from it. It belongs before everything else that may answer.
func Guard() fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := c.Next()
		if taken, _ := c.Locals(takenKey{}).(bool); taken {
			return err
		}
		if stream := c.Request().BodyStream(); stream != nil {
			n, failed := io.Copy(io.Discard, io.LimitReader(stream, MaxDrained))
			if failed != nil || n == MaxDrained {
				c.Context().SetConnectionClose()
			}
			// Its reader belongs to the server, which takes it back.
		}
		return err
	}
}

// takenKey is under which it is noted that a body is read while the answer is sent.
type takenKey struct{}

// Take leaves a body to whoever sends the answer: they read it, to its end or to MaxDrained beyond what they want of it, and
// the connection is closed after that.
func Take(c *fiber.Ctx) {
	c.Locals(takenKey{}, true)
	c.Context().SetConnectionClose()
}

// Limit reads the whole body, of at most max bytes, so that handlers find it in c.BodyRaw():
// ErrTooLarge, ErrBroken, or ErrEncoding for a compressed one.
func Limit(max int) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := Load(c, max); err != nil {
			return err
		}
		return c.Next()
	}
}

// Load does for one request what Limit does for a route.
func Load(c *fiber.Ctx, max int) error {
	stream, err := Stream(c)
	if err != nil {
		return err
	}
	r := c.Request()
	if stream == nil {
		if len(r.Body()) > max {
			return ErrTooLarge
		}
		return nil
	}
	length := r.Header.ContentLength()
	if length > max {
		return ErrTooLarge.In("Content-Length")
	}
	raw, err := read(stream, length, max)
	if err != nil {
		return err
	}
	if len(raw) > max {
		return ErrTooLarge
	}
	if err := Done(r); err != nil {
		return err
	}
	r.SetBodyRaw(raw)
	return nil
}

func read(stream io.Reader, length, max int) ([]byte, error) {
	if length >= 0 {
		raw := make([]byte, length)
		if _, err := io.ReadFull(stream, raw); err != nil {
			return nil, ErrBroken.Because(err)
		}
		return raw, nil
	}
	raw, err := io.ReadAll(io.LimitReader(stream, int64(max)+1))
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	return raw, nil
}

// Stream gives the body as it arrives, or nil if it is there already or there is none. Who has read it
// to io.EOF calls Done.
func Stream(c *fiber.Ctx) (io.Reader, error) {
	if encoding := c.Get(fiber.HeaderContentEncoding); encoding != "" && encoding != "identity" {
		return nil, ErrEncoding.In(fiber.HeaderContentEncoding)
	}
	stream := c.Request().BodyStream()
	if stream == nil {
		return nil, nil //nolint:nilnil // no stream is no error
	}
	return &honest{stream: stream, left: c.Request().Header.ContentLength(), conn: c.Context().Conn()}, nil
}

// Done tells the server that the stream has been read to its end.
func Done(r *fasthttp.Request) error {
	if err := r.CloseBodyStream(); err != nil {
		return ErrBroken.Because(err)
	}
	return nil
}

// honest tells a body that ended from one that broke off: a connection that ends before the announced
// length is io.ErrUnexpectedEOF.
type honest struct {
	stream io.Reader
	left   int // bytes to come; negative if the length was not announced
	conn   net.Conn
}

func (h *honest) Read(p []byte) (int, error) {
	if err := h.conn.SetReadDeadline(time.Now().Add(Patience)); err != nil {
		return 0, fmt.Errorf("wait for the body: %w", err)
	}
	n, err := h.stream.Read(p)
	announced := h.left >= 0
	h.left -= n
	if announced && h.left > 0 && errors.Is(err, io.EOF) {
		return n, io.ErrUnexpectedEOF
	}
	if announced && h.left <= 0 && err == nil {
		return n, io.EOF
	}
	return n, err
}
