package mongo

import (
	"context"
	"errors"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type endpoint struct {
	ID          string        `bson:"_id"`
	URL         string        `bson:"url"`
	Description string        `bson:"description"`
	Kinds       []string      `bson:"kinds,omitempty"`
	Purposes    []string      `bson:"purposes,omitempty"`
	State       string        `bson:"state"`
	Reason      string        `bson:"reason"`
	After       int64         `bson:"after"`
	Start       int64         `bson:"start"`
	Secrets     []byte        `bson:"secrets"`
	Created     bson.DateTime `bson:"created"`
	Updated     bson.DateTime `bson:"updated"`
	Revision    int64         `bson:"revision"`
}

func endpointOf(e store.Endpoint) endpoint {
	return endpoint{
		ID: e.ID, URL: e.URL, Description: e.Description, Kinds: e.Kinds, Purposes: e.Purposes, State: e.State, Reason: e.Reason,
		After: position(e.After), Start: e.Start, Secrets: blob(e.Secrets), Created: ms(e.CreatedAt), Updated: ms(e.UpdatedAt),
		Revision: e.Revision,
	}
}

func (d endpoint) give() store.Endpoint {
	return store.Endpoint{
		ID: d.ID, URL: d.URL, Description: d.Description, Kinds: d.Kinds, Purposes: d.Purposes, State: d.State, Reason: d.Reason,
		After: uint64(d.After), Start: d.Start, Secrets: d.Secrets, CreatedAt: at(d.Created), UpdatedAt: at(d.Updated),
		Revision: d.Revision,
	}
}

// CreateEndpoint adds one.
func (s *Store) CreateEndpoint(ctx context.Context, e store.Endpoint) error {
	return create(ctx, s.d.on(endpointsName), endpointOf(e), store.ErrExists)
}

// UpdateEndpoint replaces one, if nobody else has meanwhile.
func (s *Store) UpdateEndpoint(ctx context.Context, e store.Endpoint, revision int64) error {
	same := append(named(e.ID), bson.E{Key: "revision", Value: revision})
	res, err := s.d.on(endpointsName).ReplaceOne(ctx, same, endpointOf(e))
	if err != nil {
		return failure(err)
	}
	if res.MatchedCount > 0 {
		return nil
	}
	if _, err := s.Endpoint(ctx, e.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Endpoint gives one.
func (s *Store) Endpoint(ctx context.Context, id string) (store.Endpoint, error) {
	doc, err := one[endpoint](ctx, s.d.on(endpointsName), named(id))
	if err != nil {
		return store.Endpoint{}, err
	}
	return doc.give(), nil
}

// Endpoints lists all.
func (s *Store) Endpoints(ctx context.Context) ([]store.Endpoint, error) {
	docs, err := all[endpoint](ctx, s.d.on(endpointsName), bson.D{}, options.Find().SetSort(ascending("_id")))
	return convert(docs, err, endpoint.give)
}

// DeleteEndpoint removes one, and then what belongs to it.
func (s *Store) DeleteEndpoint(ctx context.Context, id string) error {
	if _, err := s.d.on(endpointsName).DeleteOne(ctx, named(id)); err != nil {
		return failure(err)
	}
	if _, err := s.d.on(webhookStateName).DeleteOne(ctx, named(id)); err != nil {
		return failure(err)
	}
	_, err := s.d.on(deliveriesName).DeleteMany(ctx, bson.D{{Key: "endpoint", Value: id}})
	return failure(err)
}

type endpointProgress struct {
	Endpoint string        `bson:"_id"`
	Start    int64         `bson:"start"`
	Cursor   int64         `bson:"cursor"`
	Trying   int64         `bson:"trying"` // 0 if none is tried
	Attempts int           `bson:"attempts"`
	Since    bson.DateTime `bson:"since"` // the zero time if it was not tried
	Next     bson.DateTime `bson:"next"`  // the zero time if it was not tried
	GivenUp  bool          `bson:"given_up"`
	Revision int64         `bson:"revision"`
}

// EndpointProgress gives an endpoint's.
func (s *Store) EndpointProgress(ctx context.Context, endpoint string) (store.EndpointProgress, error) {
	d, err := one[endpointProgress](ctx, s.d.on(webhookStateName), named(endpoint))
	if err != nil {
		return store.EndpointProgress{}, err
	}
	return store.EndpointProgress{
		Endpoint: d.Endpoint, Start: d.Start, Cursor: uint64(d.Cursor), Trying: uint64(d.Trying), Attempts: d.Attempts,
		Since: at(d.Since), NextAt: at(d.Next), GivenUp: d.GivenUp, Revision: d.Revision,
	}, nil
}

// SaveEndpointProgress writes the deliveries last: none are left behind of an endpoint that was removed.
func (s *Store) SaveEndpointProgress(ctx context.Context, p store.EndpointProgress, revision int64, deliveries []store.Delivery) error {
	doc := endpointProgress{
		Endpoint: p.Endpoint, Start: p.Start, Cursor: position(p.Cursor), Trying: position(p.Trying), Attempts: p.Attempts,
		Since: ms(p.Since), Next: ms(p.NextAt), GivenUp: p.GivenUp, Revision: p.Revision,
	}
	if err := s.swapProgress(ctx, doc, revision); err != nil {
		return err
	}
	return s.putDeliveries(ctx, deliveries)
}

func (s *Store) swapProgress(ctx context.Context, doc endpointProgress, revision int64) error {
	if revision == 0 {
		return create(ctx, s.d.on(webhookStateName), doc, store.ErrTaken)
	}
	same := append(named(doc.Endpoint), bson.E{Key: "revision", Value: revision})
	res, err := s.d.on(webhookStateName).ReplaceOne(ctx, same, doc)
	if err == nil && res.MatchedCount == 0 {
		return store.ErrTaken
	}
	return failure(err)
}

type delivery struct {
	Name     string        `bson:"_id"` // path(endpoint, seq)
	Endpoint string        `bson:"endpoint"`
	Seq      int64         `bson:"seq"`
	Message  string        `bson:"message"`
	Kind     string        `bson:"kind"`
	State    string        `bson:"state"`
	Attempts int           `bson:"attempts"`
	First    bson.DateTime `bson:"first"`
	Last     bson.DateTime `bson:"last"`
	Next     bson.DateTime `bson:"next"` // the zero time if it is not tried again
	Code     int           `bson:"code"`
	Problem  string        `bson:"problem"`
	Took     int64         `bson:"took"` // milliseconds
}

func deliveryOf(d store.Delivery) delivery {
	return delivery{
		Name: path(d.Endpoint, strconv.FormatUint(d.Seq, 10)), Endpoint: d.Endpoint, Seq: position(d.Seq), Message: d.MessageID, Kind: d.Kind,
		State: d.State, Attempts: d.Attempts, First: ms(d.FirstAt), Last: ms(d.LastAt), Next: ms(d.NextAt), Code: d.Code,
		Problem: d.Problem, Took: d.Took.Milliseconds(),
	}
}

func (d delivery) give() store.Delivery {
	return store.Delivery{
		Endpoint: d.Endpoint, Seq: uint64(d.Seq), MessageID: d.Message, Kind: d.Kind, State: d.State, Attempts: d.Attempts,
		FirstAt: at(d.First), LastAt: at(d.Last), NextAt: at(d.Next), Code: d.Code, Problem: d.Problem,
		Took: time.Duration(d.Took) * time.Millisecond,
	}
}

func (s *Store) putDeliveries(ctx context.Context, deliveries []store.Delivery) error {
	if len(deliveries) == 0 {
		return nil
	}
	writes := make([]mongo.WriteModel, len(deliveries))
	for i, d := range deliveries {
		doc := deliveryOf(d)
		writes[i] = mongo.NewReplaceOneModel().SetFilter(named(doc.Name)).SetReplacement(doc).SetUpsert(true)
	}
	_, err := s.d.on(deliveriesName).BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	return failure(err)
}

// PutDelivery writes one.
func (s *Store) PutDelivery(ctx context.Context, d store.Delivery) error {
	return s.putDeliveries(ctx, []store.Delivery{d})
}

// Delivery gives one.
func (s *Store) Delivery(ctx context.Context, endpoint string, seq uint64) (store.Delivery, error) {
	doc, err := one[delivery](ctx, s.d.on(deliveriesName), named(path(endpoint, strconv.FormatUint(seq, 10))))
	if err != nil {
		return store.Delivery{}, err
	}
	return doc.give(), nil
}

// about is the deliveries of an endpoint on one side of an entry.
func about(endpoint, operator string, seq uint64) bson.D {
	return bson.D{{Key: "endpoint", Value: endpoint}, {Key: "seq", Value: bson.D{{Key: operator, Value: position(seq)}}}}
}

// newestFirst is the order of an endpoint's deliveries.
var newestFirst = bson.D{{Key: "seq", Value: -1}}

// PageDeliveries lists an endpoint's, newest entry first.
func (s *Store) PageDeliveries(ctx context.Context, endpoint string, before uint64, limit int) ([]store.Delivery, error) {
	docs, err := page[delivery](ctx, s.d.on(deliveriesName), about(endpoint, "$lt", before), newestFirst, limit)
	return convert(docs, err, delivery.give)
}

// ForgetDeliveries removes all but the newest.
func (s *Store) ForgetDeliveries(ctx context.Context, endpoint string, keep int) error {
	newest, err := one[delivery](ctx, s.d.on(deliveriesName), bson.D{{Key: "endpoint", Value: endpoint}},
		options.FindOne().SetSort(newestFirst).SetSkip(int64(max(0, keep))))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.d.on(deliveriesName).DeleteMany(ctx, about(endpoint, "$lte", uint64(newest.Seq)))
	return failure(err)
}
