package mongo

import (
	"context"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type archive struct {
	ID       string        `bson:"_id"`
	Customer string        `bson:"customer"`
	State    string        `bson:"state"`
	Request  []byte        `bson:"request"`
	Done     int64         `bson:"done"`
	Total    int64         `bson:"total"`
	Bytes    int64         `bson:"bytes"`
	Chunks   int           `bson:"chunks"`
	Created  bson.DateTime `bson:"created"`
	Expires  bson.DateTime `bson:"expires"`
	Attempt  string        `bson:"attempt"`
}

func archiveOf(a store.Archive) archive {
	return archive{
		ID: a.ID, Customer: a.Customer, State: a.State, Request: blob(a.Request), Done: a.Done, Total: a.Total, Bytes: a.Bytes,
		Chunks: a.Chunks, Created: ms(a.CreatedAt), Expires: ms(a.ExpiresAt), Attempt: a.Attempt,
	}
}

func (d archive) give() store.Archive {
	return store.Archive{
		ID: d.ID, Customer: d.Customer, State: d.State, Request: d.Request, Done: d.Done, Total: d.Total, Bytes: d.Bytes,
		Chunks: d.Chunks, CreatedAt: at(d.Created), ExpiresAt: at(d.Expires), Attempt: d.Attempt,
	}
}

// CreateArchive adds one.
func (s *Store) CreateArchive(ctx context.Context, a store.Archive) error {
	return create(ctx, s.d.on(archivesName), archiveOf(a), store.ErrExists)
}

// UpdateArchive replaces one, if nobody has begun another attempt meanwhile.
func (s *Store) UpdateArchive(ctx context.Context, a store.Archive, attempt string) error {
	mine := append(named(a.ID), bson.E{Key: "attempt", Value: attempt})
	res, err := s.d.on(archivesName).ReplaceOne(ctx, mine, archiveOf(a))
	if err != nil {
		return failure(err)
	}
	if res.MatchedCount > 0 {
		return nil
	}
	if _, err := s.Archive(ctx, a.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Archive gives one.
func (s *Store) Archive(ctx context.Context, id string) (store.Archive, error) {
	doc, err := one[archive](ctx, s.d.on(archivesName), named(id))
	if err != nil {
		return store.Archive{}, err
	}
	return doc.give(), nil
}

// Archives lists a customer's, newest first.
func (s *Store) Archives(ctx context.Context, customer string) ([]store.Archive, error) {
	docs, err := all[archive](ctx, s.d.on(archivesName), bson.D{{Key: "customer", Value: customer}},
		options.Find().SetSort(bson.D{{Key: "created", Value: -1}, {Key: "_id", Value: -1}}))
	return convert(docs, err, archive.give)
}

// UnfinishedArchives lists those in preparation.
func (s *Store) UnfinishedArchives(ctx context.Context, limit int) ([]store.Archive, error) {
	docs, err := page[archive](ctx, s.d.on(archivesName), bson.D{{Key: "state", Value: "preparing"}}, ascending("created", "_id"), limit)
	return convert(docs, err, archive.give)
}

// ExpiredArchives lists those whose time is over and whose content may still be there.
func (s *Store) ExpiredArchives(ctx context.Context, now time.Time, limit int) ([]store.Archive, error) {
	docs, err := page[archive](ctx, s.d.on(archivesName), bson.D{
		{Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{"ready", "failed"}}}},
		{Key: "expires", Value: bson.D{{Key: "$lte", Value: ms(now)}}},
	}, ascending("expires", "_id"), limit)
	return convert(docs, err, archive.give)
}

type chunk struct {
	ID     string `bson:"_id"` // path(attempt, number)
	Sealed []byte `bson:"sealed"`
}

func chunkName(attempt string, n int) string { return path(attempt, strconv.Itoa(n)) }

// PutChunk writes a piece of an archive.
func (s *Store) PutChunk(ctx context.Context, attempt string, n int, sealed []byte) error {
	return s.d.put(ctx, chunksName, 1, func(int) (string, any) {
		return chunkName(attempt, n), chunk{ID: chunkName(attempt, n), Sealed: blob(sealed)}
	})
}

// Chunk gives one.
func (s *Store) Chunk(ctx context.Context, attempt string, n int) ([]byte, error) {
	doc, err := one[chunk](ctx, s.d.on(chunksName), named(chunkName(attempt, n)))
	return doc.Sealed, err
}

// DeleteChunks removes an archive's content.
func (s *Store) DeleteChunks(ctx context.Context, attempt string) error {
	_, err := s.d.on(chunksName).DeleteMany(ctx, bson.D{{Key: "_id", Value: below(attempt)}})
	return failure(err)
}
