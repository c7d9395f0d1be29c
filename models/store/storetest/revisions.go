package storetest

import (
	"testing"

	"candor/models/store"
)

func revision(kind, key string, version, n int) store.Revision {
	return store.Revision{Kind: kind, Key: key, Version: version, Revision: n, At: noon, Content: awkward}
}

func testRevisions(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	privacy := store.RevisionKey{Kind: "notice", Key: "privacy", Version: 2}
	same(t, len(give(s.NewestRevisions(ctx, "notice", ""))(t)), 0)
	same(t, len(give(s.RevisionsOf(ctx, privacy, 0))(t)), 0)
	want(t, s.AddRevision(ctx, revision("notice", "privacy", 2, 2)), store.ErrNotFound)

	for n := 1; n <= 11; n++ { // more than one digit
		must(t, s.AddRevision(ctx, revision("notice", "privacy", 2, n)))
	}
	others := []store.Revision{
		revision("notice", "privacy", 10, 1), revision("notice", "privacy-b", 2, 1), revision("notice", "priv/acy", 2, 1),
		revision("data_map", "privacy", 2, 1),
	}
	for _, r := range others {
		must(t, s.AddRevision(ctx, r))
	}
	changed := revision("notice", "privacy", 2, 3)
	changed.Content = []byte("other words")
	want(t, s.AddRevision(ctx, changed), store.ErrExists)

	list := give(s.RevisionsOf(ctx, privacy, 0))(t)
	same(t, len(list), 11)
	for i, r := range list {
		same(t, r, revision("notice", "privacy", 2, i+1))
	}
	same(t, give(s.RevisionsOf(ctx, privacy, 9))(t), list[9:])
	same(t, len(give(s.RevisionsOf(ctx, privacy, 11))(t)), 0)
	same(t, give(s.NewestRevisions(ctx, "notice", ""))(t), []store.Revision{others[2], list[10], others[0], others[1]})
	same(t, give(s.NewestRevisions(ctx, "notice", "privacy"))(t), []store.Revision{list[10], others[0]})
	same(t, give(s.NewestRevisions(ctx, "data_map", ""))(t), []store.Revision{others[3]})
	same(t, len(give(s.NewestRevisions(ctx, "notice", "nothing"))(t)), 0)

	won := oneWinner(t, race(8, func(i int) error {
		r := revision("notice", "privacy", 2, 12)
		r.Content = []byte{byte(i)}
		return s.AddRevision(ctx, r)
	}), store.ErrExists)
	same(t, give(s.RevisionsOf(ctx, privacy, 11))(t)[0].Content, []byte{byte(won)})
}
