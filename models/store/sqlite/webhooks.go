package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"candor/models/store"
)

const endpointColumns = `id, url, description, kinds, purposes, state, reason, after, start, secrets, created, updated, revision`

func scanEndpoint(row scanner) (e store.Endpoint, err error) {
	var kinds, purposes []byte
	var after, created, updated int64
	if err := row.Scan(&e.ID, &e.URL, &e.Description, &kinds, &purposes, &e.State, &e.Reason, &after, &e.Start, &e.Secrets,
		&created, &updated, &e.Revision); err != nil {
		return e, err
	}
	e.After, e.CreatedAt, e.UpdatedAt = uint64(after), at(created), at(updated)
	if err := json.Unmarshal(kinds, &e.Kinds); err != nil {
		return e, err
	}
	return e, json.Unmarshal(purposes, &e.Purposes)
}

// CreateEndpoint adds one.
func (s *Store) CreateEndpoint(ctx context.Context, e store.Endpoint) error {
	kinds, purposes, err := filters(e)
	if err != nil {
		return err
	}
	return s.create(ctx, `INSERT INTO endpoints (`+endpointColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.ID, e.URL, e.Description, kinds, purposes, e.State, e.Reason, position(e.After), e.Start, blob(e.Secrets),
		ms(e.CreatedAt), ms(e.UpdatedAt), e.Revision)
}

func filters(e store.Endpoint) (kinds, purposes string, err error) {
	if kinds, err = list(e.Kinds); err != nil {
		return "", "", err
	}
	purposes, err = list(e.Purposes)
	return kinds, purposes, err
}

// UpdateEndpoint replaces one, if nobody else has meanwhile.
func (s *Store) UpdateEndpoint(ctx context.Context, e store.Endpoint, revision int64) error {
	kinds, purposes, err := filters(e)
	if err != nil {
		return err
	}
	n, err := s.change(ctx, `UPDATE endpoints SET url = ?, description = ?, kinds = ?, purposes = ?, state = ?, reason = ?,
		after = ?, start = ?, secrets = ?, created = ?, updated = ?, revision = ? WHERE id = ? AND revision = ?`,
		e.URL, e.Description, kinds, purposes, e.State, e.Reason, position(e.After), e.Start, blob(e.Secrets),
		ms(e.CreatedAt), ms(e.UpdatedAt), e.Revision, e.ID, revision)
	if err != nil || n > 0 {
		return err
	}
	if _, err := s.Endpoint(ctx, e.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Endpoint gives one.
func (s *Store) Endpoint(ctx context.Context, id string) (store.Endpoint, error) {
	return one(ctx, s.d, scanEndpoint, `SELECT `+endpointColumns+` FROM endpoints WHERE id = ?`, id)
}

// Endpoints lists all.
func (s *Store) Endpoints(ctx context.Context) ([]store.Endpoint, error) {
	return all(ctx, s.d, scanEndpoint, `SELECT `+endpointColumns+` FROM endpoints ORDER BY id`)
}

// DeleteEndpoint removes one with all that belongs to it.
func (s *Store) DeleteEndpoint(ctx context.Context, id string) error {
	return s.d.write(ctx, durable, func(w writing) error {
		for _, text := range []string{
			`DELETE FROM endpoints WHERE id = ?`, `DELETE FROM endpoint_progress WHERE endpoint = ?`, `DELETE FROM deliveries WHERE endpoint = ?`,
		} {
			if _, err := w.exec(text, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndpointProgress gives an endpoint's.
func (s *Store) EndpointProgress(ctx context.Context, endpoint string) (store.EndpointProgress, error) {
	scan := func(row scanner) (p store.EndpointProgress, err error) {
		var cursor, trying, since, next int64
		err = row.Scan(&p.Endpoint, &p.Start, &cursor, &trying, &p.Attempts, &since, &next, &p.GivenUp, &p.Revision)
		p.Cursor, p.Trying, p.Since, p.NextAt = uint64(cursor), uint64(trying), at(since), at(next)
		return p, err
	}
	return one(ctx, s.d, scan, `SELECT endpoint, start, cursor, trying, attempts, since, next, given_up, revision
		FROM endpoint_progress WHERE endpoint = ?`, endpoint)
}

// SaveEndpointProgress writes progress and deliveries in one transaction.
func (s *Store) SaveEndpointProgress(ctx context.Context, p store.EndpointProgress, revision int64, deliveries []store.Delivery) error {
	return s.d.write(ctx, durable, func(w writing) error {
		text := `UPDATE endpoint_progress SET start = ?2, cursor = ?3, trying = ?4, attempts = ?5, since = ?6, next = ?7, given_up = ?8,
			revision = ?9 WHERE endpoint = ?1 AND revision = ?10`
		if revision == 0 {
			text = `INSERT INTO endpoint_progress (endpoint, start, cursor, trying, attempts, since, next, given_up, revision)
				SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE ?10 = 0 ON CONFLICT (endpoint) DO NOTHING`
		}
		n, err := w.exec(text, p.Endpoint, p.Start, position(p.Cursor), position(p.Trying), p.Attempts, ms(p.Since), ms(p.NextAt), p.GivenUp, p.Revision, revision)
		if err == nil && n == 0 {
			err = store.ErrTaken
		}
		if err != nil {
			return err
		}
		for i := range deliveries {
			if err := putDelivery(w, &deliveries[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

const deliveryColumns = `endpoint, seq, message, kind, state, attempts, first, last, next, code, problem, took`

func putDelivery(w writing, d *store.Delivery) error {
	_, err := w.exec(`REPLACE INTO deliveries (`+deliveryColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.Endpoint, position(d.Seq), d.MessageID, d.Kind, d.State, d.Attempts, ms(d.FirstAt), ms(d.LastAt), ms(d.NextAt),
		d.Code, d.Problem, d.Took.Milliseconds())
	return err
}

func scanDelivery(row scanner) (d store.Delivery, err error) {
	var seq, first, last, next, took int64
	err = row.Scan(&d.Endpoint, &seq, &d.MessageID, &d.Kind, &d.State, &d.Attempts, &first, &last, &next, &d.Code, &d.Problem, &took)
	d.Seq, d.FirstAt, d.LastAt, d.NextAt = uint64(seq), at(first), at(last), at(next)
	d.Took = time.Duration(took) * time.Millisecond
	return d, err
}

// PutDelivery writes one.
func (s *Store) PutDelivery(ctx context.Context, d store.Delivery) error {
	return s.d.write(ctx, durable, func(w writing) error { return putDelivery(w, &d) })
}

// Delivery gives one.
func (s *Store) Delivery(ctx context.Context, endpoint string, seq uint64) (store.Delivery, error) {
	return one(ctx, s.d, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE endpoint = ? AND seq = ?`, endpoint, position(seq))
}

// PageDeliveries lists an endpoint's, newest entry first.
func (s *Store) PageDeliveries(ctx context.Context, endpoint string, before uint64, limit int) ([]store.Delivery, error) {
	return all(ctx, s.d, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries
		WHERE endpoint = ? AND seq < ? ORDER BY seq DESC LIMIT ?`, endpoint, position(before), atMost(limit))
}

// ForgetDeliveries removes all but the newest.
func (s *Store) ForgetDeliveries(ctx context.Context, endpoint string, keep int) error {
	_, err := s.change(ctx, `DELETE FROM deliveries WHERE endpoint = ?1 AND seq <=
		(SELECT seq FROM deliveries WHERE endpoint = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`, endpoint, atMost(keep))
	return err
}
