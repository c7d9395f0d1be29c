package export

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"candor/models/store"
)

// listed is how many archives are taken from the store at a time.
const listed = 100

// Run makes the archives that are asked for, those too that another process was making when it died,
// and destroys those whose time is over, until ctx ends. What is being made then is left for the next
// Run, here or elsewhere.
func (s *Service) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range s.Workers {
		workers.Go(func() { s.work(ctx) })
	}
	sweep := time.NewTicker(s.Sweep)
	defer sweep.Stop()
	for ctx.Err() == nil {
		s.expire(ctx)
		s.poke()
		select {
		case <-sweep.C:
		case <-ctx.Done():
		}
	}
	workers.Wait()
	return nil
}

// work makes one archive after the other.
func (s *Service) work(ctx context.Context) {
	for ctx.Err() == nil {
		a, found, err := s.claim(ctx)
		if err != nil && ctx.Err() == nil {
			s.Logger.Error("archives to be made could not be listed", "error", err)
		}
		if found {
			s.poke() // there may be another one for another worker
			s.make(ctx, a)
			s.forget(a.ID)
			continue
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
		}
	}
}

// claim takes an archive that nobody makes: one that was asked for here, or one whose maker has been
// silent for too long.
func (s *Service) claim(ctx context.Context) (store.Archive, bool, error) {
	// Listed under the lock: what another worker has finished meanwhile must not look unfinished.
	s.mu.Lock()
	defer s.mu.Unlock()
	archives, err := s.Archives.UnfinishedArchives(ctx, listed)
	if err != nil {
		return store.Archive{}, false, err
	}
	silent := s.Clock().Add(-abandonedIn)
	for _, a := range archives {
		if !s.making[a.ID] && (s.mine[a.ID] || a.Beat.Before(silent)) {
			s.making[a.ID] = true
			return a, true, nil
		}
	}
	return store.Archive{}, false, nil
}

// make makes an archive and settles how it ended.
func (s *Service) make(ctx context.Context, a store.Archive) {
	made, err := s.build(ctx, a)
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	switch {
	case err == nil:
		made.State, made.ExpiresAt = StateReady, s.Clock().Add(s.Keep)
		err = s.Archives.UpdateArchive(lasting, made)
	case ctx.Err() != nil: // a stop is no failure: whoever runs next begins anew at once
		a.Beat = time.Time{}
		err = s.Archives.UpdateArchive(lasting, a)
	default:
		s.Logger.Error("an archive was not made", "archive", a.ID, "error", err)
		err = s.fail(lasting, a)
	}
	if err != nil { // it stays in preparation, and is made anew after a while
		s.Logger.Error("the end of an archive's making was not saved", "archive", a.ID, "error", err)
	}
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
	if err := s.Archives.DeleteChunks(ctx, a.ID); err != nil {
		return a, fmt.Errorf("begin anew: %w", err)
	}
	var done atomic.Int64
	stop := s.beat(ctx, a, &done)
	out := s.chunks(ctx, a)
	err = Write(ctx, out, s.Sources, request, s.Clock(), func(records int) { done.Add(int64(records)) })
	if err == nil {
		err = out.Close()
	}
	stop()
	a.Done = done.Load()
	a.Total, a.Bytes, a.Chunks, a.Beat = a.Done, out.bytes, out.n, s.Clock()
	return a, err
}

// beat saves the progress again and again until stop is called, and returns when that is over.
func (s *Service) beat(ctx context.Context, a store.Archive, done *atomic.Int64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() {
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			a.Done, a.Beat = done.Load(), s.Clock()
			a.Total = max(a.Total, a.Done) // records may arrive meanwhile
			if err := s.Archives.UpdateArchive(ctx, a); err != nil && ctx.Err() == nil {
				s.Logger.Warn("an archive's progress was not saved", "archive", a.ID, "error", err)
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() { cancel(); beating.Wait() }
}

// fail drops what there is of an archive: its key first, so that nothing of it can be read from then on.
func (s *Service) fail(ctx context.Context, a store.Archive) error {
	a.State, a.ExpiresAt = StateFailed, s.Clock().Add(s.Keep)
	return s.drop(ctx, a)
}

func (s *Service) drop(ctx context.Context, a store.Archive) error {
	if err := s.Ring.Destroy(ctx, scope(a)); err != nil {
		return fmt.Errorf("destroy the archive's key: %w", err)
	}
	if err := s.Archives.DeleteChunks(ctx, a.ID); err != nil {
		return fmt.Errorf("delete the archive: %w", err)
	}
	a.Request, a.Bytes, a.Chunks = nil, 0, 0
	return s.Archives.UpdateArchive(ctx, a)
}

// expire destroys the archives whose time is over. What fails is tried again at the next sweep.
func (s *Service) expire(ctx context.Context) {
	for more := true; more && ctx.Err() == nil; {
		archives, err := s.Archives.ExpiredArchives(ctx, s.Clock(), listed)
		if err != nil {
			s.Logger.Error("expired archives could not be listed", "error", err)
			return
		}
		for _, a := range archives {
			a.State = StateExpired
			if err := s.drop(ctx, a); err != nil {
				s.Logger.Error("an expired archive was not destroyed", "archive", a.ID, "error", err)
				return
			}
		}
		more = len(archives) == listed
	}
}
