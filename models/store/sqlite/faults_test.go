package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"candor/models"
	"candor/models/store"
	"candor/models/store/storetest"
)

func TestFaultsHappenAsScripted(t *testing.T) {
	ctx := t.Context()
	f := &storetest.Faults{Data: openData(t, filepath.Join(t.TempDir(), "candor.db"))}
	defer f.Close()
	batch := func(seq uint64) []store.Entry { return []store.Entry{{Seq: seq, Event: string(rune('a' + seq))}} }
	size := func(expected uint64) {
		t.Helper()
		if n, err := f.Data.Size(ctx); err != nil || n != expected {
			t.Fatalf("size %d, %v; want %d", n, err, expected)
		}
	}
	failed := func(err error) {
		t.Helper()
		if !errors.Is(err, storetest.ErrFault) || models.KindOf(err) != models.Unavailable {
			t.Fatalf("got %v", err)
		}
	}
	f.On(storetest.Append, storetest.Pass, storetest.Before, storetest.After, storetest.Hang, storetest.Late)
	if err := f.Append(ctx, batch(0)); err != nil {
		t.Fatal(err)
	}
	failed(f.Append(ctx, batch(1)))
	size(1)
	failed(f.Append(ctx, batch(1)))
	size(2)
	over, cancel := context.WithCancel(ctx)
	cancel()
	failed(f.Append(over, batch(2)))
	size(2)
	failed(f.Append(over, batch(2)))
	size(3)

	f.On(storetest.Read, storetest.Short)
	for _, expected := range []int{1, 3} {
		if got, err := f.Read(ctx, 0, 10); err != nil || len(got) != expected {
			t.Fatalf("read %d, %v; want %d", len(got), err, expected)
		}
	}
	f.Gone(true)
	_, err := f.Size(ctx)
	failed(err)
	f.Gone(false)
	if n, err := f.Size(ctx); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if f.Calls(storetest.Append) != 5 || f.Left() != 0 {
		t.Fatal(f.Calls(storetest.Append), f.Left())
	}
}
