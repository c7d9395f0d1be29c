package webhook_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"candor/models/datamap"
	"candor/models/feed"
	"candor/models/keys"
	"candor/models/lease"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
	"candor/models/store"
	"candor/models/webhook"
)

// rig is a log, its feed, and a clock that moves when the test says so: whoever waits by it is waited for first.
type rig struct {
	*sequencertest.Rig
	t     testing.TB
	log   *sequencer.Sequencer
	ring  *keys.Ring
	dm    *datamap.Map
	armed chan timer  // somebody waits
	ended chan string // an endpoint was disabled
}

type timer struct {
	wait time.Duration
	fire chan time.Time
}

func newRig(t testing.TB) *rig {
	t.Helper()
	raw, err := os.ReadFile("../consent/testdata/datamap.yaml")
	must(t, err)
	dm, err := datamap.Parse(raw)
	must(t, err)
	r := &rig{
		Rig: sequencertest.New(t, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), t: t, dm: dm,
		armed: make(chan timer, 64), ended: make(chan string, 8),
	}
	r.ring = r.Ring()
	r.log = r.Start(r.ring, 0)
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func give[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func (r *rig) config(loopback bool) webhook.Config {
	logger := slog.New(slog.DiscardHandler)
	return webhook.Config{
		Store: r.Data, Feed: feed.New(r.log, datamap.Hold(r.dm)), Ring: r.ring, Clock: r.Time, Random: rand.Reader, Logger: logger, Loopback: loopback,
		Leases: &lease.Keeper{Store: r.Data, Holder: rand.Text(), Clock: r.Time, Logger: logger},
		After: func(d time.Duration) <-chan time.Time {
			waiting := timer{d, make(chan time.Time, 1)}
			r.armed <- waiting
			return waiting.fire
		},
		Watch: webhook.Watch{Ended: func(reason string) { r.ended <- reason }},
	}
}

// pass waits until somebody waits, and lets that time go by.
func (r *rig) pass() time.Duration {
	waiting := <-r.armed
	r.Pass(waiting.wait)
	waiting.fire <- r.Time()
	return waiting.wait
}

// serve runs a service until stop, which waits for its end, or the test's.
func (r *rig) serve(cfg webhook.Config) (s *webhook.Service, stop func()) {
	s = webhook.New(cfg)
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); must(r.t, <-done) })
	r.t.Cleanup(stop)
	return s, stop
}

// decide records n choices of a customer, alternating between two states.
func (r *rig) decide(customer string, n int) {
	r.t.Helper()
	for range n {
		_, err := r.log.Append(r.t.Context(), sequencer.Event{Subject: customer, Propose: func(at sequencer.Position) (ledger.Detail, error) {
			d := ledger.Detail{
				Kind: ledger.ConsentGiven, State: "given", Purpose: "usage_analytics", Channel: "web",
				Actor: ledger.Actor{Type: ledger.ActorCustomer},
			}
			if before := at.Standing.Choices.Of(d.Purpose); before.State != "" {
				d.Supersedes = &before.Seq
				if before.State == "given" {
					d.Kind, d.State = ledger.ConsentWithdrawn, "withdrawn"
				}
			}
			return d, nil
		}})
		must(r.t, err)
	}
}

// call is a message as it was received.
type call struct {
	header http.Header
	body   []byte
}

func (c call) id() string { return c.header.Get("Webhook-Id") }

// receiver answers with one status after the other, the last one for ever, and tells of each call.
type receiver struct {
	url   string
	calls chan call

	mu      sync.Mutex
	answers []func(http.ResponseWriter)
}

func newReceiver(t testing.TB, answers ...func(http.ResponseWriter)) *receiver {
	t.Helper()
	r := &receiver{calls: make(chan call, 1024), answers: answers}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.calls <- call{request.Header, body}
		r.next()(w)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) next() func(http.ResponseWriter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.answers) == 0 {
		return status(http.StatusNoContent)
	}
	next := r.answers[0]
	if len(r.answers) > 1 {
		r.answers = r.answers[1:]
	}
	return next
}

func (r *receiver) answer(answers ...func(http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers = answers
}

func status(code int, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for pair := range slices.Chunk(headers, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "secret words of the receiver "+strconv.Itoa(code))
	}
}

// delivered waits until an endpoint's newest delivery is of a state, and gives it.
func (r *rig) delivered(s *webhook.Service, id, state string) store.Delivery {
	r.t.Helper()
	for {
		list, err := s.Deliveries(r.t.Context(), id, 1<<53, 1)
		must(r.t, err)
		if len(list) == 1 && list[0].State == state {
			return list[0]
		}
		if r.t.Context().Err() != nil {
			r.t.Fatal(r.t.Context().Err())
		}
	}
}
