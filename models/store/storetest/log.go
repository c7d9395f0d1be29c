package storetest

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"testing"

	"candor/models/store"
)

// entry makes one that is recognisable by its position.
func entry(seq uint64, subject string) store.Entry {
	return store.Entry{
		Seq:     seq,
		Raw:     fmt.Appendf(nil, "entry %d of %s", seq, subject),
		Hashes:  bytes.Repeat([]byte{byte(seq)}, 32*(1+int(seq)%3)),
		Event:   fmt.Sprintf("00000000-0000-8000-8000-%012d", seq),
		Subject: subject,
		Sealed:  append([]byte{byte(seq)}, awkward...),
		Public:  subject == "",
		Erasure: subject == "" && seq%2 == 1,
	}
}

// entries makes n from first on, of two customers and nobody in turn; each of a customer's names the one before.
func entries(first uint64, n int) []store.Entry {
	batch := make([]store.Entry, n)
	for i := range batch {
		seq := first + uint64(i)
		batch[i] = entry(seq, []string{"", "cus_1", "cus_2"}[seq%3])
		if seq > 3 && batch[i].Subject != "" {
			batch[i].Previous = seq - 3
		}
	}
	return batch
}

func testLog(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	t.Run("an empty log has size 0 and nothing to read", func(t *testing.T) {
		s := fresh(t, open)
		same(t, give(s.Size(ctx))(t), 0)
		same(t, len(give(s.Read(ctx, 0, 10))(t)), 0)
		same(t, len(give(s.Public(ctx, 0, 10))(t)), 0)
		same(t, len(give(s.Erasures(ctx, 0, 10))(t)), 0)
		same(t, len(give(s.History(ctx, "cus_1", 0, 10))(t)), 0)
		_, err := s.Event(ctx, entry(0, "").Event)
		want(t, err, store.ErrNotFound)
	})
	t.Run("what was appended is read as it was", func(t *testing.T) {
		s := fresh(t, open)
		all := entries(0, 300)
		must(t, s.Append(ctx, all[:1]))
		must(t, s.Append(ctx, all[1:257]))
		must(t, s.Append(ctx, all[257:]))
		same(t, give(s.Size(ctx))(t), 300)
		same(t, give(s.Read(ctx, 0, 1000))(t), all)
		same(t, give(s.Read(ctx, 100, 7))(t), all[100:107])
		same(t, give(s.Read(ctx, 298, 7))(t), all[298:])
		same(t, len(give(s.Read(ctx, 300, 7))(t)), 0)
		same(t, len(give(s.Read(ctx, math.MaxUint64, 7))(t)), 0)
		same(t, len(give(s.Read(ctx, 0, 0))(t)), 0)
	})
	t.Run("large and empty values survive", func(t *testing.T) {
		s := fresh(t, open)
		large := store.Entry{Raw: bytes.Repeat(awkward, 400), Hashes: bytes.Repeat([]byte{1}, 32*54), Event: "a", Sealed: bytes.Repeat([]byte{0}, 100_000)}
		must(t, s.Append(ctx, []store.Entry{large, {Seq: 1, Event: "b"}}))
		got := give(s.Read(ctx, 0, 2))(t)
		same(t, got[0], large)
		same(t, len(got[1].Raw)+len(got[1].Hashes)+len(got[1].Sealed), 0)
		same(t, len(give(s.Hashes(ctx, []uint64{1}))(t)), 1)
	})
	t.Run("a position is written once", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.Append(ctx, entries(0, 3)))
		other := entry(2, "cus_9")
		other.Event = "other"
		want(t, s.Append(ctx, []store.Entry{other}), store.ErrTaken)
		beyond := entry(4, "cus_9")
		want(t, s.Append(ctx, []store.Entry{beyond}), store.ErrTaken)
		same(t, give(s.Read(ctx, 0, 10))(t), entries(0, 3))
	})
	t.Run("an event id is written once, and its batch not at all", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.Append(ctx, entries(0, 3)))
		again := entries(3, 3)
		again[2].Event = entry(1, "").Event
		want(t, s.Append(ctx, again), store.ErrExists)
		twice := entries(3, 3)
		twice[2].Event = twice[0].Event
		want(t, s.Append(ctx, twice), store.ErrExists)
		same(t, give(s.Size(ctx))(t), 3)
		must(t, s.Append(ctx, entries(3, 3)))
		same(t, give(s.Read(ctx, 0, 10))(t), entries(0, 6))
	})
	t.Run("a batch with a gap is refused whole", func(t *testing.T) {
		s := fresh(t, open)
		if err := s.Append(ctx, []store.Entry{entry(0, ""), entry(2, "")}); err == nil {
			t.Fatal("it was accepted")
		}
		same(t, give(s.Size(ctx))(t), 0)
	})
	t.Run("an empty batch changes nothing", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.Append(ctx, nil))
		same(t, give(s.Size(ctx))(t), 0)
	})
	t.Run("entries are found by event, customer, and what they are", func(t *testing.T) {
		s := fresh(t, open)
		all := entries(0, 30)
		must(t, s.Append(ctx, all))
		same(t, give(s.Event(ctx, all[17].Event))(t), all[17])
		_, err := s.Event(ctx, "unknown")
		want(t, err, store.ErrNotFound)

		same(t, give(s.History(ctx, "cus_1", 28, 3))(t), []store.Entry{all[28], all[25], all[22]})
		same(t, give(s.History(ctx, "cus_1", 19, 2))(t), []store.Entry{all[19], all[16]})
		same(t, give(s.History(ctx, "cus_1", 4, 5))(t), []store.Entry{all[4], all[1]})
		for newest, whose := range []string{"nobody", "cus_1", "cus_2"} {
			for _, subject := range []string{"", "cus_", "cus_1", "cus_2"} {
				if subject != whose {
					same(t, len(give(s.History(ctx, subject, uint64(newest), 5))(t)), 0)
				}
			}
		}
		same(t, len(give(s.History(ctx, "cus_1", 28, 0))(t)), 0)
		same(t, len(give(s.History(ctx, "cus_1", 31, 5))(t)), 0)

		same(t, give(s.Public(ctx, 0, 3))(t), []uint64{0, 3, 6})
		same(t, give(s.Public(ctx, 22, 100))(t), []uint64{24, 27})
		same(t, len(give(s.Public(ctx, 28, 100))(t)), 0)
		same(t, give(s.Erasures(ctx, 0, 2))(t), []uint64{3, 9})
		same(t, give(s.Erasures(ctx, 10, 100))(t), []uint64{15, 21, 27})
	})
	t.Run("a history goes as far as its entries lead to each other", func(t *testing.T) {
		s := fresh(t, open)
		all := entries(0, 12)
		all[7].Previous = 6 // an erasure that concerns the customer
		all[6].Erasure = true
		must(t, s.Append(ctx, all))
		same(t, give(s.History(ctx, "cus_1", 10, 9))(t), []store.Entry{all[10], all[7]})
		same(t, give(s.History(ctx, "cus_1", 4, 9))(t), []store.Entry{all[4], all[1]})
	})
	t.Run("hashes come in the order asked", func(t *testing.T) {
		s := fresh(t, open)
		all := entries(0, 9)
		must(t, s.Append(ctx, all))
		same(t, give(s.Hashes(ctx, []uint64{8, 0, 5, 0}))(t), [][]byte{all[8].Hashes, all[0].Hashes, all[5].Hashes, all[0].Hashes})
		same(t, len(give(s.Hashes(ctx, nil))(t)), 0)
		_, err := s.Hashes(ctx, []uint64{8, 9})
		want(t, err, store.ErrNotFound)
	})
}

func testLogRace(t *testing.T, open Opener[store.Data]) {
	s := fresh(t, open)
	ctx := t.Context()
	const writers, rounds = 8, 10
	for round := range uint64(rounds) {
		first := round * 3
		batches := make([][]store.Entry, writers)
		for w := range batches {
			batches[w] = entries(first, 3)
			for i := range batches[w] {
				batches[w][i].Event = fmt.Sprintf("%d by %d", first+uint64(i), w)
			}
		}
		// Whoever reads meanwhile sees whole batches only.
		reading, stop := context.WithCancel(ctx)
		torn := make(chan error, 1)
		go func() { torn <- wholeBatches(reading, s, 3) }()
		winner := oneWinner(t, race(writers, func(w int) error { return s.Append(ctx, batches[w]) }), store.ErrTaken)
		stop()
		must(t, <-torn)
		same(t, give(s.Read(ctx, first, 10))(t), batches[winner])
	}
	same(t, give(s.Size(ctx))(t), 3*rounds)
}

// wholeBatches reads until ctx ends, and complains of a size that no batch ends at.
func wholeBatches(ctx context.Context, s store.Log, batch uint64) error {
	for ctx.Err() == nil {
		size, err := s.Size(context.WithoutCancel(ctx))
		if err != nil {
			return err
		}
		if size%batch != 0 {
			return fmt.Errorf("a reader saw size %d, in the middle of a batch", size)
		}
	}
	return nil
}
