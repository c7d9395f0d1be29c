package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

// History gives a customer's entries, newest first. Each batch found has one of theirs at least; only of
// the newest may they all be too new, so that one batch more than entries is enough.
func (s *Store) History(ctx context.Context, subject string, before uint64, limit int) ([]store.Entry, error) {
	if subject == "" || limit <= 0 {
		return nil, nil
	}
	theirs := bson.E{Key: "entries.subject", Value: subject}
	end := bson.D{{Key: "$lt", Value: position(before)}}
	found, err := s.pick(ctx, bson.D{theirs, {Key: "_id", Value: end}}, bson.D{{Key: "_id", Value: -1}}, limit+1,
		bson.D{theirs, {Key: "entries.seq", Value: end}})
	slices.SortFunc(found, func(a, b single) int { return int(b.Entry.Seq - a.Entry.Seq) })
	return convert(found[:min(len(found), limit)], err, func(e single) store.Entry { return e.Entry.give() })
}

// Public lists the entries that anybody may see the disclosure of.
func (s *Store) Public(ctx context.Context, seq uint64, limit int) ([]uint64, error) {
	from := position(seq)
	if limit <= 0 {
		return nil, nil
	}
	batches, err := all[batch](ctx, s.d.on(entriesName), bson.D{{Key: "public", Value: bson.D{{Key: "$gte", Value: from}}}},
		options.Find().SetSort(ascending("public")).SetLimit(int64(limit)).SetProjection(ascending("entries.seq", "entries.public")))
	var seqs []uint64
	for _, b := range batches {
		for _, e := range b.Entries {
			if e.Public && e.Seq >= from && len(seqs) < limit {
				seqs = append(seqs, uint64(e.Seq))
			}
		}
	}
	return seqs, err
}
