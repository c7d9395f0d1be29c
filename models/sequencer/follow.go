package sequencer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
)

// errStale answers a caller who wants to know how things stand while nobody can tell whether what is
// known here is recent enough.
var errStale = models.Fail(models.Unavailable, "log_unavailable").Because(errors.New("what is known may be out of date"))

// errDamaged: what the store holds is not what was written there, or two writers have made two logs of one.
var errDamaged = errors.New("the stored log is damaged")

// followsIn is how many times the log is asked for news while a decision may rest on what is known.
const followsIn = 4

// since is the time by a clock that nobody can set: how old knowledge is must not depend on the
// calendar's.
func (s *Sequencer) since() time.Duration { return time.Since(s.begun) }

// Behind is how long ago this server last knew the newest state of the log.
func (s *Sequencer) Behind() time.Duration { return s.since() - time.Duration(s.fresh.Load()) }

// confirm notes that everything was known here that was in the log at a time.
func (s *Sequencer) confirm(at time.Duration) {
	for {
		known := s.fresh.Load()
		if known >= int64(at) || s.fresh.CompareAndSwap(known, int64(at)) {
			return
		}
	}
}

// Refresh takes in what other servers have appended by now. It costs one question to the store if
// that is nothing.
func (s *Sequencer) Refresh(ctx context.Context) error {
	asked := s.since()
	size, err := s.cfg.Log.Size(ctx)
	if err != nil {
		return fmt.Errorf("read the log's size: %w", err)
	}
	if size <= s.Head().Size {
		s.confirm(asked)
		return nil
	}
	done := make(chan error, 1)
	select {
	case s.looks <- done:
	case <-s.done:
		return errStopped
	case <-ctx.Done():
		return errUnavailable.Because(ctx.Err())
	}
	select {
	case err := <-done:
		return err
	case <-s.done:
		return errStopped
	case <-ctx.Done():
		return errUnavailable.Because(ctx.Err())
	}
}

// recent makes sure that what is known is no older than MaxAge. Callers who come while somebody asks
// share the answer.
func (s *Sequencer) recent(ctx context.Context) error {
	if s.Behind() <= s.cfg.MaxAge {
		return nil
	}
	_, err, _ := s.asking.Do("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.MaxAge)
		defer cancel()
		return nil, s.Refresh(ctx)
	})
	if err != nil {
		return errStale.Because(err)
	}
	return nil
}

// look follows the log for the writer's own sake, unless its writes have kept it up to date, and says
// so once when the store goes away and when it is back.
func (s *Sequencer) look(ctx context.Context) {
	if s.Behind() < s.cfg.MaxAge/followsIn/2 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	s.unsure = true
	err := s.catchUp(ctx)
	if errors.Is(err, errDamaged) {
		s.fault.Store(&err)
	}
	switch {
	case err != nil && !s.away:
		s.cfg.Logger.Error("the log cannot be followed", "error", err)
	case err == nil && s.away:
		s.cfg.Logger.Info("the log is followed again")
	}
	s.away = err != nil
}

// lookFor answers those who wait for what others have appended.
func (s *Sequencer) lookFor(ctx context.Context, first chan error) {
	waiting := []chan error{first}
	for more := true; more; {
		select {
		case next := <-s.looks:
			waiting = append(waiting, next)
		default:
			more = false
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	s.unsure = true
	err := s.catchUp(ctx)
	for _, w := range waiting {
		w <- err
	}
}

// catchUp applies what the log has and this server has not. It costs nothing when there is no doubt.
func (s *Sequencer) catchUp(ctx context.Context) error {
	if s.unsaved.pressing() {
		if err := s.save(ctx); err != nil {
			return err
		}
	}
	if !s.unsure {
		return nil
	}
	if err := s.follow(ctx); err != nil {
		return err
	}
	s.unsure = false
	return nil
}

// follow takes in the entries that this server did not write, or does not know that it wrote.
func (s *Sequencer) follow(ctx context.Context) error {
	asked := s.since()
	size, err := s.cfg.Log.Size(ctx)
	if err != nil {
		return fmt.Errorf("read the log's size: %w", err)
	}
	if known := s.tree.Size(); size < known {
		return fmt.Errorf("%w: it had %d entries and has %d", errDamaged, known, size)
	}
	for s.tree.Size() < size {
		entries, err := s.cfg.Log.Read(ctx, s.tree.Size(), int(min(MaxBatch, size-s.tree.Size())))
		if err != nil {
			return fmt.Errorf("read entries from %d: %w", s.tree.Size(), err)
		}
		if len(entries) == 0 {
			return fmt.Errorf("the log ends at %d, before its size %d", s.tree.Size(), size)
		}
		if err := s.take(ctx, entries); err != nil {
			return err
		}
		s.met = s.since()
	}
	s.confirm(asked)
	return nil
}

// take makes entries that follow the head part of what is known here. Each is verified first.
func (s *Sequencer) take(ctx context.Context, entries []store.Entry) error {
	tree, last := s.tree.Clone(), s.last
	for _, e := range entries {
		if err := s.learn(ctx, e); err != nil {
			return err
		}
		entry, err := s.verify(e, last)
		if err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
		if !bytes.Equal(joinHashes(tree.Append(ledger.LeafHash(e.Raw))), e.Hashes) {
			return fmt.Errorf("%w: entry %d: its tree hashes are not those of the entries", errDamaged, e.Seq)
		}
		last = &entry
	}
	if err := s.save(ctx); err != nil { // what follows builds on what is in the store
		return err
	}
	if err := s.projectOthers(ctx, entries, tree.Size()); err != nil {
		return err
	}
	s.tree, s.last = tree, last
	s.setHead(last.Payload.Time)
	return nil
}

// learn takes from an entry what this server holds in memory beside the standings: the log's keys, the
// keys that were destroyed, and that something was published.
func (s *Sequencer) learn(ctx context.Context, e store.Entry) error {
	if !e.Public && !e.Erasure {
		return nil
	}
	r, err := s.read(ctx, e)
	if err != nil {
		return err
	}
	for _, k := range erasedKeys(r.Detail) {
		s.cfg.Ring.Forget(k.Scope)
	}
	// Whoever said so may not have come to it yet, or never will: what is merely forgotten could be read again.
	if err := s.destroy(ctx, r.Detail); err != nil {
		return err
	}
	switch {
	case r.Detail.Kind == ledger.KeyAdded:
		return s.keepKey(r)
	case ledger.IsPublication(r.Detail.Kind):
		s.noticed.Store(e.Seq + 1)
	}
	return nil
}

// Noticed is one more than the seq of the last entry about a notice or a data map that another server wrote; 0 at first.
func (s *Sequencer) Noticed() uint64 { return s.noticed.Load() }

// projectOthers accounts for entries that another server wrote. As a rule that server has projected
// them: then it is enough to forget what they changed. One that died in between has not.
func (s *Sequencer) projectOthers(ctx context.Context, entries []store.Entry, size uint64) error {
	applied, err := s.cfg.Standings.Applied(ctx)
	if err != nil {
		return fmt.Errorf("read the projection's position: %w", err)
	}
	if applied < size {
		return s.replay(ctx, entries, size)
	}
	changed := map[string]models.Standing{}
	for _, e := range entries {
		changed[e.Subject] = models.Standing{}
		if err := s.replayErasure(ctx, e, changed); err != nil {
			return err
		}
	}
	s.fillMu.Lock()
	defer s.fillMu.Unlock()
	for customer := range changed {
		s.standings.Remove(customer)
	}
	return nil
}
