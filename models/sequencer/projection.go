package sequencer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
)

// fold applies one entry to the standing of its subject. It is all there is to the projection: the
// same entries give the same standing, whoever folds them.
func fold(st models.Standing, seq uint64, at time.Time, d ledger.Detail) models.Standing {
	st.Seq = seq
	if d.Purpose == "" || d.State == "" {
		return st
	}
	standing := st.Choices.Of(d.Purpose)
	choice := foldChoice(standing, seq, at, d)
	if standing.State != "" {
		switch d.Kind {
		case ledger.ConsentExpired, ledger.ConsentInvalidated:
			choice = foldEnd(standing, seq, at, d)
		case ledger.RenewalAsked:
			choice = foldAsked(standing, seq, at, d)
		}
	}
	st.Choices = st.Choices.With(choice)
	return st
}

// foldChoice is what stands after a person chose.
func foldChoice(standing models.Choice, seq uint64, at time.Time, d ledger.Detail) models.Choice {
	choice := models.Choice{
		Purpose: d.Purpose, State: models.State(d.State), Seq: seq, Since: at, HappenedAt: at,
		Signal: standing.Signal || d.Channel == ledger.ChannelGPC, Asked: standing.Asked, AskedAt: standing.AskedAt,
	}
	if !d.OccurredAt.IsZero() {
		choice.HappenedAt = d.OccurredAt
	}
	if d.Notice != nil {
		choice.Notice = models.NoticeRef(*d.Notice)
	}
	if !d.OccurredAt.IsZero() && !Stands(standing, d.Kind, choice.HappenedAt, choice.Notice) {
		standing.Latest, standing.Signal = seq, choice.Signal
		return standing
	}
	switch had := standing.Notice; {
	case choice.Notice.Key == "":
	case had.Key != "" && had.Key != choice.Notice.Key: // another text altogether
		choice.Asked, choice.AskedAt = 0, time.Time{}
	case standing.Granted() && choice.Notice.Version > max(had.Version, standing.Asked):
		choice.Asked, choice.AskedAt = choice.Notice.Version, choice.HappenedAt
	}
	return choice
}

// foldEnd is what stands after the log has said that a consent ended, which its own time had brought about already. What
// the person chose, when, and about which text stays, so that a choice that the log hears of late is ordered as if nothing
// had been said.
func foldEnd(standing models.Choice, seq uint64, at time.Time, d ledger.Detail) models.Choice {
	standing.State, standing.Seq, standing.Since, standing.Latest = models.State(d.State), seq, at, 0
	if !d.OccurredAt.IsZero() {
		standing.Since = d.OccurredAt
	}
	return standing
}

// foldAsked notes that the person was asked anew, and leaves what stands.
func foldAsked(standing models.Choice, seq uint64, at time.Time, d ledger.Detail) models.Choice {
	standing.Latest = seq
	if d.Notice != nil && d.Notice.Version > standing.Asked {
		standing.Asked, standing.AskedAt = d.Notice.Version, at
	}
	return standing
}

// Stands says whether a choice made elsewhere, which happened at a time, takes the place of the one that stands, in
// whatever order the log hears of them: the one that happened later stands; of two in the same millisecond the one that
// allows less; of two that say the same, the one about the later version of the notice. A choice without a time of its
// own happened when it was appended, and always stands.
func Stands(standing models.Choice, kind string, happened time.Time, notice models.NoticeRef) bool {
	if standing.State == "" {
		return true
	}
	if order := happened.Compare(standing.HappenedAt); order != 0 {
		return order > 0
	}
	allows := kind == ledger.ConsentGiven || kind == ledger.ConsentRenewed || kind == ledger.ObjectionLifted
	allowed := standing.Granted() || standing.State == models.Permitted
	if allows != allowed {
		return !allows
	}
	return cmp.Or(cmp.Compare(notice.Version, standing.Notice.Version), cmp.Compare(notice.Locale, standing.Notice.Locale)) > 0
}

// Standing is where a customer stands; without choices if the log has said nothing of them. It is
// no older than MaxAge; if that cannot be had the error is of kind models.Unavailable. Callers must
// not change what it holds. Once a customer is remembered it allocates nothing.
func (s *Sequencer) Standing(ctx context.Context, customer string) (models.Standing, error) {
	if err := s.recent(ctx); err != nil {
		return models.Standing{}, err
	}
	return s.standing(ctx, customer)
}

// Newest is where a customer stands now, whichever server wrote it last: what Standing says may be MaxAge old.
func (s *Sequencer) Newest(ctx context.Context, customer string) (models.Standing, error) {
	if err := s.Refresh(ctx); err != nil {
		return models.Standing{}, err
	}
	return s.standing(ctx, customer)
}

// StandingsOf is where each of several customers stands of whom the log has said something, no older than Standing's, on
// all purposes or on those named. It remembers none of them: whoever asks about many asks about all, and would have those forgotten who matter now.
func (s *Sequencer) StandingsOf(ctx context.Context, customers []string, purposes ...string) ([]models.Standing, error) {
	if err := s.projected(ctx); err != nil {
		return nil, err
	}
	return s.cfg.Standings.StandingsOf(ctx, customers, purposes...)
}

// PageStandings is where those customers stand of whom the log has said something and whose reference is greater than
// after, in order, at most limit, on all purposes or on those named. It is no older than Standing's.
func (s *Sequencer) PageStandings(ctx context.Context, after string, limit int, purposes ...string) ([]models.Standing, error) {
	if err := s.projected(ctx); err != nil {
		return nil, err
	}
	return s.cfg.Standings.PageStandings(ctx, after, limit, purposes...)
}

// projected makes the projection in the store one that a question about many customers may rest on: recent, and with all
// that has been answered to those who wrote it.
func (s *Sequencer) projected(ctx context.Context) error {
	if err := s.recent(ctx); err != nil {
		return err
	}
	if err := s.save(ctx); err != nil {
		return errStale.Because(err)
	}
	return nil
}

// remembers says whether it is known here where a customer stands.
func (s *Sequencer) remembers(customer string) bool {
	_, unsaved := s.unsaved.of(customer)
	return unsaved || s.standings.Contains(customer)
}

// standing is where a customer stands at the head that is known here.
func (s *Sequencer) standing(ctx context.Context, customer string) (models.Standing, error) {
	if st, ok := s.standings.Get(customer); ok {
		return st, nil
	}
	if st, ok := s.unsaved.of(customer); ok {
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

// projectFromLog replays the entries that the projection has not accounted for.
func (s *Sequencer) projectFromLog(ctx context.Context, progress func(done uint64)) error {
	applied, err := s.cfg.Standings.Applied(ctx)
	if err != nil {
		return fmt.Errorf("read the projection's position: %w", err)
	}
	for applied < s.tree.Size() {
		entries, err := s.cfg.Log.Read(ctx, applied, int(min(MaxBatch, s.tree.Size()-applied)))
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
	var customers []string
	for _, e := range entries {
		if e.Subject != "" {
			customers = append(customers, e.Subject)
		}
	}
	working, err := s.storedOf(ctx, customers)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Subject == "" {
			if err := s.replayErasure(ctx, e, working); err != nil {
				return err
			}
			continue
		}
		st := working[e.Subject]
		if st.Seq < e.Seq || len(st.Pseudonym) == 0 {
			if st, err = s.foldStored(ctx, st, e); err != nil {
				return err
			}
		}
		working[e.Subject] = st
	}
	changed := slices.Collect(maps.Values(working))
	s.remember(changed)
	if err := s.cfg.Standings.SaveStandings(ctx, applied, changed); err != nil {
		return fmt.Errorf("save the projection: %w", err)
	}
	return nil
}

// replayErasure takes the choices of those away whose evidence an entry erased.
func (s *Sequencer) replayErasure(ctx context.Context, e store.Entry, working map[string]models.Standing) error {
	if !e.Erasure {
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
		return models.Standing{Customer: customer}, nil
	}
	if err != nil {
		return st, fmt.Errorf("read standing: %w", err)
	}
	return st, nil
}

// storedOf is the standing in the store of each of several customers, with one question.
func (s *Sequencer) storedOf(ctx context.Context, customers []string) (map[string]models.Standing, error) {
	standings := make(map[string]models.Standing, len(customers))
	for _, customer := range customers {
		standings[customer] = models.Standing{Customer: customer}
	}
	found, err := s.cfg.Standings.StandingsOf(ctx, slices.Collect(maps.Keys(standings)))
	if err != nil {
		return nil, fmt.Errorf("read standings: %w", err)
	}
	for _, st := range found {
		standings[st.Customer] = st
	}
	return standings, nil
}
