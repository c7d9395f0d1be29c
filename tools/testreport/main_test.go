package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	const (
		pass  = `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p","Test":"A"}` + "\n"
		fail  = `{"Action":"output","Package":"p","Test":"B","Output":"b is wrong\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"B"}` + "\n"
		skip  = `{"Action":"output","Package":"p","Test":"C","Output":"no server\n"}` + "\n" + `{"Action":"skip","Package":"p","Test":"C"}` + "\n"
		ok    = `{"Action":"pass","Package":"p","Elapsed":1.5}` + "\n"
		bad   = `{"Action":"fail","Package":"p","Elapsed":1.5}` + "\n"
		empty = `{"Action":"skip","Package":"q"}` + "\n" // a package without tests
		panic = `{"Action":"output","Package":"p","Test":"A","Output":"panic: oh\n"}` + "\n" + bad
		build = `{"ImportPath":"p","Action":"build-output","Output":"x.go:1: no such thing\n"}` + "\n" + `{"ImportPath":"p","Action":"build-fail"}` + "\n" + bad
	)
	for _, c := range []struct {
		name, in string
		strict   bool
		ok       bool
		says     []string
	}{
		{"all pass", pass + ok + empty, true, true, []string{"ok        1.5 s  p\n", "go: 1 passed, 0 failed, 0 skipped\n"}},
		{"one fails", pass + fail + bad, false, false, []string{"b is wrong", "FAIL      1.5 s  p\n", "go: 1 passed, 1 failed, 0 skipped\n"}},
		{"a skip at home", pass + skip + ok, false, true, []string{"go: 1 passed, 0 failed, 1 skipped\n"}},
		{"a skip in CI", pass + skip + ok, true, false, []string{"--- SKIP p C\nno server\n", "go: 1 passed, 0 failed, 1 skipped\n"}},
		{"a panic", panic, false, false, []string{"panic: oh", "go: 0 passed, 1 failed, 0 skipped\n"}},
		{"a build failure", build, false, false, []string{"no such thing", "go: 0 passed, 1 failed, 0 skipped\n"}},
		{"nothing ran", empty, false, false, []string{"go: 0 passed, 0 failed, 0 skipped\n"}},
		{"the go command complains", "go: no such module\n" + pass, false, true, []string{"go: no such module\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			ok, err := report(strings.NewReader(c.in), &out, "go", c.strict)
			if err != nil {
				t.Fatal(err)
			}
			if ok != c.ok {
				t.Errorf("report says %v, not %v", ok, c.ok)
			}
			for _, s := range c.says {
				if !strings.Contains(out.String(), s) {
					t.Errorf("report printed\n%s\nwithout %q", out.String(), s)
				}
			}
		})
	}
}
