package sqlite

import (
	"context"

	"candor/models/store"
)

const taskColumns = `id, client, name, request, customer, kind, seq, state, asked, closed, revision, sealed`

func scanTask(row scanner) (t store.Task, err error) {
	var seq, asked, closed int64
	err = row.Scan(&t.ID, &t.Client, &t.Name, &t.Request, &t.Customer, &t.Kind, &seq, &t.State, &asked, &closed, &t.Revision, &t.Sealed)
	t.Seq, t.AskedAt, t.ClosedAt = uint64(seq), at(asked), at(closed)
	return t, err
}

// CreateTasks adds those that are not there.
func (s *Store) CreateTasks(ctx context.Context, tasks []store.Task) error {
	return inTurns(ctx, s.d, tasks, func(w writing, t store.Task) error {
		_, err := w.exec(`INSERT INTO tasks (`+taskColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id, client) DO NOTHING`,
			t.ID, t.Client, t.Name, t.Request, t.Customer, t.Kind, int64(t.Seq), t.State, ms(t.AskedAt), ms(t.ClosedAt), t.Revision, blob(t.Sealed))
		return err
	})
}

// UpdateTask replaces one, if nobody else has meanwhile.
func (s *Store) UpdateTask(ctx context.Context, t store.Task, revision int64) error {
	n, err := s.change(ctx, `UPDATE tasks SET name = ?, request = ?, customer = ?, kind = ?, seq = ?, state = ?, asked = ?,
		closed = ?, revision = ?, sealed = ? WHERE id = ? AND client = ? AND revision = ?`,
		t.Name, t.Request, t.Customer, t.Kind, int64(t.Seq), t.State, ms(t.AskedAt), ms(t.ClosedAt), t.Revision, blob(t.Sealed),
		t.ID, t.Client, revision)
	if err != nil || n > 0 {
		return err
	}
	if _, err := s.Task(ctx, t.ID, t.Client); err != nil {
		return err
	}
	return store.ErrTaken
}

// Task gives one system's.
func (s *Store) Task(ctx context.Context, id, client string) (store.Task, error) {
	return one(ctx, s.d, scanTask, `SELECT `+taskColumns+` FROM tasks WHERE id = ? AND client = ?`, id, client)
}

// TasksOf lists those of a request.
func (s *Store) TasksOf(ctx context.Context, request string) ([]store.Task, error) {
	return all(ctx, s.d, scanTask, `SELECT `+taskColumns+` FROM tasks WHERE request = ? ORDER BY id, client`, request)
}

// PageTasks lists a system's.
func (s *Store) PageTasks(ctx context.Context, q store.TaskQuery) ([]store.Task, error) {
	after := int64(min(q.After, 1<<62))
	if q.State == "open" { // the index of these is small
		return all(ctx, s.d, scanTask, `SELECT `+taskColumns+` FROM tasks
			WHERE client = ? AND state = 'open' AND seq > ? ORDER BY seq LIMIT ?`, q.Client, after, atMost(q.Limit))
	}
	return all(ctx, s.d, scanTask, `SELECT `+taskColumns+` FROM tasks
		WHERE client = ? AND seq > ? AND (? = '' OR state = ?) ORDER BY seq LIMIT ?`, q.Client, after, q.State, q.State, atMost(q.Limit))
}
