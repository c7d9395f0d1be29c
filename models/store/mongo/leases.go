package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"candor/models/store"
)

type lease struct {
	Name   string        `bson:"_id"`
	Holder string        `bson:"holder"`
	Until  bson.DateTime `bson:"until"`
}

// TakeLease is one compare-and-swap, or one insert where nobody ever had it.
func (s *Store) TakeLease(ctx context.Context, name, holder string, now, until time.Time) error {
	free := append(named(name), bson.E{Key: "$or", Value: bson.A{
		bson.D{{Key: "holder", Value: holder}},
		bson.D{{Key: "until", Value: bson.D{{Key: "$lte", Value: ms(now)}}}},
	}})
	swapped, err := s.d.swap(ctx, leasesName, free, bson.D{{Key: "holder", Value: holder}, {Key: "until", Value: ms(until)}})
	if err != nil || swapped {
		return err
	}
	return create(ctx, s.d.on(leasesName), lease{Name: name, Holder: holder, Until: ms(until)}, store.ErrTaken)
}

// LeaseHolder says who has it.
func (s *Store) LeaseHolder(ctx context.Context, name string, now time.Time) (string, error) {
	doc, err := one[lease](ctx, s.d.on(leasesName), append(named(name), bson.E{Key: "until", Value: bson.D{{Key: "$gt", Value: ms(now)}}}))
	return doc.Holder, err
}

// DropLease ends it.
func (s *Store) DropLease(ctx context.Context, name, holder string) error {
	_, err := s.d.on(leasesName).DeleteOne(ctx, append(named(name), bson.E{Key: "holder", Value: holder}))
	return failure(err)
}
