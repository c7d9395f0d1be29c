package storetest

import (
	"testing"

	"candor/models/store"
)

func testPublications(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	publication := func(kind, key string, version int) store.Publication {
		return store.Publication{Kind: kind, Key: key, Version: version, Seq: uint64(version), PublishedAt: noon, Content: []byte(`{"title":"ولا شيء"}`)}
	}
	same(t, len(give(s.Publications(ctx, "notice"))(t)), 0)
	for _, p := range []store.Publication{
		publication("notice", "privacy", 2), publication("notice", "privacy", 1), publication("notice", "privacy", 10),
		publication("notice", "cookies", 1), publication("purpose", "privacy", 1),
	} {
		must(t, s.Publish(ctx, p))
	}
	changed := publication("notice", "privacy", 1)
	changed.Content = []byte(`{}`)
	want(t, s.Publish(ctx, changed), store.ErrExists)
	same(t, give(s.Publications(ctx, "notice"))(t), []store.Publication{
		publication("notice", "cookies", 1), publication("notice", "privacy", 1), publication("notice", "privacy", 2), publication("notice", "privacy", 10),
	})
	same(t, give(s.Publications(ctx, "purpose"))(t), []store.Publication{publication("purpose", "privacy", 1)})
	oneWinner(t, race(8, func(int) error { return s.Publish(ctx, publication("notice", "privacy", 11)) }), store.ErrExists)
}
