package storetest

import (
	"testing"
	"time"

	"candor/models/store"
)

func testClients(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Client(ctx, "b")
	want(t, err, store.ErrNotFound)
	same(t, len(give(s.Clients(ctx))(t)), 0)
	b := store.Client{
		ID: "b", Name: "Rating “north”", Scopes: []string{"customers", "consents:read"}, CreatedAt: noon,
		Secrets: []store.ClientSecret{{ID: "s2", Hash: "y", CreatedAt: noon}, {ID: "s1", Hash: "x", CreatedAt: noon, EndsAt: noon.AddDate(0, 0, 7)}},
	}
	a := store.Client{
		ID: "a", Name: "CRM", Scopes: []string{"records"}, CreatedAt: noon,
		Keys: []store.ClientKey{{ID: "t-_1", KeyID: `their "own" $name.`, JWK: []byte(`{"kty":"OKP","x":"é"}`), CreatedAt: noon}},
	}
	must(t, s.CreateClient(ctx, b))
	must(t, s.CreateClient(ctx, a))
	want(t, s.CreateClient(ctx, store.Client{ID: "b"}), store.ErrExists)
	same(t, give(s.Client(ctx, "b"))(t), b)
	same(t, give(s.Clients(ctx))(t), []store.Client{a, b})
	same(t, give(s.Client(ctx, "b"))(t).Secrets[0].EndsAt.IsZero(), true)

	b.RevokedAt, b.Scopes, b.Secrets, b.Revision = noon.AddDate(0, 0, 1), []string{"records"}, nil, 41
	must(t, s.PutClient(ctx, b))
	same(t, give(s.Client(ctx, "b"))(t), b)
	same(t, a.RevokedAt.IsZero(), true)
}

// testClientChanges: of changes that rest on the same state one is made, and what was used stays noted.
func testClientChanges(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	c := store.Client{ID: "c", Name: "before", Scopes: []string{"records"}, CreatedAt: noon, Secrets: []store.ClientSecret{{ID: "s1", Hash: "x", CreatedAt: noon}}}
	want(t, s.UpdateClient(ctx, c), store.ErrNotFound)
	must(t, s.CreateClient(ctx, c))
	must(t, s.NoteClientUse(ctx, "c", "s-_1", noon))
	must(t, s.NoteClientUse(ctx, "c", "s-_1", noon.Add(-time.Hour)))
	must(t, s.NoteClientUse(ctx, "c", "s2", noon.Add(-time.Hour)))
	must(t, s.NoteClientUse(ctx, "c", "s2", noon.Add(time.Hour)))
	must(t, s.NoteClientUse(ctx, "nobody", "s1", noon))

	names := []string{"0", "1", "2", "3", "4", "5", "6", "7"}
	winner := oneWinner(t, race(len(names), func(i int) error {
		changed := c
		changed.Name = names[i]
		return s.UpdateClient(ctx, changed)
	}), store.ErrTaken)
	want(t, s.UpdateClient(ctx, c), store.ErrTaken)
	c.Name, c.Revision, c.Used = names[winner], 1, map[string]time.Time{"s-_1": noon, "s2": noon.Add(time.Hour)}
	same(t, give(s.Client(ctx, "c"))(t), c)

	c.Used, c.Secrets, c.RevokedAt = nil, nil, noon
	must(t, s.UpdateClient(ctx, c))
	c.Revision, c.Used = 2, map[string]time.Time{"s-_1": noon, "s2": noon.Add(time.Hour)}
	same(t, give(s.Client(ctx, "c"))(t), c)
}

// testAssertions: of any number who use one at the same moment, one succeeds.
func testAssertions(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	oneWinner(t, race(16, func(int) error { return s.UseAssertion(ctx, "a", noon) }), store.ErrExists)
	must(t, s.UseAssertion(ctx, "b", noon.Add(time.Minute)))
	must(t, s.ForgetAssertions(ctx, noon))
	want(t, s.UseAssertion(ctx, "a", noon), store.ErrExists)
	must(t, s.ForgetAssertions(ctx, noon.Add(time.Millisecond)))
	must(t, s.UseAssertion(ctx, "a", noon))
	want(t, s.UseAssertion(ctx, "b", noon), store.ErrExists)
}
