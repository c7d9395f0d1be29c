package file

import (
	"os"
	"path/filepath"
	"testing"

	"candor/models"
	"candor/models/store"
	"candor/models/store/storetest"
)

func open(t *testing.T, path string) *CheckpointFile {
	t.Helper()
	c, err := Checkpoints(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCheckpoints(t *testing.T) {
	storetest.RunCheckpoints(t, func(t *testing.T, place string) store.Checkpoints {
		return open(t, filepath.Join(place, "checkpoint"))
	})
}

func TestOnlyItsOwnerMayReadTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checkpoint")
	if err := open(t, path).AdvanceCheckpoint(t.Context(), 1, []byte("note")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
}

func TestADamagedFileIsAnErrorAndIsKept(t *testing.T) {
	for _, damage := range []string{"", "7", "x7\nnote", "-7\nnote", "\nnote"} {
		path := filepath.Join(t.TempDir(), "checkpoint")
		if err := os.WriteFile(path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(t, path)
		if _, _, err := c.Checkpoint(t.Context()); err == nil {
			t.Errorf("%q was read", damage)
		}
		if err := c.AdvanceCheckpoint(t.Context(), 100, []byte("note")); err == nil {
			t.Errorf("%q was replaced", damage)
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != damage {
			t.Errorf("%q became %q, %v", damage, raw, err)
		}
	}
}

func TestAFolderThatIsGoneIsUnavailable(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	if _, err := Checkpoints(filepath.Join(folder, "checkpoint")); err == nil {
		t.Fatal("a folder that is not there was accepted")
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	c := open(t, filepath.Join(folder, "checkpoint"))
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := c.AdvanceCheckpoint(t.Context(), 1, nil); models.KindOf(err) != models.Unavailable {
		t.Fatalf("got %v", err)
	}
}
