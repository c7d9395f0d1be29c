package storetest

import (
	"fmt"
	"testing"
	"time"

	"candor/models/store"
)

func testLeases(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	t.Run("of many callers one has it", func(t *testing.T) {
		s := fresh(t, open)
		holder := func(i int) string { return fmt.Sprint("server ", i) }
		winner := oneWinner(t, race(8, func(i int) error { return s.TakeLease(ctx, "expiry", holder(i), noon, minute(1)) }), store.ErrTaken)
		for i := range 8 {
			err := s.TakeLease(ctx, "expiry", holder(i), noon, minute(1))
			if i == winner {
				must(t, err)
			} else {
				want(t, err, store.ErrTaken)
			}
		}
		// It ends, and they all come again: but for the winner, whose lease it no longer is.
		again := oneWinner(t, race(8, func(i int) error {
			return s.TakeLease(ctx, "expiry", fmt.Sprint("next ", i), minute(1), minute(2))
		}), store.ErrTaken)
		want(t, s.TakeLease(ctx, "expiry", holder(winner), minute(1), minute(2)), store.ErrTaken)
		must(t, s.TakeLease(ctx, "expiry", fmt.Sprint("next ", again), minute(1), minute(3)))
	})
	t.Run("its holder renews it, and nobody else until it has ended", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0).Add(time.Second), minute(2)))
		want(t, s.TakeLease(ctx, "expiry", "b", minute(1), minute(3)), store.ErrTaken)
		want(t, s.TakeLease(ctx, "expiry", "b", minute(2).Add(-time.Millisecond), minute(3)), store.ErrTaken)
		must(t, s.TakeLease(ctx, "expiry", "b", minute(2), minute(3)))
		want(t, s.TakeLease(ctx, "expiry", "a", minute(2), minute(3)), store.ErrTaken)
	})
	t.Run("anybody may ask who has it", func(t *testing.T) {
		s := fresh(t, open)
		_, err := s.LeaseHolder(ctx, "expiry", minute(0))
		want(t, err, store.ErrNotFound)
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
		same(t, give(s.LeaseHolder(ctx, "expiry", minute(1).Add(-time.Millisecond)))(t), "a")
		_, err = s.LeaseHolder(ctx, "expiry", minute(1))
		want(t, err, store.ErrNotFound)
		_, err = s.LeaseHolder(ctx, "webhooks", minute(0))
		want(t, err, store.ErrNotFound)
		must(t, s.TakeLease(ctx, "expiry", "b", minute(1), minute(2)))
		same(t, give(s.LeaseHolder(ctx, "expiry", minute(1)))(t), "b")
		must(t, s.DropLease(ctx, "expiry", "b"))
		_, err = s.LeaseHolder(ctx, "expiry", minute(1))
		want(t, err, store.ErrNotFound)
	})
	t.Run("its holder may come back after its end if nobody took it", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
		must(t, s.TakeLease(ctx, "expiry", "a", minute(5), minute(6)))
		want(t, s.TakeLease(ctx, "expiry", "b", minute(5), minute(6)), store.ErrTaken)
	})
	t.Run("leases of two names are two leases", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
		must(t, s.TakeLease(ctx, "webhooks", "b", minute(0), minute(1)))
		want(t, s.TakeLease(ctx, "webhooks", "a", minute(0), minute(1)), store.ErrTaken)
	})
	t.Run("only its holder drops it", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.DropLease(ctx, "expiry", "a"))
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
		must(t, s.DropLease(ctx, "expiry", "b"))
		want(t, s.TakeLease(ctx, "expiry", "b", minute(0), minute(1)), store.ErrTaken)
		must(t, s.DropLease(ctx, "expiry", "a"))
		must(t, s.TakeLease(ctx, "expiry", "b", minute(0), minute(1)))
		must(t, s.DropLease(ctx, "expiry", "a"))
		want(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)), store.ErrTaken)
	})
	t.Run("it survives reopening", func(t *testing.T) {
		place := t.TempDir()
		s := open(t, place)
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
		must(t, s.Close())
		s = open(t, place)
		defer func() { must(t, s.Close()) }()
		want(t, s.TakeLease(ctx, "expiry", "b", minute(0), minute(1)), store.ErrTaken)
		must(t, s.TakeLease(ctx, "expiry", "a", minute(0), minute(1)))
	})
}
