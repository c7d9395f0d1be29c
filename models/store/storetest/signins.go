package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"candor/models/store"
)

func testSessionsOf(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	session := func(hash, customer string, hours int) store.Session {
		at := noon.Add(time.Duration(hours) * time.Hour)
		return store.Session{
			Hash: hash, ID: "s" + hash, Customer: customer, Method: "link", Link: "l" + hash, ReturnURL: "https://my.example.test/?a=b",
			CreatedAt: at, ExpiresAt: at.Add(8 * time.Hour), SeenAt: at, ProvedAt: at,
		}
	}
	one, two, other := session("h1", "cus_1", 0), session("h2", "cus_1", 1), session("h3", "cus_2", 0)
	staff := session("h4", "", 0)
	staff.Staff = "m1"
	for _, n := range []store.Session{one, two, other, staff} {
		must(t, s.CreateSession(ctx, n))
	}
	same(t, give(s.SessionsOf(ctx, "cus_1", noon))(t), []store.Session{two, one})
	same(t, give(s.SessionsOf(ctx, "cus_1", one.ExpiresAt))(t), []store.Session{two})
	same(t, len(give(s.SessionsOf(ctx, "", noon))(t)), 0)
	same(t, len(give(s.SessionsOf(ctx, "cus_9", noon))(t)), 0)

	must(t, s.MarkSession(ctx, "h1", noon.Add(time.Minute), time.Time{}))
	must(t, s.MarkSession(ctx, "h1", noon, noon.Add(time.Second))) // seen never goes back
	must(t, s.MarkSession(ctx, "h9", noon, noon))
	one.SeenAt, one.ProvedAt = noon.Add(time.Minute), noon.Add(time.Second)
	same(t, give(s.Session(ctx, "h1", noon))(t), one)
}

func testRevokedLinks(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	unused := store.Link{ID: "l1", Hash: "h1", Customer: "cus_1", Flow: "choice:usage", CreatedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	used := store.Link{ID: "l2", Hash: "h2", Customer: "cus_1", CreatedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	must(t, s.CreateLink(ctx, unused))
	must(t, s.CreateLink(ctx, used))
	must(t, s.UseLink(ctx, "h2", noon))
	same(t, give(s.LinkNamed(ctx, "l1"))(t), unused)
	_, err := s.LinkNamed(ctx, "h1")
	want(t, err, store.ErrNotFound)
	want(t, s.RevokeLink(ctx, "l9", noon), store.ErrNotFound)

	for i := range 2 { // the first time counts
		must(t, s.RevokeLink(ctx, "l1", noon.Add(time.Duration(i)*time.Second)))
		must(t, s.RevokeLink(ctx, "l2", noon.Add(time.Duration(i)*time.Second)))
	}
	same(t, give(s.LinkNamed(ctx, "l1"))(t).RevokedAt, noon)
	same(t, give(s.LinkNamed(ctx, "l2"))(t).RevokedAt, noon)
	want(t, s.UseLink(ctx, "h1", noon), store.ErrExists)
	same(t, give(s.Link(ctx, "h1"))(t).UsedAt.IsZero(), true)
}

func testEmails(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	of := func(key string, limit int) []string { return give(s.CustomersOfEmail(ctx, key, limit))(t) }
	must(t, s.PutEmails(ctx, nil))
	must(t, s.PutEmails(ctx, []store.EmailKey{{Customer: "cus_3", Key: "k1"}, {Customer: "cus_1", Key: "k1"}, {Customer: "cus_2", Key: "k2"}}))
	same(t, of("k1", 10), []string{"cus_1", "cus_3"})
	same(t, of("k1", 1), []string{"cus_1"})
	same(t, len(of("k1", 0)), 0)
	same(t, len(of("k9", 10)), 0)
	// An address that changes is not found by the old one; one that goes is not found at all.
	must(t, s.PutEmails(ctx, []store.EmailKey{{Customer: "cus_1", Key: "k2"}, {Customer: "cus_3"}, {Customer: "cus_9"}}))
	same(t, len(of("k1", 10)), 0)
	same(t, of("k2", 10), []string{"cus_1", "cus_2"})
	must(t, s.PutEmails(ctx, []store.EmailKey{{Customer: "cus_1"}, {Customer: "cus_1", Key: "k3"}})) // the later counts
	same(t, of("k3", 10), []string{"cus_1"})
}

func testIdentities(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	got := make([]store.Identity, 16)
	errs := race(len(got), func(i int) (err error) {
		got[i], err = s.BindIdentity(ctx, store.Identity{Key: "k1", Customer: fmt.Sprintf("cus_%d", i), CreatedAt: noon})
		return err
	})
	must(t, errors.Join(errs...))
	for _, g := range got {
		same(t, g, got[0])
	}
	same(t, got[0].CreatedAt, noon)
	other := store.Identity{Key: "k2", Customer: "cus_99", CreatedAt: noon}
	same(t, give(s.BindIdentity(ctx, other))(t), other)
	must(t, s.ForgetIdentities(ctx, got[0].Customer))
	again := store.Identity{Key: "k1", Customer: "cus_50", CreatedAt: noon}
	same(t, give(s.BindIdentity(ctx, again))(t), again)
	same(t, give(s.BindIdentity(ctx, store.Identity{Key: "k2", Customer: "cus_50"}))(t), other)
}

func testChallenges(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	c := store.Challenge{
		ID: "c1", Kind: "email", Subject: "k", Session: "h", Target: "/download?from=2026-01-01&category=a", Tries: 5,
		CreatedAt: noon, ExpiresAt: noon.Add(10 * time.Minute),
	}
	_, err := s.Challenge(ctx, "c1", noon)
	want(t, err, store.ErrNotFound)
	_, err = s.TryChallenge(ctx, "c1", noon)
	want(t, err, store.ErrNotFound)
	must(t, s.CreateChallenge(ctx, c))
	want(t, s.CreateChallenge(ctx, c), store.ErrExists)
	same(t, give(s.Challenge(ctx, "c1", noon))(t), c)

	_, err = s.TryChallenge(ctx, "c1", c.ExpiresAt)
	want(t, err, store.ErrNotFound)
	var tried atomic.Int32
	for _, err := range race(32, func(int) error {
		got, err := s.TryChallenge(ctx, "c1", c.ExpiresAt.Add(-time.Millisecond))
		if err == nil {
			tried.Add(1)
			if got.Subject != c.Subject || got.Tries < 0 || got.Tries > 4 {
				return fmt.Errorf("gave %+v", got)
			}
		}
		return err
	}) {
		if err != nil {
			want(t, err, store.ErrNotFound)
		}
	}
	same(t, tried.Load(), 5)
	c.Tries = 0
	same(t, give(s.Challenge(ctx, "c1", noon))(t), c)
	oneWinner(t, race(16, func(int) error { return s.EndChallenge(ctx, "c1") }), store.ErrNotFound)
	_, err = s.Challenge(ctx, "c1", noon)
	want(t, err, store.ErrNotFound)

	must(t, s.CreateChallenge(ctx, c))
	must(t, s.ForgetSignIns(ctx, c.ExpiresAt))
	same(t, give(s.Challenge(ctx, "c1", noon))(t), c)
	must(t, s.ForgetSignIns(ctx, c.ExpiresAt.Add(time.Millisecond)))
	_, err = s.Challenge(ctx, "c1", noon)
	want(t, err, store.ErrNotFound)
}

func testCounts(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	until := noon.Add(time.Hour)
	seen := make([]int, 16)
	must(t, errors.Join(race(len(seen), func(i int) (err error) {
		seen[i], err = s.Count(ctx, "a", noon, until)
		return err
	})...))
	times := map[int]bool{}
	for _, n := range seen {
		times[n] = true
	}
	same(t, len(times), len(seen)) // each was given a number of its own
	same(t, give(s.Count(ctx, "b", noon, until))(t), 1)
	same(t, give(s.Count(ctx, "a", until.Add(-time.Millisecond), until.Add(time.Hour)))(t), 17)
	same(t, give(s.Count(ctx, "a", until, until.Add(time.Hour)))(t), 1)
	must(t, s.ForgetSignIns(ctx, until.Add(time.Millisecond)))
	same(t, give(s.Count(ctx, "b", noon, until))(t), 1)
	same(t, give(s.Count(ctx, "a", until, until))(t), 2)
}

func testMails(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	one := store.Mail{ID: "m1", Kind: "code", Subject: "k", Locale: "ar", DueAt: noon.Add(time.Second), ExpiresAt: noon.Add(time.Hour)}
	two := store.Mail{ID: "m2", Kind: "link", Subject: "h", Locale: "de", Tried: 3, DueAt: noon, ExpiresAt: noon}
	must(t, s.PutMail(ctx, one))
	must(t, s.PutMail(ctx, two))
	due := func(at time.Time, limit int) []store.Mail { return give(s.DueMails(ctx, at, limit))(t) }
	same(t, len(due(noon.Add(-time.Millisecond), 10)), 0)
	same(t, due(noon, 10), []store.Mail{two})
	same(t, due(noon.Add(time.Second), 10), []store.Mail{two, one})
	same(t, due(noon.Add(time.Second), 1), []store.Mail{two})
	two.DueAt, two.Tried = noon.Add(time.Minute), 4
	must(t, s.PutMail(ctx, two))
	same(t, due(noon.Add(time.Hour), 10), []store.Mail{one, two})
	must(t, s.DeleteMail(ctx, "m1"))
	must(t, s.DeleteMail(ctx, "m1"))
	same(t, due(noon.Add(time.Hour), 10), []store.Mail{two})
}
