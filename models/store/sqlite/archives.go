package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const archiveColumns = `id, customer, state, request, done, total, bytes, chunks, created, expires, attempt`

func scanArchive(row scanner) (a store.Archive, err error) {
	var created, expires int64
	err = row.Scan(&a.ID, &a.Customer, &a.State, &a.Request, &a.Done, &a.Total, &a.Bytes, &a.Chunks, &created, &expires, &a.Attempt)
	a.CreatedAt, a.ExpiresAt = at(created), at(expires)
	return a, err
}

// CreateArchive adds one.
func (s *Store) CreateArchive(ctx context.Context, a store.Archive) error {
	return s.create(ctx, `INSERT INTO archives (`+archiveColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Customer, a.State, blob(a.Request), a.Done, a.Total, a.Bytes, a.Chunks, ms(a.CreatedAt), ms(a.ExpiresAt), a.Attempt)
}

// UpdateArchive replaces one, if nobody has begun another attempt meanwhile.
func (s *Store) UpdateArchive(ctx context.Context, a store.Archive, attempt string) error {
	n, err := s.change(ctx, `UPDATE archives SET customer = ?, state = ?, request = ?, done = ?, total = ?, bytes = ?,
		chunks = ?, created = ?, expires = ?, attempt = ? WHERE id = ? AND attempt = ?`,
		a.Customer, a.State, blob(a.Request), a.Done, a.Total, a.Bytes, a.Chunks, ms(a.CreatedAt), ms(a.ExpiresAt), a.Attempt, a.ID, attempt)
	if err != nil || n > 0 {
		return err
	}
	if _, err := s.Archive(ctx, a.ID); err != nil {
		return err
	}
	return store.ErrTaken
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
func (s *Store) PutChunk(ctx context.Context, attempt string, n int, sealed []byte) error {
	_, err := s.change(ctx, `INSERT INTO chunks (attempt, n, sealed) VALUES (?, ?, ?)
		ON CONFLICT (attempt, n) DO UPDATE SET sealed = excluded.sealed`, attempt, n, blob(sealed))
	return err
}

// Chunk gives one.
func (s *Store) Chunk(ctx context.Context, attempt string, n int) ([]byte, error) {
	return one(ctx, s.d, value[[]byte], `SELECT sealed FROM chunks WHERE attempt = ? AND n = ?`, attempt, n)
}

// DeleteChunks removes an archive's content.
func (s *Store) DeleteChunks(ctx context.Context, attempt string) error {
	_, err := s.change(ctx, `DELETE FROM chunks WHERE attempt = ?`, attempt)
	return err
}
