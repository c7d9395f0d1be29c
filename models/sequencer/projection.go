package sequencer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
)

// fold applies one entry to the standing of its subject. It is all there is to the projection: the
// same entries give the same standing, whoever folds them.
func fold(st models.Standing, seq uint64, at time.Time, d ledger.Detail) models.Standing {
	st = st.Clone()
	st.Seq = seq
	if d.Purpose == "" || d.State == "" {
		return st
	}
	choice := models.Choice{State: models.State(d.State), Seq: seq, Since: at, HappenedAt: at}
	if !d.OccurredAt.IsZero() {
		choice.HappenedAt = d.OccurredAt
	}
	if d.Notice != nil {
		choice.Notice = models.NoticeRef(*d.Notice)
	}
	st.Choices[d.Purpose] = choice
	return st
}

// Standing is where a customer stands now; without choices if the log has said nothing of them.
// Callers must not change what it holds. Once a customer is remembered it allocates nothing.
func (s *Sequencer) Standing(ctx context.Context, customer string) (models.Standing, error) {
	if st, ok := s.standings.Get(customer); ok {
		return st, nil
	}
	before := s.head.Load()
	st, err := s.stored(ctx, customer)
	if err != nil {
		return models.Standing{}, err
	}
	s.fillMu.Lock()
	defer s.fillMu.Unlock()
	if s.head.Load() == before { // otherwise a newer one may have come and gone
		s.standings.ContainsOrAdd(customer, st)
	}
	return st, nil
}

// remember makes standings that were just written the ones that everybody is given.
func (s *Sequencer) remember(changed []models.Standing) {
	s.fillMu.Lock()
	defer s.fillMu.Unlock()
	for _, st := range changed {
		s.standings.Add(st.Customer, st)
	}
}

// catchUp applies what the log has and this server has not. It costs nothing when there is no doubt.
func (s *Sequencer) catchUp(ctx context.Context) error {
	if !s.unsure {
		return nil
	}
	known := s.Head().Size // what is remembered is of that size, whatever others have projected since
	if err := s.follow(ctx); err != nil {
		return err
	}
	if err := s.projectFromLog(ctx, known, func(uint64) {}); err != nil {
		return err
	}
	s.unsure = false
	return nil
}

// projectFromLog replays the entries that the projection has not accounted for, and those from known
// on, which this server has not seen.
func (s *Sequencer) projectFromLog(ctx context.Context, known uint64, progress func(done uint64)) error {
	applied, err := s.cfg.Standings.Applied(ctx)
	if err != nil {
		return fmt.Errorf("read the projection's position: %w", err)
	}
	applied = min(applied, known)
	for applied < s.tree.Size() {
		entries, err := s.cfg.Log.Read(ctx, applied, MaxBatch)
		if err != nil {
			return fmt.Errorf("read entries from %d: %w", applied, err)
		}
		if len(entries) == 0 {
			return fmt.Errorf("the log ends at %d, before its size %d", applied, s.tree.Size())
		}
		applied += uint64(len(entries))
		if err := s.replay(ctx, entries, applied); err != nil {
			return err
		}
		progress(applied)
	}
	return nil
}

// replay folds entries into the standings of their subjects.
func (s *Sequencer) replay(ctx context.Context, entries []store.Entry, applied uint64) error {
	working := map[string]models.Standing{}
	for _, e := range entries {
		if !isCustomer(e.Subject) {
			if err := s.replayErasure(ctx, e, working); err != nil {
				return err
			}
			continue
		}
		st, ok := working[e.Subject]
		if !ok {
			var err error
			if st, err = s.stored(ctx, e.Subject); err != nil {
				return err
			}
		}
		if st.Seq < e.Seq || len(st.Pseudonym) == 0 {
			var err error
			if st, err = s.foldStored(ctx, st, e); err != nil {
				return err
			}
		}
		working[e.Subject] = st
	}
	changed := make([]models.Standing, 0, len(working))
	for _, st := range working {
		changed = append(changed, st)
	}
	s.remember(changed)
	if err := s.cfg.Standings.SaveStandings(ctx, applied, changed); err != nil {
		return fmt.Errorf("save the projection: %w", err)
	}
	return nil
}

// replayErasure takes the choices of those away whose evidence an entry erased.
func (s *Sequencer) replayErasure(ctx context.Context, e store.Entry, working map[string]models.Standing) error {
	if e.Subject != erasures {
		return nil
	}
	r, err := s.read(ctx, e)
	if err != nil {
		return err
	}
	for _, st := range forgotten(e.Seq, r.Detail) {
		working[st.Customer] = st
	}
	return nil
}

// stored is the standing in the store, not the remembered one.
func (s *Sequencer) stored(ctx context.Context, customer string) (models.Standing, error) {
	st, err := s.cfg.Standings.Standing(ctx, customer)
	if errors.Is(err, store.ErrNotFound) {
		return models.Standing{Customer: customer, Choices: map[string]models.Choice{}}, nil
	}
	if err != nil {
		return st, fmt.Errorf("read standing: %w", err)
	}
	return st, nil
}
