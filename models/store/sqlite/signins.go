package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

// PutEmails writes each, and removes those without a key.
func (s *Store) PutEmails(ctx context.Context, keys []store.EmailKey) error {
	return inTurns(ctx, s.d, keys, func(w writing, k store.EmailKey) error {
		if k.Key == "" {
			_, err := w.exec(`DELETE FROM emails WHERE customer = ?`, k.Customer)
			return err
		}
		_, err := w.exec(`INSERT INTO emails (customer, key) VALUES (?, ?)
			ON CONFLICT (customer) DO UPDATE SET key = excluded.key WHERE key <> excluded.key`, k.Customer, k.Key)
		return err
	})
}

// CustomersOfEmail lists those who have a key.
func (s *Store) CustomersOfEmail(ctx context.Context, key string, limit int) ([]string, error) {
	return all(ctx, s.d, value[string], `SELECT customer FROM emails WHERE key = ? ORDER BY customer LIMIT ?`, key, atMost(limit))
}

// BindIdentity is one insert, so that of any number of callers one wins.
func (s *Store) BindIdentity(ctx context.Context, i store.Identity) (store.Identity, error) {
	there := store.Identity{Key: i.Key}
	err := s.d.write(ctx, durable, func(w writing) error {
		_, err := w.exec(`INSERT INTO identities (key, customer, created) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING`,
			i.Key, i.Customer, ms(i.CreatedAt))
		if err != nil {
			return err
		}
		var created int64
		err = w.scan(`SELECT customer, created FROM identities WHERE key = ?`, []any{i.Key}, &there.Customer, &created)
		there.CreatedAt = at(created)
		return err
	})
	if err != nil {
		return store.Identity{}, err
	}
	return there, nil
}

// ForgetIdentities removes a customer's.
func (s *Store) ForgetIdentities(ctx context.Context, customer string) error {
	_, err := s.change(ctx, `DELETE FROM identities WHERE customer = ?`, customer)
	return err
}

const challengeColumns = `id, kind, subject, session, target, tries, created, expires`

func scanChallenge(row scanner) (c store.Challenge, err error) {
	var created, expires int64
	err = row.Scan(&c.ID, &c.Kind, &c.Subject, &c.Session, &c.Target, &c.Tries, &created, &expires)
	c.CreatedAt, c.ExpiresAt = at(created), at(expires)
	return c, err
}

// CreateChallenge adds one.
func (s *Store) CreateChallenge(ctx context.Context, c store.Challenge) error {
	return s.create(ctx, `INSERT INTO challenges (`+challengeColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, c.Kind, c.Subject, c.Session, c.Target, c.Tries, ms(c.CreatedAt), ms(c.ExpiresAt))
}

// Challenge gives one that has not ended.
func (s *Store) Challenge(ctx context.Context, id string, now time.Time) (store.Challenge, error) {
	return one(ctx, s.d, scanChallenge, `SELECT `+challengeColumns+` FROM challenges WHERE id = ? AND expires > ?`, id, ms(now))
}

// TryChallenge takes a try away in one step, so that no two callers have the same.
func (s *Store) TryChallenge(ctx context.Context, id string, now time.Time) (c store.Challenge, err error) {
	err = s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(`UPDATE challenges SET tries = tries - 1 WHERE id = ? AND expires > ? AND tries > 0`, id, ms(now))
		if err != nil {
			return err
		}
		if n == 0 {
			return store.ErrNotFound
		}
		var created, expires int64
		err = w.scan(`SELECT `+challengeColumns+` FROM challenges WHERE id = ?`, []any{id},
			&c.ID, &c.Kind, &c.Subject, &c.Session, &c.Target, &c.Tries, &created, &expires)
		c.CreatedAt, c.ExpiresAt = at(created), at(expires)
		return err
	})
	if err != nil {
		return store.Challenge{}, err
	}
	return c, nil
}

// EndChallenge removes one, for one caller.
func (s *Store) EndChallenge(ctx context.Context, id string) error {
	n, err := s.change(ctx, `DELETE FROM challenges WHERE id = ?`, id)
	if err == nil && n == 0 {
		return store.ErrNotFound
	}
	return err
}

// Count adds one, or begins anew.
func (s *Store) Count(ctx context.Context, key string, now, until time.Time) (n int, err error) {
	err = s.d.write(ctx, durable, func(w writing) error {
		return w.scan(`INSERT INTO counts (key, n, until) VALUES (?, 1, ?)
			ON CONFLICT (key) DO UPDATE SET
				n = CASE WHEN until <= ? THEN 1 ELSE n + 1 END,
				until = CASE WHEN until <= ? THEN excluded.until ELSE until END
			RETURNING n`, []any{key, ms(until), ms(now), ms(now)}, &n)
	})
	return n, err
}

const mailColumns = `id, kind, subject, locale, tried, due, expires`

func scanMail(row scanner) (m store.Mail, err error) {
	var due, expires int64
	err = row.Scan(&m.ID, &m.Kind, &m.Subject, &m.Locale, &m.Tried, &due, &expires)
	m.DueAt, m.ExpiresAt = at(due), at(expires)
	return m, err
}

// PutMail writes one.
func (s *Store) PutMail(ctx context.Context, m store.Mail) error {
	_, err := s.change(ctx, `INSERT OR REPLACE INTO mails (`+mailColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		m.ID, m.Kind, m.Subject, m.Locale, m.Tried, ms(m.DueAt), ms(m.ExpiresAt))
	return err
}

// DueMails lists what to send.
func (s *Store) DueMails(ctx context.Context, now time.Time, limit int) ([]store.Mail, error) {
	return all(ctx, s.d, scanMail, `SELECT `+mailColumns+` FROM mails WHERE due <= ? ORDER BY due, id LIMIT ?`, ms(now), atMost(limit))
}

// DeleteMail removes one.
func (s *Store) DeleteMail(ctx context.Context, id string) error {
	_, err := s.change(ctx, `DELETE FROM mails WHERE id = ?`, id)
	return err
}

// ForgetSignIns removes what ended long ago.
func (s *Store) ForgetSignIns(ctx context.Context, before time.Time) error {
	return s.d.write(ctx, durable, func(w writing) error {
		if _, err := w.exec(`DELETE FROM challenges WHERE expires < ?`, ms(before)); err != nil {
			return err
		}
		_, err := w.exec(`DELETE FROM counts WHERE until < ?`, ms(before))
		return err
	})
}
