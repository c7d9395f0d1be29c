package mongo

import (
	"context"
	"errors"

	"candor/models/store"
)

type wording struct {
	SHA256 string `bson:"_id"`
	Text   []byte `bson:"text"`
}

func (d wording) give() store.Wording { return store.Wording{SHA256: d.SHA256, Text: d.Text} }

// KeepWording writes one, and leaves what is there.
func (s *Store) KeepWording(ctx context.Context, w store.Wording) error {
	err := create(ctx, s.d.on(wordingsName), wording{SHA256: w.SHA256, Text: blob(w.Text)}, store.ErrExists)
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// Wording gives one.
func (s *Store) Wording(ctx context.Context, sha256 string) (store.Wording, error) {
	doc, err := one[wording](ctx, s.d.on(wordingsName), named(sha256))
	if err != nil {
		return store.Wording{}, err
	}
	return doc.give(), nil
}

// PageWordings gives some in order of their names.
func (s *Store) PageWordings(ctx context.Context, after string, limit int) ([]store.Wording, error) {
	docs, err := page[wording](ctx, s.d.on(wordingsName), following(after), ascending("_id"), limit)
	return convert(docs, err, wording.give)
}
