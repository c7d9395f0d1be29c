package storetest

import (
	"fmt"
	"testing"
	"time"

	"candor/models/store"
)

func testNamedWrites(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	claim := func(holder, fingerprint string, from int) store.NamedWrite {
		return store.NamedWrite{
			ID: "w", Fingerprint: fingerprint, Holder: holder, ClaimedUntil: minute(from + 1), ExpiresAt: minute(from + 60),
		}
	}
	t.Run("of many callers one carries it out, and the others see whose it is", func(t *testing.T) {
		s := fresh(t, open)
		there := make([]store.NamedWrite, 8)
		winner := oneWinner(t, race(8, func(i int) (err error) {
			there[i], err = s.ClaimWrite(ctx, claim(fmt.Sprint("attempt ", i), "f", 0), noon)
			return err
		}), store.ErrExists)
		for _, w := range there {
			same(t, w, claim(fmt.Sprint("attempt ", winner), "f", 0))
		}
	})
	t.Run("the answer is there for all who ask again, until it expires", func(t *testing.T) {
		s := fresh(t, open)
		first := claim("a", "f", 0)
		same(t, give(s.ClaimWrite(ctx, first, noon))(t), first)
		want(t, s.AnswerWrite(ctx, "w", "b", awkward), store.ErrTaken)
		must(t, s.AnswerWrite(ctx, "w", "a", awkward))
		want(t, s.AnswerWrite(ctx, "w", "a", []byte("another")), store.ErrTaken)
		must(t, s.DropWrite(ctx, "w", "a")) // it is answered: stays
		first.Answer = awkward
		for _, fingerprint := range []string{"f", "g"} {
			there, err := s.ClaimWrite(ctx, claim("b", fingerprint, 59), minute(60).Add(-time.Millisecond))
			want(t, err, store.ErrExists)
			same(t, there, first)
		}
		next := claim("b", "g", 60)
		same(t, give(s.ClaimWrite(ctx, next, minute(60)))(t), next)
		there, err := s.ClaimWrite(ctx, claim("c", "g", 60), minute(60))
		want(t, err, store.ErrExists)
		same(t, there, next) // without the answer from before
	})
	t.Run("who gave no answer in time is replaced, for the same request alone", func(t *testing.T) {
		s := fresh(t, open)
		give(s.ClaimWrite(ctx, claim("a", "f", 0), noon))(t)
		_, err := s.ClaimWrite(ctx, claim("b", "f", 1), minute(1).Add(-time.Millisecond))
		want(t, err, store.ErrExists)
		_, err = s.ClaimWrite(ctx, claim("b", "g", 1), minute(1))
		want(t, err, store.ErrExists)
		give(s.ClaimWrite(ctx, claim("b", "f", 1), minute(1)))(t)
		want(t, s.AnswerWrite(ctx, "w", "a", []byte("late")), store.ErrTaken)
		must(t, s.AnswerWrite(ctx, "w", "b", []byte("in time")))
	})
	t.Run("its holder alone frees it", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.DropWrite(ctx, "w", "a"))
		give(s.ClaimWrite(ctx, claim("a", "f", 0), noon))(t)
		must(t, s.DropWrite(ctx, "w", "b"))
		_, err := s.ClaimWrite(ctx, claim("b", "g", 0), noon)
		want(t, err, store.ErrExists)
		must(t, s.DropWrite(ctx, "w", "a"))
		give(s.ClaimWrite(ctx, claim("b", "g", 0), noon))(t)
	})
	t.Run("what expired is forgotten", func(t *testing.T) {
		s := fresh(t, open)
		give(s.ClaimWrite(ctx, claim("a", "f", 0), noon))(t)
		must(t, s.ForgetWrites(ctx, minute(60)))
		_, err := s.ClaimWrite(ctx, claim("b", "g", 0), noon)
		want(t, err, store.ErrExists)
		must(t, s.ForgetWrites(ctx, minute(60).Add(time.Millisecond)))
		give(s.ClaimWrite(ctx, claim("b", "g", 0), noon))(t)
	})
}
