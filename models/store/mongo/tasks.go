package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type task struct {
	Name     string        `bson:"_id"` // path(id, client)
	ID       string        `bson:"id"`
	Client   string        `bson:"client"`
	Called   string        `bson:"name"`
	Request  string        `bson:"request"`
	Customer string        `bson:"customer"`
	Kind     string        `bson:"kind"`
	Seq      int64         `bson:"seq"`
	State    string        `bson:"state"`
	Asked    bson.DateTime `bson:"asked"`
	Closed   bson.DateTime `bson:"closed"` // the zero time while it is not
	Revision int64         `bson:"revision"`
	Sealed   []byte        `bson:"sealed"`
}

func taskOf(t store.Task) task {
	return task{
		Name: path(t.ID, t.Client), ID: t.ID, Client: t.Client, Called: t.Name, Request: t.Request, Customer: t.Customer,
		Kind: t.Kind, Seq: position(t.Seq), State: t.State, Asked: ms(t.AskedAt), Closed: ms(t.ClosedAt), Revision: t.Revision,
		Sealed: blob(t.Sealed),
	}
}

func (d task) give() store.Task {
	return store.Task{
		ID: d.ID, Client: d.Client, Name: d.Called, Request: d.Request, Customer: d.Customer, Kind: d.Kind, Seq: uint64(d.Seq),
		State: d.State, AskedAt: at(d.Asked), ClosedAt: at(d.Closed), Revision: d.Revision, Sealed: d.Sealed,
	}
}

// CreateTasks adds those that are not there.
func (s *Store) CreateTasks(ctx context.Context, tasks []store.Task) error {
	for _, t := range tasks {
		err := create(ctx, s.d.on(tasksName), taskOf(t), store.ErrExists)
		if err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return nil
}

// UpdateTask replaces one, if nobody else has meanwhile.
func (s *Store) UpdateTask(ctx context.Context, t store.Task, revision int64) error {
	same := append(named(path(t.ID, t.Client)), bson.E{Key: "revision", Value: revision})
	res, err := s.d.on(tasksName).ReplaceOne(ctx, same, taskOf(t))
	if err != nil {
		return failure(err)
	}
	if res.MatchedCount > 0 {
		return nil
	}
	if _, err := s.Task(ctx, t.ID, t.Client); err != nil {
		return err
	}
	return store.ErrTaken
}

// Task gives one system's.
func (s *Store) Task(ctx context.Context, id, client string) (store.Task, error) {
	doc, err := one[task](ctx, s.d.on(tasksName), named(path(id, client)))
	if err != nil {
		return store.Task{}, err
	}
	return doc.give(), nil
}

// TasksOf lists those of a request.
func (s *Store) TasksOf(ctx context.Context, request string) ([]store.Task, error) {
	docs, err := all[task](ctx, s.d.on(tasksName), bson.D{{Key: "request", Value: request}},
		options.Find().SetSort(ascending("id", "client")))
	return convert(docs, err, task.give)
}

// PageTasks lists a system's.
func (s *Store) PageTasks(ctx context.Context, q store.TaskQuery) ([]store.Task, error) {
	filter := bson.D{{Key: "client", Value: q.Client}, {Key: "seq", Value: bson.D{{Key: "$gt", Value: position(q.After)}}}}
	if q.State != "" {
		filter = append(filter, bson.E{Key: "state", Value: q.State})
	}
	docs, err := page[task](ctx, s.d.on(tasksName), filter, ascending("seq"), q.Limit)
	return convert(docs, err, task.give)
}
