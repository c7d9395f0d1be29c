package storetest

import (
	"testing"
	"time"

	"candor/models/store"
)

func testSessions(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	session := store.Session{Hash: "h1", Customer: "cus_1", Method: "link", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	staff := store.Session{Hash: "h2", Staff: "m1", Method: "demo", CreatedAt: noon, ExpiresAt: noon.Add(2 * time.Hour)}
	_, err := s.Session(ctx, "h1", noon)
	want(t, err, store.ErrNotFound)
	must(t, s.CreateSession(ctx, session))
	must(t, s.CreateSession(ctx, staff))
	want(t, s.CreateSession(ctx, session), store.ErrExists)

	same(t, give(s.Session(ctx, "h1", noon))(t), session)
	same(t, give(s.Session(ctx, "h2", noon))(t), staff)
	same(t, give(s.Session(ctx, "h1", session.ExpiresAt.Add(-time.Millisecond)))(t), session)
	_, err = s.Session(ctx, "h1", session.ExpiresAt)
	want(t, err, store.ErrNotFound)

	must(t, s.Forget(ctx, session.ExpiresAt))
	same(t, give(s.Session(ctx, "h1", noon))(t), session)
	must(t, s.Forget(ctx, session.ExpiresAt.Add(time.Millisecond)))
	_, err = s.Session(ctx, "h1", noon)
	want(t, err, store.ErrNotFound)

	same(t, give(s.Session(ctx, "h2", noon))(t), staff)
	must(t, s.EndSession(ctx, "h2"))
	_, err = s.Session(ctx, "h2", noon)
	want(t, err, store.ErrNotFound)
	must(t, s.EndSession(ctx, "h2"))
}

func testLinks(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	link := store.Link{ID: "l1", Hash: "h1", Customer: "cus_1", ReturnURL: "https://billing.example.test/?a=b&c", Locale: "pl", CreatedAt: noon, ExpiresAt: noon.Add(5 * time.Minute)}
	_, err := s.Link(ctx, "h1")
	want(t, err, store.ErrNotFound)
	want(t, s.UseLink(ctx, "h1", noon), store.ErrNotFound)
	must(t, s.CreateLink(ctx, link))
	want(t, s.CreateLink(ctx, link), store.ErrExists)
	got := give(s.Link(ctx, "h1"))(t)
	same(t, got, link)
	same(t, got.UsedAt.IsZero(), true)

	used := func(i int) time.Time { return noon.Add(time.Duration(i) * time.Second) }
	winner := oneWinner(t, race(16, func(i int) error { return s.UseLink(ctx, "h1", used(i)) }), store.ErrExists)
	want(t, s.UseLink(ctx, "h1", noon), store.ErrExists)
	link.UsedAt = used(winner)
	same(t, give(s.Link(ctx, "h1"))(t), link)

	must(t, s.CreateLink(ctx, store.Link{ID: "l2", Hash: "h2", CreatedAt: noon, ExpiresAt: noon.Add(10 * time.Minute)}))
	must(t, s.Forget(ctx, link.ExpiresAt))
	same(t, give(s.Link(ctx, "h1"))(t), link)
	must(t, s.Forget(ctx, link.ExpiresAt.Add(time.Millisecond)))
	_, err = s.Link(ctx, "h1")
	want(t, err, store.ErrNotFound)
	same(t, give(s.Link(ctx, "h2"))(t).ID, "l2")
}
