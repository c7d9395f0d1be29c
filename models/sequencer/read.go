package sequencer

import (
	"context"
	"errors"
	"fmt"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/store"
)

// Open discloses an entry: its detail and salt, if the key is still there (keys.ErrDestroyed if
// not), checked against the entry's commitment.
func (s *Sequencer) Open(ctx context.Context, e store.Entry) (ledger.Disclosure, error) {
	opening, err := s.cfg.Ring.Open(ctx, scopeOf(e.Subject), e.Sealed, s.aad(e.Seq))
	if err != nil {
		return ledger.Disclosure{}, fmt.Errorf("open the detail of entry %d: %w", e.Seq, err)
	}
	if len(opening) < ledger.SaltSize {
		return ledger.Disclosure{}, fmt.Errorf("open the detail of entry %d: it is too short", e.Seq)
	}
	d := ledger.Disclosure{Entry: string(e.Raw), Salt: opening[:ledger.SaltSize], Detail: opening[ledger.SaltSize:]}
	return d, nil
}

// read takes a stored entry apart with what it says; the detail is checked against the commitment.
func (s *Sequencer) read(ctx context.Context, e store.Entry) (Result, error) {
	entry, err := s.check(e)
	if err != nil {
		return Result{}, err
	}
	r := Result{Entry: e, Time: entry.Payload.Time}
	d, err := s.Open(ctx, e)
	if err != nil {
		return r, err
	}
	if _, r.Detail, err = d.Open(); err != nil {
		return r, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	return r, nil
}

// check finds an edited entry when it is read: its place, its origin, and the hash that the tree has of it.
func (s *Sequencer) check(e store.Entry) (ledger.Entry, error) {
	entry, err := ledger.ParseEntry(e.Raw)
	if err != nil {
		return entry, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	leaf := ledger.LeafHash(e.Raw)
	switch {
	case entry.Payload.Seq != e.Seq || entry.Payload.Log != s.cfg.Origin:
		return entry, fmt.Errorf("entry %d: it says that it is entry %d of another place", e.Seq, entry.Payload.Seq)
	case len(e.Hashes) < len(leaf) || leaf != ledger.Hash(e.Hashes[:len(leaf)]):
		return entry, fmt.Errorf("entry %d: it is not the entry that the tree holds", e.Seq)
	}
	return entry, nil
}

// Entry gives an entry with what it says. If its key was destroyed the error is keys.ErrDestroyed
// and the Result has no Detail.
func (s *Sequencer) Entry(ctx context.Context, seq uint64) (Result, error) {
	if seq >= s.Head().Size { // another server may have written it just now
		if err := s.Refresh(ctx); err != nil {
			return Result{}, err
		}
		if seq >= s.Head().Size {
			return Result{}, store.ErrNotFound
		}
	}
	return s.entry(ctx, seq)
}

func (s *Sequencer) entry(ctx context.Context, seq uint64) (Result, error) {
	entries, err := s.cfg.Log.Read(ctx, seq, 1)
	if err != nil {
		return Result{}, fmt.Errorf("read entry %d: %w", seq, err)
	}
	if len(entries) == 0 {
		return Result{}, store.ErrNotFound
	}
	return s.read(ctx, entries[0])
}

// Event gives the entry of an event with what it says, or store.ErrNotFound.
func (s *Sequencer) Event(ctx context.Context, id ledger.EventID) (Result, error) {
	e, err := s.cfg.Log.Event(ctx, id.String())
	if err != nil {
		return Result{}, models.Wrap("look an event up", err)
	}
	return s.read(ctx, e)
}

// EntryOf gives a customer's entry; another's is not found.
func (s *Sequencer) EntryOf(ctx context.Context, customer string, seq uint64) (Result, error) {
	r, err := s.Entry(ctx, seq)
	if err == nil && r.Entry.Subject != customer {
		return Result{}, store.ErrNotFound
	}
	return r, err
}

// History gives the newest of a customer's entries, newest first, at most limit, those that were written on other
// servers among them. Entries whose key was destroyed are left out.
func (s *Sequencer) History(ctx context.Context, customer string, limit int) ([]Result, error) {
	standing, err := s.Newest(ctx, customer)
	if err != nil {
		return nil, err
	}
	entries, err := s.EntriesOf(ctx, customer, standing.Seq, limit)
	if err != nil {
		return nil, err
	}
	results := make([]Result, 0, len(entries))
	for _, e := range entries {
		r, err := s.read(ctx, e)
		if errors.Is(err, keys.ErrDestroyed) {
			continue
		}
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// EntriesOf gives a customer's entries from one of theirs on backwards, newest first, at most limit, as far back as
// nothing of theirs was erased. The Previous of the last one leads on.
func (s *Sequencer) EntriesOf(ctx context.Context, customer string, newest uint64, limit int) ([]store.Entry, error) {
	entries, err := s.cfg.Log.History(ctx, customer, newest, limit)
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return entries, nil
}

// Disclosure gives the public disclosure of an entry; store.ErrNotFound if it has none.
func (s *Sequencer) Disclosure(ctx context.Context, seq uint64) (ledger.Disclosure, error) {
	entries, err := s.cfg.Log.Read(ctx, seq, 1)
	if err != nil {
		return ledger.Disclosure{}, fmt.Errorf("read entry %d: %w", seq, err)
	}
	if len(entries) == 0 || !entries[0].Public {
		return ledger.Disclosure{}, store.ErrNotFound
	}
	return s.Open(ctx, entries[0])
}

// Disclosures lists the entries that have a public disclosure, from seq on, at most limit.
func (s *Sequencer) Disclosures(ctx context.Context, seq uint64, limit int) ([]uint64, error) {
	return s.cfg.Log.Public(ctx, seq, limit)
}

// Keys lists every entry and document key that the log has added.
func (s *Sequencer) Keys() []ledger.PublishedKey {
	s.keysMu.RLock()
	defer s.keysMu.RUnlock()
	out := make([]ledger.PublishedKey, len(s.keys))
	for i, k := range s.keys {
		out[i] = k.PublishedKey
	}
	return out
}

func (s *Sequencer) keySeqs() []uint64 {
	s.keysMu.RLock()
	defer s.keysMu.RUnlock()
	out := make([]uint64, len(s.keys))
	for i, k := range s.keys {
		out[i] = k.seq
	}
	return out
}

// Entries gives the entries from seq on as they are served, each checked against the tree's hash of
// it, at most limit and none at or above size.
func (s *Sequencer) Entries(ctx context.Context, seq, size uint64, limit int) ([][]byte, error) {
	if seq >= size {
		return nil, nil
	}
	entries, err := s.cfg.Log.Read(ctx, seq, int(min(uint64(limit), size-seq)))
	if err != nil {
		return nil, fmt.Errorf("read entries from %d: %w", seq, err)
	}
	out := make([][]byte, len(entries))
	for i, e := range entries {
		if _, err := s.check(e); err != nil {
			return nil, err
		}
		out[i] = e.Raw
	}
	return out, nil
}

// Hashes reads stored hashes of the tree by their index (see ledger.Completes): each was written
// with the entry that completed it.
func (s *Sequencer) Hashes(ctx context.Context) ledger.HashReader {
	return func(indexes []int64) ([]ledger.Hash, error) {
		seqs := make([]uint64, len(indexes))
		places := make([]int, len(indexes))
		for i, index := range indexes {
			seqs[i], places[i] = ledger.Completes(index)
		}
		blobs, err := s.cfg.Log.Hashes(ctx, seqs)
		if err != nil {
			return nil, fmt.Errorf("read tree hashes: %w", err)
		}
		out := make([]ledger.Hash, len(indexes))
		for i, blob := range blobs {
			at := places[i] * len(out[i])
			if len(blob) < at+len(out[i]) {
				return nil, models.Fail(models.Internal, "tree_hash_missing")
			}
			copy(out[i][:], blob[at:])
		}
		return out, nil
	}
}

// Evidence opens an entry and proves its place under a checkpoint.
func (s *Sequencer) Evidence(ctx context.Context, e store.Entry, checkpoint []byte) (ledger.Evidence, error) {
	d, err := s.Open(ctx, e)
	if err != nil {
		return ledger.Evidence{}, err
	}
	proof, err := s.ProofIn(ctx, e.Seq, checkpoint)
	if err != nil {
		return ledger.Evidence{}, err
	}
	return ledger.Evidence{Entry: d.Entry, Detail: d.Detail, Salt: d.Salt, Proof: string(proof)}, nil
}

// KeyEvidence opens and proves every key event that a checkpoint covers, in the log's order: what a verifier needs to
// know the keys when it has nothing but the checkpoint's.
func (s *Sequencer) KeyEvidence(ctx context.Context, checkpoint []byte) ([]ledger.Evidence, error) {
	c, err := ledger.ParseCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	var out []ledger.Evidence
	for _, seq := range s.keySeqs() {
		if seq >= c.Size { // added since
			break
		}
		r, err := s.entry(ctx, seq)
		if err != nil {
			return nil, err
		}
		e, err := s.Evidence(ctx, r.Entry, checkpoint)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Origin is the log's name.
func (s *Sequencer) Origin() string { return s.cfg.Origin }
