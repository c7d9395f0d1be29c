package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	lib "modernc.org/sqlite/lib"

	"candor/models"
	"candor/models/store"
)

// pages bounds a file, as a full disk does: SQLite itself then says SQLITE_FULL. 0 takes the bound away.
func pages(t *testing.T, d *database, most int) {
	t.Helper()
	if most == 0 {
		most = 1 << 30
	}
	err := d.alone(t.Context(), func(w writing) error { return w.run(fmt.Sprintf("PRAGMA max_page_count=%d", most)) })
	if err != nil {
		t.Fatal(err)
	}
}

// full refuses the file every further page.
func full(t *testing.T, d *database) { pages(t, d, 1) } // SQLite takes what is there already for the least

func isFull(t *testing.T, err error) {
	t.Helper()
	if models.KindOf(err) != models.Unavailable || code(errors.Unwrap(err))&0xff != lib.SQLITE_FULL {
		t.Fatalf("on a full disk: %v, want unavailable because of SQLITE_FULL", err)
	}
}

// large is a batch of entries that needs many pages.
func large(first uint64) []store.Entry {
	batch := make([]store.Entry, 64)
	for i := range batch {
		seq := first + uint64(i)
		batch[i] = store.Entry{Seq: seq, Event: fmt.Sprintf("event %d", seq), Subject: "cus_1", Raw: make([]byte, 1000)}
	}
	return batch
}

// A batch for which there is no room is not there at all, what was there stays, and the next batch goes in
// as soon as there is room.
func TestAFullDiskTakesNothingAndLosesNothing(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "candor.db")
	s := openData(t, path)
	holds := func(s *Store, n uint64) {
		t.Helper()
		if size, err := s.Size(ctx); err != nil || size != n {
			t.Fatalf("size %d, %v; want %d", size, err, n)
		}
		entries, err := s.Read(ctx, 0, 1000)
		if err != nil || uint64(len(entries)) != n {
			t.Fatalf("%d entries, %v; want %d", len(entries), err, n)
		}
		if err := sound(ctx, s.d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Append(ctx, large(0)); err != nil {
		t.Fatal(err)
	}
	full(t, s.d)
	for range 2 {
		isFull(t, s.Append(ctx, large(64)))
		holds(s, 64)
	}
	standing := models.Standing{Customer: "cus_1", Pseudonym: make([]byte, 1<<16), Choices: models.Choices{}}
	isFull(t, s.SaveStandings(ctx, 64, []models.Standing{standing}))
	if n, err := s.Applied(ctx); err != nil || n != 0 {
		t.Fatalf("applied %d, %v; want 0", n, err)
	}
	if err := s.Ping(ctx); err != nil {
		t.Fatalf("what is there can be read: %v", err)
	}
	pages(t, s.d, 0)
	if err := errors.Join(s.Append(ctx, large(64)), s.SaveStandings(ctx, 128, []models.Standing{standing})); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	holds(s, 128)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openData(t, path)
	defer s.Close()
	holds(s, 128)
}

// sound is SQLite's own opinion of a file.
func sound(ctx context.Context, d *database) error {
	said, err := all(ctx, d, value[string], `PRAGMA integrity_check`)
	if err == nil && (len(said) != 1 || said[0] != "ok") {
		err = fmt.Errorf("the file is damaged: %q", said)
	}
	return err
}

// Keys are made whole or not at all, and destroying needs no room: a full disk keeps nobody's data from
// being erased.
func TestAFullDiskMakesNoKeysAndDestroysThem(t *testing.T) {
	ctx := t.Context()
	k := openKeys(t, filepath.Join(t.TempDir(), "keys.db"))
	defer k.Close()
	keys := manyKeys(200)
	if _, err := k.AddKeys(ctx, keys[:100]); err != nil {
		t.Fatal(err)
	}
	full(t, k.d)
	_, err := k.AddKeys(ctx, keys[100:])
	isFull(t, err)
	scopes := make([]store.Scope, len(keys))
	for i, key := range keys {
		scopes[i] = key.Scope
	}
	there := func(n int) {
		t.Helper()
		if found, err := k.Keys(ctx, scopes); err != nil || len(found) != n {
			t.Fatalf("%d keys, %v; want %d", len(found), err, n)
		}
	}
	there(100)
	if err := k.DestroyKeys(ctx, scopes[:50]); err != nil {
		t.Fatalf("destroy on a full disk: %v", err)
	}
	there(50)
	pages(t, k.d, 0)
	if _, err := k.AddKeys(ctx, keys[100:]); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	there(150)
}
