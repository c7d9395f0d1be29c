package file

import (
	"errors"
	"path/filepath"
	"testing"
)

func TestALockIsHeldByOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := TakeLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TakeLock(path); !errors.Is(err, ErrHeld) {
		t.Fatalf("taken twice: %v, want ErrHeld", err)
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := TakeLock(path)
	if err != nil {
		t.Fatalf("not taken after its release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestALockThatCannotBeMadeIsNotHeld(t *testing.T) {
	if _, err := TakeLock(filepath.Join(t.TempDir(), "gone", "lock")); err == nil || errors.Is(err, ErrHeld) {
		t.Fatalf("%v, want an error of the file system", err)
	}
}
