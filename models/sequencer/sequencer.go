// Package sequencer owns the writing of the log: it orders events, signs them, stores them, and
// keeps the projection of where each customer stands. It is the only writer.
//
// Events come from any number of goroutines. One goroutine takes all that wait as a batch, works
// out what each one says at its position, chains and signs them, and asks the store to append them
// if the position is still free. Only when that is durable does anybody get an answer; callers who
// came together share one flush of the disk.
//
// What a crash leaves behind: either the batch is in the store, whole, or it is not. The projection is saved behind the
// answer; what a crash takes of it is made up from the log at start. A published checkpoint never covers more than the
// store holds durably.
package sequencer

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/store"
)

// MaxBatch is the most entries that are appended as one write.
const MaxBatch = 256

// ErrUnknown answers a caller whose event may or may not have been recorded: asking again with the
// same event id finds out.
var ErrUnknown = models.Fail(models.Unavailable, "outcome_unknown")

// errUnavailable answers a caller whose event was certainly not recorded.
var errUnavailable = models.Fail(models.Unavailable, "log_unavailable")

// errStopped answers callers who come after the sequencer has begun to stop.
var errStopped = models.Fail(models.Unavailable, "stopping")

// Config is what a Sequencer works with.
type Config struct {
	Origin      string
	Log         store.Log
	Standings   store.Standings
	Checkpoints store.Checkpoints
	Ring        *keys.Ring
	EntryKey    ledger.Signer
	// Public are the keys that the log must have added before it says anything else, the entry
	// key first.
	Public     []ledger.PublishedKey
	Checkpoint note.Signer
	// Verifier opens checkpoints that were saved earlier.
	Verifier note.Verifier
	Clock    func() time.Time
	Random   io.Reader
	Logger   *slog.Logger
	// ServerClock is the store's own clock; nil if it has none.
	ServerClock store.Clock
	// Leases say whose turn it is to append; nil if no other server does.
	Leases store.Leases
	// MaxAge is how old what is known here may be when a decision rests on it; a second if zero.
	MaxAge time.Duration
	// Patience is how long one turn of the writer may wait for the store; 20 s if zero.
	Patience time.Duration
	// Remember is how many customers' standings are held in memory, at about 400 bytes each and 150 for each choice; 64,000 if
	// zero.
	Remember int
	// Watch is told what the writer does.
	Watch Watch
}

// Watch is told what the writer does, so that an operator can see it. Its functions return at once; one
// that is nil is not called.
type Watch struct {
	// Batch: so many entries became durable in one write, which took so long from the moment on that
	// the batch closed.
	Batch func(entries int, took time.Duration)
}

// Position is where an event would stand in the log, and what holds there.
type Position struct {
	Seq uint64
	// Standing is the subject's; without choices if the log has said nothing of them yet.
	Standing models.Standing
}

// Event is a change that somebody asks for.
type Event struct {
	// Subject is the reference of the customer it concerns; empty if it concerns nobody.
	Subject string
	// Known says that it is about somebody of whom the log has said something before: if it has not, or they were erased
	// since, the event is refused with store.ErrNotFound, and no key is made for them.
	Known bool
	// Propose says what the event is at a position: a pure function, called again whenever another
	// writer got there first. A detail without ID is given a fresh one; one whose ID is in the log
	// already changes nothing. Unchanged says that nothing would change; any other error refuses.
	Propose func(at Position) (ledger.Detail, error)
}

// Unchanged is what Propose returns where what was asked holds already: the caller is answered with
// the entry that says so.
type Unchanged struct{ Seq uint64 }

func (u Unchanged) Error() string { return fmt.Sprintf("entry %d says so already", u.Seq) }

// Result is an entry with what it says.
type Result struct {
	Entry  store.Entry
	Time   time.Time
	Detail ledger.Detail
	// Repeated says that the entry was there before: the event changed nothing.
	Repeated bool
}

// Sequencer appends events to one log.
type Sequencer struct {
	cfg   Config
	id    string // another for each server and each start
	begun time.Time
	queue chan *pending
	looks chan chan error // of those who wait for what others have appended
	done  chan struct{}   // closed when the writer has stopped

	// The writer's own: only its goroutine touches them, after New.
	last   *ledger.Entry // nil while the log is empty
	tree   *ledger.Tree
	unsure bool          // there may be entries that are not known here: read the log first
	away   bool          // the log could not be followed, which has been said
	met    time.Duration // when another server's entries were met last; 0 is never
	server serverTime
	turn   bool          // it has been asked for
	looked time.Duration // when it was last looked whether another has asked

	fresh   atomic.Int64 // when everything was known last, in ns since begun
	asking  singleflight.Group
	noticed atomic.Uint64

	unsaved unsaved
	crowded chan struct{} // wakes the projector

	head      atomic.Pointer[Head]
	growth    growth
	publish   chan struct{} // wakes the publisher
	publishMu sync.Mutex    // one publication at a time
	saved     atomic.Pointer[published]

	fillMu    sync.Mutex // keeps an older standing from being remembered over a newer one
	standings *lru.Cache[string, models.Standing]

	keysMu sync.RWMutex
	keys   []addedKey

	fault atomic.Pointer[error] // what the scrub found
}

// Head is the end of the log.
type Head struct {
	Size uint64
	Root ledger.Hash
	Time time.Time // of the last entry
}

// addedKey is a key that the log has added, and the entry that did.
type addedKey struct {
	ledger.PublishedKey
	seq uint64
}

// pending is an event that waits for its answer.
type pending struct {
	event  Event
	answer chan answer
}

type answer struct {
	result Result
	err    error
}

// New opens the log: it refuses one that is shorter or other than the saved checkpoint says, brings
// the projection up to date, and writes the first entries of a new log. Run must be called for
// anything to be appended afterwards.
func New(ctx context.Context, cfg Config) (*Sequencer, error) {
	if cfg.Remember == 0 {
		cfg.Remember = 64_000
	}
	cfg.MaxAge = cmp.Or(cfg.MaxAge, time.Second)
	cfg.Patience = cmp.Or(cfg.Patience, 20*time.Second)
	s := &Sequencer{
		cfg:     cfg,
		id:      rand.Text(),
		begun:   time.Now(),
		queue:   make(chan *pending, 4*MaxBatch),
		looks:   make(chan chan error),
		done:    make(chan struct{}),
		publish: make(chan struct{}, 1),

		crowded: make(chan struct{}, 1),
	}
	var err error
	if s.standings, err = lru.New[string, models.Standing](cfg.Remember); err != nil {
		return nil, fmt.Errorf("sequencer: %w", err)
	}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return s, nil
}

// Run appends what is asked until ctx ends; then it answers what it has accepted, saves the projection, publishes the
// last checkpoint, and returns.
func (s *Sequencer) Run(ctx context.Context) error {
	written := make(chan struct{})
	var followers errgroup.Group
	followers.Go(func() error { return s.publishLoop(written) })
	followers.Go(func() error { s.projectLoop(written); return nil })
	s.writeLoop(ctx)
	close(s.done)
	close(written)
	return followers.Wait()
}

// Append records an event and answers when it is durable. The error is Propose's own, or of kind
// models.Unavailable: ErrUnknown if the event may have been recorded.
func (s *Sequencer) Append(ctx context.Context, e Event) (Result, error) {
	p := &pending{event: e, answer: make(chan answer, 1)}
	select {
	case s.queue <- p:
	case <-s.done:
		return Result{}, errStopped
	case <-ctx.Done():
		return Result{}, errUnavailable.Because(ctx.Err())
	}
	select {
	case a := <-p.answer:
		return a.result, a.err
	case <-ctx.Done():
		return Result{}, ErrUnknown.Because(ctx.Err())
	case <-s.done:
		select { // answered, or never accepted
		case a := <-p.answer:
			return a.result, a.err
		default:
			return Result{}, errStopped
		}
	}
}

// writeLoop is the writer: batch after batch, until ctx ends and the queue is empty. In between it
// follows what other servers write.
func (s *Sequencer) writeLoop(ctx context.Context) {
	background := context.WithoutCancel(ctx)
	tick := time.NewTicker(s.cfg.MaxAge / followsIn)
	defer tick.Stop()
	for {
		select {
		case p := <-s.queue:
			s.write(background, s.gather(p))
			s.giveWay(background)
		case waiting := <-s.looks:
			s.lookFor(background, waiting)
		case <-tick.C:
			s.look(background)
		case <-ctx.Done():
			for {
				select {
				case p := <-s.queue:
					s.write(background, s.gather(p))
				default:
					return
				}
			}
		}
	}
}

// gather takes what else waits. Callers who were just answered and come again at once are given the
// processor before the batch closes, as long as each turn brings some: otherwise the first of them
// would travel alone and the others wait for a flush of the disk.
func (s *Sequencer) gather(first *pending) []*pending {
	batch := []*pending{first}
	for before := 0; len(batch) > before && len(batch) < MaxBatch; {
		before = len(batch)
		runtime.Gosched()
		batch = s.drain(batch)
	}
	return batch
}

// drain adds what waits in the queue, up to MaxBatch.
func (s *Sequencer) drain(batch []*pending) []*pending {
	for len(batch) < MaxBatch {
		select {
		case p := <-s.queue:
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// Waiting is how many events wait for the writer.
func (s *Sequencer) Waiting() int { return len(s.queue) }

// Head is the end of the log as this server knows it.
func (s *Sequencer) Head() Head { return *s.head.Load() }

// Fault is what is wrong with the stored log, if the scrub has found something.
func (s *Sequencer) Fault() error {
	if err := s.fault.Load(); err != nil {
		return *err
	}
	return nil
}

// isRefusal says whether Propose refused, as opposed to the store failing.
func isRefusal(err error) bool {
	var u Unchanged
	return err != nil && !errors.As(err, &u)
}
