package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"candor/models/store"
)

type lookUp struct {
	ID        string        `bson:"_id"`
	Member    string        `bson:"member"`
	Role      string        `bson:"role"`
	Customer  string        `bson:"customer"`
	State     string        `bson:"state"`
	Emergency bool          `bson:"emergency"`
	Entry     int64         `bson:"entry"`
	Began     bson.DateTime `bson:"began"`
	Opened    bson.DateTime `bson:"opened"`  // the zero time while it is not
	Decided   bson.DateTime `bson:"decided"` // the zero time while it is not
	Ends      bson.DateTime `bson:"ends"`
	DecidedBy string        `bson:"decided_by"`
	Revision  int64         `bson:"revision"`
	Sealed    []byte        `bson:"sealed"`
}

func lookUpOf(l store.LookUp) lookUp {
	return lookUp{
		ID: l.ID, Member: l.Member, Role: l.Role, Customer: l.Customer, State: l.State, Emergency: l.Emergency,
		Entry: int64(l.Entry), Began: ms(l.BeganAt), Opened: ms(l.OpenedAt), Decided: ms(l.DecidedAt), Ends: ms(l.EndsAt), // below 2^53
		DecidedBy: l.DecidedBy, Revision: l.Revision, Sealed: blob(l.Sealed),
	}
}

func (d lookUp) give() store.LookUp {
	return store.LookUp{
		ID: d.ID, Member: d.Member, Role: d.Role, Customer: d.Customer, State: d.State, Emergency: d.Emergency,
		Entry: uint64(d.Entry), BeganAt: at(d.Began), OpenedAt: at(d.Opened), DecidedAt: at(d.Decided), EndsAt: at(d.Ends),
		DecidedBy: d.DecidedBy, Revision: d.Revision, Sealed: d.Sealed,
	}
}

// CreateLookUp adds one.
func (s *Store) CreateLookUp(ctx context.Context, l store.LookUp) error {
	return create(ctx, s.d.on(lookUpsName), lookUpOf(l), store.ErrExists)
}

// UpdateLookUp replaces one, if nobody else has meanwhile.
func (s *Store) UpdateLookUp(ctx context.Context, l store.LookUp, revision int64) error {
	same := append(named(l.ID), bson.E{Key: "revision", Value: revision})
	res, err := s.d.on(lookUpsName).ReplaceOne(ctx, same, lookUpOf(l))
	if err != nil {
		return failure(err)
	}
	if res.MatchedCount > 0 {
		return nil
	}
	if _, err := s.LookUp(ctx, l.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// LookUp gives one.
func (s *Store) LookUp(ctx context.Context, id string) (store.LookUp, error) {
	doc, err := one[lookUp](ctx, s.d.on(lookUpsName), named(id))
	if err != nil {
		return store.LookUp{}, err
	}
	return doc.give(), nil
}

// PageLookUps lists them, the last begun first.
func (s *Store) PageLookUps(ctx context.Context, q store.LookUpQuery) ([]store.LookUp, error) {
	filter := bson.D{}
	if q.Member != "" {
		filter = append(filter, bson.E{Key: "member", Value: q.Member})
	}
	if q.State != "" {
		filter = append(filter, bson.E{Key: "state", Value: q.State})
	}
	if !q.EndsAfter.IsZero() {
		filter = append(filter, bson.E{Key: "ends", Value: bson.D{{Key: "$gt", Value: ms(q.EndsAfter)}}})
	}
	docs, err := page[lookUp](ctx, s.d.on(lookUpsName), filter, bson.D{{Key: "began", Value: -1}, {Key: "_id", Value: -1}}, q.Limit)
	return convert(docs, err, lookUp.give)
}

// ForgetLookUps removes what ended long ago.
func (s *Store) ForgetLookUps(ctx context.Context, before time.Time) error {
	_, err := s.d.on(lookUpsName).DeleteMany(ctx, bson.D{{Key: "ends", Value: bson.D{{Key: "$lt", Value: ms(before)}}}})
	return failure(err)
}
