package transfer

import (
	"context"
	"errors"
	"fmt"

	"candor/models/store"
)

// accept refuses a target that is neither empty nor a copy of this log that has not got as far. Entry by
// entry, the log is compared when it is copied, which is before anything else is written.
func accept(ctx context.Context, to Stores, s saved) error {
	published, note, err := to.Checkpoints.Checkpoint(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return fmt.Errorf("read the target's checkpoint: %w", err)
	case published > s.checkpoint.Size || (published == s.checkpoint.Size && string(note) != string(s.note)):
		return fmt.Errorf("%w: its saved checkpoint is of %d entries, the source's of %d; servers have run on it, or it is another log's. Name an empty one",
			ErrTarget, published, s.checkpoint.Size)
	}
	size, err := to.Data.Size(ctx)
	if err != nil {
		return fmt.Errorf("read the target's log: %w", err)
	}
	if size > s.log {
		return fmt.Errorf("%w: its log has %d entries, the source's %d. Name an empty one", ErrTarget, size, s.log)
	}
	if size == 0 {
		return empty(ctx, to)
	}
	return nil
}

// empty refuses a target that has no log and something else.
func empty(ctx context.Context, to Stores) error {
	for _, role := range []struct {
		holds string
		count func() (int, error)
	}{
		{"customers", func() (int, error) { list, err := to.Data.PageCustomers(ctx, "", 1); return len(list), err }},
		{"standings", func() (int, error) { list, err := to.Data.PageStandings(ctx, "", 1); return len(list), err }},
		{"API clients", func() (int, error) { list, err := to.Data.Clients(ctx); return len(list), err }},
		{"notices", func() (int, error) { list, err := to.Data.Publications(ctx, kinds[0]); return len(list), err }},
		{"keys", func() (int, error) { list, err := to.Keys.ScopesOf(ctx, nobody); return len(list), err }},
		{"checkpoint", func() (int, error) {
			_, _, err := to.Checkpoints.Checkpoint(ctx)
			if errors.Is(err, store.ErrNotFound) {
				return 0, nil
			}
			return 1, err
		}},
	} {
		n, err := role.count()
		if err != nil {
			return fmt.Errorf("look whether the target is empty: %w", err)
		}
		if n > 0 {
			return fmt.Errorf("%w: it has no log and yet %s. Name an empty one", ErrTarget, role.holds)
		}
	}
	return nil
}
