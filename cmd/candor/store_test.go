package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candor/models/store/mongo/mongotest"
	"candor/models/store/sqlite"
)

// moved is a server that has customers, choices and keys, stopped, and a second one with its signing keys and
// an empty folder.
func moved(t *testing.T) (from, to *server) {
	t.Helper()
	from = newServer(t)
	lines := `{"type":"customer","ref":"cus_1","name":"Test Person","email":"test@example.test"}
{"type":"customer","ref":"cus_2","name":"Other Person"}
`
	file := filepath.Join(t.TempDir(), "customers.jsonl")
	must(t, os.WriteFile(file, []byte(lines), 0o600))
	from.start()
	from.kill()
	for _, args := range [][]string{{"import", file}, {"clients", "add", "--scopes", "customers", "billing"}} {
		if out, err := from.run(args...); err != nil {
			t.Fatal(out)
		}
	}
	to = &server{t: t, dir: t.TempDir(), binary: from.binary, addr: from.addr}
	must(t, os.CopyFS(filepath.Join(to.dir, "keys"), os.DirFS(filepath.Join(from.dir, "keys"))))
	must(t, os.Chmod(filepath.Join(to.dir, "keys"), 0o700))
	keys, err := filepath.Glob(filepath.Join(to.dir, "keys", "*"))
	must(t, err)
	for _, key := range keys {
		must(t, os.Chmod(key, 0o600))
	}
	return from, to
}

func (s *server) store() string { return "sqlite:" + filepath.Join(s.dir, "candor.db") }

// What was copied is served, and everything that checks a log says that it is good.
func TestACopiedStoreIsServed(t *testing.T) {
	from, to := moved(t)
	out, err := from.run("store", "copy", from.store(), to.store())
	if err != nil || !strings.Contains(out, "copied and compared") {
		t.Fatalf("the copy ends with %v and says %q", err, out)
	}
	for _, args := range [][]string{{"store", "compare", from.store(), to.store()}, {"store", "copy", from.store(), to.store()}} {
		if out, err := from.run(args...); err != nil {
			t.Errorf("%v: %s", args, out)
		}
	}
	if out, err := to.run("rebuild", "--check"); err != nil {
		t.Errorf("the projections of the copy: %s", out)
	}
	if out, err := to.run("clients", "list"); err != nil || !strings.Contains(out, "billing") {
		t.Errorf("the clients of the copy: %s", out)
	}
	to.start()
	defer to.kill()
	verifyLog(t, to)
}

// The same into MongoDB, named by a file of settings: no password stands on the command line.
func TestAStoreCopiedToMongoDBIsGood(t *testing.T) {
	from, to := moved(t)
	data, keys := mongotest.Start(t), mongotest.Start(t)
	file := filepath.Join(t.TempDir(), "stores.yaml")
	must(t, os.WriteFile(file, []byte("store: "+data+"\nkey_store: "+keys+"\n"), 0o600))
	for _, args := range [][]string{{"store", "copy", from.store(), file}, {"store", "compare", from.store(), file}} {
		if out, err := from.run(args...); err != nil {
			t.Fatalf("%v: %s", args, out)
		}
	}
	to.extra = []string{"CANDOR_STORE=" + data, "CANDOR_KEY_STORE=" + keys, "CANDOR_KEYS=" + filepath.Join(to.dir, "keys")}
	if out, err := to.run("rebuild", "--check"); err != nil {
		t.Errorf("the projections of the copy: %s", out)
	}
	to.start()
	defer to.kill()
	verifyLog(t, to)
}

// verifyLog has logverify read a running server's log.
func verifyLog(t *testing.T, s *server) {
	t.Helper()
	verifier := &server{t: t, dir: s.dir, addr: s.addr, binary: build(t, ".", "../logverify")}
	if out, err := verifier.run("http://" + s.addr + "/log"); err != nil || !strings.Contains(out, "Good: ") {
		t.Errorf("logverify says %q", out)
	}
}

// Who must not be copied, or copied over, is named with the remedy, and nothing is changed there.
func TestStoresThatCannotBeCopied(t *testing.T) {
	from, to := moved(t)
	other := newServer(t)
	other.start()
	other.kill()
	data, err := sqlite.Open(t.Context(), filepath.Join(other.dir, "candor.db"))
	must(t, err)
	size, err := data.Size(t.Context())
	must(t, err)
	must(t, data.Close())
	for name, c := range map[string]struct{ from, to, words string }{
		"another log's":     {from.store(), other.store(), "Name an empty one"},
		"itself":            {from.store(), from.store(), "the same store"},
		"not there":         {"sqlite:" + filepath.Join(t.TempDir(), "candor.db"), other.store(), "there is no store"},
		"no store":          {"postgres://x", to.store(), "write sqlite:"},
		"nothing in it yet": {"sqlite:" + emptyStore(t), to.store(), "no entries"},
	} {
		if out, err := from.run("store", "copy", c.from, c.to); err == nil || !strings.Contains(out, c.words) {
			t.Errorf("%s: it ends with %v and says %q", name, err, out)
		}
	}
	data, err = sqlite.Open(t.Context(), filepath.Join(other.dir, "candor.db"))
	must(t, err)
	defer data.Close()
	if after, err := data.Size(t.Context()); err != nil || after != size {
		t.Errorf("the refused target had %d entries and has %d, %v", size, after, err)
	}
}

// emptyStore makes the files of a store that nobody has run on.
func emptyStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	data, err := sqlite.Open(t.Context(), filepath.Join(dir, "candor.db"))
	must(t, err)
	must(t, data.Close())
	keys, err := sqlite.OpenKeys(t.Context(), filepath.Join(dir, "keys.db"))
	must(t, err)
	must(t, keys.Close())
	return filepath.Join(dir, "candor.db")
}

func TestAStoreInUseIsNotCopied(t *testing.T) {
	from, to := moved(t)
	from.start()
	defer from.kill()
	out, err := from.run("store", "copy", from.store(), to.store())
	if err == nil || !strings.Contains(out, "another candor runs on "+from.dir) {
		t.Errorf("it ends with %v and says %q", err, out)
	}
}
