package body_test

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/body"
)

// serve starts an application that answers with the length of what it was sent.
func serve(t *testing.T, cfg fiber.Config) string {
	t.Helper()
	cfg.DisableStartupMessage = true
	app := fiber.New(body.Settings(cfg))
	app.Use(body.Guard())
	app.Post("/", func(c *fiber.Ctx) error {
		stream, err := body.Stream(c)
		if err != nil || stream == nil {
			return fiber.ErrBadRequest
		}
		n, err := io.Copy(io.Discard, stream)
		if err != nil {
			return fiber.ErrBadRequest
		}
		if err := body.Done(c.Request()); err != nil {
			return err
		}
		return c.JSON(n)
	})
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Listener(listener) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// slowly is a client on a slow line: a piece now and then, for longer than a whole request may take.
type slowly struct{ pieces int }

func (s *slowly) Read(p []byte) (int, error) {
	if s.pieces == 0 {
		return 0, io.EOF
	}
	s.pieces--
	time.Sleep(60 * time.Millisecond) // the line is slow
	return copy(p, "0123456789\n"), nil
}

// A stream may take longer than a request may, as long as it goes on.
func TestASlowStreamGetsThrough(t *testing.T) {
	base := serve(t, fiber.Config{ReadTimeout: 150 * time.Millisecond})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base, &slowly{pieces: 8})
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || string(raw) != "88" {
		t.Errorf("%s: %s, want 88 bytes taken", response.Status, raw)
	}
}
