package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const (
	sessionColumns = `hash, customer, role, method, created, expires`
	linkColumns    = `hash, id, customer, return_url, locale, created, expires, used`
)

func scanSession(row scanner) (s store.Session, err error) {
	var created, expires int64
	err = row.Scan(&s.Hash, &s.Customer, &s.Role, &s.Method, &created, &expires)
	s.CreatedAt, s.ExpiresAt = at(created), at(expires)
	return s, err
}

func scanLink(row scanner) (l store.Link, err error) {
	var created, expires, used int64
	err = row.Scan(&l.Hash, &l.ID, &l.Customer, &l.ReturnURL, &l.Locale, &created, &expires, &used)
	l.CreatedAt, l.ExpiresAt, l.UsedAt = at(created), at(expires), at(used)
	return l, err
}

// CreateSession adds a session.
func (s *Store) CreateSession(ctx context.Context, n store.Session) error {
	return s.create(ctx, `INSERT INTO sessions (`+sessionColumns+`) VALUES (?, ?, ?, ?, ?, ?)`,
		n.Hash, n.Customer, n.Role, n.Method, ms(n.CreatedAt), ms(n.ExpiresAt))
}

// Session gives one that has not ended.
func (s *Store) Session(ctx context.Context, hash string, now time.Time) (store.Session, error) {
	return one(ctx, s.d, scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE hash = ? AND expires > ?`, hash, ms(now))
}

// EndSession removes one.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	_, err := s.change(ctx, `DELETE FROM sessions WHERE hash = ?`, hash)
	return err
}

// CreateLink adds a link.
func (s *Store) CreateLink(ctx context.Context, l store.Link) error {
	return s.create(ctx, `INSERT INTO links (`+linkColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		l.Hash, l.ID, l.Customer, l.ReturnURL, l.Locale, ms(l.CreatedAt), ms(l.ExpiresAt), ms(l.UsedAt))
}

// Link gives one, used or not.
func (s *Store) Link(ctx context.Context, hash string) (store.Link, error) {
	return one(ctx, s.d, scanLink, `SELECT `+linkColumns+` FROM links WHERE hash = ?`, hash)
}

// UseLink is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) UseLink(ctx context.Context, hash string, now time.Time) error {
	return s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(`UPDATE links SET used = ? WHERE hash = ? AND used = ?`, ms(now), hash, ms(time.Time{}))
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
