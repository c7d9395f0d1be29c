package mongo

import (
	"context"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type revision struct {
	ID       string        `bson:"_id"` // revisionID
	Kind     string        `bson:"kind"`
	Key      string        `bson:"key"`
	Version  int           `bson:"version"`
	Revision int           `bson:"revision"`
	At       bson.DateTime `bson:"at"`
	Content  []byte        `bson:"content"`
}

func revisionID(kind, key string, version, n int) string {
	return path(kind, key, strconv.Itoa(version), strconv.Itoa(n))
}

func (d revision) give() store.Revision {
	return store.Revision{Kind: d.Kind, Key: d.Key, Version: d.Version, Revision: d.Revision, At: at(d.At), Content: d.Content}
}

// AddRevision adds one, if its number is the next: what comes before it is never removed.
func (s *Store) AddRevision(ctx context.Context, r store.Revision) error {
	if r.Revision > 1 {
		if _, err := one[revision](ctx, s.d.on(revisionsName), named(revisionID(r.Kind, r.Key, r.Version, r.Revision-1))); err != nil {
			return err
		}
	}
	return create(ctx, s.d.on(revisionsName), revision{
		ID: revisionID(r.Kind, r.Key, r.Version, r.Revision), Kind: r.Kind, Key: r.Key, Version: r.Version, Revision: r.Revision,
		At: ms(r.At), Content: blob(r.Content),
	}, store.ErrExists)
}

// NewestRevisions looks for the numbers first, and then for what is under them.
func (s *Store) NewestRevisions(ctx context.Context, kind, key string) ([]store.Revision, error) {
	filter := bson.D{{Key: "kind", Value: kind}}
	if key != "" {
		filter = append(filter, bson.E{Key: "key", Value: key})
	}
	order := ascending("key", "version", "revision")
	numbers, err := all[revision](ctx, s.d.on(revisionsName), filter,
		options.Find().SetSort(order).SetProjection(bson.D{{Key: "content", Value: 0}}))
	if err != nil {
		return nil, err
	}
	var newest bson.A
	for i, r := range numbers {
		if i+1 == len(numbers) || numbers[i+1].Key != r.Key || numbers[i+1].Version != r.Version {
			newest = append(newest, r.ID)
		}
	}
	if len(newest) == 0 {
		return nil, nil
	}
	docs, err := all[revision](ctx, s.d.on(revisionsName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: newest}}}},
		options.Find().SetSort(order))
	return convert(docs, err, revision.give)
}

// RevisionsOf lists those of a version.
func (s *Store) RevisionsOf(ctx context.Context, of store.RevisionKey, after int) ([]store.Revision, error) {
	docs, err := all[revision](ctx, s.d.on(revisionsName), bson.D{
		{Key: "kind", Value: of.Kind},
		{Key: "key", Value: of.Key},
		{Key: "version", Value: of.Version},
		{Key: "revision", Value: bson.D{{Key: "$gt", Value: after}}},
	}, options.Find().SetSort(ascending("revision")))
	return convert(docs, err, revision.give)
}
