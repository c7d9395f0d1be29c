package sequencer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"candor/models"
	"candor/models/store"
)

// Rebuild makes the projection anew from the log. Nothing may be appended meanwhile. progress is told
// how many entries are accounted for.
func (s *Sequencer) Rebuild(ctx context.Context, progress func(done uint64)) error {
	if err := s.cfg.Standings.ResetStandings(ctx); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	s.standings.Purge()
	if err := s.projectFromLog(ctx, progress); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}

// CheckProjection compares the projection with what the log makes of it, and names the first
// customer's entry at which they differ. Nothing may be appended meanwhile.
func (s *Sequencer) CheckProjection(ctx context.Context, progress func(done uint64)) error {
	if err := s.save(ctx); err != nil {
		return fmt.Errorf("check the projection: %w", err)
	}
	for seq, size := uint64(0), s.Head().Size; seq < size; {
		entries, err := s.cfg.Log.Read(ctx, seq, MaxBatch)
		if err != nil || len(entries) == 0 {
			return fmt.Errorf("check the projection: read entries from %d: %w", seq, errors.Join(err, store.ErrNotFound))
		}
		for _, e := range entries {
			if err := s.checkStanding(ctx, e); err != nil {
				return fmt.Errorf("check the projection: %w", err)
			}
		}
		seq += uint64(len(entries))
		progress(seq)
	}
	return s.checkExtra(ctx)
}

// checkStanding compares a customer's standing when it comes to the last entry about them.
func (s *Sequencer) checkStanding(ctx context.Context, e store.Entry) error {
	concerned, err := s.concerned(ctx, e)
	if err != nil {
		return err
	}
	for _, customer := range concerned {
		stored, err := s.stored(ctx, customer)
		if err != nil {
			return err
		}
		if stored.Seq < e.Seq {
			return fmt.Errorf("the projection does not know of entry %d", e.Seq)
		}
		if stored.Seq > e.Seq {
			continue // a later entry settles it
		}
		folded, err := s.foldHistory(ctx, stored)
		if err != nil {
			return err
		}
		if !slices.EqualFunc(stored.Choices, folded.Choices, equalChoice) {
			return fmt.Errorf("the projection differs from the log for the customer of entry %d", e.Seq)
		}
	}
	return nil
}

// concerned are the customers whose standing an entry writes: its subject, or those it erased.
func (s *Sequencer) concerned(ctx context.Context, e store.Entry) ([]string, error) {
	if e.Subject != "" {
		return []string{e.Subject}, nil
	}
	erased := map[string]models.Standing{}
	if err := s.replayErasure(ctx, e, erased); err != nil {
		return nil, err
	}
	return slices.Collect(maps.Keys(erased)), nil
}

// foldHistory is the standing that the entries make which lead to a stored one.
func (s *Sequencer) foldHistory(ctx context.Context, stored models.Standing) (models.Standing, error) {
	st := models.Standing{Customer: stored.Customer}
	entries, err := s.cfg.Log.History(ctx, stored.Customer, stored.Seq, math.MaxInt32)
	if err != nil {
		return st, err
	}
	for _, e := range slices.Backward(entries) {
		if st, err = s.foldStored(ctx, st, e); err != nil {
			return st, err
		}
	}
	return st, nil
}

func equalChoice(a, b models.Choice) bool {
	return a.Purpose == b.Purpose && a.State == b.State && a.Seq == b.Seq && a.Notice == b.Notice &&
		a.Since.Equal(b.Since) && a.HappenedAt.Equal(b.HappenedAt) && a.Latest == b.Latest && a.Signal == b.Signal &&
		a.Asked == b.Asked && a.AskedAt.Equal(b.AskedAt)
}

// checkExtra finds standings that no entry accounts for.
func (s *Sequencer) checkExtra(ctx context.Context) error {
	for after := ""; ; {
		page, err := s.cfg.Standings.PageStandings(ctx, after, MaxBatch)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, st := range page {
			entries, err := s.cfg.Log.Read(ctx, st.Seq, 1)
			if err != nil {
				return err
			}
			if len(entries) == 0 {
				return fmt.Errorf("the projection knows of entry %d, which is not there", st.Seq)
			}
			concerned, err := s.concerned(ctx, entries[0])
			if err != nil {
				return err
			}
			if !slices.Contains(concerned, st.Customer) {
				return fmt.Errorf("the projection says that entry %d wrote a standing, which it did not", st.Seq)
			}
			after = st.Customer
		}
	}
}
