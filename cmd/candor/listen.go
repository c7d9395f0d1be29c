package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"candor/handlers/api/client"
)

// maxMessage is how long a webhook may be, in bytes.
const maxMessage = 1 << 20

// receive is `candor listen`: a receiver of webhooks to try them with, which says what comes and whether it is signed.
func receive(ctx context.Context, e env, args []string) error {
	f := flags(e, "listen", "usage: candor listen --secret whsec_… [flags]", "Takes webhooks, says what each one is about, and answers 204; 401 to one that is not signed with the secret.")
	addr := f.String("addr", "127.0.0.1:9090", "`host:port` to listen on")
	secret := f.String("secret", e.getenv("CANDOR_WEBHOOK_SECRET"), "the endpoint's `secret`, as it was shown once (CANDOR_WEBHOOK_SECRET)")
	arguments, err := parse(f, args)
	if err != nil {
		return err
	}
	if *secret == "" || len(arguments) > 0 {
		return misused(f)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	fmt.Fprintf(e.stdout, "listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: &receiver{e.stdout, *secret}, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return errors.Join(server.Close(), ignoreClosed(<-served))
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// receiver says what comes.
type receiver struct {
	out    io.Writer
	secret string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxMessage))
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	message, err := client.OpenWebhook(request.Header, body, r.secret)
	if err != nil {
		fmt.Fprintln(r.out, "refused:", err)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	fmt.Fprintln(r.out, said(message))
	w.WriteHeader(http.StatusNoContent)
}

// said is a message in one line: what happened, about whom, and where it stands in the log.
func said(m client.Webhook) string {
	text := m.Type + "  " + m.Data.Customer
	if m.Data.Purpose != "" {
		text += "  " + m.Data.Purpose
	}
	if m.Data.State != "" {
		text += fmt.Sprintf("  %s → %s", m.Data.PreviousState, m.Data.State)
	}
	if m.Data.Task != nil {
		text += "  task " + m.Data.Task.ID
	}
	return fmt.Sprintf("%s  entry %d", text, m.Data.LogIndex)
}
