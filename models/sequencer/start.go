package sequencer

import (
	"context"
	"crypto/ed25519"
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
	asked := s.since()
	saved, size, err := s.readEnds(ctx)
	if err == nil && saved.err != nil && size > 0 { // a server that starts at the same time may have begun the log in between
		saved, size, err = s.readEnds(ctx)
	}
	if err != nil {
		return err
	}
	if err := s.load(ctx, size); err != nil {
		return err
	}
	s.confirm(asked)
	if err := s.loadKeys(ctx); err != nil {
		return err
	}
	if err := s.checkSaved(ctx, saved); err != nil {
		return err
	}
	if err := s.destroyErased(ctx); err != nil {
		return err
	}
	if err := s.projectFromLog(ctx, func(uint64) {}); err != nil {
		return err
	}
	return s.beginWith(ctx, s.cfg.Public)
}

// savedCheckpoint is what was read from where checkpoints are saved.
type savedCheckpoint struct {
	published
	err error
}

// readEnds reads the saved checkpoint and then the log's size. In this order: another server may append
// and publish meanwhile, and what is saved is in the log already.
func (s *Sequencer) readEnds(ctx context.Context) (saved savedCheckpoint, size uint64, err error) {
	saved.size, saved.note, saved.err = s.cfg.Checkpoints.Checkpoint(ctx)
	size, err = s.cfg.Log.Size(ctx)
	if err != nil {
		return saved, 0, fmt.Errorf("read its size: %w", err)
	}
	return saved, size, nil
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
func (s *Sequencer) checkSaved(ctx context.Context, saved savedCheckpoint) error {
	if errors.Is(saved.err, store.ErrNotFound) {
		if s.tree.Size() > 0 {
			return fmt.Errorf("the log has %d entries and there is no saved checkpoint; put the saved one back: without it nobody can tell whether entries were lost", s.tree.Size())
		}
		return nil
	}
	if saved.err != nil {
		return fmt.Errorf("read the saved checkpoint: %w", saved.err)
	}
	c, err := ledger.OpenCheckpoint(saved.note, s.cfg.Origin, s.cfg.Verifier)
	if err != nil {
		return fmt.Errorf("the saved checkpoint: %w", err)
	}
	if c.Size != saved.size || saved.size > s.tree.Size() {
		return fmt.Errorf("the log has %d entries and %d were published: it lost some, or an older copy of the store was put back; restore the newest copy", s.tree.Size(), c.Size)
	}
	s.saved.Store(&saved.published)
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
		entries, err := s.cfg.Log.Read(ctx, seq, int(min(MaxBatch, s.tree.Size()-seq)))
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
	key, ok := s.entryKey(entry.KeyID)
	if !ok {
		return entry, fmt.Errorf("entry %d: the log has not added the key that signed it", e.Seq)
	}
	if err := entry.Verify(key); err != nil {
		return entry, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	if before != nil && (entry.Payload.Prev != before.Link() || entry.Payload.Time.Before(before.Payload.Time)) {
		return entry, fmt.Errorf("entry %d: it does not follow the entry before it", e.Seq)
	}
	return entry, nil
}

// entryKey is the key of that id, if the log has added it to sign entries.
func (s *Sequencer) entryKey(id string) (ed25519.PublicKey, bool) {
	s.keysMu.RLock()
	defer s.keysMu.RUnlock()
	for _, k := range s.keys {
		if k.Use == ledger.UseEntry && ledger.KeyID(k.Key) == id {
			return k.Key, true
		}
	}
	return nil, false
}

// loadKeys reads which keys the log has added, from its public entries.
func (s *Sequencer) loadKeys(ctx context.Context) error {
	return s.each(ctx, s.cfg.Log.Public, func(e store.Entry) error {
		r, err := s.read(ctx, e)
		if errors.Is(err, keys.ErrDestroyed) {
			return fmt.Errorf("the key store lacks the key of this log: put back the key store that belongs to it: %w", err)
		}
		if err != nil || r.Detail.Kind != ledger.KeyAdded {
			return err
		}
		return s.keepKey(r)
	})
}

// each does something with every entry that a listing of the store's names, in order. Those that follow each other are
// read at once.
func (s *Sequencer) each(ctx context.Context, list func(ctx context.Context, seq uint64, limit int) ([]uint64, error), do func(store.Entry) error) error {
	for from, more := uint64(0), true; more; {
		seqs, err := list(ctx, from, MaxBatch)
		if err != nil {
			return fmt.Errorf("list entries: %w", err)
		}
		more = len(seqs) == MaxBatch
		for len(seqs) > 0 {
			n := following(seqs)
			entries, err := s.cfg.Log.Read(ctx, seqs[0], n)
			if err != nil || len(entries) < n {
				return fmt.Errorf("read %d entries from %d: %w", n, seqs[0], errors.Join(err, store.ErrNotFound))
			}
			for _, e := range entries {
				if err := do(e); err != nil {
					return err
				}
			}
			from, seqs = seqs[n-1]+1, seqs[n:]
		}
	}
	return nil
}

// following is how many of the first positions follow each other, so that they can be read at once.
func following(seqs []uint64) int {
	n := 1
	for n < len(seqs) && seqs[n] == seqs[n-1]+1 {
		n++
	}
	return n
}

// keepKey takes a key that an entry added to those that the log is read with.
func (s *Sequencer) keepKey(r Result) error {
	key, err := r.Detail.JWK.PublicKey()
	if err != nil {
		return fmt.Errorf("entry %d: %w", r.Entry.Seq, err)
	}
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	if n := len(s.keys); n == 0 || s.keys[n-1].seq < r.Entry.Seq {
		s.keys = append(s.keys, addedKey{ledger.PublishedKey{Key: key, Use: r.Detail.Use}, r.Entry.Seq})
	}
	return nil
}

// beginWith makes sure that the log has added the keys in use. A new log begins by adding them; one
// that has entries and lacks a key was not written with this folder of keys.
func (s *Sequencer) beginWith(ctx context.Context, public []ledger.PublishedKey) error {
	if _, err := s.publishHead(ctx); err != nil { // even of the empty log: without one no start is safe
		return err
	}
	for i, k := range public {
		for !s.added(k) {
			if s.tree.Size() > uint64(i) {
				return fmt.Errorf("the log has not added the %s key %s: put back the keys that this log was written with", k.Use, ledger.KeyID(k.Key))
			}
			if err := s.addKey(ctx, k, uint64(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Sequencer) added(key ledger.PublishedKey) bool {
	return slices.ContainsFunc(s.Keys(), func(k ledger.PublishedKey) bool { return k.Use == key.Use && k.Key.Equal(key.Key) })
}

// errTooLate: another server that starts at the same time has appended there.
var errTooLate = errors.New("another server was first")

// addKey appends the event at its position in a new log, before this server's Run has begun. If
// another server has been there, what it wrote is known afterwards.
func (s *Sequencer) addKey(ctx context.Context, k ledger.PublishedKey, at uint64) error {
	jwk := ledger.NewJWK(k.Key)
	p := &pending{answer: make(chan answer, 1), event: Event{Propose: func(here Position) (ledger.Detail, error) {
		if here.Seq != at {
			return ledger.Detail{}, errTooLate
		}
		return ledger.Detail{
			Kind: ledger.KeyAdded, Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: k.Use, JWK: &jwk,
		}, nil
	}}}
	s.unsure = true // a server that starts at the same time may be a step ahead
	s.write(ctx, []*pending{p})
	switch a := <-p.answer; {
	case errors.Is(a.err, errTooLate):
		return nil
	case a.err != nil:
		return fmt.Errorf("add the %s key to the log: %w", k.Use, a.err)
	default:
		return s.keepKey(a.result)
	}
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
