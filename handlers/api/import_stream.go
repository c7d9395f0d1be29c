package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candor/handlers/body"
	"candor/handlers/problem"
	"candor/i18n"
	"candor/models/billing"
)

// saidJSON is a line of an import's answer; each has one of the members.
type saidJSON struct {
	Refused *lineJSON         `json:"refused,omitempty"`
	Report  *countsJSON       `json:"report,omitempty"`
	Failed  *problem.Document `json:"failed,omitempty"`
}

// importAloud tells of each line that is refused while the import runs, and of the whole at its end, in flat memory.
// A client that does not read its answer stops its own import.
func (h *handler) importAloud(c *fiber.Ctx, in *input, o billing.ImportOptions, l *i18n.Localizer) error {
	body.Take(c)
	c.Set(fiber.HeaderContentType, mediaNDJSON)
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.UserContext()))
	out, said := io.Pipe()
	a := &aloud{
		PipeReader: out, conn: c.Context().Conn(), cancel: cancel, done: make(chan struct{}),
	}
	request, language, instance := c.Request(), l, problem.RequestID(c)
	go func() {
		defer close(a.done)
		lines := newSaid(said)
		in.before = lines.flush // whoever waits for the next line is told what came of those before
		o.Rejected = func(e billing.LineError) {
			line := lineOf(e, language)
			lines.say(saidJSON{Refused: &line})
		}
		report, err := h.Billing.Import(ctx, in, o)
		lines.end(finish(request, in, report, err, language, instance))
	}()
	c.Context().Response.ImmediateHeaderFlush = true
	c.Context().SetBodyStream(a, -1)
	return nil
}

// finish reads what is left of the body, so that the client gets to read the end of the answer, and gives that end.
func finish(r *fasthttp.Request, in *input, report billing.ImportReport, err error, l *i18n.Localizer, instance string) saidJSON {
	switch {
	case in.failed != nil:
		err = body.ErrBroken.Because(in.failed)
	case err != nil:
		_, _ = io.Copy(io.Discard, io.LimitReader(in, body.MaxDrained)) // the first error is the one to tell
	default:
		err = body.Done(r)
	}
	if err != nil {
		d := problem.Of(err, l, instance)
		return saidJSON{Failed: &d}
	}
	counts := countsOf(report)
	return saidJSON{Report: &counts}
}

// aloud is the answer as the server sends it. Closing it ends the import, and waits for that: the request belongs to the
// server again.
type aloud struct {
	*io.PipeReader
	conn   net.Conn
	cancel context.CancelFunc
	done   chan struct{}
}

// Read waits for what comes next, and gives the connection as long to take it as any piece of a body has to come.
func (a *aloud) Read(p []byte) (int, error) {
	n, err := a.PipeReader.Read(p)
	if failed := a.conn.SetWriteDeadline(time.Now().Add(body.Patience)); failed != nil && err == nil {
		err = fmt.Errorf("answer an import: %w", failed)
	}
	return n, err
}

// Close is called when the answer is sent, or cannot be.
func (a *aloud) Close() error {
	a.cancel()
	err := a.PipeReader.Close()
	select {
	case <-a.done:
		return err
	default:
	}
	_ = a.conn.SetReadDeadline(time.Now()) // it waits for a line that nobody wants to hear of
	<-a.done
	return err
}

// said writes lines of JSON.
type said struct {
	pipe *io.PipeWriter
	w    *bufio.Writer
	json *json.Encoder
}

func newSaid(pipe *io.PipeWriter) *said {
	s := &said{pipe: pipe, w: bufio.NewWriter(pipe)}
	s.json = json.NewEncoder(s.w)
	return s
}

// say adds a line; that nobody reads it any more is found out by the import's end.
func (s *said) say(line saidJSON) { _ = s.json.Encode(line) }

func (s *said) flush() { _ = s.w.Flush() }

func (s *said) end(line saidJSON) {
	s.say(line)
	s.flush()
	_ = s.pipe.Close() // always nil
}

// newInput is the body of an import, as it arrives.
func newInput(c *fiber.Ctx) (*input, error) {
	stream, err := body.Stream(c)
	if err != nil {
		return nil, err
	}
	if stream == nil {
		stream = bytes.NewReader(c.Request().Body())
	}
	return &input{Reader: stream}, nil
}
