package handlerstest

import (
	"context"
	"net"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"candor/handlers/body"
	"candor/handlers/telemetry"
)

// Serve runs an application with the routes that mount adds, set up as the server's is, on a port of its
// own until the test ends, and gives its URL.
func (r *Rig) Serve(t testing.TB, mount func(fiber.Router)) string {
	t.Helper()
	app := fiber.New(body.Settings(fiber.Config{
		ErrorHandler: r.Problems.Write, CaseSensitive: true, StrictRouting: true, DisableStartupMessage: true,
	}))
	app.Use(telemetry.New(prometheus.NewRegistry(), r.Problems.Logger, nil).Handle, body.Guard())
	mount(app)
	url := Listen(t, app)
	running, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	go func() { _ = r.Feed.Run(running) }() // it has no error to give
	t.Cleanup(stop)                         // before the server stops, which would wait for streams
	return url
}

// Listen runs an application on a loopback port until the test ends, and gives its URL.
func Listen(t testing.TB, app *fiber.App) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}
