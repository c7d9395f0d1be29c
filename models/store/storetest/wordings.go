package storetest

import (
	"strings"
	"testing"

	"candor/models/store"
)

// wording is one whose name is a letter, 64 times.
func wording(letter string) store.Wording {
	return store.Wording{SHA256: strings.Repeat(letter, 64), Text: append([]byte("ما الذي يجوز لنا؟\n[give] Allowed\n"+letter), awkward...)}
}

func testWordings(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Wording(ctx, wording("a").SHA256)
	want(t, err, store.ErrNotFound)
	same(t, len(give(s.PageWordings(ctx, "", 10))(t)), 0)
	for _, letter := range []string{"c", "a", "b"} {
		must(t, s.KeepWording(ctx, wording(letter)))
	}
	for _, err := range race(8, func(int) error { return s.KeepWording(ctx, wording("d")) }) {
		must(t, err)
	}
	other := wording("a")
	other.Text = []byte("another")
	must(t, s.KeepWording(ctx, other)) // what is there stays
	same(t, give(s.Wording(ctx, wording("a").SHA256))(t), wording("a"))
	same(t, give(s.PageWordings(ctx, "", 3))(t), []store.Wording{wording("a"), wording("b"), wording("c")})
	same(t, give(s.PageWordings(ctx, wording("c").SHA256, 3))(t), []store.Wording{wording("d")})
}
