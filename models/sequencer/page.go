package sequencer

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"candor/models/keys"
	"candor/models/store"
)

// Page is a stretch of the log as whoever follows it reads it.
type Page struct {
	// Results are the entries that were asked for, in order. What was said under a key that was destroyed is left out.
	Results []Result
	// Next is the position after the last entry that was looked at: where the next page begins.
	Next uint64
}

// Page reads the entries about customers from seq on, of at most limit entries and none beyond the head that is known here, with what they say. Each
// is checked against the tree's hash of it and against its commitment. Details are opened on all cores, and the keys that
// they need are read with one question.
func (s *Sequencer) Page(ctx context.Context, seq uint64, limit int) (Page, error) {
	return s.page(ctx, seq, limit, func(e store.Entry) bool { return e.Subject != "" })
}

// PageOwn is Page for the entries that concern no customer: what staff did, what was published.
func (s *Sequencer) PageOwn(ctx context.Context, seq uint64, limit int) (Page, error) {
	return s.page(ctx, seq, limit, func(e store.Entry) bool { return e.Subject == "" })
}

func (s *Sequencer) page(ctx context.Context, seq uint64, limit int, wanted func(store.Entry) bool) (Page, error) {
	size := s.Head().Size
	if seq >= size || limit <= 0 {
		return Page{Next: seq}, nil
	}
	entries, err := s.cfg.Log.Read(ctx, seq, int(min(uint64(limit), size-seq)))
	if err != nil {
		return Page{}, fmt.Errorf("read entries from %d: %w", seq, err)
	}
	page := Page{Next: seq + uint64(len(entries))}
	if page.Results, err = s.readAll(ctx, entries, wanted); err != nil {
		return Page{}, err
	}
	return page, nil
}

// readAll reads those of the entries that are wanted and can be opened.
func (s *Sequencer) readAll(ctx context.Context, entries []store.Entry, wanted func(store.Entry) bool) ([]Result, error) {
	var about []store.Entry
	var scopes []store.Scope
	for _, e := range entries {
		if wanted(e) {
			about, scopes = append(about, e), append(scopes, scopeOf(e.Subject))
		}
	}
	if err := s.cfg.Ring.Load(ctx, scopes...); err != nil {
		return nil, err
	}
	results, there := make([]Result, len(about)), make([]bool, len(about))
	workers := min(runtime.GOMAXPROCS(0), len(about))
	g, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(about); i += workers {
				r, err := s.read(ctx, about[i])
				if errors.Is(err, keys.ErrDestroyed) {
					continue
				}
				if err != nil {
					return err
				}
				results[i], there[i] = r, true
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	kept := results[:0]
	for i, r := range results {
		if there[i] {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// growth wakes those who wait for the log to grow.
type growth struct {
	mu      sync.Mutex
	waiting chan struct{} // closed at the next growth; nil while nobody waits
}

// next is closed when the log has grown.
func (g *growth) next() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting == nil {
		g.waiting = make(chan struct{})
	}
	return g.waiting
}

func (g *growth) announce() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting != nil {
		close(g.waiting)
		g.waiting = nil
	}
}

// Await returns when the log has more than size entries, whichever server wrote them: at once for those that were written
// here, within a quarter of MaxAge for others'. Its error is ctx's, or of kind models.Unavailable when the sequencer stops.
func (s *Sequencer) Await(ctx context.Context, size uint64) error {
	for {
		grown := s.growth.next() // before the head is looked at: what comes in between is not missed
		if s.Head().Size > size {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return errStopped
		}
	}
}
