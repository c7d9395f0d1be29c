package storetest

import (
	"testing"

	"candor/models/store"
)

func testClients(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Client(ctx, "b")
	want(t, err, store.ErrNotFound)
	same(t, len(give(s.Clients(ctx))(t)), 0)
	b := store.Client{ID: "b", Name: "Rating “north”", SecretHash: "x", Scopes: []string{"customers", "consents:read"}, CreatedAt: noon}
	a := store.Client{ID: "a", Name: "CRM", SecretHash: "y", Scopes: []string{"records"}, CreatedAt: noon}
	must(t, s.PutClient(ctx, b))
	must(t, s.PutClient(ctx, a))
	same(t, give(s.Client(ctx, "b"))(t), b)
	b.RevokedAt, b.Scopes = noon.AddDate(0, 0, 1), []string{"records"}
	must(t, s.PutClient(ctx, b))
	same(t, give(s.Client(ctx, "b"))(t), b)
	same(t, give(s.Clients(ctx))(t), []store.Client{a, b})
	same(t, a.RevokedAt.IsZero(), true)
}
