package sqlite

import (
	"context"

	"candor/models/store"
)

const publicationColumns = `kind, key, version, seq, published, content`

func scanPublication(row scanner) (p store.Publication, err error) {
	var published int64
	err = row.Scan(&p.Kind, &p.Key, &p.Version, &p.Seq, &published, &p.Content)
	p.PublishedAt = at(published)
	return p, err
}

// Publish adds a version.
func (s *Store) Publish(ctx context.Context, p store.Publication) error {
	return s.create(ctx, `INSERT INTO publications (`+publicationColumns+`) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Kind, p.Key, p.Version, position(p.Seq), ms(p.PublishedAt), blob(p.Content))
}

// Publications lists all versions of a kind.
func (s *Store) Publications(ctx context.Context, kind string) ([]store.Publication, error) {
	return all(ctx, s.d, scanPublication, `SELECT `+publicationColumns+` FROM publications
		WHERE kind = ? ORDER BY key, version`, kind)
}

// create runs one durable INSERT; ErrExists if the name is there already.
func (s *Store) create(ctx context.Context, text string, args ...any) error {
	err := s.d.write(ctx, durable, func(w writing) error {
		_, err := w.exec(text, args...)
		return err
	})
	if taken(err) {
		return store.ErrExists
	}
	return err
}

// change runs one durable statement and gives the number of rows it changed.
func (s *Store) change(ctx context.Context, text string, args ...any) (changed int64, err error) {
	err = s.d.write(ctx, durable, func(w writing) (err error) {
		changed, err = w.exec(text, args...)
		return err
	})
	return changed, err
}
