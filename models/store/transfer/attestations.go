package transfer

import (
	"context"
	"fmt"

	"candor/models/store"
)

// attestations reads what staff acknowledged and passed. Which reminders were given is not copied: one more does no harm.
func (r *reading) attestations(ctx context.Context, s sums) error {
	for after := uint64(0); ; {
		page, err := r.of.Data.PageAttestations(ctx, after, pageItems)
		if err != nil {
			return fmt.Errorf("attestations: %w", err)
		}
		if len(page) == 0 {
			break
		}
		if err := r.attested(ctx, s, 0, page); err != nil {
			return err
		}
		after = page[len(page)-1].Seq
	}
	applied, err := r.of.Data.AttestationsApplied(ctx)
	if err != nil {
		return fmt.Errorf("attestations: %w", err)
	}
	if err := r.attested(ctx, s, applied, nil); err != nil {
		return err
	}
	return s.add(Attestations, applied, false)
}

func (r *reading) attested(ctx context.Context, s sums, applied uint64, page []store.Attestation) error {
	for _, a := range page {
		if err := s.add(Attestations, a, true); err != nil {
			return err
		}
	}
	if r.to == nil {
		return nil
	}
	if err := r.to.Data.PutAttestations(ctx, applied, page); err != nil {
		return fmt.Errorf("attestations: %w", err)
	}
	return nil
}
