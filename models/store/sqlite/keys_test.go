package sqlite

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"candor/models"
	"candor/models/store"
)

// onDisk is everything that the key store's files hold.
func onDisk(t *testing.T, path string) []byte {
	t.Helper()
	var all []byte
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		raw, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all = append(all, raw...)
	}
	return all
}

// manyKeys makes keys of which every part is recognisable, in an order that splits pages anywhere.
func manyKeys(n int) []store.WrappedKey {
	keys := make([]store.WrappedKey, n)
	for i := range keys {
		seed := binary.BigEndian.AppendUint64(nil, uint64(i))
		for range 5 {
			sum := sha256.Sum256(append(seed, keys[i].Wrapped...))
			keys[i].Wrapped = append(keys[i].Wrapped, sum[:]...)
		}
		keys[i].Wrapped = append(keys[i].Wrapped, make([]byte, i*7%64)...) // so that they do not just fit where another was
		keys[i].Scope = store.Scope{Customer: fmt.Sprintf("cus_%x", keys[i].Wrapped[:6]), Name: "evidence"}
	}
	return keys
}

// found looks for a quarter of a wrapped key.
func found(disk []byte, key store.WrappedKey) bool {
	return bytes.Contains(disk, key.Wrapped[120:160])
}

func TestDestroyedKeysAreGoneFromTheFiles(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "keys.db")
	k := openKeys(t, path)
	defer k.Close()
	keys := manyKeys(16_000)
	for part := range slices.Chunk(keys, 1000) {
		if _, err := k.AddKeys(ctx, part); err != nil {
			t.Fatal(err)
		}
	}
	if !found(onDisk(t, path), keys[17]) {
		t.Fatal("the test does not find a key that is there")
	}
	// Most of them at random, so that what stays is moved together on fewer pages if the store moves
	// anything; and again most of those.
	random := rand.New(rand.NewPCG(1, 2))
	var destroyed []store.WrappedKey
	kept := keys
	for range 2 {
		var scopes []store.Scope
		var rest []store.WrappedKey
		for _, key := range kept {
			if random.IntN(10) < 8 {
				destroyed, scopes = append(destroyed, key), append(scopes, key.Scope)
			} else {
				rest = append(rest, key)
			}
		}
		kept = rest
		if err := k.DestroyKeys(ctx, scopes); err != nil {
			t.Fatal(err)
		}
	}
	left := 0
	for disk, i := onDisk(t, path), 0; i < len(destroyed); i++ {
		if found(disk, destroyed[i]) {
			left++
		}
	}
	if left > 0 {
		t.Fatalf("%d of %d destroyed keys are still in the files", left, len(destroyed))
	}
	for _, key := range kept {
		if got, err := k.Keys(ctx, []store.Scope{key.Scope}); err != nil || len(got) != 1 || !bytes.Equal(got[0].Wrapped, key.Wrapped) {
			t.Fatalf("a kept key is lost: %v, %v", got, err)
		}
	}
}

// A reader that does not end keeps older pages in the write-ahead log: then the caller must hear that
// the key may still be there, and destroying again must finish it.
func TestDestructionIsNotReportedWhileTheLogStillHoldsTheKey(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "keys.db")
	k := openKeys(t, path)
	defer k.Close()
	if err := k.d.alone(ctx, func(w writing) error { return w.run("PRAGMA busy_timeout=0") }); err != nil {
		t.Fatal(err)
	}
	key := manyKeys(1)[0]
	if _, err := k.AddKeys(ctx, []store.WrappedKey{key}); err != nil {
		t.Fatal(err)
	}
	tx, err := k.d.reader.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM slots`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := k.DestroyKeys(ctx, []store.Scope{key.Scope}); models.KindOf(err) != models.Unavailable {
		t.Fatalf("got %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := k.DestroyKeys(ctx, []store.Scope{key.Scope}); err != nil {
		t.Fatal(err)
	}
	if found(onDisk(t, path), key) {
		t.Fatal("it is still there")
	}
}

// What a crash leaves: the key overwritten in a write-ahead log that nobody has emptied.
func TestOpeningFinishesADestruction(t *testing.T) {
	ctx := t.Context()
	folder := t.TempDir()
	path := filepath.Join(folder, "keys.db")
	k := openKeys(t, path)
	key := manyKeys(1)[0]
	if _, err := k.AddKeys(ctx, []store.WrappedKey{key}); err != nil {
		t.Fatal(err)
	}
	if err := k.d.write(ctx, durable, func(w writing) error { return destroy(w, key.Scope) }); err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(folder, "crashed.db")
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(crashed+suffix, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if !found(onDisk(t, crashed), key) {
		t.Fatal("the test does not show what a crash leaves")
	}
	again := openKeys(t, crashed)
	defer again.Close()
	if found(onDisk(t, crashed), key) {
		t.Fatal("it is still there")
	}
}
