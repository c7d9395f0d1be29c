package sequencer

import (
	"context"
	"fmt"
	"time"

	"candor/models/ledger"
)

// Scrub reads the whole log again and again, slowly, and verifies it: signatures, chain, tree. What
// it finds is logged and kept as Fault. It returns when ctx ends.
func (s *Sequencer) Scrub(ctx context.Context, pause time.Duration) {
	for {
		if err := s.scrubOnce(ctx, pause); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("the stored log is damaged", "error", err)
			s.fault.Store(&err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(pause, time.Minute)):
		}
	}
}

func (s *Sequencer) scrubOnce(ctx context.Context, pause time.Duration) error {
	head := s.Head()
	tree, err := ledger.NewTree(0, nil)
	if err != nil {
		return err
	}
	var before *ledger.Entry
	for seq := uint64(0); seq < head.Size; {
		entries, err := s.cfg.Log.Read(ctx, seq, int(min(MaxBatch, head.Size-seq)))
		if err != nil {
			return nil //nolint:nilerr // the store is away: nothing is known to be damaged
		}
		if len(entries) == 0 {
			return fmt.Errorf("entry %d is missing", seq)
		}
		for _, e := range entries {
			entry, err := s.verify(e, before)
			if err != nil {
				return err
			}
			if got := joinHashes(tree.Append(ledger.LeafHash(e.Raw))); string(got) != string(e.Hashes) {
				return fmt.Errorf("entry %d: its stored tree hashes are not those of the entries", e.Seq)
			}
			before = &entry
		}
		seq += uint64(len(entries))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
	if tree.Root() != head.Root {
		return fmt.Errorf("the entries do not make the tree's root at %d", head.Size)
	}
	return nil
}
