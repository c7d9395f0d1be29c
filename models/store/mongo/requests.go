package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type request struct {
	ID           string        `bson:"_id"`
	Customer     string        `bson:"customer"`
	Kind         string        `bson:"kind"`
	State        string        `bson:"state"`
	Channel      string        `bson:"channel"`
	Jurisdiction string        `bson:"jurisdiction"`
	Grounds      []string      `bson:"grounds,omitempty"`
	Received     bson.DateTime `bson:"received"`
	Due          bson.DateTime `bson:"due"`
	Over         bool          `bson:"over"`
	Closed       bson.DateTime `bson:"closed"` // the zero time while it is not
	Wake         bson.DateTime `bson:"wake"`   // the zero time for never
	Revision     int64         `bson:"revision"`
	Sealed       []byte        `bson:"sealed"`
}

func requestOf(r store.Request) request {
	return request{
		ID: r.ID, Customer: r.Customer, Kind: r.Kind, State: r.State, Channel: r.Channel, Jurisdiction: r.Jurisdiction,
		Grounds: r.Grounds, Received: ms(r.ReceivedAt), Due: ms(r.DueAt), Over: !r.ClosedAt.IsZero(), Closed: ms(r.ClosedAt),
		Wake: ms(r.WakeAt), Revision: r.Revision, Sealed: blob(r.Sealed),
	}
}

func (d request) give() store.Request {
	return store.Request{
		ID: d.ID, Customer: d.Customer, Kind: d.Kind, State: d.State, Channel: d.Channel, Jurisdiction: d.Jurisdiction,
		Grounds: d.Grounds, ReceivedAt: at(d.Received), DueAt: at(d.Due), ClosedAt: at(d.Closed), WakeAt: at(d.Wake),
		Revision: d.Revision, Sealed: d.Sealed,
	}
}

// CreateRequest adds one.
func (s *Store) CreateRequest(ctx context.Context, r store.Request) error {
	return create(ctx, s.d.on(requestsName), requestOf(r), store.ErrExists)
}

// UpdateRequest replaces one, if nobody else has meanwhile.
func (s *Store) UpdateRequest(ctx context.Context, r store.Request, revision int64) error {
	same := append(named(r.ID), bson.E{Key: "revision", Value: revision})
	res, err := s.d.on(requestsName).ReplaceOne(ctx, same, requestOf(r))
	if err != nil {
		return failure(err)
	}
	if res.MatchedCount > 0 {
		return nil
	}
	if _, err := s.Request(ctx, r.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Request gives one.
func (s *Store) Request(ctx context.Context, id string) (store.Request, error) {
	doc, err := one[request](ctx, s.d.on(requestsName), named(id))
	if err != nil {
		return store.Request{}, err
	}
	return doc.give(), nil
}

// RequestsOf lists a customer's, the last received first.
func (s *Store) RequestsOf(ctx context.Context, customer string) ([]store.Request, error) {
	docs, err := all[request](ctx, s.d.on(requestsName), bson.D{{Key: "customer", Value: customer}},
		options.Find().SetSort(bson.D{{Key: "received", Value: -1}, {Key: "_id", Value: -1}}))
	return convert(docs, err, request.give)
}

// PageRequests lists what is to be done, the most urgent first, or what is over, the latest first.
func (s *Store) PageRequests(ctx context.Context, q store.RequestQuery) ([]store.Request, error) {
	filter := bson.D{{Key: "over", Value: q.Closed}}
	beyond, order := "$gt", 1
	if q.Closed {
		beyond, order = "$lt", -1
	}
	if !q.AfterTime.IsZero() {
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "due", Value: bson.D{{Key: beyond, Value: ms(q.AfterTime)}}}},
			bson.D{{Key: "due", Value: ms(q.AfterTime)}, {Key: "_id", Value: bson.D{{Key: beyond, Value: q.AfterID}}}},
		}})
	}
	docs, err := page[request](ctx, s.d.on(requestsName), filter, bson.D{{Key: "due", Value: order}, {Key: "_id", Value: order}}, q.Limit)
	return convert(docs, err, request.give)
}

// WakingRequests lists those about which there is something to do.
func (s *Store) WakingRequests(ctx context.Context, now time.Time, limit int) ([]store.Request, error) {
	docs, err := page[request](ctx, s.d.on(requestsName), bson.D{
		{Key: "wake", Value: bson.D{{Key: "$gt", Value: ms(time.Time{})}, {Key: "$lte", Value: ms(now)}}},
	}, ascending("wake", "_id"), limit)
	return convert(docs, err, request.give)
}

// CountRequests counts what is to be done.
func (s *Store) CountRequests(ctx context.Context, now time.Time) (c store.RequestCounts, err error) {
	open := bson.E{Key: "over", Value: false}
	if c.Open, err = s.d.on(requestsName).CountDocuments(ctx, bson.D{open}); err != nil {
		return c, failure(err)
	}
	late := bson.D{open, {Key: "due", Value: bson.D{{Key: "$lt", Value: ms(now)}}}}
	if c.Overdue, err = s.d.on(requestsName).CountDocuments(ctx, late); err != nil {
		return c, failure(err)
	}
	c.Tasks, err = s.d.on(tasksName).CountDocuments(ctx, bson.D{{Key: "state", Value: "open"}})
	return c, failure(err)
}
