package sqlite

import (
	"context"

	"candor/models/store"
)

const wordingColumns = `sha256, text`

func scanWording(row scanner) (w store.Wording, err error) {
	err = row.Scan(&w.SHA256, &w.Text)
	return w, err
}

// KeepWording writes one, and leaves what is there.
func (s *Store) KeepWording(ctx context.Context, w store.Wording) error {
	_, err := s.change(ctx, `INSERT INTO wordings (`+wordingColumns+`) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING`,
		w.SHA256, blob(w.Text))
	return err
}

// Wording gives one.
func (s *Store) Wording(ctx context.Context, sha256 string) (store.Wording, error) {
	return one(ctx, s.d, scanWording, `SELECT `+wordingColumns+` FROM wordings WHERE sha256 = ?`, sha256)
}

// PageWordings gives some in order of their names.
func (s *Store) PageWordings(ctx context.Context, after string, limit int) ([]store.Wording, error) {
	return all(ctx, s.d, scanWording, `SELECT `+wordingColumns+` FROM wordings
		WHERE sha256 > ? ORDER BY sha256 LIMIT ?`, after, atMost(limit))
}
