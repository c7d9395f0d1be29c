package api

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
	"candor/models/feed"
)

const mediaEvents = "text/event-stream"

const (
	// maxStream is how long a stream lasts: its reader then comes back by itself, with the last event that it had.
	maxStream = 10 * time.Minute
	// heartbeat is how long nothing is sent: proxies close what is silent for longer, and a reader that is gone is noticed.
	heartbeat = 15 * time.Second
	// streamPatience is how long a reader may take nothing of what is sent.
	streamPatience = time.Minute
	// reconnect is how long a reader waits before it comes back, in milliseconds.
	reconnect = "1000"
)

// stream sends the changes to one reader as server-sent events (WHATWG HTML, 9.2). It holds one page of changes at a time:
// a reader that takes them slowly makes it read slowly.
type stream struct {
	h     *handler
	query feed.Query
	token string
	conn  net.Conn
	out   *bufio.Writer
}

// streamChanges answers with a stream. What is wrong is said before it begins.
func (h *handler) streamChanges(c *fiber.Ctx, q feed.Query, leave func()) error {
	s := &stream{h: h, query: q, token: bearerToken(c), conn: c.Context().Conn()}
	if err := s.resume(c.Get("Last-Event-ID")); err != nil {
		leave()
		return err
	}
	s.query.Wait = 0 // the first look tells whether the position is one
	first, err := h.Feed.Read(c.UserContext(), s.query)
	if err != nil {
		leave()
		return err
	}
	s.query.Wait = heartbeat
	c.Set(fiber.HeaderContentType, mediaEvents)
	c.Set("X-Accel-Buffering", "no") // a proxy should pass on what it gets
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer leave()
		s.out = w
		s.run(first)
	})
	return nil
}

// resume goes on after the last event that the reader had, which counts for more than what its address says.
func (s *stream) resume(lastEvent string) error {
	if lastEvent == "" {
		return nil
	}
	after, err := strconv.ParseUint(lastEvent, 10, 53)
	if err != nil {
		return models.Fail(models.Invalid, "bad_position").In("Last-Event-ID")
	}
	s.query.After = after
	return nil
}

// run sends until the reader is gone, its token is over, the server stops, or the stream has lasted long enough.
func (s *stream) run(page feed.Page) {
	ctx, cancel := context.WithTimeout(context.Background(), maxStream)
	defer cancel()
	if s.send([]byte("retry: "+reconnect+"\n\n")) != nil {
		return
	}
	for ctx.Err() == nil && !s.h.Feed.Ended() {
		if err := s.sendPage(page); err != nil {
			return
		}
		s.query.After = page.Last
		var err error
		page, err = s.h.Feed.Read(ctx, s.query)
		if err == nil {
			err = s.h.still(ctx, s.token, auth.ScopeConsentsRead)
		}
		if err != nil {
			if !isOver(err) {
				s.h.Problems.Logger.Warn("a stream of changes ended early", "error", err)
			}
			return
		}
	}
}

// sendPage sends the changes of a page, each an event; if there is none, a comment that keeps the connection. Where more
// was passed over than sent, an event without data moves the reader's position on.
func (s *stream) sendPage(page feed.Page) error {
	var text []byte
	sent := s.query.After
	for i := range page.Changes {
		change := &page.Changes[i]
		data, err := json.Marshal(change)
		if err != nil {
			return err
		}
		sent = change.LogIndex
		text = append(strconv.AppendUint(append(text, "id: "...), sent, 10), "\nevent: "+change.Kind+"\ndata: "...)
		text = append(append(text, data...), "\n\n"...)
	}
	switch {
	case page.Last > sent:
		text = append(strconv.AppendUint(append(text, "id: "...), page.Last, 10), "\n\n"...)
	case len(text) == 0:
		text = append(text, ": still here\n\n"...)
	}
	return s.send(text)
}

// send hands text to the reader.
func (s *stream) send(text []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(streamPatience)); err != nil {
		return err
	}
	if _, err := s.out.Write(text); err != nil {
		return err
	}
	return s.out.Flush()
}
