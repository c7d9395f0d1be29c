package sqlite

import (
	"context"

	"candor/models/store"
)

const revisionColumns = `kind, key, version, revision, at, content`

func scanRevision(row scanner) (r store.Revision, err error) {
	var when int64
	err = row.Scan(&r.Kind, &r.Key, &r.Version, &r.Revision, &when, &r.Content)
	r.At = at(when)
	return r, err
}

// AddRevision adds one, if its number is the next.
func (s *Store) AddRevision(ctx context.Context, r store.Revision) error {
	err := s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(`INSERT INTO revisions (`+revisionColumns+`) SELECT ?, ?, ?, ?, ?, ?
			WHERE ? = 1 OR EXISTS (SELECT 1 FROM revisions WHERE kind = ? AND key = ? AND version = ? AND revision = ?)`,
			r.Kind, r.Key, r.Version, r.Revision, ms(r.At), blob(r.Content),
			r.Revision, r.Kind, r.Key, r.Version, r.Revision-1)
		if err == nil && n == 0 {
			return store.ErrNotFound
		}
		return err
	})
	if taken(err) {
		return store.ErrExists
	}
	return err
}

// NewestRevisions lists the newest revision of each version.
func (s *Store) NewestRevisions(ctx context.Context, kind, key string) ([]store.Revision, error) {
	return all(ctx, s.d, scanRevision, `SELECT `+revisionColumns+` FROM revisions AS r
		WHERE kind = ? AND (? = '' OR key = ?) AND revision = (SELECT max(revision) FROM revisions AS other
			WHERE other.kind = r.kind AND other.key = r.key AND other.version = r.version)
		ORDER BY key, version`, kind, key, key)
}

// RevisionsOf lists those of a version.
func (s *Store) RevisionsOf(ctx context.Context, of store.RevisionKey, after int) ([]store.Revision, error) {
	return all(ctx, s.d, scanRevision, `SELECT `+revisionColumns+` FROM revisions
		WHERE kind = ? AND key = ? AND version = ? AND revision > ? ORDER BY revision`, of.Kind, of.Key, of.Version, after)
}
