package sqlite

import (
	"context"
	"math"
	"time"

	"candor/models"
	"candor/models/store"
)

const recordColumns = `customer, category, id, occurred, source, sealed`

func scanRecord(row scanner) (r store.Record, err error) {
	var occurred int64
	err = row.Scan(&r.Customer, &r.Category, &r.ID, &occurred, &r.Source, &r.Sealed)
	r.OccurredAt = at(occurred)
	return r, err
}

// PutRecords writes records; a record that is replaced keeps its documents.
func (s *Store) PutRecords(ctx context.Context, records []store.Record) error {
	return inTurns(ctx, s.d, records, func(w writing, r store.Record) error {
		_, err := w.exec(`INSERT INTO records (`+recordColumns+`) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (customer, category, id) DO UPDATE
			SET occurred = excluded.occurred, source = excluded.source, sealed = excluded.sealed`,
			r.Customer, r.Category, r.ID, ms(r.OccurredAt), r.Source, blob(r.Sealed))
		return err
	})
}

// Record gives one.
func (s *Store) Record(ctx context.Context, key store.RecordKey) (store.Record, error) {
	return one(ctx, s.d, scanRecord, `SELECT `+recordColumns+` FROM records
		WHERE customer = ? AND category = ? AND id = ?`, key.Customer, key.Category, key.ID)
}

// DeleteRecords removes records; their documents go with them by the schema.
func (s *Store) DeleteRecords(ctx context.Context, keys []store.RecordKey) error {
	return inTurns(ctx, s.d, keys, func(w writing, key store.RecordKey) error {
		_, err := w.exec(`DELETE FROM records WHERE customer = ? AND category = ? AND id = ?`,
			key.Customer, key.Category, key.ID)
		return err
	})
}

const (
	// The start is a pair, compared as one with the index's own order, so that a page begins where
	// the one before ended at no cost, however many records share a millisecond.
	oldestFirst = `SELECT ` + recordColumns + ` FROM records
		WHERE customer = ? AND category = ? AND (occurred, id) > (?, ?) AND occurred < ?
		ORDER BY occurred, id LIMIT ?`
	newestFirst = `SELECT ` + recordColumns + ` FROM records
		WHERE customer = ? AND category = ? AND (occurred, id) < (?, ?) AND occurred >= ?
		ORDER BY occurred DESC, id DESC LIMIT ?`
)

// PageRecords answers a query from the index by time. No id is empty, so that the pair of a time and
// an empty id comes before everything that occurred at that time.
func (s *Store) PageRecords(ctx context.Context, q store.RecordQuery) ([]store.Record, error) {
	from, to := bound(q.From, math.MinInt64), bound(q.To, math.MaxInt64)
	text, start, end := newestFirst, to, from
	if q.OldestFirst {
		text, start, end = oldestFirst, from, to
	}
	startID := ""
	if q.AfterID != "" {
		after := ms(q.AfterTime)
		if inside := (q.OldestFirst && after >= from) || (!q.OldestFirst && after < to); inside {
			start, startID = after, q.AfterID
		}
	}
	return all(ctx, s.d, scanRecord, text, q.Customer, q.Category, start, startID, end, atMost(q.Limit))
}

// bound is a time as kept, rounded up to the whole millisecond: records are kept to the millisecond,
// and both bounds mean the first moment that is not before t.
func bound(t time.Time, none int64) int64 {
	if t.IsZero() {
		return none
	}
	if n := ms(t); at(n).Equal(t) {
		return n
	}
	return ms(t) + 1
}

// Tallies reads the counts that the schema keeps.
func (s *Store) Tallies(ctx context.Context, customer string) (map[string]models.Tally, error) {
	type row struct {
		category string
		tally    models.Tally
	}
	rows, err := all(ctx, s.d, func(sc scanner) (r row, err error) {
		var newest int64
		err = sc.Scan(&r.category, &r.tally.Records, &newest)
		r.tally.Newest = at(newest)
		return r, err
	}, `SELECT category, records, newest FROM tallies WHERE customer = ?`, customer)
	if err != nil {
		return nil, err
	}
	tallies := make(map[string]models.Tally, len(rows))
	for _, r := range rows {
		tallies[r.category] = r.tally
	}
	return tallies, nil
}

// Holds says whether anybody's records of a category are held.
func (s *Store) Holds(ctx context.Context, category string) (bool, error) {
	rows, err := all(ctx, s.d, func(row scanner) (there bool, err error) {
		err = row.Scan(&there)
		return there, err
	}, `SELECT EXISTS (SELECT 1 FROM tallies WHERE category = ?)`, category)
	return len(rows) > 0 && rows[0], err
}
