package sqlite

import (
	"context"
	"math"
	"time"

	"candor/models/store"
)

const lookUpColumns = `id, member, role, customer, state, emergency, entry, began, opened, decided, ends, decided_by, revision, sealed`

func scanLookUp(row scanner) (l store.LookUp, err error) {
	var began, opened, decided, ends int64
	err = row.Scan(&l.ID, &l.Member, &l.Role, &l.Customer, &l.State, &l.Emergency, &l.Entry, &began, &opened, &decided, &ends,
		&l.DecidedBy, &l.Revision, &l.Sealed)
	l.BeganAt, l.OpenedAt, l.DecidedAt, l.EndsAt = at(began), at(opened), at(decided), at(ends)
	return l, err
}

// CreateLookUp adds one.
func (s *Store) CreateLookUp(ctx context.Context, l store.LookUp) error {
	return s.create(ctx, `INSERT INTO look_ups (`+lookUpColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.ID, l.Member, l.Role, l.Customer, l.State, l.Emergency, l.Entry, ms(l.BeganAt), ms(l.OpenedAt), ms(l.DecidedAt),
		ms(l.EndsAt), l.DecidedBy, l.Revision, blob(l.Sealed))
}

// UpdateLookUp replaces one, if nobody else has meanwhile.
func (s *Store) UpdateLookUp(ctx context.Context, l store.LookUp, revision int64) error {
	n, err := s.change(ctx, `UPDATE look_ups SET member = ?, role = ?, customer = ?, state = ?, emergency = ?, entry = ?, began = ?,
		opened = ?, decided = ?, ends = ?, decided_by = ?, revision = ?, sealed = ? WHERE id = ? AND revision = ?`,
		l.Member, l.Role, l.Customer, l.State, l.Emergency, l.Entry, ms(l.BeganAt), ms(l.OpenedAt), ms(l.DecidedAt), ms(l.EndsAt),
		l.DecidedBy, l.Revision, blob(l.Sealed), l.ID, revision)
	if err != nil || n > 0 {
		return err
	}
	if _, err := s.LookUp(ctx, l.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// LookUp gives one.
func (s *Store) LookUp(ctx context.Context, id string) (store.LookUp, error) {
	return one(ctx, s.d, scanLookUp, `SELECT `+lookUpColumns+` FROM look_ups WHERE id = ?`, id)
}

// PageLookUps lists them, the last begun first.
func (s *Store) PageLookUps(ctx context.Context, q store.LookUpQuery) ([]store.LookUp, error) {
	after := int64(math.MinInt64)
	if !q.EndsAfter.IsZero() {
		after = ms(q.EndsAfter)
	}
	if q.Member != "" {
		return all(ctx, s.d, scanLookUp, `SELECT `+lookUpColumns+` FROM look_ups
			WHERE member = ? AND (? = '' OR state = ?) AND ends > ? ORDER BY began DESC, id DESC LIMIT ?`,
			q.Member, q.State, q.State, after, atMost(q.Limit))
	}
	return all(ctx, s.d, scanLookUp, `SELECT `+lookUpColumns+` FROM look_ups
		WHERE (? = '' OR state = ?) AND ends > ? ORDER BY began DESC, id DESC LIMIT ?`, q.State, q.State, after, atMost(q.Limit))
}

// ForgetLookUps removes what ended long ago.
func (s *Store) ForgetLookUps(ctx context.Context, before time.Time) error {
	_, err := s.change(ctx, `DELETE FROM look_ups WHERE ends < ?`, ms(before))
	return err
}
