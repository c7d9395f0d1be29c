package main

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/datamap"
)

// operatorFolder is a copy of an operator's folder, with its data map changed.
func operatorFolder(t *testing.T, change func(dataMap string) string) string {
	t.Helper()
	dir := t.TempDir()
	check(t, os.CopyFS(dir, os.DirFS("operators/utility")))
	path := filepath.Join(dir, "datamap.yaml")
	raw, err := fs.ReadFile(os.DirFS("operators/utility"), "datamap.yaml")
	check(t, err)
	check(t, os.WriteFile(path, []byte(change(string(raw))), 0o600))
	return dir
}

// dataMapCommand runs `candor data-map` on the store in a folder.
func dataMapCommand(t *testing.T, dir, operator, action string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	vars := map[string]string{
		"CANDOR_STORE": "sqlite:" + filepath.Join(dir, "candor.db"), "CANDOR_OPERATOR": operator, "CANDOR_BASE_URL": "http://127.0.0.1",
		"CANDOR_ORIGIN": "privacy.example.com/log",
	}
	e := env{func(name string) string { return vars[name] }, &out, &out}
	err := dataMaps(t.Context(), e, []string{action})
	return out.String(), err
}

func unchanged(s string) string { return s }

// renewsSooner is a data map in which one purpose is asked about again sooner.
func renewsSooner(s string) string { return strings.Replace(s, "renewal: P24M", "renewal: P7M", 1) }

// The command says how the file differs from what was published, writes what was published, and makes the file a draft that
// somebody submits and somebody else approves. A start with such a file says that it is not taken, and what to do.
func TestTheDataMapOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	same, changed := operatorFolder(t, unchanged), operatorFolder(t, renewsSooner)
	if out, err := dataMapCommand(t, t.TempDir(), same, "diff"); err == nil || !strings.Contains(err.Error(), "nothing is published yet") {
		t.Errorf("before the first start: %q, %v", out, err)
	}
	_, end := shownSite(t, dir, os.DirFS(same))
	end()
	if out, err := dataMapCommand(t, dir, same, "diff"); err != nil || !strings.Contains(out, "the file says what version 1 says") {
		t.Errorf("of the same file: %q, %v", out, err)
	}
	out, err := dataMapCommand(t, dir, changed, "diff")
	if err != nil || !strings.Contains(out, "P7M") || !strings.Contains(out, "differently from version 1") {
		t.Errorf("of another file: %q, %v", out, err)
	}
	exported, err := dataMapCommand(t, dir, changed, "export")
	check(t, err)
	m, err := datamap.Parse([]byte(exported))
	if err != nil || strings.Contains(exported, "P7M") || len(m.Purposes) == 0 {
		t.Errorf("what was exported is not what was published: %v", err)
	}
	if out, err = dataMapCommand(t, dir, changed, "import"); err != nil || !strings.Contains(out, "is the draft of version 2 now") {
		t.Fatalf("importing: %q, %v", out, err)
	}
	if _, err := dataMapCommand(t, dir, changed, "burn"); err == nil {
		t.Error("a word that is none is taken")
	}

	later, end := shownSite(t, dir, os.DirFS(same))
	officer, approver := later.signIn("staff", auth.RolePrivacyOfficer), later.signIn("staff", auth.RoleLegalApprover)
	response, page := officer.step("submit", nil)
	officer.must(http.StatusSeeOther, "submitting what was imported", response, page)
	for _, step := range []string{"approve", "schedule"} {
		response, page = approver.step(step, nil)
		officer.must(http.StatusSeeOther, step, response, page)
	}
	end()

	var said bytes.Buffer
	third := operatorFolder(t, func(s string) string { return strings.Replace(s, "renewal: P24M", "renewal: P9M", 1) })
	s := settings{BaseURL: "http://127.0.0.1", Origin: "privacy.example.com/log", Store: "sqlite:" + filepath.Join(dir, "candor.db"), PerSecond: 1000}
	s.complete()
	p, err := open(context.Background(), s, os.DirFS(third), slog.New(slog.NewTextHandler(&said, nil)))
	check(t, err)
	check(t, p.close())
	for _, word := range []string{"level=WARN", "is not taken", "candor data-map diff", "candor data-map import", "candor data-map export", "version=2"} {
		if !strings.Contains(said.String(), word) {
			t.Errorf("the start does not say %q: %s", word, said.String())
		}
	}
}
