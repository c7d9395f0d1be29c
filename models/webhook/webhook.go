// Package webhook owns telling other systems of changes by calling them: who is told what, the secrets that messages are
// signed with, and delivery. Messages are those of the Standard Webhooks specification
// (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).
//
// Delivery is a projection of the log. An endpoint has a cursor, the entry up to which all is delivered or given up, which
// moves only after an answer; what a crash takes is delivered again under the same id. So each change is sent at least once,
// in the log's order: while one fails, those after it wait. No change is kept beside the log. It is read from there for each
// attempt, so that what is erased is not sent any more.
//
// One server delivers to an endpoint at a time, under a lease, with a goroutine for each: a slow one delays no other.
package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"candor/models/feed"
	"candor/models/keys"
	"candor/models/lease"
	"candor/models/store"
)

// States of endpoints.
const (
	Enabled  = "enabled"
	Disabled = "disabled"
)

// Why an endpoint is disabled.
const (
	Requested = "requested" // somebody said so
	Gone      = "gone"      // it answered 410
	Failing   = "failing"   // it took nothing for so long that a change was given up, and not the next one either
)

// States of deliveries.
const (
	Delivered = "delivered"
	Waiting   = "waiting" // it will be tried again
	Failed    = "failed"  // it was given up
)

// Feed is where changes are read; *feed.Feed is one.
type Feed interface {
	Read(ctx context.Context, q feed.Query) (feed.Page, error)
	One(ctx context.Context, seq uint64) (change feed.Change, ok bool, err error)
	Check(filter feed.Filter) error
	Last(ctx context.Context) (uint64, error)
}

// Config is what a Service works with.
type Config struct {
	Store  store.Webhooks
	Feed   Feed
	Ring   *keys.Ring
	Leases *lease.Keeper
	// Loopback lets endpoints be on this machine, by http too: for trials and tests.
	Loopback bool
	// Networks may be called although they are not public.
	Networks []netip.Prefix
	Clock    func() time.Time
	// After is time.After if nil.
	After  func(time.Duration) <-chan time.Time
	Random io.Reader
	Logger *slog.Logger
	// Watch is told of every attempt.
	Watch Watch
}

// Watch is told what becomes of deliveries. Its functions return at once; one that is nil is not called.
type Watch struct {
	Attempt func(outcome string, took time.Duration) // the outcome: "delivered", or why not
	GivenUp func()
	Ended   func(reason string) // an endpoint was disabled
}

// Service keeps endpoints and delivers to them. It is safe for concurrent use.
type Service struct {
	cfg     Config
	sender  *sender
	changed chan struct{} // wakes the one who looks after endpoints
	manual  chan struct{} // places for attempts that somebody waits for
	watched watched
}

// maxManual is how many attempts may be made at once that somebody waits for.
const maxManual = 16

// New makes a service. Nothing is delivered until Run.
func New(cfg Config) *Service {
	if cfg.After == nil {
		cfg.After = time.After
	}
	return &Service{
		cfg: cfg, sender: newSender(guard{loopback: cfg.Loopback, allowed: cfg.Networks}),
		changed: make(chan struct{}, 1), manual: make(chan struct{}, maxManual),
	}
}

// wake has the endpoints looked at now.
func (s *Service) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}
