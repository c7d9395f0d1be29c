package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

// Bounds of a batch: a document of MongoDB's is at most 16 MiB, and a secondary applies it as a whole.
const (
	batchEntries = 256
	batchBytes   = 4 << 20
)

// batch is one document of the log: entries that were appended together.
type batch struct {
	First int64 `bson:"_id"` // seq of its first entry
	End   int64 `bson:"end"` // seq after its last
	// Public is the seq of the last entry that is public, absent if none is.
	Public *int64 `bson:"public,omitempty"`
	// Erasure is the same of erasures.
	Erasure *int64  `bson:"erasure,omitempty"`
	Entries []entry `bson:"entries"`
}

type entry struct {
	Seq      int64  `bson:"seq"`
	Raw      []byte `bson:"raw"`
	Hashes   []byte `bson:"hashes"`
	Event    string `bson:"event"`
	Subject  string `bson:"subject,omitempty"` // absent if it concerns nobody, and so not in the index
	Previous int64  `bson:"previous,omitempty"`
	Sealed   []byte `bson:"sealed"`
	Public   bool   `bson:"public,omitempty"`
	Erasure  bool   `bson:"erasure,omitempty"`
}

func newEntry(e store.Entry) entry {
	return entry{
		Seq: position(e.Seq), Raw: blob(e.Raw), Hashes: blob(e.Hashes), Event: e.Event, Subject: e.Subject,
		Previous: position(e.Previous), Sealed: blob(e.Sealed), Public: e.Public, Erasure: e.Erasure,
	}
}

func (e entry) give() store.Entry {
	return store.Entry{
		Seq: uint64(e.Seq), Raw: e.Raw, Hashes: e.Hashes, Event: e.Event, Subject: e.Subject,
		Previous: uint64(e.Previous), Sealed: e.Sealed, Public: e.Public, Erasure: e.Erasure,
	}
}

// errShorter is the cause when the log seems to end before a position that it was seen to end at: a new
// primary has not caught up with what the majority has, or an older backup was restored.
var errShorter = errors.New("the log is shorter than it was: if this stays, an older backup was restored below a running server")

// Size is the number of entries.
func (s *Store) Size(ctx context.Context) (uint64, error) {
	seen := s.end.Load() // before asking, so that the answer is not older
	last, err := one[batch](ctx, s.d.on(entriesName), bson.D{},
		options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}}).SetProjection(bson.D{{Key: "end", Value: 1}}))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	size := uint64(last.End)
	if size < seen {
		return 0, unavailable(errShorter)
	}
	s.saw(size)
	return size, nil
}

// saw remembers where the log ended.
func (s *Store) saw(end uint64) {
	for {
		seen := s.end.Load()
		if end <= seen || s.end.CompareAndSwap(seen, end) {
			return
		}
	}
}

// Append writes the batch as one document whose _id is its first seq, so that of two batches at one
// position one wins.
//
// A position that the log was seen to end at need not be looked up again. What was seen is durable, by a
// read of what a majority has or by our own acknowledged write, and the log only grows: so everything
// below is there, and whatever was appended since began exactly there and has that _id. A position below
// is taken for the same reason. Only for one beyond must the server be asked.
func (s *Store) Append(ctx context.Context, entries []store.Entry) error {
	doc, err := newBatch(entries)
	if err != nil || len(entries) == 0 {
		return err
	}
	if err := s.ends(ctx, uint64(doc.First)); err != nil {
		return err
	}
	if err := s.unknown(ctx, doc); err != nil {
		return err
	}
	if err := create(ctx, s.d.on(entriesName), doc, store.ErrTaken); err != nil {
		return err
	}
	s.saw(uint64(doc.End))
	return nil
}

func newBatch(entries []store.Entry) (doc batch, err error) {
	if len(entries) > batchEntries {
		return doc, fmt.Errorf("append: a batch of %d entries, at most %d are one document", len(entries), batchEntries)
	}
	doc.Entries = make([]entry, len(entries))
	bytes, events := 0, make(map[string]bool, len(entries))
	for i, e := range entries {
		if e.Seq != entries[0].Seq+uint64(i) { // i is not negative
			return doc, fmt.Errorf("append: entry %d of the batch has seq %d, its first has %d", i, e.Seq, entries[0].Seq)
		}
		if events[e.Event] {
			return doc, store.ErrExists
		}
		events[e.Event] = true
		bytes += len(e.Raw) + len(e.Hashes) + len(e.Sealed)
		doc.Entries[i] = newEntry(e)
		seq := doc.Entries[i].Seq
		if e.Public {
			doc.Public = &seq
		}
		if e.Erasure {
			doc.Erasure = &seq
		}
		doc.First, doc.End = position(entries[0].Seq), seq+1
	}
	if bytes > batchBytes {
		return doc, fmt.Errorf("append: a batch of %d bytes, at most %d are one document", bytes, batchBytes)
	}
	return doc, nil
}

// ends is ErrTaken unless the log was seen to end at seq.
func (s *Store) ends(ctx context.Context, seq uint64) error {
	seen := s.end.Load()
	if seq > seen {
		var err error
		if seen, err = s.Size(ctx); err != nil {
			return err
		}
	}
	if seq != seen {
		return store.ErrTaken
	}
	return nil
}

// unknown is ErrExists if one of the events is in the log already. It looks below the position that is
// about to be written, where nothing changes any more, and is therefore exact: if the position turns out to
// be free, there was nothing else to look through; if it does not, the batch is not written anyway.
func (s *Store) unknown(ctx context.Context, doc batch) error {
	events := make([]string, len(doc.Entries))
	for i, e := range doc.Entries {
		events[i] = e.Event
	}
	_, err := one[batch](ctx, s.d.on(entriesName), bson.D{
		{Key: "entries.event", Value: bson.D{{Key: "$in", Value: events}}}, {Key: "_id", Value: bson.D{{Key: "$lt", Value: doc.First}}},
	}, options.FindOne().SetProjection(bson.D{{Key: "end", Value: 1}}))
	switch {
	case err == nil:
		return store.ErrExists
	case errors.Is(err, store.ErrNotFound):
		return nil
	default:
		return err
	}
}

// overlapping finds the batches with entries from first up to, not including, end.
func overlapping(first, end int64) bson.D {
	return bson.D{
		{Key: "_id", Value: bson.D{{Key: "$gt", Value: first - batchEntries}, {Key: "$lt", Value: end}}},
		{Key: "end", Value: bson.D{{Key: "$gt", Value: first}}},
	}
}

// Read gives entries in order.
func (s *Store) Read(ctx context.Context, seq uint64, limit int) ([]store.Entry, error) {
	if limit <= 0 {
		return nil, nil
	}
	first := position(seq)
	end := first + int64(limit)
	batches, err := all[batch](ctx, s.d.on(entriesName), overlapping(first, end), options.Find().SetSort(ascending("_id")))
	if err != nil {
		return nil, err
	}
	var entries []store.Entry
	for _, b := range batches {
		for _, e := range b.Entries {
			if e.Seq >= first && e.Seq < end {
				entries = append(entries, e.give())
			}
		}
	}
	return entries, nil
}

// Hashes gives the stored hashes of the entries named.
func (s *Store) Hashes(ctx context.Context, seqs []uint64) ([][]byte, error) {
	found := make(map[uint64][]byte, len(seqs))
	for rest := seqs; len(rest) > 0; {
		part := rest[:min(len(rest), batchEntries)]
		rest = rest[len(part):]
		var some bson.A
		for _, seq := range part {
			if _, ok := found[seq]; !ok {
				some = append(some, overlapping(position(seq), position(seq)+1))
				found[seq] = nil
			}
		}
		if len(some) == 0 {
			continue
		}
		batches, err := all[batch](ctx, s.d.on(entriesName), bson.D{{Key: "$or", Value: some}},
			options.Find().SetProjection(ascending("entries.seq", "entries.hashes")))
		if err != nil {
			return nil, err
		}
		for _, b := range batches {
			for _, e := range b.Entries {
				if _, asked := found[uint64(e.Seq)]; asked {
					found[uint64(e.Seq)] = e.Hashes
				}
			}
		}
	}
	var hashes [][]byte
	for _, seq := range seqs {
		if found[seq] == nil {
			return nil, store.ErrNotFound
		}
		hashes = append(hashes, found[seq])
	}
	return hashes, nil
}

// single is an entry taken out of its batch by the server, so that the rest of it need not travel.
type single struct {
	Entry entry `bson:"entries"`
}

// pick gives what matches inEntry from the first batches, in the order given, that match inBatch.
func (s *Store) pick(ctx context.Context, inBatch, order bson.D, batches int, inEntry bson.D) ([]single, error) {
	cursor, err := s.d.on(entriesName).Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: inBatch}},
		bson.D{{Key: "$sort", Value: order}},
		bson.D{{Key: "$limit", Value: int64(batches)}},
		bson.D{{Key: "$unwind", Value: "$entries"}},
		bson.D{{Key: "$match", Value: inEntry}},
	})
	return drain[single](ctx, cursor, err)
}

// Event finds the entry of an event.
func (s *Store) Event(ctx context.Context, id string) (store.Entry, error) {
	named := bson.D{{Key: "entries.event", Value: id}}
	found, err := s.pick(ctx, named, ascending("_id"), 1, named)
	if err != nil {
		return store.Entry{}, err
	}
	if len(found) == 0 {
		return store.Entry{}, store.ErrNotFound
	}
	return found[0].Entry.give(), nil
}
