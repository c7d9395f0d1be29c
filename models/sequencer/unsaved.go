package sequencer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"candor/models"
)

const (
	// saveEvery is how long what has changed may wait to be saved: long enough that those who change their mind often are
	// saved once, short enough that a start after a crash has little to make up.
	saveEvery = 100 * time.Millisecond
	// manyUnsaved is how many standings are saved without that wait.
	manyUnsaved = 4 * MaxBatch
	// mostUnsaved is how many may wait before the writer waits for them.
	mostUnsaved = 8 * MaxBatch
)

// unsaved is what the log has and the projection in the store has not yet: the standings that durable entries have
// changed. They are saved behind the answer, those of several batches at once when batches come fast. Whoever
// asks where a customer stands is given these first.
type unsaved struct {
	saving sync.Mutex // one at a time, so that the store is told of positions in order

	mu      sync.Mutex
	changed map[string]models.Standing
	leaving map[string]models.Standing // those that are being saved
	applied uint64                     // the entries accounted for once all are
	failed  bool                       // the store did not take the last ones
}

// add notes what a batch has changed, up to a size of the log, and says whether that is much by now.
func (u *unsaved) add(standings []models.Standing, applied uint64) (many bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.changed == nil {
		u.changed = make(map[string]models.Standing, len(standings))
	}
	for _, st := range standings {
		u.changed[st.Customer] = st
	}
	u.applied = applied
	return len(u.changed) >= manyUnsaved
}

// of is a customer's standing, if it waits to be saved.
func (u *unsaved) of(customer string) (models.Standing, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if st, ok := u.changed[customer]; ok {
		return st, true
	}
	st, ok := u.leaving[customer]
	return st, ok
}

// pressing says whether the writer should wait until they are saved: they have become many, or the store refuses them.
func (u *unsaved) pressing() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.failed || len(u.changed) >= mostUnsaved
}

// refused says whether the store did not take the last ones.
func (u *unsaved) refused() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.failed
}

// take begins to save.
func (u *unsaved) take() (standings []models.Standing, applied uint64, any bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.changed == nil {
		return nil, 0, false
	}
	u.leaving, u.changed = u.changed, nil
	return slices.Collect(maps.Values(u.leaving)), u.applied, true
}

// settle ends what take began. What was not saved waits again, unless a newer one does.
func (u *unsaved) settle(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.failed = err != nil; u.failed {
		maps.Copy(u.leaving, u.changed)
		u.changed = u.leaving
	}
	u.leaving = nil
}

// save brings the projection in the store up to what was known when it was called.
func (s *Sequencer) save(ctx context.Context) error {
	s.unsaved.saving.Lock()
	defer s.unsaved.saving.Unlock()
	standings, applied, any := s.unsaved.take()
	if !any {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	err := s.cfg.Standings.SaveStandings(ctx, applied, standings)
	s.unsaved.settle(err)
	if err != nil {
		return fmt.Errorf("save the projection: %w", err)
	}
	return nil
}

// projectLoop saves the projection now and then, at once when much has changed, until stop closes; then once more. After
// a failure it leaves that to the writer, which tries again whenever it writes or follows the log.
func (s *Sequencer) projectLoop(stop <-chan struct{}) {
	pause := time.NewTicker(saveEvery)
	defer pause.Stop()
	for stopping := false; !stopping; {
		select {
		case <-pause.C:
		case <-s.crowded:
		case <-stop:
			stopping = true
		}
		if s.unsaved.refused() && !stopping {
			continue
		}
		if err := s.save(context.Background()); err != nil {
			s.cfg.Logger.Error("the projection was not saved", "error", err)
		}
	}
}
