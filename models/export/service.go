package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"candor/models"
	"candor/models/keys"
	"candor/models/lease"
	"candor/models/store"
)

// Lifetime is how long a finished archive can be downloaded, unless the configuration says otherwise.
const Lifetime = 7 * 24 * time.Hour

// The states of an archive.
const (
	StatePreparing = "preparing"
	StateReady     = "ready"
	StateFailed    = "failed"
	StateExpired   = "expired"
)

// What can stand in the way of an archive. The codes are those of messages that people read.
var (
	// ErrRunning: another archive of the same customer is being made.
	ErrRunning = models.Fail(models.Conflict, "already_running")
	// ErrRange: that part is not within the file.
	ErrRange = models.Fail(models.Invalid, "bad_range", "field", "range").In("range")
)

// ErrNotReady says why an archive in that state cannot be read: it is being made (a conflict), could
// not be made, or is over (gone).
func ErrNotReady(state string) error {
	switch state {
	case StatePreparing:
		return models.Fail(models.Conflict, "archive_not_ready")
	case StateFailed:
		return models.Fail(models.Gone, "archive_failed")
	default:
		return models.Fail(models.Gone, "archive_expired")
	}
}

// Ring seals under keys that can be destroyed; *keys.Ring is one.
type Ring interface {
	Seal(ctx context.Context, scope store.Scope, plaintext, associated []byte) ([]byte, error)
	Open(ctx context.Context, scope store.Scope, sealed, associated []byte) ([]byte, error)
	Destroy(ctx context.Context, scopes ...store.Scope) error
}

// Config is what a Service needs. What is not said to have a default is required.
type Config struct {
	Sources  *Sources
	Archives store.Archives
	// Leases are what makes each archive the work of one server.
	Leases *lease.Keeper
	Ring   Ring
	// Created records in the consent log that a customer's archive is being made (download.created).
	// It is called again for the same archive after a crash, and must then change nothing.
	Created func(ctx context.Context, customer, archive string) error
	Clock   func() time.Time
	Random  io.Reader
	Logger  *slog.Logger
	// Keep is how long a finished archive can be downloaded; Lifetime by default.
	Keep time.Duration
	// Workers is how many archives are made at once; 2 by default.
	Workers int
	// Sweep is how often archives that were asked for elsewhere, or given up, and expired ones are looked
	// for; 10 s by default.
	Sweep time.Duration
}

// Service makes archives in the background and keeps them until they expire. It is safe for
// concurrent use.
type Service struct {
	Config
	wake   chan struct{}
	asking sync.Mutex // of two who ask at once for one customer, the second finds what the first asked

	unfinished atomic.Int64 // archives in preparation when they were listed last
}

// New makes a Service. Nothing is made before Run.
func New(c Config) *Service {
	if c.Keep == 0 {
		c.Keep = Lifetime
	}
	if c.Workers == 0 {
		c.Workers = 2
	}
	if c.Sweep == 0 {
		c.Sweep = 10 * time.Second
	}
	return &Service{Config: c, wake: make(chan struct{}, c.Workers)}
}

// Ask has an archive made. A bad request is models.Invalid and names the field: category, from or to.
// While one is being made, asking for the same again gives that one, and for another ErrRunning.
func (s *Service) Ask(ctx context.Context, r Request) (store.Archive, error) {
	ctx = s.Sources.Map.Pin(ctx)
	now := s.Clock()
	r, err := r.check(s.Sources.Map.In(ctx), now)
	if err != nil {
		return store.Archive{}, err
	}
	if _, err := s.Sources.Directory.Customer(ctx, r.Customer); err != nil {
		return store.Archive{}, fmt.Errorf("ask for an archive: %w", err)
	}
	var a store.Archive
	s.asking.Lock()
	defer s.asking.Unlock()
	held, err := s.Leases.Try(ctx, askLease(r.Customer), func(ctx context.Context) (err error) {
		a, err = s.find(ctx, r, now)
		return err
	})
	if err == nil && !held { // somebody asks another server at this moment
		err = ErrRunning
	}
	return a, err
}

// askLease is the lease under which somebody asks for a customer's archive. It may be logged, so it
// does not name them.
func askLease(customer string) string {
	sum := sha256.Sum256([]byte(customer))
	return "ask/" + hex.EncodeToString(sum[:16])
}

// find gives the archive that is being made for the same request, or has one made.
func (s *Service) find(ctx context.Context, r Request, now time.Time) (store.Archive, error) {
	if a, found, err := s.underway(ctx, r); found || err != nil {
		return a, err
	}
	a, err := s.create(ctx, r, now)
	if err != nil {
		return store.Archive{}, fmt.Errorf("ask for an archive: %w", err)
	}
	s.poke()
	return a, nil
}

// underway finds the archive that is being made for the same request; ErrRunning if it is another's.
func (s *Service) underway(ctx context.Context, r Request) (store.Archive, bool, error) {
	archives, err := s.Archives.Archives(ctx, r.Customer)
	if err != nil {
		return store.Archive{}, false, fmt.Errorf("list archives: %w", err)
	}
	for _, a := range archives {
		if a.State != StatePreparing {
			continue
		}
		asked, err := s.Requested(ctx, a)
		if err == nil && asked.equal(r) {
			return a, true, nil
		}
		return store.Archive{}, false, ErrRunning
	}
	return store.Archive{}, false, nil
}

func (s *Service) create(ctx context.Context, r Request, now time.Time) (store.Archive, error) {
	id, err := uuid.NewRandomFromReader(s.Random)
	if err != nil {
		return store.Archive{}, fmt.Errorf("draw an id: %w", err)
	}
	a := store.Archive{ID: id.String(), Customer: r.Customer, State: StatePreparing, CreatedAt: now}
	if a.Total, err = s.total(ctx, r); err != nil {
		return store.Archive{}, err
	}
	if a.Request, err = s.sealRequest(ctx, a, r); err != nil {
		return store.Archive{}, err
	}
	return a, s.Archives.CreateArchive(ctx, a)
}

// total is how many records there are to go through: an upper bound where dates are chosen.
func (s *Service) total(ctx context.Context, r Request) (int64, error) {
	tallies, err := s.Sources.Directory.Tallies(ctx, r.Customer)
	if err != nil {
		return 0, fmt.Errorf("count records: %w", err)
	}
	n := int64(0)
	for _, c := range r.chosen(s.Sources.Map.In(ctx)) {
		n += tallies[c.Key].Records
	}
	return n, nil
}

// Status gives one of a customer's archives; another customer's is not found.
func (s *Service) Status(ctx context.Context, customer, id string) (store.Archive, error) {
	a, err := s.Archives.Archive(ctx, id)
	if err != nil {
		return store.Archive{}, fmt.Errorf("find the archive: %w", err)
	}
	if a.Customer != customer {
		return store.Archive{}, store.ErrNotFound
	}
	return s.now(a), nil
}

// List gives a customer's archives, newest first.
func (s *Service) List(ctx context.Context, customer string) ([]store.Archive, error) {
	archives, err := s.Archives.Archives(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	for i := range archives {
		archives[i] = s.now(archives[i])
	}
	return archives, nil
}

// now shows an archive as expired from the moment on that it is, not only once it is destroyed.
func (s *Service) now(a store.Archive) store.Archive {
	if a.State == StateReady && !a.ExpiresAt.After(s.Clock()) {
		a.State = StateExpired
	}
	return a
}

// Preparing is how many archives were in preparation when this server last looked, on whichever
// server they are made; it looks after each that it makes and at every sweep, and counts up to 100.
func (s *Service) Preparing() int { return int(s.unfinished.Load()) }

// poke wakes a worker, if one sleeps.
func (s *Service) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func scope(a store.Archive) store.Scope { return keys.Archive(a.Customer, a.ID) }
