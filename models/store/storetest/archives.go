package storetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"candor/models/store"
)

func archive(id, customer, state string, created time.Time) store.Archive {
	return store.Archive{
		ID: id, Customer: customer, State: state, Request: awkward, Done: 3, Total: 1 << 40, Bytes: 1 << 41, Chunks: 7,
		CreatedAt: created, ExpiresAt: created.Add(time.Hour), Attempt: "attempt of " + id,
	}
}

func testArchives(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	_, err := s.Archive(ctx, "a")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdateArchive(ctx, archive("a", "cus_1", "ready", noon), ""), store.ErrNotFound)
	same(t, len(give(s.Archives(ctx, "cus_1"))(t)), 0)

	a, b := archive("a", "cus_1", "preparing", minute(0)), archive("b", "cus_1", "ready", minute(1))
	c, d := archive("c", "cus_2", "failed", minute(2)), archive("d", "cus_2", "expired", minute(3))
	for _, x := range []store.Archive{c, a, d, b} {
		must(t, s.CreateArchive(ctx, x))
	}
	want(t, s.CreateArchive(ctx, archive("a", "cus_2", "failed", noon)), store.ErrExists)
	same(t, give(s.Archive(ctx, "a"))(t), a)
	same(t, give(s.Archives(ctx, "cus_1"))(t), []store.Archive{b, a})

	same(t, give(s.UnfinishedArchives(ctx, 10))(t), []store.Archive{a})
	same(t, len(give(s.UnfinishedArchives(ctx, 0))(t)), 0)
	same(t, len(give(s.ExpiredArchives(ctx, b.ExpiresAt.Add(-time.Millisecond), 10))(t)), 0)
	same(t, give(s.ExpiredArchives(ctx, b.ExpiresAt, 10))(t), []store.Archive{b})
	same(t, give(s.ExpiredArchives(ctx, d.ExpiresAt, 1))(t), []store.Archive{b})
	same(t, give(s.ExpiredArchives(ctx, d.ExpiresAt.AddDate(1, 0, 0), 10))(t), []store.Archive{b, c})

	a = store.Archive{ID: "a", Customer: "cus_1", State: "ready", Request: []byte("x"), Done: 9, Total: 9, Bytes: 10, Chunks: 1, CreatedAt: minute(0), ExpiresAt: minute(9), Attempt: "second"}
	want(t, s.UpdateArchive(ctx, a, "second"), store.ErrTaken)
	want(t, s.UpdateArchive(ctx, a, ""), store.ErrTaken)
	must(t, s.UpdateArchive(ctx, a, "attempt of a"))
	want(t, s.UpdateArchive(ctx, archive("a", "cus_1", "failed", noon), "attempt of a"), store.ErrTaken)
	must(t, s.UpdateArchive(ctx, a, "second"))
	same(t, give(s.Archive(ctx, "a"))(t), a)
	same(t, len(give(s.UnfinishedArchives(ctx, 10))(t)), 0)

	winner := oneWinner(t, race(8, func(i int) error {
		next := a
		next.Attempt = fmt.Sprint("attempt ", i)
		return s.UpdateArchive(ctx, next, "second")
	}), store.ErrTaken)
	same(t, give(s.Archive(ctx, "a"))(t).Attempt, fmt.Sprint("attempt ", winner))
}

func testChunks(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Chunk(ctx, "a", 0)
	want(t, err, store.ErrNotFound)
	large := bytes.Repeat([]byte{0xff, 0}, 256<<10)
	must(t, s.PutChunk(ctx, "a", 0, awkward))
	must(t, s.PutChunk(ctx, "a", 1, large))
	must(t, s.PutChunk(ctx, "b", 1, awkward))
	same(t, give(s.Chunk(ctx, "a", 0))(t), awkward)
	same(t, give(s.Chunk(ctx, "a", 1))(t), large)
	must(t, s.PutChunk(ctx, "a", 1, awkward))
	same(t, give(s.Chunk(ctx, "a", 1))(t), awkward)
	must(t, s.DeleteChunks(ctx, "a"))
	must(t, s.DeleteChunks(ctx, "a"))
	for n := range 2 {
		_, err = s.Chunk(ctx, "a", n)
		want(t, err, store.ErrNotFound)
	}
	same(t, give(s.Chunk(ctx, "b", 1))(t), awkward)
}
