package storetest

import (
	"testing"
	"time"

	"candor/models/store"
)

func lookUp(id, member string, minute int) store.LookUp {
	began := noon.Add(time.Duration(minute) * time.Minute)
	return store.LookUp{
		ID: id, Member: member, Role: "privacy_officer", Customer: "cus_1", State: "open", Entry: 7, BeganAt: began, OpenedAt: began,
		EndsAt: began.Add(30 * time.Minute), Revision: 1, Sealed: awkward,
	}
}

func testLookUps(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.LookUp(ctx, "a")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdateLookUp(ctx, lookUp("a", "m1", 0), 0), store.ErrNotFound)
	page := func(q store.LookUpQuery) []store.LookUp { return give(s.PageLookUps(ctx, q))(t) }
	same(t, len(page(store.LookUpQuery{Limit: 9})), 0)

	a, b, c := lookUp("a", "m1", 0), lookUp("b", "m2", 5), lookUp("c", "m1", 5)
	b.Emergency, b.State, b.OpenedAt = true, "asked", time.Time{}
	for _, l := range []store.LookUp{b, a, c} {
		must(t, s.CreateLookUp(ctx, l))
	}
	want(t, s.CreateLookUp(ctx, lookUp("a", "m9", 9)), store.ErrExists)
	same(t, give(s.LookUp(ctx, "a"))(t), a)
	same(t, page(store.LookUpQuery{Limit: 9}), []store.LookUp{c, b, a})
	same(t, page(store.LookUpQuery{Limit: 2}), []store.LookUp{c, b})
	same(t, len(page(store.LookUpQuery{})), 0)
	same(t, page(store.LookUpQuery{Member: "m1", Limit: 9}), []store.LookUp{c, a})
	same(t, len(page(store.LookUpQuery{Member: "m", Limit: 9})), 0)
	same(t, page(store.LookUpQuery{State: "asked", Limit: 9}), []store.LookUp{b})
	same(t, len(page(store.LookUpQuery{Member: "m1", State: "asked", Limit: 9})), 0)
	same(t, page(store.LookUpQuery{Member: "m1", EndsAfter: a.EndsAt, Limit: 9}), []store.LookUp{c})
	same(t, page(store.LookUpQuery{EndsAfter: a.EndsAt.Add(-1e6), Limit: 9}), []store.LookUp{c, b, a})

	want(t, s.UpdateLookUp(ctx, b, 7), store.ErrTaken)
	won := oneWinner(t, race(6, func(i int) error {
		next := b
		next.State, next.OpenedAt, next.DecidedAt, next.DecidedBy, next.Revision = "open", noon, noon, string(rune('a'+i)), 2
		return s.UpdateLookUp(ctx, next, 1)
	}), store.ErrTaken)
	b.State, b.OpenedAt, b.DecidedAt, b.DecidedBy, b.Revision = "open", noon, noon, string(rune('a'+won)), 2
	same(t, give(s.LookUp(ctx, "b"))(t), b)

	must(t, s.ForgetLookUps(ctx, a.EndsAt))
	same(t, len(page(store.LookUpQuery{Limit: 9})), 3)
	must(t, s.ForgetLookUps(ctx, c.EndsAt))
	same(t, page(store.LookUpQuery{Limit: 9}), []store.LookUp{c, b})
}
