package transfer

import (
	"context"
	"fmt"

	"candor/models/store"
)

// outside reads what connectors remember of other systems. Which events they have dealt with is not copied: one
// that comes again is dealt with again, and changes nothing.
func (r *reading) outside(ctx context.Context, s sums) error {
	for after := (store.ConnectorObject{}); ; {
		page, err := r.of.Data.PageObjects(ctx, after.Connector, after.ID, pageItems)
		if err != nil {
			return fmt.Errorf("objects of connectors: %w", err)
		}
		if len(page) == 0 {
			break
		}
		if err := r.objects(ctx, s, page); err != nil {
			return fmt.Errorf("objects of connectors: %w", err)
		}
		after = page[len(page)-1]
	}
	states, err := r.of.Data.ConnectorStates(ctx)
	if err != nil {
		return fmt.Errorf("progress of connectors: %w", err)
	}
	for _, state := range states {
		err := s.add(Outside, state, false)
		if err == nil && r.to != nil {
			err = r.to.Data.PutConnectorState(ctx, state.Connector, state.Job, state.State)
		}
		if err != nil {
			return fmt.Errorf("progress of connectors: %w", err)
		}
	}
	return nil
}

func (r *reading) objects(ctx context.Context, s sums, page []store.ConnectorObject) error {
	for _, o := range page {
		if err := s.add(Outside, o, true); err != nil {
			return err
		}
	}
	if r.to == nil {
		return nil
	}
	return r.to.Data.PutObjects(ctx, page)
}
