package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const (
	sessionColumns = `hash, customer, staff, method, id, link, return_url, created, expires, seen, proved`
	linkColumns    = `hash, id, customer, return_url, locale, flow, created, expires, used, revoked`
)

func scanSession(row scanner) (s store.Session, err error) {
	var created, expires, seen, proved int64
	err = row.Scan(&s.Hash, &s.Customer, &s.Staff, &s.Method, &s.ID, &s.Link, &s.ReturnURL, &created, &expires, &seen, &proved)
	s.CreatedAt, s.ExpiresAt, s.SeenAt, s.ProvedAt = at(created), at(expires), at(seen), at(proved)
	return s, err
}

func scanLink(row scanner) (l store.Link, err error) {
	var created, expires, used, revoked int64
	err = row.Scan(&l.Hash, &l.ID, &l.Customer, &l.ReturnURL, &l.Locale, &l.Flow, &created, &expires, &used, &revoked)
	l.CreatedAt, l.ExpiresAt, l.UsedAt, l.RevokedAt = at(created), at(expires), at(used), at(revoked)
	return l, err
}

// CreateSession adds a session.
func (s *Store) CreateSession(ctx context.Context, n store.Session) error {
	return s.create(ctx, `INSERT INTO sessions (`+sessionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n.Hash, n.Customer, n.Staff, n.Method, n.ID, n.Link, n.ReturnURL, ms(n.CreatedAt), ms(n.ExpiresAt), ms(n.SeenAt), ms(n.ProvedAt))
}

// Session gives one that has not ended.
func (s *Store) Session(ctx context.Context, hash string, now time.Time) (store.Session, error) {
	return one(ctx, s.d, scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE hash = ? AND expires > ?`, hash, ms(now))
}

// SessionsOf lists a customer's.
func (s *Store) SessionsOf(ctx context.Context, customer string, now time.Time) ([]store.Session, error) {
	return all(ctx, s.d, scanSession, `SELECT `+sessionColumns+` FROM sessions
		WHERE customer = ? AND customer <> '' AND expires > ? ORDER BY created DESC, hash`, customer, ms(now))
}

// SessionsOfStaff lists a member's.
func (s *Store) SessionsOfStaff(ctx context.Context, member string, now time.Time) ([]store.Session, error) {
	return all(ctx, s.d, scanSession, `SELECT `+sessionColumns+` FROM sessions
		WHERE staff = ? AND staff <> '' AND expires > ? ORDER BY created DESC, hash`, member, ms(now))
}

// MarkSession moves two of its times forward.
func (s *Store) MarkSession(ctx context.Context, hash string, seen, proved time.Time) error {
	_, err := s.change(ctx, `UPDATE sessions SET seen = max(seen, ?), proved = max(proved, ?) WHERE hash = ?`, ms(seen), ms(proved), hash)
	return err
}

// EndSession removes one.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	_, err := s.change(ctx, `DELETE FROM sessions WHERE hash = ?`, hash)
	return err
}

// CreateLink adds a link.
func (s *Store) CreateLink(ctx context.Context, l store.Link) error {
	return s.create(ctx, `INSERT INTO links (`+linkColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.Hash, l.ID, l.Customer, l.ReturnURL, l.Locale, l.Flow, ms(l.CreatedAt), ms(l.ExpiresAt), ms(l.UsedAt), ms(l.RevokedAt))
}

// Link gives one, used or not.
func (s *Store) Link(ctx context.Context, hash string) (store.Link, error) {
	return one(ctx, s.d, scanLink, `SELECT `+linkColumns+` FROM links WHERE hash = ?`, hash)
}

// LinkNamed gives one by its ID.
func (s *Store) LinkNamed(ctx context.Context, id string) (store.Link, error) {
	return one(ctx, s.d, scanLink, `SELECT `+linkColumns+` FROM links WHERE id = ?`, id)
}

// RevokeLink marks one revoked, the first time.
func (s *Store) RevokeLink(ctx context.Context, id string, now time.Time) error {
	n, err := s.change(ctx, `UPDATE links SET revoked = CASE revoked WHEN ? THEN ? ELSE revoked END WHERE id = ?`, ms(time.Time{}), ms(now), id)
	if err == nil && n == 0 {
		return store.ErrNotFound
	}
	return err
}

// UseLink is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) UseLink(ctx context.Context, hash string, now time.Time) error {
	return s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(`UPDATE links SET used = ? WHERE hash = ? AND used = ? AND revoked = ?`, ms(now), hash, ms(time.Time{}), ms(time.Time{}))
		if err != nil || n == 1 {
			return err
		}
		var found int
		if err := w.scan(`SELECT 1 FROM links WHERE hash = ?`, []any{hash}, &found); err != nil {
			return err
		}
		return store.ErrExists
	})
}

// Forget removes what ended long ago.
func (s *Store) Forget(ctx context.Context, before time.Time) error {
	return s.d.write(ctx, durable, func(w writing) error {
		if _, err := w.exec(`DELETE FROM sessions WHERE expires < ?`, ms(before)); err != nil {
			return err
		}
		_, err := w.exec(`DELETE FROM links WHERE expires < ?`, ms(before))
		return err
	})
}
