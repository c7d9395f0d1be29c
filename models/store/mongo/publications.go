package mongo

import (
	"context"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type publication struct {
	ID        string        `bson:"_id"` // path(kind, key, version)
	Kind      string        `bson:"kind"`
	Key       string        `bson:"key"`
	Version   int           `bson:"version"`
	Seq       int64         `bson:"seq"`
	Published bson.DateTime `bson:"published"`
	Content   []byte        `bson:"content"`
}

func (d publication) give() store.Publication {
	return store.Publication{Kind: d.Kind, Key: d.Key, Version: d.Version, Seq: uint64(d.Seq), PublishedAt: at(d.Published), Content: d.Content}
}

// Publish adds a version.
func (s *Store) Publish(ctx context.Context, p store.Publication) error {
	return create(ctx, s.d.on(publicationsName), publication{
		ID: path(p.Kind, p.Key, strconv.Itoa(p.Version)), Kind: p.Kind, Key: p.Key, Version: p.Version,
		Seq: position(p.Seq), Published: ms(p.PublishedAt), Content: blob(p.Content),
	}, store.ErrExists)
}

// Publications lists all versions of a kind. There are few: nobody sorts many.
func (s *Store) Publications(ctx context.Context, kind string) ([]store.Publication, error) {
	docs, err := all[publication](ctx, s.d.on(publicationsName), bson.D{{Key: "_id", Value: below(kind)}},
		options.Find().SetSort(ascending("key", "version")))
	return convert(docs, err, publication.give)
}
