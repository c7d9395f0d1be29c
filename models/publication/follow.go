// Package publication owns how servers take in what others publish: whatever is kept in store.Publications and held in
// memory.
package publication

import (
	"context"
	"sync"
	"time"
)

// followFor is how long what is published is read again and again after the log has said that there is
// something new: whoever publishes keeps it after saying so, and may take that long.
const followFor = time.Minute

// Follower reads anew what is published, when there may be something new. It is safe for concurrent use.
type Follower struct {
	clock   func() time.Time
	refresh func(ctx context.Context) error

	mu    sync.Mutex
	seen  uint64
	since time.Time
}

// NewFollower makes one; refresh reads everything anew.
func NewFollower(clock func() time.Time, refresh func(ctx context.Context) error) *Follower {
	return &Follower{clock: clock, refresh: refresh, since: clock()}
}

// Follow takes in what other servers publish. It is to be called again and again; seen is one more than
// the position of the last entry about a publication that another server wrote, or 0. It reads the store
// for a minute after the start and after each change of seen, and costs nothing otherwise.
func (f *Follower) Follow(ctx context.Context, seen uint64) error {
	f.mu.Lock()
	if now := f.clock(); seen != f.seen || now.Before(f.since) {
		f.seen, f.since = seen, now
	}
	over := f.clock().Sub(f.since) > followFor
	f.mu.Unlock()
	if over {
		return nil
	}
	return f.refresh(ctx)
}
