package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

// TakeLease is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) TakeLease(ctx context.Context, name, holder string, now, until time.Time) error {
	n, err := s.change(ctx, `INSERT INTO leases (name, holder, until) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE leases.holder = excluded.holder OR leases.until <= ?`, name, holder, ms(until), ms(now))
	if err == nil && n == 0 {
		return store.ErrTaken
	}
	return err
}

// LeaseHolder says who has it.
func (s *Store) LeaseHolder(ctx context.Context, name string, now time.Time) (string, error) {
	return one(ctx, s.d, value[string], `SELECT holder FROM leases WHERE name = ? AND until > ?`, name, ms(now))
}

// DropLease ends it.
func (s *Store) DropLease(ctx context.Context, name, holder string) error {
	_, err := s.change(ctx, `DELETE FROM leases WHERE name = ? AND holder = ?`, name, holder)
	return err
}
