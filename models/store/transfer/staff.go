package transfer

import (
	"context"
	"fmt"
)

// staff reads who is on the staff, and what they sign in by.
func (r *reading) staff(ctx context.Context, s sums) error {
	list, err := r.of.Data.Members(ctx)
	if err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	for _, m := range list {
		if err := s.add(Staff, m, true); err != nil {
			return err
		}
		if r.to != nil {
			if err := r.to.Data.PutMember(ctx, m); err != nil {
				return fmt.Errorf("staff: %w", err)
			}
		}
		if err := r.passkeys(ctx, s, m.ID); err != nil {
			return fmt.Errorf("staff: %w", err)
		}
	}
	return nil
}

func (r *reading) passkeys(ctx context.Context, s sums, member string) error {
	list, err := r.of.Data.PasskeysOf(ctx, member)
	if err != nil {
		return err
	}
	for _, p := range list {
		if err := s.add(Staff, p, true); err != nil {
			return err
		}
		if r.to == nil {
			continue
		}
		if err := r.to.Data.PutPasskey(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
