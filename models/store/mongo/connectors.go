package mongo

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

// The collections of connectors.
const (
	turnsName           = "connector_turns"
	objectsName         = "connector_objects"
	connectorEventsName = "connector_events"
	statesName          = "connector_states"
)

type connectorTurn struct {
	Turn int64 `bson:"turn"`
}

type connectorObject struct {
	Key       string `bson:"_id"` // path of connector and id
	Connector string `bson:"connector"`
	ID        string `bson:"id"`
	Owner     string `bson:"owner"`
	Customer  string `bson:"customer"`
	Category  string `bson:"category"`
	Record    string `bson:"record"`
	Turn      int64  `bson:"turn"`
}

func objectDoc(o store.ConnectorObject) connectorObject {
	return connectorObject{
		Key: path(o.Connector, o.ID), Connector: o.Connector, ID: o.ID, Owner: o.Owner,
		Customer: o.Place.Customer, Category: o.Place.Category, Record: o.Place.ID, Turn: position(o.Turn),
	}
}

func (d connectorObject) give() store.ConnectorObject {
	return store.ConnectorObject{
		Connector: d.Connector, ID: d.ID, Owner: d.Owner, Turn: uint64(d.Turn),
		Place: store.RecordKey{Customer: d.Customer, Category: d.Category, ID: d.Record},
	}
}

// NextTurn counts. Of two that make the counter at once, one comes again.
func (s *Store) NextTurn(ctx context.Context, connector string) (uint64, error) {
	next := func() (connectorTurn, error) {
		var doc connectorTurn
		raw, err := s.d.on(turnsName).FindOneAndUpdate(ctx, named(connector), bson.D{{Key: "$inc", Value: bson.D{{Key: "turn", Value: int64(1)}}}},
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Raw()
		if err != nil {
			return doc, err
		}
		return doc, decode(raw, &doc)
	}
	doc, err := next()
	if mongo.IsDuplicateKeyError(err) {
		doc, err = next()
	}
	return uint64(doc.Turn), failure(err)
}

// ClaimObjects adds those that are missing, raises those that are behind, and looks which are its own now.
func (s *Store) ClaimObjects(ctx context.Context, connector string, turn uint64, ids []string) ([]string, error) {
	for part := range slices.Chunk(ids, together) {
		if err := s.addObjects(ctx, connector, turn, part); err != nil {
			return nil, err
		}
		_, err := s.d.on(objectsName).UpdateMany(ctx, bson.D{
			{Key: "_id", Value: bson.D{{Key: "$in", Value: objectKeys(connector, part)}}},
			{Key: "turn", Value: bson.D{{Key: "$lt", Value: position(turn)}}},
		}, bson.D{{Key: "$set", Value: bson.D{{Key: "turn", Value: position(turn)}}}})
		if err != nil {
			return nil, failure(err)
		}
	}
	return s.othersObjects(ctx, connector, turn, ids)
}

// addObjects adds those that nobody has claimed yet.
func (s *Store) addObjects(ctx context.Context, connector string, turn uint64, ids []string) error {
	there, err := s.objectTurns(ctx, connector, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := there[id]; ok {
			continue
		}
		err := create(ctx, s.d.on(objectsName), objectDoc(store.ConnectorObject{Connector: connector, ID: id, Turn: turn}), store.ErrExists)
		if err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return nil
}

func objectKeys(connector string, ids []string) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = path(connector, id)
	}
	return keys
}

// objectTurns gives the turns of those that are there.
func (s *Store) objectTurns(ctx context.Context, connector string, ids []string) (map[string]int64, error) {
	turns := make(map[string]int64, len(ids))
	for part := range slices.Chunk(objectKeys(connector, ids), most) {
		docs, err := all[connectorObject](ctx, s.d.on(objectsName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: part}}}},
			options.Find().SetProjection(ascending("id", "turn")))
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			turns[doc.ID] = doc.Turn
		}
	}
	return turns, nil
}

// othersObjects names those that have another turn than this one.
func (s *Store) othersObjects(ctx context.Context, connector string, turn uint64, ids []string) (lost []string, err error) {
	turns, err := s.objectTurns(ctx, connector, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if turns[id] != position(turn) {
			lost = append(lost, id)
		}
	}
	return lost, nil
}

// SettleObjects writes to those that still have their turn, and looks which those were.
func (s *Store) SettleObjects(ctx context.Context, objects []store.ConnectorObject) (lost []string, err error) {
	writes := make([]mongo.WriteModel, 0, len(objects))
	byTurn := map[uint64][]string{}
	for _, o := range objects {
		doc := objectDoc(o)
		writes = append(writes, mongo.NewUpdateOneModel().SetFilter(append(named(doc.Key), bson.E{Key: "turn", Value: doc.Turn})).
			SetUpdate(bson.D{{Key: "$set", Value: bson.D{
				{Key: "owner", Value: doc.Owner},
				{Key: "customer", Value: doc.Customer},
				{Key: "category", Value: doc.Category},
				{Key: "record", Value: doc.Record},
			}}}))
		byTurn[o.Turn] = append(byTurn[o.Turn], o.ID)
	}
	if err := s.d.bulk(ctx, objectsName, writes); err != nil {
		return nil, err
	}
	for turn, ids := range byTurn {
		others, err := s.othersObjects(ctx, objects[0].Connector, turn, ids)
		if err != nil {
			return nil, err
		}
		lost = append(lost, others...)
	}
	return lost, nil
}

// PutObjects writes them as they are.
func (s *Store) PutObjects(ctx context.Context, objects []store.ConnectorObject) error {
	err := s.d.put(ctx, objectsName, len(objects), func(i int) (string, any) {
		doc := objectDoc(objects[i])
		return doc.Key, doc
	})
	if err != nil {
		return err
	}
	newest := map[string]int64{}
	for _, o := range objects {
		newest[o.Connector] = max(newest[o.Connector], position(o.Turn))
	}
	for connector, turn := range newest {
		_, err := s.d.on(turnsName).UpdateOne(ctx, named(connector),
			bson.D{{Key: "$max", Value: bson.D{{Key: "turn", Value: turn}}}}, options.UpdateOne().SetUpsert(true))
		if err != nil {
			return failure(err)
		}
	}
	return nil
}

// ConnectorObject gives one.
func (s *Store) ConnectorObject(ctx context.Context, connector, id string) (store.ConnectorObject, error) {
	doc, err := one[connectorObject](ctx, s.d.on(objectsName), named(path(connector, id)))
	if err != nil {
		return store.ConnectorObject{}, err
	}
	return doc.give(), nil
}

// ObjectsOf gives those of an owner.
func (s *Store) ObjectsOf(ctx context.Context, connector, owner, after string, limit int) ([]store.ConnectorObject, error) {
	docs, err := page[connectorObject](ctx, s.d.on(objectsName), bson.D{
		{Key: "connector", Value: connector}, {Key: "owner", Value: owner}, {Key: "id", Value: bson.D{{Key: "$gt", Value: after}}},
	}, ascending("id"), limit)
	return convert(docs, err, connectorObject.give)
}

// PageObjects gives those of every connector.
func (s *Store) PageObjects(ctx context.Context, connector, id string, limit int) ([]store.ConnectorObject, error) {
	docs, err := page[connectorObject](ctx, s.d.on(objectsName), bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "connector", Value: connector}, {Key: "id", Value: bson.D{{Key: "$gt", Value: id}}}},
		bson.D{{Key: "connector", Value: bson.D{{Key: "$gt", Value: connector}}}},
	}}}, ascending("connector", "id"), limit)
	return convert(docs, err, connectorObject.give)
}

type connectorEvent struct {
	Key    string        `bson:"_id"` // path of connector and event
	Marked bson.DateTime `bson:"marked"`
}

// MarkEvent remembers one.
func (s *Store) MarkEvent(ctx context.Context, connector, event string, at time.Time) error {
	return s.d.put(ctx, connectorEventsName, 1, func(int) (string, any) {
		key := path(connector, event)
		return key, connectorEvent{Key: key, Marked: ms(at)}
	})
}

// EventMarked looks one up.
func (s *Store) EventMarked(ctx context.Context, connector, event string) (bool, error) {
	_, err := one[connectorEvent](ctx, s.d.on(connectorEventsName), named(path(connector, event)))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ForgetEvents removes the old ones.
func (s *Store) ForgetEvents(ctx context.Context, before time.Time) error {
	_, err := s.d.on(connectorEventsName).DeleteMany(ctx, bson.D{{Key: "marked", Value: bson.D{{Key: "$lt", Value: ms(before)}}}})
	return failure(err)
}

type connectorState struct {
	Key       string `bson:"_id"` // path of connector and job
	Connector string `bson:"connector"`
	Job       string `bson:"job"`
	State     []byte `bson:"state"`
}

// PutConnectorState writes one.
func (s *Store) PutConnectorState(ctx context.Context, connector, job string, state []byte) error {
	return s.d.put(ctx, statesName, 1, func(int) (string, any) {
		key := path(connector, job)
		return key, connectorState{Key: key, Connector: connector, Job: job, State: blob(state)}
	})
}

// ConnectorState gives one.
func (s *Store) ConnectorState(ctx context.Context, connector, job string) ([]byte, error) {
	doc, err := one[connectorState](ctx, s.d.on(statesName), named(path(connector, job)))
	return doc.State, err
}

// DropConnectorState removes one.
func (s *Store) DropConnectorState(ctx context.Context, connector, job string) error {
	_, err := s.d.on(statesName).DeleteOne(ctx, named(path(connector, job)))
	return failure(err)
}

// ConnectorStates gives all.
func (s *Store) ConnectorStates(ctx context.Context) ([]store.ConnectorState, error) {
	docs, err := all[connectorState](ctx, s.d.on(statesName), bson.D{}, options.Find().SetSort(ascending("connector", "job")))
	return convert(docs, err, func(d connectorState) store.ConnectorState {
		return store.ConnectorState{Connector: d.Connector, Job: d.Job, State: d.State}
	})
}
