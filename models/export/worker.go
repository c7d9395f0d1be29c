package export

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"candor/models"
	"candor/models/store"
)

const (
	// listed is how many archives are taken from the store at a time.
	listed = 100
	// progressEvery is how often progress is saved, if there is any.
	progressEvery = time.Second
	// settleIn is how long the end of an archive's making may take to be saved, a stop notwithstanding.
	settleIn = 10 * time.Second
)

// Run makes the archives that are asked for, here or on another server, and destroys those whose time
// is over, until ctx ends. Each is made by one server at a time; what one was making when it stopped
// or died is made anew by the next.
func (s *Service) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range s.Workers {
		workers.Go(func() { s.work(ctx) })
	}
	workers.Go(func() { s.Leases.Run(ctx, "expiry", s.expire) })
	s.everySweep(ctx, s.poke)
	workers.Wait()
	return nil
}

// everySweep does something at once and again and again, until ctx ends.
func (s *Service) everySweep(ctx context.Context, do func()) {
	sweep := time.NewTicker(s.Sweep)
	defer sweep.Stop()
	for ctx.Err() == nil {
		do()
		select {
		case <-sweep.C:
		case <-ctx.Done():
		}
	}
}

// work makes one archive after the other.
func (s *Service) work(ctx context.Context) {
	for {
		select {
		case <-s.wake:
		case <-ctx.Done():
			return
		}
		for s.makeOne(ctx) {
		}
	}
}

// makeOne makes the first archive in preparation that nobody else makes. It is false if there is none,
// or none that can be made now.
func (s *Service) makeOne(ctx context.Context) bool {
	archives, err := s.Archives.UnfinishedArchives(ctx, listed)
	switch {
	case err == nil:
		s.unfinished.Store(int64(len(archives)))
	case ctx.Err() == nil:
		s.Logger.Error("archives to be made could not be listed", "error", err)
	}
	for _, a := range archives {
		held, err := s.Leases.Try(ctx, "archive/"+a.ID, func(ctx context.Context) error { return s.make(ctx, a.ID) })
		switch {
		case ctx.Err() != nil:
			return false
		case err != nil: // it stays in preparation, and is made anew after a while
			s.Logger.Error("an archive's making did not come to an end", "archive", a.ID, "error", err)
		case held:
			return true
		}
	}
	return false
}

// make makes an archive, whose lease is held, and settles how it ended.
func (s *Service) make(ctx context.Context, id string) error {
	a, err := s.Archives.Archive(ctx, id) // as it is by now: whoever held the lease before may have made it
	if err != nil || a.State != StatePreparing {
		return err
	}
	s.poke() // there may be another one for another worker
	if a, err = s.begin(ctx, a); err != nil {
		return err
	}
	made, err := s.build(ctx, a)
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleIn)
	defer cancel()
	switch {
	case ctx.Err() != nil: // a stop, or a lost lease, is no failure: whoever is next begins anew
		return errors.Join(context.Cause(ctx), s.Archives.DeleteChunks(lasting, a.Attempt))
	case err == nil:
		made.State, made.ExpiresAt = StateReady, s.Clock().Add(s.Keep)
		return s.Archives.UpdateArchive(lasting, made, made.Attempt)
	default:
		s.Logger.Error("an archive was not made", "archive", a.ID, "error", err)
		return s.fail(lasting, a)
	}
}

// begin begins a new attempt, from which moment on nothing is saved of an earlier one, and removes what
// that has left.
func (s *Service) begin(ctx context.Context, a store.Archive) (store.Archive, error) {
	attempt, err := uuid.NewRandomFromReader(s.Random)
	if err != nil {
		return a, fmt.Errorf("draw an id: %w", err)
	}
	before := a.Attempt
	a.Attempt, a.Done = attempt.String(), 0
	if err := s.Archives.UpdateArchive(ctx, a, before); err != nil {
		return a, fmt.Errorf("begin: %w", err)
	}
	if before != "" {
		err = s.Archives.DeleteChunks(ctx, before)
	}
	return a, models.Wrap("begin anew", err)
}

// build writes the archive into the store, from scratch.
func (s *Service) build(ctx context.Context, a store.Archive) (store.Archive, error) {
	request, err := s.Requested(ctx, a)
	if err != nil {
		return a, err
	}
	if err := s.Created(ctx, a.Customer, a.ID); err != nil {
		return a, fmt.Errorf("record the download: %w", err)
	}
	if a.Total, err = s.total(ctx, request); err != nil {
		return a, err
	}
	var done atomic.Int64
	stop := s.saveProgress(ctx, a, &done)
	out := s.chunks(ctx, a)
	err = Write(ctx, out, s.Sources, request, s.Clock(), func(records int) { done.Add(int64(records)) })
	if err == nil {
		err = out.Close()
	}
	stop()
	a.Done = done.Load()
	a.Total, a.Bytes, a.Chunks = a.Done, out.bytes, out.n
	return a, err
}

// saveProgress saves what is done again and again until stop is called, and returns when that is over.
func (s *Service) saveProgress(ctx context.Context, a store.Archive, done *atomic.Int64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var saving sync.WaitGroup
	saving.Go(func() {
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			now := done.Load()
			if now == a.Done {
				continue
			}
			a.Done = now
			a.Total = max(a.Total, now) // records may arrive meanwhile
			if err := s.Archives.UpdateArchive(ctx, a, a.Attempt); err != nil && ctx.Err() == nil {
				s.Logger.Warn("an archive's progress was not saved", "archive", a.ID, "error", err)
			}
		}
	})
	return func() { cancel(); saving.Wait() }
}

// fail gives an archive up, and destroys what there is of it: its key first, so that nothing of it can
// be read from then on. But before that, whoever has begun another attempt meanwhile must be able to
// end it. What cannot be destroyed now is when its time is over.
func (s *Service) fail(ctx context.Context, a store.Archive) error {
	failed := emptied(a)
	failed.State, failed.ExpiresAt = StateFailed, s.Clock().Add(s.Keep)
	if err := s.Archives.UpdateArchive(ctx, failed, a.Attempt); err != nil {
		return err
	}
	return s.destroy(ctx, a)
}

func emptied(a store.Archive) store.Archive {
	a.Request, a.Bytes, a.Chunks = nil, 0, 0
	return a
}

func (s *Service) destroy(ctx context.Context, a store.Archive) error {
	if err := s.Ring.Destroy(ctx, scope(a)); err != nil {
		return fmt.Errorf("destroy the archive's key: %w", err)
	}
	return models.Wrap("delete the archive", s.Archives.DeleteChunks(ctx, a.Attempt))
}

// expire destroys again and again the archives whose time is over, until ctx ends.
func (s *Service) expire(ctx context.Context) error {
	s.everySweep(ctx, func() {
		if err := s.expireAll(ctx); err != nil && ctx.Err() == nil { // tried again at the next sweep
			s.Logger.Error("expired archives were not destroyed", "error", err)
		}
	})
	return nil
}

func (s *Service) expireAll(ctx context.Context) error {
	for {
		archives, err := s.Archives.ExpiredArchives(ctx, s.Clock(), listed)
		if err != nil {
			return fmt.Errorf("list them: %w", err)
		}
		for _, a := range archives {
			if err := s.destroy(ctx, a); err != nil {
				return fmt.Errorf("archive %s: %w", a.ID, err)
			}
			over := emptied(a)
			over.State = StateExpired
			if err := s.Archives.UpdateArchive(ctx, over, a.Attempt); err != nil {
				return fmt.Errorf("archive %s: %w", a.ID, err)
			}
		}
		if len(archives) < listed {
			return nil
		}
	}
}
