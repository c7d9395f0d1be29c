package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"candor/models/store"
)

const requestColumns = `id, customer, kind, state, channel, jurisdiction, grounds, received, due, closed, wake, revision, sealed`

func scanRequest(row scanner) (r store.Request, err error) {
	var grounds []byte
	var received, due, closed, wake int64
	if err := row.Scan(&r.ID, &r.Customer, &r.Kind, &r.State, &r.Channel, &r.Jurisdiction, &grounds, &received, &due, &closed, &wake, &r.Revision, &r.Sealed); err != nil {
		return r, err
	}
	r.ReceivedAt, r.DueAt, r.ClosedAt, r.WakeAt = at(received), at(due), at(closed), at(wake)
	return r, json.Unmarshal(grounds, &r.Grounds)
}

// CreateRequest adds one.
func (s *Store) CreateRequest(ctx context.Context, r store.Request) error {
	grounds, err := list(r.Grounds)
	if err != nil {
		return err
	}
	return s.create(ctx, `INSERT INTO requests (`+requestColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, r.Customer, r.Kind, r.State, r.Channel, r.Jurisdiction, grounds, ms(r.ReceivedAt), ms(r.DueAt), ms(r.ClosedAt),
		ms(r.WakeAt), r.Revision, blob(r.Sealed))
}

// UpdateRequest replaces one, if nobody else has meanwhile.
func (s *Store) UpdateRequest(ctx context.Context, r store.Request, revision int64) error {
	grounds, err := list(r.Grounds)
	if err != nil {
		return err
	}
	n, err := s.change(ctx, `UPDATE requests SET customer = ?, kind = ?, state = ?, channel = ?, jurisdiction = ?, grounds = ?,
		received = ?, due = ?, closed = ?, wake = ?, revision = ?, sealed = ? WHERE id = ? AND revision = ?`,
		r.Customer, r.Kind, r.State, r.Channel, r.Jurisdiction, grounds, ms(r.ReceivedAt), ms(r.DueAt), ms(r.ClosedAt),
		ms(r.WakeAt), r.Revision, blob(r.Sealed), r.ID, revision)
	if err != nil || n > 0 {
		return err
	}
	if _, err := s.Request(ctx, r.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Request gives one.
func (s *Store) Request(ctx context.Context, id string) (store.Request, error) {
	return one(ctx, s.d, scanRequest, `SELECT `+requestColumns+` FROM requests WHERE id = ?`, id)
}

// RequestsOf lists a customer's, the last received first.
func (s *Store) RequestsOf(ctx context.Context, customer string) ([]store.Request, error) {
	return all(ctx, s.d, scanRequest, `SELECT `+requestColumns+` FROM requests
		WHERE customer = ? ORDER BY received DESC, id DESC`, customer)
}

// PageRequests lists what is to be done, the most urgent first, or what is over, the latest first.
func (s *Store) PageRequests(ctx context.Context, q store.RequestQuery) ([]store.Request, error) {
	after := ms(q.AfterTime)
	if q.Closed {
		if q.AfterTime.IsZero() {
			after = 1 << 62
		}
		return all(ctx, s.d, scanRequest, `SELECT `+requestColumns+` FROM requests
			WHERE closed >= 0 AND (due, id) < (?, ?) ORDER BY due DESC, id DESC LIMIT ?`, after, q.AfterID, atMost(q.Limit))
	}
	return all(ctx, s.d, scanRequest, `SELECT `+requestColumns+` FROM requests
		WHERE closed < 0 AND (due, id) > (?, ?) ORDER BY due, id LIMIT ?`, after, q.AfterID, atMost(q.Limit))
}

// WakingRequests lists those about which there is something to do.
func (s *Store) WakingRequests(ctx context.Context, now time.Time, limit int) ([]store.Request, error) {
	return all(ctx, s.d, scanRequest, `SELECT `+requestColumns+` FROM requests
		WHERE wake >= 0 AND wake <= ? ORDER BY wake, id LIMIT ?`, ms(now), atMost(limit))
}

// CountRequests counts what is to be done.
func (s *Store) CountRequests(ctx context.Context, now time.Time) (store.RequestCounts, error) {
	scan := func(row scanner) (c store.RequestCounts, err error) {
		err = row.Scan(&c.Open, &c.Overdue, &c.Tasks)
		return c, err
	}
	return one(ctx, s.d, scan, `SELECT (SELECT count(*) FROM requests WHERE closed < 0),
		(SELECT count(*) FROM requests WHERE closed < 0 AND due < ?), (SELECT count(*) FROM tasks WHERE state = 'open')`, ms(now))
}
