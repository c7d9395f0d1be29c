package sqlite

import (
	"context"
	"fmt"
	"math"

	"candor/models/store"
)

const entryColumns = `seq, raw, hashes, event, subject, previous, sealed, public, erasure`

func scanEntry(row scanner) (e store.Entry, err error) {
	err = row.Scan(&e.Seq, &e.Raw, &e.Hashes, &e.Event, &e.Subject, &e.Previous, &e.Sealed, &e.Public, &e.Erasure)
	return e, err
}

// sizeQuery relies on Append: entries have no gaps.
const sizeQuery = `SELECT coalesce(max(seq) + 1, 0) FROM entries`

// Size is the number of entries.
func (s *Store) Size(ctx context.Context) (uint64, error) {
	return one(ctx, s.d, value[uint64], sizeQuery)
}

// Append writes the batch in one durable transaction, if its first position is free.
func (s *Store) Append(ctx context.Context, batch []store.Entry) error {
	for i, e := range batch {
		if e.Seq != batch[0].Seq+uint64(i) { // i is not negative
			return fmt.Errorf("append: entry %d of the batch has seq %d, its first has %d", i, e.Seq, batch[0].Seq)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	err := s.d.write(ctx, durable, func(w writing) error {
		var size uint64
		if err := w.scan(sizeQuery, nil, &size); err != nil {
			return err
		}
		if size != batch[0].Seq {
			return store.ErrTaken
		}
		for _, e := range batch {
			_, err := w.exec(`INSERT INTO entries (`+entryColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				position(e.Seq), blob(e.Raw), blob(e.Hashes), e.Event, e.Subject, position(e.Previous), blob(e.Sealed), e.Public, e.Erasure)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if taken(err) {
		return store.ErrExists // the position was free, so it is the event's id
	}
	return err
}

// Read gives entries in order.
func (s *Store) Read(ctx context.Context, seq uint64, limit int) ([]store.Entry, error) {
	return all(ctx, s.d, scanEntry, `SELECT `+entryColumns+` FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`,
		position(seq), atMost(limit))
}

// Hashes gives the stored hashes of the entries named.
func (s *Store) Hashes(ctx context.Context, seqs []uint64) ([][]byte, error) {
	names, err := list(seqs)
	if err != nil || len(seqs) == 0 {
		return nil, err
	}
	hashes, err := all(ctx, s.d, value[[]byte], `SELECT e.hashes FROM json_each(?) AS name
		CROSS JOIN entries AS e ON e.seq = name.value ORDER BY name.key`, names)
	if err == nil && len(hashes) != len(seqs) {
		return nil, store.ErrNotFound
	}
	return hashes, err
}

// Event finds the entry of an event.
func (s *Store) Event(ctx context.Context, id string) (store.Entry, error) {
	return one(ctx, s.d, scanEntry, `SELECT `+entryColumns+` FROM entries WHERE event = ?`, id)
}

// History gives a customer's entries, newest first: it follows them from one to the one before.
func (s *Store) History(ctx context.Context, subject string, newest uint64, limit int) ([]store.Entry, error) {
	if subject == "" || limit <= 0 {
		return nil, nil
	}
	return all(ctx, s.d, scanEntry, `WITH RECURSIVE theirs (at) AS (
			SELECT seq FROM entries WHERE seq = ?1 AND subject = ?2
			UNION ALL
			SELECT before.seq FROM theirs
				CROSS JOIN entries AS latter ON latter.seq = theirs.at
				CROSS JOIN entries AS before ON before.seq = latter.previous AND before.subject = ?2
			LIMIT ?3
		) SELECT `+entryColumns+` FROM theirs CROSS JOIN entries ON seq = at`, position(newest), subject, limit)
}

// Public lists the entries that anybody may see the disclosure of.
func (s *Store) Public(ctx context.Context, seq uint64, limit int) ([]uint64, error) {
	return all(ctx, s.d, value[uint64], `SELECT seq FROM entries WHERE public AND seq >= ? ORDER BY seq LIMIT ?`,
		position(seq), atMost(limit))
}

// Erasures lists the entries that erased keys.
func (s *Store) Erasures(ctx context.Context, seq uint64, limit int) ([]uint64, error) {
	return all(ctx, s.d, value[uint64], `SELECT seq FROM entries WHERE erasure AND seq >= ? ORDER BY seq LIMIT ?`,
		position(seq), atMost(limit))
}

// position keeps a seq within what SQLite can compare; none that large exists.
func position(seq uint64) int64 { return int64(min(seq, math.MaxInt64)) } // bounded
