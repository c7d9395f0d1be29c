package storetest

import (
	"fmt"
	"testing"

	"candor/models/store"
)

// RunCheckpoints holds a keeper of checkpoints to its contract.
func RunCheckpoints(t *testing.T, open Opener[store.Checkpoints]) {
	ctx := t.Context()
	saved := func(t *testing.T, s store.Checkpoints, size uint64, note string) {
		t.Helper()
		gotSize, gotNote, err := s.Checkpoint(ctx)
		must(t, err)
		same(t, gotSize, size)
		same(t, string(gotNote), note)
	}
	t.Run("there is none at first", func(t *testing.T) {
		_, _, err := open(t, t.TempDir()).Checkpoint(ctx)
		want(t, err, store.ErrNotFound)
	})
	t.Run("it only grows", func(t *testing.T) {
		s := open(t, t.TempDir())
		must(t, s.AdvanceCheckpoint(ctx, 5, []byte("log\n5\nroot\n\n— log sig\n")))
		saved(t, s, 5, "log\n5\nroot\n\n— log sig\n")
		want(t, s.AdvanceCheckpoint(ctx, 5, []byte("other 5")), store.ErrTaken)
		want(t, s.AdvanceCheckpoint(ctx, 4, []byte("4")), store.ErrTaken)
		want(t, s.AdvanceCheckpoint(ctx, 0, nil), store.ErrTaken)
		saved(t, s, 5, "log\n5\nroot\n\n— log sig\n")
		must(t, s.AdvanceCheckpoint(ctx, 1<<52, []byte("6")))
		saved(t, s, 1<<52, "6")
	})
	t.Run("the first may be of any size", func(t *testing.T) {
		s := open(t, t.TempDir())
		must(t, s.AdvanceCheckpoint(ctx, 0, []byte("empty")))
		saved(t, s, 0, "empty")
	})
	t.Run("it survives reopening", func(t *testing.T) {
		place := t.TempDir()
		must(t, open(t, place).AdvanceCheckpoint(ctx, 7, []byte("seven")))
		again := open(t, place)
		saved(t, again, 7, "seven")
		want(t, again.AdvanceCheckpoint(ctx, 7, []byte("other")), store.ErrTaken)
	})
	t.Run("of many at one size one wins, and the largest stays", func(t *testing.T) {
		s := open(t, t.TempDir())
		winner := oneWinner(t, race(8, func(i int) error { return s.AdvanceCheckpoint(ctx, 3, fmt.Append(nil, "by ", i)) }), store.ErrTaken)
		saved(t, s, 3, fmt.Sprint("by ", winner))
		race(8, func(i int) error { return s.AdvanceCheckpoint(ctx, uint64(10+i), fmt.Append(nil, "size ", 10+i)) })
		saved(t, s, 17, "size 17")
	})
}
