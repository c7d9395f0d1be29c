package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/api"
	"candor/handlers/api/client"
	"candor/handlers/authzen"
	"candor/handlers/handlerstest"
)

// What examples call: the real API over a store in a folder of its own.
var (
	baseURL, clientID, clientSecret string
	candor                          *client.Client
)

// outside is a test around all others: examples have none of their own.
type outside struct {
	testing.TB

	folders  []string
	cleanups []func()
}

func (*outside) Helper()                  {}
func (o *outside) Cleanup(f func())       { o.cleanups = append(o.cleanups, f) }
func (*outside) Context() context.Context { return context.Background() }
func (*outside) Logf(string, ...any)      {}
func (*outside) Error(args ...any)        { panic(fmt.Sprint(args...)) }
func (*outside) Fatal(args ...any)        { panic(fmt.Sprint(args...)) }

func (o *outside) TempDir() string {
	folder, err := os.MkdirTemp("", "candor-client-")
	if err != nil {
		panic(err)
	}
	o.folders = append(o.folders, folder)
	return folder
}

func (o *outside) end() {
	for _, cleanup := range slices.Backward(o.cleanups) {
		cleanup()
	}
	for _, folder := range o.folders {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

func TestMain(m *testing.M) {
	o := &outside{}
	r := handlerstest.New(o)
	r.Customer(o, "cus_2001")
	clientID, clientSecret, _ = r.Client(o)
	baseURL = r.Serve(o, func(app fiber.Router) {
		api.Mount(app, api.Deps{
			Auth: r.Auth, Billing: r.Billing, Consents: r.Consents, Notices: r.Notices, Drafts: r.Drafts, Feed: r.Feed, Problems: r.Problems, Named: r.Named,
			BaseURL: handlerstest.BaseURL,
		})
		authzen.Mount(app, authzen.Deps{Decider: r.Decider(), Auth: r.Auth, Scope: api.DecisionScope(), Problems: r.Problems, BaseURL: handlerstest.BaseURL, MaxAge: 1})
	})
	var err error
	if candor, err = client.New(client.Config{BaseURL: baseURL, ClientID: clientID, ClientSecret: clientSecret}); err != nil {
		panic(err)
	}
	status := m.Run()
	o.end()
	os.Exit(status)
}

// flaky answers as told, one answer after the other, and counts.
type flaky struct {
	mu       sync.Mutex
	statuses []int
	keys     []string
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/oauth/token" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"t","token_type":"Bearer","expires_in":900}`))
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys = append(f.keys, r.Header.Get("Idempotency-Key"))
	status := f.statuses[0]
	f.statuses = f.statuses[1:]
	if status == 0 { // the connection breaks
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
}

func newFlaky(t *testing.T, statuses ...int) (*flaky, *client.Client) {
	t.Helper()
	f := &flaky{statuses: statuses}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	c, err := client.New(client.Config{BaseURL: server.URL, ClientID: "a", ClientSecret: "b"})
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

func TestWhatFailsForAMomentIsSentAgainAsTheSameWrite(t *testing.T) {
	f, c := newFlaky(t, 503, 0, 204)
	if err := c.DeleteRecord(t.Context(), "cus_1", "invoices", "1"); err != nil {
		t.Fatal(err)
	}
	if len(f.keys) != 3 || f.keys[0] == "" || f.keys[0] != f.keys[1] || f.keys[1] != f.keys[2] {
		t.Errorf("keys %q", f.keys)
	}
}

func TestWhatIsRefusedIsNotSentAgain(t *testing.T) {
	f, c := newFlaky(t, 422)
	err := c.DeleteRecord(t.Context(), "cus_1", "invoices", "1")
	if p, ok := errors.AsType[*client.Problem](err); !ok || p.Status != 422 || len(f.keys) != 1 {
		t.Errorf("%v after %d calls", err, len(f.keys))
	}
}

func TestNoAnswerAllowsNothing(t *testing.T) {
	_, c := newFlaky(t, 503, 503, 503, 503)
	decision, err := c.May(t.Context(), client.Question{Customer: "cus_1", Purpose: "billing"})
	if err == nil || decision.Allowed {
		t.Errorf("%+v %v", decision, err)
	}
}

func TestAWrongSecretIsSaid(t *testing.T) {
	c, err := client.New(client.Config{BaseURL: baseURL, ClientID: clientID, ClientSecret: "wrong"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.May(t.Context(), client.Question{Customer: "cus_2001", Purpose: "billing"}); err == nil {
		t.Error("it was let in")
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, c := range []client.Config{{}, {BaseURL: "privacy.example.com", ClientID: "a", ClientSecret: "b"}, {BaseURL: "https://privacy.example.com"}} {
		if _, err := client.New(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

func TestWebhooksAreOpenedWithTheirSecretAlone(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	body := []byte(`{"type":"consent.withdrawn","timestamp":"2026-03-01T12:00:00.120Z","data":{"log_index":777,"customer":"cus_1"}}`)
	sign := func(id string, at time.Time, body []byte) http.Header {
		h := http.Header{}
		h.Set("Webhook-Id", id)
		h.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
		h.Set("Webhook-Signature", "v1a,AAAA v1,"+signature(t, secret, id, at, body))
		return h
	}
	now := time.Now()
	w, err := client.OpenWebhook(sign("msg_1", now, body), body, "whsec_b3RoZXI=", secret)
	if err != nil || w.ID != "msg_1" || w.Type != "consent.withdrawn" || w.Data.LogIndex != 777 {
		t.Fatalf("%+v %v", w, err)
	}
	old := sign("msg_1", now.Add(-time.Hour), body)
	for name, try := range map[string]func() error{
		"another body": func() error {
			_, err := client.OpenWebhook(sign("msg_1", now, body), append(body, ' '), secret)
			return err
		},
		"another secret": func() error {
			_, err := client.OpenWebhook(sign("msg_1", now, body), body, "whsec_b3RoZXI=")
			return err
		},
		"no secret":   func() error { _, err := client.OpenWebhook(sign("msg_1", now, body), body, "", "whsec_"); return err },
		"an hour ago": func() error { _, err := client.OpenWebhook(old, body, secret); return err },
		"no headers":  func() error { _, err := client.OpenWebhook(http.Header{}, body, secret); return err },
	} {
		if err := try(); !errors.Is(err, client.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestChangesGoOnWhereTheyWere serves pages of a feed: each is asked for after the last entry of the one before.
func TestChangesGoOnWhereTheyWere(t *testing.T) {
	var asked []string
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", (&flaky{}).ServeHTTP)
	mux.HandleFunc("GET /api/v1/changes", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("after"))
		page := map[string]any{"changes": []any{map[string]any{"log_index": 5 * len(asked), "kind": "consent.given"}}, "last": 5*len(asked) + 2}
		if err := json.NewEncoder(w).Encode(page); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	c, err := client.New(client.Config{BaseURL: server.URL, ClientID: "a", ClientSecret: "b"})
	if err != nil {
		t.Fatal(err)
	}
	var seen []uint64
	for change, err := range c.Changes(t.Context(), 3) {
		if err != nil {
			t.Fatal(err)
		}
		if seen = append(seen, change.LogIndex); len(seen) == 3 {
			break
		}
	}
	if fmt.Sprint(seen, asked) != "[5 10 15] [3 7 12]" {
		t.Error(seen, asked)
	}
}
