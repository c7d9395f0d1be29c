package sequencer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/store"
)

// open reads the end of the log, refuses it if it is not the one that was published, and brings
// what is derived from it up to date.
func (s *Sequencer) open(ctx context.Context) error {
	size, err := s.cfg.Log.Size(ctx)
	if err != nil {
		return fmt.Errorf("read its size: %w", err)
	}
	if err := s.load(ctx, size); err != nil {
		return err
	}
	if err := s.loadKeys(ctx); err != nil {
		return err
	}
	if err := s.checkSaved(ctx); err != nil {
		return err
	}
	if err := s.destroyErased(ctx); err != nil {
		return err
	}
	if err := s.projectFromLog(ctx, s.tree.Size(), func(uint64) {}); err != nil {
		return err
	}
	return s.beginWith(ctx, s.cfg.Public)
}

// load takes the last entry and the right edge of the tree from the store, and refuses an edited one.
func (s *Sequencer) load(ctx context.Context, size uint64) error {
	edge, err := s.Hashes(ctx)(ledger.EdgeIndexes(size))
	if err != nil {
		return err
	}
	if s.tree, err = ledger.NewTree(size, edge); err != nil {
		return err
	}
	var at time.Time
	if size > 0 {
		entries, err := s.cfg.Log.Read(ctx, size-1, 1)
		if err != nil || len(entries) == 0 {
			return fmt.Errorf("read its last entry, %d: %w", size-1, errors.Join(err, store.ErrNotFound))
		}
		last, err := s.check(entries[0])
		if err != nil {
			return err
		}
		s.last, at = &last, last.Payload.Time
	}
	s.setHead(at)
	return nil
}

// checkSaved compares the log with the checkpoint saved apart from it. The few entries that came
// after it was saved are verified one by one.
func (s *Sequencer) checkSaved(ctx context.Context) error {
	size, raw, err := s.cfg.Checkpoints.Checkpoint(ctx)
	if errors.Is(err, store.ErrNotFound) {
		if s.tree.Size() > 0 {
			return fmt.Errorf("the log has %d entries and there is no saved checkpoint; put the saved one back: without it nobody can tell whether entries were lost", s.tree.Size())
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the saved checkpoint: %w", err)
	}
	c, err := ledger.OpenCheckpoint(raw, s.cfg.Origin, s.cfg.Verifier)
	if err != nil {
		return fmt.Errorf("the saved checkpoint: %w", err)
	}
	if c.Size != size || size > s.tree.Size() {
		return fmt.Errorf("the log has %d entries and %d were published: it lost some, or an older copy of the store was put back; restore the newest copy", s.tree.Size(), c.Size)
	}
	s.saved.Store(&published{size: size, note: raw})
	return s.checkTail(ctx, c)
}

// checkTail verifies the last published entry and those that came after it: signature, chain, and
// that they make the published root and the stored right edge.
func (s *Sequencer) checkTail(ctx context.Context, c ledger.Checkpoint) error {
	seq := max(c.Size, 1) - 1
	edge, err := s.Hashes(ctx)(ledger.EdgeIndexes(seq))
	if err != nil {
		return err
	}
	tree, err := ledger.NewTree(seq, edge)
	if err != nil {
		return err
	}
	var before *ledger.Entry
	for seq < s.tree.Size() {
		entries, err := s.cfg.Log.Read(ctx, seq, MaxBatch)
		if err != nil || len(entries) == 0 {
			return fmt.Errorf("read entries from %d: %w", seq, errors.Join(err, store.ErrNotFound))
		}
		for _, e := range entries {
			entry, err := s.verify(e, before)
			if err != nil {
				return err
			}
			tree.Append(ledger.LeafHash(e.Raw))
			if tree.Size() == c.Size && tree.Root() != c.Root {
				return fmt.Errorf("the first %d entries are not those that were published", c.Size)
			}
			before = &entry
		}
		seq += uint64(len(entries))
	}
	if tree.Root() != s.tree.Root() {
		return errors.New("the stored right edge of the tree is not that of its entries")
	}
	return nil
}

// verify checks an entry's signature and, if the one before it is given, that it follows it.
func (s *Sequencer) verify(e store.Entry, before *ledger.Entry) (ledger.Entry, error) {
	entry, err := s.check(e)
	if err != nil {
		return entry, err
	}
	i := slices.IndexFunc(s.keys, func(k addedKey) bool {
		return k.Use == ledger.UseEntry && ledger.KeyID(k.Key) == entry.KeyID
	})
	if i < 0 {
		return entry, fmt.Errorf("entry %d: the log has not added the key that signed it", e.Seq)
	}
	if err := entry.Verify(s.keys[i].Key); err != nil {
		return entry, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	if before != nil && (entry.Payload.Prev != before.Link() || entry.Payload.Time.Before(before.Payload.Time)) {
		return entry, fmt.Errorf("entry %d: it does not follow the entry before it", e.Seq)
	}
	return entry, nil
}

// loadKeys reads which keys the log has added, from its public entries.
func (s *Sequencer) loadKeys(ctx context.Context) error {
	var found []addedKey
	for from, more := uint64(0), true; more; {
		seqs, err := s.cfg.Log.Public(ctx, from, MaxBatch)
		if err != nil {
			return fmt.Errorf("list public entries: %w", err)
		}
		for _, seq := range seqs {
			r, err := s.entry(ctx, seq)
			if errors.Is(err, keys.ErrDestroyed) {
				return fmt.Errorf("the key store lacks the key of this log: put back the key store that belongs to it: %w", err)
			}
			if err != nil {
				return err
			}
			if r.Detail.Kind == ledger.KeyAdded {
				key, err := r.Detail.JWK.PublicKey()
				if err != nil {
					return fmt.Errorf("entry %d: %w", seq, err)
				}
				found = append(found, addedKey{ledger.PublishedKey{Key: key, Use: r.Detail.Use}, seq})
			}
			from = seq + 1
		}
		more = len(seqs) == MaxBatch
	}
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	s.keys = found
	return nil
}

// beginWith makes sure that the log has added the keys in use. A new log begins by adding them; one
// that has entries and lacks a key was not written with this folder of keys.
func (s *Sequencer) beginWith(ctx context.Context, public []ledger.PublishedKey) error {
	if _, err := s.publishHead(ctx); err != nil { // even of the empty log: without one no start is safe
		return err
	}
	for i, k := range public {
		known := slices.ContainsFunc(s.keys, func(o addedKey) bool { return o.Use == k.Use && o.Key.Equal(k.Key) })
		switch {
		case known:
		case s.tree.Size() > uint64(i):
			return fmt.Errorf("the log has not added the %s key %s: put back the keys that this log was written with", k.Use, ledger.KeyID(k.Key))
		default:
			if err := s.addKey(ctx, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// addKey appends the event before anybody else can: Run has not begun.
func (s *Sequencer) addKey(ctx context.Context, k ledger.PublishedKey) error {
	jwk := ledger.NewJWK(k.Key)
	p := &pending{answer: make(chan answer, 1), event: Event{Propose: func(Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind: ledger.KeyAdded, Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: k.Use, JWK: &jwk,
		}, nil
	}}}
	s.write(ctx, []*pending{p})
	a := <-p.answer
	if a.err != nil {
		return fmt.Errorf("add the %s key to the log: %w", k.Use, a.err)
	}
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	s.keys = append(s.keys, addedKey{k, a.result.Entry.Seq})
	return nil
}

// follow takes the end of the log from the store, after an append whose outcome was unknown or that
// another writer won.
func (s *Sequencer) follow(ctx context.Context) error {
	size, err := s.cfg.Log.Size(ctx)
	if err != nil {
		return fmt.Errorf("read the log's size: %w", err)
	}
	if known := s.Head().Size; size < known {
		return fmt.Errorf("the log had %d entries and has %d", known, size)
	}
	return s.load(ctx, size)
}

// foldStored folds an entry as it is stored. What was said under a destroyed key is not known any
// more: the entry leaves the standing as it is.
func (s *Sequencer) foldStored(ctx context.Context, st models.Standing, e store.Entry) (models.Standing, error) {
	r, err := s.read(ctx, e)
	if errors.Is(err, keys.ErrDestroyed) {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	if len(st.Pseudonym) == 0 {
		if st.Pseudonym, err = s.sealPseudonym(ctx, e.Subject, r.Detail.Subject); err != nil {
			return st, err
		}
	}
	return fold(st, e.Seq, r.Time, r.Detail), nil
}
