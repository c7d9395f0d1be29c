package training

import (
	"context"
	"fmt"
	"time"

	"candor/models/store"
)

// Bounds of reading the log: so many entries at once, with a pause, since nobody waits for it.
const (
	entriesAtOnce = 256
	pageSize      = 500
	followPause   = 5 * time.Millisecond
	followEvery   = time.Minute
)

// Run keeps the projection whole until ctx ends: whoever records an attestation projects it at once, and what a crash in
// between left out is taken in here. One server does this for all.
func (s *Service) Run(ctx context.Context) error {
	for pause := time.Duration(0); ; pause = followEvery {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if err := s.Follow(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Warn("attestations could not be taken from the log", "error", err)
		}
	}
}

// Follow takes in what the log says since it was last read to its end.
func (s *Service) Follow(ctx context.Context) error {
	seq, err := s.cfg.Attestations.AttestationsApplied(ctx)
	if err != nil {
		return fmt.Errorf("follow attestations: %w", err)
	}
	return s.each(ctx, seq, func(next uint64, found []store.Attestation) error {
		return s.cfg.Attestations.PutAttestations(ctx, next, found)
	})
}

// each reads the log from an entry on, and hands over what was attested, page by page.
func (s *Service) each(ctx context.Context, seq uint64, take func(next uint64, found []store.Attestation) error) error {
	for seq < s.cfg.Log.Head().Size {
		page, err := s.cfg.Log.PageOwn(ctx, seq, entriesAtOnce)
		if err != nil {
			return err
		}
		var found []store.Attestation
		for _, r := range page.Results {
			if a, ok := attestationOf(r); ok {
				found = append(found, a)
			}
		}
		if err := take(page.Next, found); err != nil {
			return err
		}
		seq = page.Next
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(followPause):
		}
	}
	return nil
}

// Rebuild makes the projection anew from the log; or, if it is only to check, counts the attestations that are not what the
// log says. Nothing may be appended meanwhile.
func (s *Service) Rebuild(ctx context.Context, check bool) (differ int, err error) {
	if check {
		return s.check(ctx)
	}
	if err := s.cfg.Attestations.ResetAttestations(ctx); err != nil {
		return 0, fmt.Errorf("rebuild attestations: %w", err)
	}
	return 0, s.Follow(ctx)
}

func (s *Service) check(ctx context.Context) (differ int, err error) {
	applied, err := s.cfg.Attestations.AttestationsApplied(ctx)
	if err != nil {
		return 0, fmt.Errorf("check attestations: %w", err)
	}
	there, err := s.stored(ctx)
	if err != nil {
		return 0, err
	}
	err = s.each(ctx, 0, func(_ uint64, found []store.Attestation) error {
		for _, a := range found {
			b, ok := there[a.Seq]
			if same := ok && b.At.Equal(a.At); same {
				b.At = a.At
			}
			if b != a && (ok || a.Seq < applied) { // what a crash left out is taken in at the next start
				differ++
			}
			delete(there, a.Seq)
		}
		return nil
	})
	return differ + len(there), err
}

// stored are all attestations as they are kept, by entry.
func (s *Service) stored(ctx context.Context) (map[uint64]store.Attestation, error) {
	there := map[uint64]store.Attestation{}
	for after := uint64(0); ; {
		page, err := s.cfg.Attestations.PageAttestations(ctx, after, pageSize)
		if err != nil {
			return nil, fmt.Errorf("read attestations: %w", err)
		}
		if len(page) == 0 {
			return there, nil
		}
		for _, a := range page {
			there[a.Seq] = a
			after = a.Seq
		}
	}
}
