// Package lease owns work that must be done once, however many servers there are: who does it, and
// who takes over when that one is gone.
package lease

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"candor/models/store"
)

// Lasts is how long a lease lasts that is not renewed, unless the Keeper says otherwise: a server that
// died is replaced within that time and a third of it.
const Lasts = 30 * time.Second

// ErrLost is the cause (context.Cause) for which work is told to end when its lease may be another's.
var ErrLost = errors.New("the lease is lost")

// Keeper takes leases for one server. It must not be copied. It is safe for concurrent use: a lease
// that it holds already is not given to a second caller.
//
// A lease is a promise, not a lock (see store.Leases): work is told to end before its lease does, by a
// clock that nobody can set, but a server that stands still for longer may come back beside the next
// one. So work must bear being done twice. Leases rely on the servers' calendar clocks being less
// apart than a lease lasts.
type Keeper struct {
	Store store.Leases
	// Holder names the server, and is another for each of them and after each start: unless something else sees to it that
	// there is one at a time, which then takes over at once what the one before it held.
	Holder string
	// Clock gives the times that are written into the store.
	Clock  func() time.Time
	Logger *slog.Logger
	// Lasts is how long a lease lasts; the constant of that name if zero.
	Lasts time.Duration

	mu   sync.Mutex
	held map[string]bool
}

// Run does work whenever this server gets the lease, until ctx ends. Work that ends of itself is done
// again, here or on another server, after a third of the time that a lease lasts; so does work that
// fails, which is logged.
func (k *Keeper) Run(ctx context.Context, name string, work func(ctx context.Context) error) {
	for ctx.Err() == nil {
		if _, err := k.Try(ctx, name, work); err != nil && ctx.Err() == nil && !errors.Is(err, ErrLost) {
			k.Logger.Error("work that one server does for all was not done", "lease", name, "error", err)
		}
		select {
		case <-time.After(k.third()):
		case <-ctx.Done():
		}
	}
}

// Try does work once if nobody else has the lease; held says whether it was begun. The lease is renewed
// until work returns, and then dropped, so that another may take it at once. The error is the
// store's, or work's own; with it comes ErrLost if the lease was lost meanwhile.
func (k *Keeper) Try(ctx context.Context, name string, work func(ctx context.Context) error) (held bool, err error) {
	if !k.reserve(name) {
		return false, nil
	}
	defer k.release(name)
	began := time.Now()
	switch err := k.take(ctx, name); {
	case errors.Is(err, store.ErrTaken):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("take the lease %s: %w", name, err)
	}
	working, end := context.WithCancelCause(ctx)
	defer end(nil)
	stop := k.keep(ctx, name, began, end)
	err = work(working)
	stop()
	k.drop(ctx, name)
	if errors.Is(context.Cause(working), ErrLost) {
		err = errors.Join(ErrLost, err)
	}
	return true, err
}

// keep renews the lease until stop is called, which returns when that is over. It tells work to end as
// soon as somebody else has the lease, or before the lease ends that could not be renewed. It goes on
// while work that was told to end has not returned: the lease is still needed.
func (k *Keeper) keep(ctx context.Context, name string, began time.Time, end context.CancelCauseFunc) (stop func()) {
	renewing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var renewal sync.WaitGroup
	renewal.Go(func() {
		// A timer of its own: a store that does not answer must not keep work from ending in time.
		last := time.AfterFunc(k.safe()-time.Since(began), func() {
			k.Logger.Warn("a lease could not be renewed in time", "lease", name)
			end(ErrLost)
			cancel()
		})
		defer last.Stop()
		k.renew(renewing, name, last, end)
	})
	return func() { cancel(); renewal.Wait() }
}

func (k *Keeper) renew(ctx context.Context, name string, last *time.Timer, end context.CancelCauseFunc) {
	tick := time.NewTicker(k.third())
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		asked := time.Now() // the lease lasts from no later than this
		switch err := k.take(ctx, name); {
		case err == nil:
			if !last.Stop() {
				return // too late: work has been told to end
			}
			last.Reset(k.safe() - time.Since(asked))
			tick.Reset(k.third())
		case errors.Is(err, store.ErrTaken):
			k.Logger.Warn("another server has taken a lease over", "lease", name)
			end(ErrLost)
			return
		case ctx.Err() == nil:
			k.Logger.Warn("a lease was not renewed", "lease", name, "error", err)
			tick.Reset(k.third() / 4)
		}
	}
}

func (k *Keeper) take(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, k.third())
	defer cancel()
	now := k.Clock()
	return k.Store.TakeLease(ctx, name, k.Holder, now, now.Add(k.lasts()))
}

// drop ends the lease; if that fails it ends by itself.
func (k *Keeper) drop(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.third())
	defer cancel()
	if err := k.Store.DropLease(ctx, name, k.Holder); err != nil {
		k.Logger.Warn("a lease was not dropped", "lease", name, "error", err)
	}
}

func (k *Keeper) lasts() time.Duration { return cmp.Or(k.Lasts, Lasts) }

// third is how often a lease is renewed and waited for, and how long the store may take to answer.
func (k *Keeper) third() time.Duration { return k.lasts() / 3 }

// safe is how long after it was asked for a lease is relied upon. Work has the rest to end in.
func (k *Keeper) safe() time.Duration { return k.lasts() * 5 / 6 }

// reserve keeps a second caller here from what the store would give the same holder again.
func (k *Keeper) reserve(name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held[name] {
		return false
	}
	if k.held == nil {
		k.held = map[string]bool{}
	}
	k.held[name] = true
	return true
}

func (k *Keeper) release(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.held, name)
}
