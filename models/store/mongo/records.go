package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models"
	"candor/models/store"
)

// record is one of a customer's. What its _id is made of is there again for the index by time.
type record struct {
	Name     string        `bson:"_id"` // path(customer, category, id)
	Customer string        `bson:"customer"`
	Category string        `bson:"category"`
	ID       string        `bson:"id"`
	Occurred bson.DateTime `bson:"occurred"`
	Source   string        `bson:"source"`
	Sealed   []byte        `bson:"sealed"`
}

func (d record) give() store.Record {
	return store.Record{Customer: d.Customer, Category: d.Category, ID: d.ID, OccurredAt: at(d.Occurred), Source: d.Source, Sealed: d.Sealed}
}

func recordName(k store.RecordKey) string { return path(k.Customer, k.Category, k.ID) }

func recordNames(keys []store.RecordKey) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = recordName(k)
	}
	return names
}

// PutRecords writes records; a record that is replaced keeps its documents.
func (s *Store) PutRecords(ctx context.Context, records []store.Record) error {
	return s.d.put(ctx, recordsName, len(records), func(i int) (string, any) {
		r := records[i]
		name := path(r.Customer, r.Category, r.ID)
		return name, record{Name: name, Customer: r.Customer, Category: r.Category, ID: r.ID, Occurred: ms(r.OccurredAt), Source: r.Source, Sealed: blob(r.Sealed)}
	})
}

// Record gives one.
func (s *Store) Record(ctx context.Context, key store.RecordKey) (store.Record, error) {
	doc, err := one[record](ctx, s.d.on(recordsName), named(recordName(key)))
	if err != nil {
		return store.Record{}, err
	}
	return doc.give(), nil
}

// DeleteRecords removes records, and then their documents: PutDocuments counts on that order. Whoever is
// told that it failed deletes again, and so leaves no document behind.
func (s *Store) DeleteRecords(ctx context.Context, keys []store.RecordKey) error {
	names := recordNames(keys)
	if err := s.d.removeAll(ctx, recordsName, "_id", names); err != nil {
		return err
	}
	return s.d.removeAll(ctx, documentsName, "record", names)
}

// PageRecords answers a query from the index by time. No id is empty, so that the pair of a time and
// an empty id comes before everything that occurred at that time.
func (s *Store) PageRecords(ctx context.Context, q store.RecordQuery) ([]store.Record, error) {
	filter := bson.D{{Key: "customer", Value: q.Customer}, {Key: "category", Value: q.Category}}
	occurred := bson.D{}
	if !q.From.IsZero() {
		occurred = append(occurred, bson.E{Key: "$gte", Value: bound(q.From)})
	}
	if !q.To.IsZero() {
		occurred = append(occurred, bson.E{Key: "$lt", Value: bound(q.To)})
	}
	if len(occurred) > 0 {
		filter = append(filter, bson.E{Key: "occurred", Value: occurred})
	}
	beyond, direction := "$lt", -1
	if q.OldestFirst {
		beyond, direction = "$gt", 1
	}
	if q.AfterID != "" {
		after := ms(q.AfterTime)
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "occurred", Value: bson.D{{Key: beyond, Value: after}}}},
			bson.D{{Key: "occurred", Value: after}, {Key: "id", Value: bson.D{{Key: beyond, Value: q.AfterID}}}},
		}})
	}
	docs, err := page[record](ctx, s.d.on(recordsName), filter,
		bson.D{{Key: "occurred", Value: direction}, {Key: "id", Value: direction}}, q.Limit)
	return convert(docs, err, record.give)
}

// bound is a time as kept, rounded up to the whole millisecond: records are kept to the millisecond,
// and both bounds mean the first moment that is not before t.
func bound(t time.Time) bson.DateTime {
	if n := ms(t); at(n).Equal(t) {
		return n
	}
	return ms(t) + 1
}

type tally struct {
	Category string `bson:"_id"`
	Records  int64  `bson:"records"`
}

// Tallies counts in the index by time, without reading a record, and finds the newest of each category at
// its end. It keeps no counters: one that is written after what it counts is wrong after a crash in between.
func (s *Store) Tallies(ctx context.Context, customer string) (map[string]models.Tally, error) {
	cursor, err := s.d.on(recordsName).Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: bson.D{{Key: "customer", Value: customer}}}},
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: "$category"}, {Key: "records", Value: bson.D{{Key: "$sum", Value: int64(1)}}},
		}}},
	})
	counted, err := drain[tally](ctx, cursor, err)
	if err != nil {
		return nil, err
	}
	tallies := make(map[string]models.Tally, len(counted))
	for _, c := range counted {
		newest, err := one[record](ctx, s.d.on(recordsName), bson.D{{Key: "customer", Value: customer}, {Key: "category", Value: c.Category}},
			options.FindOne().SetSort(bson.D{{Key: "occurred", Value: -1}, {Key: "id", Value: -1}}).
				SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "occurred", Value: 1}}))
		switch {
		case err == nil:
			tallies[c.Category] = models.Tally{Records: c.Records, Newest: at(newest.Occurred)}
		case !errors.Is(err, store.ErrNotFound): // the last one may have gone meanwhile
			return nil, err
		}
	}
	return tallies, nil
}

// Holds says whether anybody's records of a category are held.
func (s *Store) Holds(ctx context.Context, category string) (bool, error) {
	_, err := one[record](ctx, s.d.on(recordsName), bson.D{{Key: "category", Value: category}},
		options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "category", Value: 1}}))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
