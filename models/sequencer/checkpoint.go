package sequencer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"candor/models/ledger"
	"candor/models/store"
)

// publishEvery is how often the newest state of the log is published when nobody asks for it: what
// a crash and a restored backup together could take back unnoticed is no older than this.
const publishEvery = 100 * time.Millisecond

// published is a checkpoint that is saved and may be served.
type published struct {
	size uint64
	note []byte
}

// Checkpoint gives the newest published checkpoint, whichever server published it, which covers every
// change this server has answered. It is saved apart from the log before it is given (log-format,
// "Tree, checkpoint, serving").
func (s *Sequencer) Checkpoint(ctx context.Context) ([]byte, error) {
	p, err := s.publishHead(ctx)
	if err == nil {
		p, err = s.takeSaved(ctx, p.size)
	}
	if err != nil {
		return nil, err
	}
	return p.note, nil
}

func (s *Sequencer) publishHead(ctx context.Context) (*published, error) {
	head := s.Head()
	if p := s.saved.Load(); p != nil && p.size >= head.Size {
		return p, nil
	}
	s.publishMu.Lock()
	defer s.publishMu.Unlock()
	head = s.Head()
	if p := s.saved.Load(); p != nil && p.size >= head.Size {
		return p, nil
	}
	note, err := ledger.SignCheckpoint(s.cfg.Origin, head.Size, head.Root, s.cfg.Checkpoint)
	if err != nil {
		return nil, err
	}
	switch err := s.cfg.Checkpoints.AdvanceCheckpoint(ctx, head.Size, note); {
	case errors.Is(err, store.ErrTaken):
		return s.takeSaved(ctx, head.Size)
	case err != nil:
		return nil, fmt.Errorf("save checkpoint: %w", err)
	}
	return s.serve(&published{size: head.Size, note: note}), nil
}

// takeSaved serves the checkpoint that is saved, perhaps by another server, which covers at least as much.
func (s *Sequencer) takeSaved(ctx context.Context, atLeast uint64) (*published, error) {
	size, raw, err := s.cfg.Checkpoints.Checkpoint(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the saved checkpoint: %w", err)
	}
	if p := s.saved.Load(); p != nil && p.size == size && bytes.Equal(p.note, raw) {
		return p, nil
	}
	if size < atLeast {
		return nil, fmt.Errorf("the saved checkpoint went back to %d", size)
	}
	c, err := ledger.OpenCheckpoint(raw, s.cfg.Origin, s.cfg.Verifier)
	if err != nil {
		return nil, fmt.Errorf("the saved checkpoint: %w", err)
	}
	if head := s.Head(); head.Size == size && head.Root != c.Root {
		err := fmt.Errorf("%w: another root was published for its first %d entries", errDamaged, size)
		s.fault.Store(&err)
		return nil, err
	}
	return s.serve(&published{size: size, note: raw}), nil
}

// serve makes a saved checkpoint the one that is served, unless a newer one is.
func (s *Sequencer) serve(p *published) *published {
	for {
		old := s.saved.Load()
		if old != nil && old.size >= p.size {
			return old
		}
		if s.saved.CompareAndSwap(old, p) {
			return p
		}
	}
}

// publishLoop publishes whenever the log has grown, until stop closes; then it publishes once more.
func (s *Sequencer) publishLoop(stop <-chan struct{}) error {
	ctx := context.Background()
	pause := time.NewTicker(publishEvery)
	defer pause.Stop()
	for {
		select {
		case <-s.publish:
			if err := s.publishNow(ctx); err != nil {
				s.cfg.Logger.Error("the checkpoint was not published", "error", err)
			}
		case <-stop:
			return s.publishNow(ctx)
		}
		select {
		case <-pause.C:
		case <-stop:
			return s.publishNow(ctx)
		}
	}
}

// publishNow publishes the head, for as long as there is patience.
func (s *Sequencer) publishNow(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	_, err := s.publishHead(ctx)
	return err
}

// Proof proves an entry's place under the newest checkpoint: C2SP tlog-proof text.
func (s *Sequencer) Proof(ctx context.Context, seq uint64) ([]byte, error) {
	p, err := s.publishHead(ctx)
	if err != nil {
		return nil, err
	}
	return s.ProofIn(ctx, seq, p.note)
}

// ProofIn proves an entry's place under a checkpoint that was given before, so that several proofs
// can share it.
func (s *Sequencer) ProofIn(ctx context.Context, seq uint64, checkpoint []byte) ([]byte, error) {
	c, err := ledger.ParseCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	hashes, err := ledger.InclusionProof(seq, c.Size, s.Hashes(ctx))
	if err != nil {
		return nil, fmt.Errorf("prove entry %d: %w", seq, err)
	}
	return ledger.FormatProof(seq, hashes, checkpoint), nil
}

// Published is the size of the newest published checkpoint that this server knows: nothing beyond it
// is served.
func (s *Sequencer) Published() uint64 {
	if p := s.saved.Load(); p != nil {
		return p.size
	}
	return 0
}

// AskPublished is the size of the newest published checkpoint, whichever server published it.
func (s *Sequencer) AskPublished(ctx context.Context) (uint64, error) {
	p, err := s.takeSaved(ctx, s.Published())
	if err != nil {
		return 0, err
	}
	return p.size, nil
}

// Verify checks that an entry is in the published tree and unchanged. Its error is of kind
// models.Unavailable if that could not be found out.
func (s *Sequencer) Verify(ctx context.Context, seq uint64) error {
	p, err := s.publishHead(ctx)
	if err != nil {
		return errUnavailable.Because(err)
	}
	c, err := ledger.ParseCheckpoint(p.note)
	if err != nil {
		return err
	}
	entries, err := s.cfg.Log.Read(ctx, seq, 1)
	if err != nil || len(entries) == 0 {
		return errUnavailable.Because(errors.Join(err, store.ErrNotFound))
	}
	hashes, err := ledger.InclusionProof(seq, c.Size, s.Hashes(ctx))
	if err != nil {
		return errUnavailable.Because(err)
	}
	return ledger.CheckInclusion(hashes, c.Size, c.Root, seq, ledger.LeafHash(entries[0].Raw))
}
