package consent

import (
	"context"
	"sync"
	"time"

	"candor/models"
)

const (
	// countedFor is how long a count is good for at least, and ten times what it took to count.
	countedFor = 30 * time.Second
	// countPatience is how long a page waits for a count.
	countPatience = 2 * time.Second
)

// ErrCounting: all customers are being counted for the first time since the start; it is done a while later.
var ErrCounting = models.Fail(models.Unavailable, "counting")

// counts keeps the last count, and sees to it that there is one going on at a time.
type counts struct {
	mu     sync.Mutex
	last   *counted
	until  time.Time     // the last is good, by a clock that nobody can set
	going  chan struct{} // closed when the count that is going on has ended; nil if none is
	failed error         // how that ended
}

// counted gives a count that is recent, or waits for one as long as a page may.
func (s *Service) counted(ctx context.Context) (*counted, error) {
	s.counts.mu.Lock()
	c := s.counts.last
	if c != nil && time.Now().Before(s.counts.until) {
		s.counts.mu.Unlock()
		return c, nil
	}
	going := s.counts.going
	if going == nil {
		going = make(chan struct{})
		s.counts.going = going
		go s.recount(context.WithoutCancel(ctx), going)
	}
	s.counts.mu.Unlock()
	patience := time.NewTimer(countPatience)
	defer patience.Stop()
	select {
	case <-going:
		s.counts.mu.Lock()
		defer s.counts.mu.Unlock()
		if s.counts.failed != nil && c == nil {
			return nil, s.counts.failed
		}
		return s.counts.last, nil
	case <-patience.C:
	case <-ctx.Done():
	}
	if c == nil {
		return nil, ErrCounting.Because(ctx.Err())
	}
	return c, nil
}

// recount counts anew, whoever is still waiting for it. If that fails what was known goes on being told.
func (s *Service) recount(ctx context.Context, going chan struct{}) {
	c, err := s.count(ctx)
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	if s.counts.failed = err; err == nil {
		s.counts.last, s.counts.until = c, time.Now().Add(max(countedFor, 10*c.took))
	}
	s.counts.going = nil
	close(going)
}
