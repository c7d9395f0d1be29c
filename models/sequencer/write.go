package sequencer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"candor/models/ledger"
	"candor/models/store"
)

// maxTries bounds how often a batch starts over because another writer was faster.
const maxTries = 32

// write brings a batch to its end: every caller in it is answered.
func (s *Sequencer) write(ctx context.Context, waiting []*pending) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	defer s.endTurn(ctx)
	began, lookup := s.since(), false
	for range maxTries {
		err := s.catchUp(ctx)
		if err == nil {
			err = s.checkClock(ctx)
		}
		if err != nil {
			s.fail(waiting, errUnavailable.Because(err))
			return
		}
		asked := s.since()
		b, err := s.build(ctx, waiting, lookup)
		if errors.Is(err, errBehind) {
			s.unsure = true
			continue
		}
		if err != nil {
			s.fail(waiting, errUnavailable.Because(err))
			return
		}
		switch err := s.append(ctx, b.entries); {
		case err == nil:
			s.commit(ctx, b)
			if n := len(b.entries); n > 0 { // nobody had appended anything else when this was
				s.confirm(asked)
				if s.cfg.Watch.Batch != nil {
					s.cfg.Watch.Batch(n, s.since()-began)
				}
			}
			return
		case errors.Is(err, store.ErrTaken):
			s.unsure = true // start over from the new head
			s.askForTurn(ctx)
		case errors.Is(err, store.ErrExists):
			lookup = true
		default:
			s.fail(waiting, err)
			return
		}
	}
	s.fail(waiting, errUnavailable)
}

func (s *Sequencer) fail(waiting []*pending, err error) {
	s.cfg.Logger.Error("the log did not take a batch", "events", len(waiting), "error", err)
	for _, p := range waiting {
		p.answer <- answer{err: err}
	}
}

// append writes the batch. On every error it first compares what is stored at the position with
// what it wrote, because the lost answer may have been a success.
func (s *Sequencer) append(ctx context.Context, entries []store.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	failure := s.cfg.Log.Append(ctx, entries)
	if failure == nil {
		return nil
	}
	there, err := s.cfg.Log.Read(ctx, entries[0].Seq, 1)
	switch {
	case err != nil:
		s.unsure = true
		return ErrUnknown.Because(errors.Join(failure, err))
	case len(there) == 1 && bytes.Equal(there[0].Raw, entries[0].Raw):
		return nil
	case len(there) == 1:
		return store.ErrTaken
	case errors.Is(failure, store.ErrExists):
		return failure
	default:
		s.unsure = true // it may yet arrive
		return ErrUnknown.Because(failure)
	}
}

// commit makes a durable batch the state that everybody sees, and answers its callers.
func (s *Sequencer) commit(ctx context.Context, b *batch) {
	if n := len(b.entries); n > 0 {
		last, err := ledger.ParseEntry(b.entries[n-1].Raw)
		if err != nil { // we wrote it: cannot be
			s.unsure = true
			s.cfg.Logger.Error("the log holds an entry that does not parse", "seq", b.next-1, "error", err)
		} else {
			s.last = &last
		}
		s.tree = b.tree
		s.project(b)
		s.setHead(b.results[n-1].Time)
	}
	s.answer(ctx, b)
}

// project applies the batch to the standings.
func (s *Sequencer) project(b *batch) {
	changed := slices.Collect(maps.Values(b.standings))
	if s.unsaved.add(changed, b.next) {
		wake(s.crowded)
	}
	s.remember(changed)
}

// wake tells a loop that there is something to do, unless it has been told.
func wake(loop chan struct{}) {
	select {
	case loop <- struct{}{}:
	default:
	}
}

// setHead shows everybody where the tree now ends, wakes those who wait for more, and has it published.
func (s *Sequencer) setHead(at time.Time) {
	s.head.Store(&Head{Size: s.tree.Size(), Root: s.tree.Root(), Time: at})
	s.growth.announce()
	wake(s.publish)
}

func (s *Sequencer) answer(ctx context.Context, b *batch) {
	for i, callers := range b.callers {
		for n, p := range callers {
			result := b.results[i]
			result.Repeated = n > 0
			p.answer <- answer{result: result}
		}
	}
	for _, r := range b.refused {
		r.to.answer <- answer{err: r.err}
	}
	for _, e := range b.earlier {
		result, err := s.Entry(ctx, e.seq)
		result.Repeated = true
		if err != nil {
			err = fmt.Errorf("read the entry that stands: %w", err)
		}
		e.to.answer <- answer{result: result, err: err}
	}
}
