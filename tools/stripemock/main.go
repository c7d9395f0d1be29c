// Command stripemock is a server for tests: Stripe's own stripe-mock, which answers every call of Stripe's API with an
// object of the shape that its OpenAPI description gives it. It remembers nothing, pages nothing and fails never; what it
// cannot do, a fake in the tests of models/connector/stripe does.
//
// The first line that it prints is its http:// URL. It ends when its standard input does, so that a test that is killed
// leaves no server behind.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "stripemock:", err)
		os.Exit(1)
	}
}

// run serves until the input ends.
func run(in io.Reader, out io.Writer) error {
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	if err != nil {
		return fmt.Errorf("read the description: %w", err)
	}
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		return fmt.Errorf("read the objects: %w", err)
	}
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if _, err := fmt.Fprintf(out, "http://%s\n", listener.Addr()); err != nil {
		return errors.Join(fmt.Errorf("say where the server listens: %w", err), listener.Close())
	}
	web := &http.Server{Handler: http.HandlerFunc(stub.HandleRequest), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		_, _ = io.Copy(io.Discard, in) // until the one who started this program ends, in whatever way
		_ = web.Close()                // it serves tests only: nobody is waited for
	}()
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
