package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const archiveColumns = `id, customer, state, request, done, total, bytes, chunks, created, expires, beat`

func scanArchive(row scanner) (a store.Archive, err error) {
	var created, expires, beat int64
	err = row.Scan(&a.ID, &a.Customer, &a.State, &a.Request, &a.Done, &a.Total, &a.Bytes, &a.Chunks, &created, &expires, &beat)
	a.CreatedAt, a.ExpiresAt, a.Beat = at(created), at(expires), at(beat)
	return a, err
}

// CreateArchive adds one.
func (s *Store) CreateArchive(ctx context.Context, a store.Archive) error {
	return s.create(ctx, `INSERT INTO archives (`+archiveColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Customer, a.State, blob(a.Request), a.Done, a.Total, a.Bytes, a.Chunks, ms(a.CreatedAt), ms(a.ExpiresAt), ms(a.Beat))
}

// UpdateArchive replaces one.
func (s *Store) UpdateArchive(ctx context.Context, a store.Archive) error {
	n, err := s.change(ctx, `UPDATE archives SET customer = ?, state = ?, request = ?, done = ?, total = ?, bytes = ?,
		chunks = ?, created = ?, expires = ?, beat = ? WHERE id = ?`,
		a.Customer, a.State, blob(a.Request), a.Done, a.Total, a.Bytes, a.Chunks, ms(a.CreatedAt), ms(a.ExpiresAt), ms(a.Beat), a.ID)
	if err == nil && n == 0 {
		return store.ErrNotFound
	}
	return err
}

// Archive gives one.
func (s *Store) Archive(ctx context.Context, id string) (store.Archive, error) {
	return one(ctx, s.d, scanArchive, `SELECT `+archiveColumns+` FROM archives WHERE id = ?`, id)
}

// Archives lists a customer's, newest first.
func (s *Store) Archives(ctx context.Context, customer string) ([]store.Archive, error) {
	return all(ctx, s.d, scanArchive, `SELECT `+archiveColumns+` FROM archives
		WHERE customer = ? ORDER BY created DESC, id DESC`, customer)
}

// UnfinishedArchives lists those in preparation.
func (s *Store) UnfinishedArchives(ctx context.Context, limit int) ([]store.Archive, error) {
	return all(ctx, s.d, scanArchive, `SELECT `+archiveColumns+` FROM archives
		WHERE state = 'preparing' ORDER BY created, id LIMIT ?`, atMost(limit))
}

// ExpiredArchives lists those whose time is over and whose content may still be there.
func (s *Store) ExpiredArchives(ctx context.Context, now time.Time, limit int) ([]store.Archive, error) {
	return all(ctx, s.d, scanArchive, `SELECT `+archiveColumns+` FROM archives
		WHERE state IN ('ready', 'failed') AND expires <= ? ORDER BY expires, id LIMIT ?`, ms(now), atMost(limit))
}

// PutChunk writes a piece of an archive.
func (s *Store) PutChunk(ctx context.Context, id string, n int, sealed []byte) error {
	_, err := s.change(ctx, `INSERT INTO chunks (archive, n, sealed) VALUES (?, ?, ?)
		ON CONFLICT (archive, n) DO UPDATE SET sealed = excluded.sealed`, id, n, blob(sealed))
	return err
}

// Chunk gives one.
func (s *Store) Chunk(ctx context.Context, id string, n int) ([]byte, error) {
	return one(ctx, s.d, value[[]byte], `SELECT sealed FROM chunks WHERE archive = ? AND n = ?`, id, n)
}

// DeleteChunks removes an archive's content.
func (s *Store) DeleteChunks(ctx context.Context, id string) error {
	_, err := s.change(ctx, `DELETE FROM chunks WHERE archive = ?`, id)
	return err
}
