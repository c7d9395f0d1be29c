package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// programs are what the tests of this package run, each built when it is first needed.
var programs struct {
	sync.Mutex
	folder string
	paths  map[string]string // by the package that each is built from
}

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "candor-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for programs:", err)
		os.Exit(1)
	}
	programs.folder, programs.paths = folder, map[string]string{}
	status := m.Run()
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, "remove the folder of programs:", err)
	}
	os.Exit(status)
}

// build gives the program of a package, as the go command names it in a folder of its module.
func build(t *testing.T, module, pkg string) string {
	t.Helper()
	programs.Lock()
	defer programs.Unlock()
	if path, ok := programs.paths[pkg]; ok {
		return path
	}
	path := filepath.Join(programs.folder, fmt.Sprint("program-", len(programs.paths)))
	command := exec.CommandContext(t.Context(), "go", "build", "-o", path, pkg)
	command.Dir = module
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	programs.paths[pkg] = path
	return path
}
