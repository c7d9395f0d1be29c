package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

// History gives a customer's entries, newest first. It asks the index, which finds many at once where following them
// would ask the server for one after the other. Each batch found has one of theirs at least; only of the newest may they
// all be too new, so that one batch more than entries is enough.
func (s *Store) History(ctx context.Context, subject string, newest uint64, limit int) ([]store.Entry, error) {
	if subject == "" || limit <= 0 {
		return nil, nil
	}
	theirs := bson.E{Key: "entries.subject", Value: subject}
	end := bson.D{{Key: "$lte", Value: position(newest)}}
	found, err := s.pick(ctx, bson.D{theirs, {Key: "_id", Value: end}}, bson.D{{Key: "_id", Value: -1}}, limit+1,
		bson.D{theirs, {Key: "entries.seq", Value: end}})
	slices.SortFunc(found, func(a, b single) int { return int(b.Entry.Seq - a.Entry.Seq) })
	expected, linked := position(newest), 0
	for linked < min(len(found), limit) && found[linked].Entry.Seq == expected {
		expected = found[linked].Entry.Previous
		linked++
	}
	return convert(found[:linked], err, func(e single) store.Entry { return e.Entry.give() })
}

// Public lists the entries that anybody may see the disclosure of.
func (s *Store) Public(ctx context.Context, seq uint64, limit int) ([]uint64, error) {
	return s.marked(ctx, "public", func(e entry) bool { return e.Public }, seq, limit)
}

// Erasures lists the entries that erased keys.
func (s *Store) Erasures(ctx context.Context, seq uint64, limit int) ([]uint64, error) {
	return s.marked(ctx, "erasure", func(e entry) bool { return e.Erasure }, seq, limit)
}

// marked lists the entries that carry a mark, which their batches carry too.
func (s *Store) marked(ctx context.Context, mark string, carries func(entry) bool, seq uint64, limit int) ([]uint64, error) {
	from := position(seq)
	if limit <= 0 {
		return nil, nil
	}
	batches, err := all[batch](ctx, s.d.on(entriesName), bson.D{{Key: mark, Value: bson.D{{Key: "$gte", Value: from}}}},
		options.Find().SetSort(ascending(mark)).SetLimit(int64(limit)).SetProjection(ascending("entries.seq", "entries."+mark)))
	var seqs []uint64
	for _, b := range batches {
		for _, e := range b.Entries {
			if carries(e) && e.Seq >= from && len(seqs) < limit {
				seqs = append(seqs, uint64(e.Seq))
			}
		}
	}
	return seqs, err
}
