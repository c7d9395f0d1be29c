package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const namedWriteColumns = `id, fingerprint, holder, until, answer, expires`

// ClaimWrite is one compare-and-swap, and a look at what is there in the same transaction if that failed.
func (s *Store) ClaimWrite(ctx context.Context, n store.NamedWrite, now time.Time) (there store.NamedWrite, err error) {
	err = s.d.write(ctx, durable, func(w writing) error {
		changed, err := w.exec(`INSERT INTO named_writes (`+namedWriteColumns+`) VALUES (?, ?, ?, ?, NULL, ?)
			ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, holder = excluded.holder,
				until = excluded.until, answer = NULL, expires = excluded.expires
			WHERE named_writes.expires <= ?
				OR (named_writes.answer IS NULL AND named_writes.until <= ? AND named_writes.fingerprint = excluded.fingerprint)`,
			n.ID, n.Fingerprint, n.Holder, ms(n.ClaimedUntil), ms(n.ExpiresAt), ms(now), ms(now))
		if err != nil {
			return err
		}
		if changed == 1 {
			there = n
			return nil
		}
		var until, expires int64
		err = w.scan(`SELECT `+namedWriteColumns+` FROM named_writes WHERE id = ?`, []any{n.ID},
			&there.ID, &there.Fingerprint, &there.Holder, &until, &there.Answer, &expires)
		if err != nil {
			return err
		}
		there.ClaimedUntil, there.ExpiresAt = at(until), at(expires)
		return store.ErrExists
	})
	return there, err
}

// AnswerWrite is one compare-and-swap.
func (s *Store) AnswerWrite(ctx context.Context, id, holder string, answer []byte) error {
	n, err := s.change(ctx, `UPDATE named_writes SET answer = ? WHERE id = ? AND holder = ? AND answer IS NULL`, answer, id, holder)
	if err == nil && n == 0 {
		return store.ErrTaken
	}
	return err
}

// DropWrite frees a name.
func (s *Store) DropWrite(ctx context.Context, id, holder string) error {
	_, err := s.change(ctx, `DELETE FROM named_writes WHERE id = ? AND holder = ? AND answer IS NULL`, id, holder)
	return err
}

// ForgetWrites removes what ended long ago.
func (s *Store) ForgetWrites(ctx context.Context, before time.Time) error {
	_, err := s.change(ctx, `DELETE FROM named_writes WHERE expires < ?`, ms(before))
	return err
}
