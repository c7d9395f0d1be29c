// Package transfer moves a whole store into another: log, data, encryption keys and the saved checkpoint,
// through the roles alone, so that any store can be copied into any other.
//
// The log goes first and its checkpoint last: what a target holds tells whose copy it is, and no server
// starts on one that is not whole, because a log without its checkpoint is refused. Sessions and one-time
// links, those for enrolment among them, are not copied: people sign in again.
package transfer

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"candor/models/ledger"
	"candor/models/store"
)

// Stores is everything that is kept at one place.
type Stores struct {
	Data        store.Data
	Keys        store.Keys
	Checkpoints store.Checkpoints
}

// Config says what to copy, or compare.
type Config struct {
	From, To Stores
	// Progress, if not nil, is told how many entries and customers have been read of those to read. It is called
	// by one goroutine at a time.
	Progress func(done, total int64)
}

// ErrTarget: the target holds something that is no part of a copy of the source.
var ErrTarget = errors.New("the target holds something else")

// ErrSource: the source cannot be copied as it is.
var ErrSource = errors.New("the source cannot be copied")

// ErrDiffers: the two do not hold the same.
var ErrDiffers = errors.New("the two do not hold the same")

// Copy writes into the target everything that the source holds, reads the target back and compares. Nobody
// may write to either meanwhile. After any error it may be called again, and goes on where it was, or
// writes the same again. The target must be empty, or hold an unfinished or older copy of the same log.
func Copy(ctx context.Context, cfg Config) (Summary, error) {
	saved, err := begin(ctx, cfg.From)
	if err != nil {
		return nil, err
	}
	if err := accept(ctx, cfg.To, saved); err != nil {
		return nil, err
	}
	progress, err := newProgress(ctx, cfg, saved.log)
	if err != nil {
		return nil, err
	}
	from := reading{of: cfg.From, to: &cfg.To, saved: saved, progress: progress}
	copied, err := from.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	if err := verify(ctx, cfg, saved, copied, progress); err != nil {
		return nil, err
	}
	return copied, keep(ctx, cfg.To.Checkpoints, saved)
}

// Compare reads both and changes nothing. The error is ErrDiffers if the two do not hold the same.
func Compare(ctx context.Context, cfg Config) (Summary, error) {
	saved, err := begin(ctx, cfg.From)
	if err != nil {
		return nil, err
	}
	progress, err := newProgress(ctx, cfg, saved.log)
	if err != nil {
		return nil, err
	}
	from := reading{of: cfg.From, saved: saved, progress: progress}
	there, err := from.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the source: %w", err)
	}
	if err := verify(ctx, cfg, saved, there, progress); err != nil {
		return nil, err
	}
	return there, same(ctx, cfg.To.Checkpoints, saved)
}

// saved is how far the source's log has got, and what was published of it.
type saved struct {
	log        uint64 // entries
	note       []byte // the saved checkpoint
	checkpoint ledger.Checkpoint
}

func begin(ctx context.Context, from Stores) (saved, error) {
	size, err := from.Data.Size(ctx)
	if err != nil {
		return saved{}, fmt.Errorf("read the source's log: %w", err)
	}
	if size == 0 {
		return saved{}, fmt.Errorf("%w: its log has no entries; name a store that a server has run on", ErrSource)
	}
	_, note, err := from.Checkpoints.Checkpoint(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return saved{}, fmt.Errorf("%w: there is no saved checkpoint; name the place where it is, or put its newest copy back", ErrSource)
	}
	if err != nil {
		return saved{}, fmt.Errorf("read the source's checkpoint: %w", err)
	}
	checkpoint, err := ledger.ParseCheckpoint(note)
	if err != nil {
		return saved{}, fmt.Errorf("read the source's checkpoint: %w", err)
	}
	if checkpoint.Size > size {
		return saved{}, fmt.Errorf("%w: its log has %d entries and %d were published; it is an older one: look for the newest",
			ErrSource, size, checkpoint.Size)
	}
	return saved{log: size, note: note, checkpoint: checkpoint}, nil
}

// verify reads the target and compares; then it asks whether the source has changed meanwhile.
func verify(ctx context.Context, cfg Config, s saved, expected Summary, progress *progress) error {
	to := reading{of: cfg.To, saved: s, progress: progress}
	there, err := to.all(ctx)
	if err != nil {
		return fmt.Errorf("verify the target: %w", err)
	}
	if err := expected.compare(there); err != nil {
		return err
	}
	size, err := cfg.From.Data.Size(ctx)
	if err != nil {
		return fmt.Errorf("read the source's log again: %w", err)
	}
	_, note, err := cfg.From.Checkpoints.Checkpoint(ctx)
	if err != nil {
		return fmt.Errorf("read the source's checkpoint again: %w", err)
	}
	if size != s.log || string(note) != string(s.note) {
		return fmt.Errorf("%w: its log grew meanwhile, from %d entries to %d; stop every server and run this again", ErrSource, s.log, size)
	}
	return nil
}

// keep saves the checkpoint at the target, and reads it back.
func keep(ctx context.Context, to store.Checkpoints, s saved) error {
	if err := to.AdvanceCheckpoint(ctx, s.checkpoint.Size, s.note); err != nil && !errors.Is(err, store.ErrTaken) {
		return fmt.Errorf("save the checkpoint: %w", err)
	}
	return same(ctx, to, s)
}

// same says whether the target's checkpoint is the source's.
func same(ctx context.Context, to store.Checkpoints, s saved) error {
	size, note, err := to.Checkpoint(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%w: the target has no saved checkpoint, so that its copy was not finished", ErrDiffers)
	}
	if err != nil {
		return fmt.Errorf("read the target's checkpoint: %w", err)
	}
	if size != s.checkpoint.Size || string(note) != string(s.note) {
		return fmt.Errorf("%w: the target's saved checkpoint is of %d entries, the source's of %d", ErrDiffers, size, s.checkpoint.Size)
	}
	return nil
}

// progress counts what was read of both sides.
type progress struct {
	mu          sync.Mutex
	done, total int64
	tell        func(done, total int64)
}

func newProgress(ctx context.Context, cfg Config, entries uint64) (*progress, error) {
	customers, err := cfg.From.Data.CountCustomers(ctx)
	if err != nil {
		return nil, fmt.Errorf("count the source's customers: %w", err)
	}
	return &progress{total: 2 * (int64(entries) + customers), tell: cfg.Progress}, nil // below 2^53
}

func (p *progress) add(n int) {
	if p.tell == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = min(p.done+int64(n), p.total)
	p.tell(p.done, p.total)
}
