package storetest

import (
	"testing"
	"time"

	"candor/models/store"
)

func member(id string) store.Member {
	return store.Member{
		ID: id, Origin: "local", Sealed: awkward, Roles: []string{"admin", "auditor"}, Owed: awkward, CreatedAt: noon, SeenAt: noon,
	}
}

func passkey(id, member string, minutes int) store.Passkey {
	return store.Passkey{ID: id, Member: member, Sealed: awkward, CreatedAt: noon.Add(time.Duration(minutes) * time.Minute)}
}

func testMembers(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	one, two := member("m1"), member("m2")
	two.Owed, two.SeenAt = nil, time.Time{}
	_, err := s.Member(ctx, "m1")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdateMember(ctx, one), store.ErrNotFound)
	must(t, s.CreateMember(ctx, two))
	must(t, s.CreateMember(ctx, one))
	want(t, s.CreateMember(ctx, one), store.ErrExists)
	same(t, give(s.Members(ctx))(t), []store.Member{one, two})
	same(t, give(s.Member(ctx, "m2"))(t), two)

	must(t, s.NoteMemberSeen(ctx, "m2", noon.Add(time.Minute)))
	must(t, s.NoteMemberSeen(ctx, "m2", noon)) // it never goes back
	must(t, s.NoteMemberSeen(ctx, "m9", noon))
	two.SeenAt = noon.Add(time.Minute)
	same(t, give(s.Member(ctx, "m2"))(t), two)

	changed := two
	changed.Roles, changed.Owed, changed.EndedAt, changed.SeenAt = []string{"auditor"}, []byte("x"), noon, noon
	oneWinner(t, race(8, func(int) error { return s.UpdateMember(ctx, changed) }), store.ErrTaken)
	want(t, s.UpdateMember(ctx, two), store.ErrTaken)
	changed.Revision, changed.SeenAt = 1, two.SeenAt // when they were seen is not part of a change
	same(t, give(s.Member(ctx, "m2"))(t), changed)
	must(t, s.PutMember(ctx, two))
	same(t, give(s.Member(ctx, "m2"))(t), two)
}

func testPasskeys(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	one, two, other := passkey("p1", "m1", 1), passkey("p2", "m1", 0), passkey("p3", "m2", 0)
	_, err := s.Passkey(ctx, "p1")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdatePasskey(ctx, one), store.ErrNotFound)
	for _, p := range []store.Passkey{one, two, other} {
		must(t, s.CreatePasskey(ctx, p))
		want(t, s.CreatePasskey(ctx, p), store.ErrExists)
	}
	same(t, give(s.PasskeysOf(ctx, "m1"))(t), []store.Passkey{two, one})
	same(t, len(give(s.PasskeysOf(ctx, "m9"))(t)), 0)

	used := one
	used.UsedAt, used.Sealed = noon, []byte("x")
	oneWinner(t, race(8, func(int) error { return s.UpdatePasskey(ctx, used) }), store.ErrTaken)
	used.Revision = 1
	same(t, give(s.Passkey(ctx, "p1"))(t), used)
	must(t, s.PutPasskey(ctx, one))
	same(t, give(s.Passkey(ctx, "p1"))(t), one)
	for range 2 {
		must(t, s.DeletePasskey(ctx, "p1"))
	}
	same(t, give(s.PasskeysOf(ctx, "m1"))(t), []store.Passkey{two})
}

func testEnrolments(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	e := store.Enrolment{Hash: "h1", Member: "m1", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	_, err := s.Enrolment(ctx, "h1")
	want(t, err, store.ErrNotFound)
	want(t, s.UseEnrolment(ctx, "h1", noon), store.ErrNotFound)
	must(t, s.CreateEnrolment(ctx, e))
	want(t, s.CreateEnrolment(ctx, e), store.ErrExists)
	same(t, give(s.Enrolment(ctx, "h1"))(t), e)

	used := func(i int) time.Time { return noon.Add(time.Duration(i) * time.Second) }
	e.UsedAt = used(oneWinner(t, race(16, func(i int) error { return s.UseEnrolment(ctx, "h1", used(i)) }), store.ErrExists))
	same(t, give(s.Enrolment(ctx, "h1"))(t), e)

	must(t, s.ForgetEnrolments(ctx, e.ExpiresAt))
	same(t, give(s.Enrolment(ctx, "h1"))(t), e)
	must(t, s.ForgetEnrolments(ctx, e.ExpiresAt.Add(time.Millisecond)))
	_, err = s.Enrolment(ctx, "h1")
	want(t, err, store.ErrNotFound)

	for hash, of := range map[string]string{"h2": "m1", "h3": "m1", "h4": "m2"} {
		must(t, s.CreateEnrolment(ctx, store.Enrolment{Hash: hash, Member: of, CreatedAt: noon, ExpiresAt: noon}))
	}
	must(t, s.DropEnrolments(ctx, "m1"))
	for hash, there := range map[string]bool{"h2": false, "h3": false, "h4": true} {
		_, err := s.Enrolment(ctx, hash)
		same(t, err == nil, there)
	}
}

// Sessions of the staff are listed by member, and never among a customer's.
func testSessionsOfStaff(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	session := func(hash, member string, hours int) store.Session {
		at := noon.Add(time.Duration(hours) * time.Hour)
		return store.Session{Hash: hash, ID: "s" + hash, Staff: member, Method: "passkey", CreatedAt: at, ExpiresAt: at.Add(8 * time.Hour), SeenAt: at, ProvedAt: at}
	}
	one, two, other := session("h1", "m1", 0), session("h2", "m1", 1), session("h3", "m2", 0)
	for _, n := range []store.Session{one, two, other, {Hash: "h4", Customer: "m1", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}} {
		must(t, s.CreateSession(ctx, n))
	}
	same(t, give(s.SessionsOfStaff(ctx, "m1", noon))(t), []store.Session{two, one})
	same(t, give(s.SessionsOfStaff(ctx, "m1", one.ExpiresAt))(t), []store.Session{two})
	same(t, len(give(s.SessionsOfStaff(ctx, "", noon))(t)), 0)
	same(t, len(give(s.SessionsOf(ctx, "m1", noon))(t)), 1)
}
