// Command testreport reads what "go test -json" prints and says it briefly: a line for each package,
// all that a failed test printed, and the counts. With CI=true a skipped test is a failure, because
// nobody is there to notice that it did not run.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	name := "go"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	ok, err := report(os.Stdin, os.Stdout, name, os.Getenv("CI") == "true")
	if err != nil {
		fmt.Fprintf(os.Stderr, "testreport: %v\n", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// event is a line of "go test -json" (go doc test2json).
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

// counts of tests, subtests included, and of packages that could not be tested.
type counts struct{ passed, failed, skipped, broken int }

// tally keeps what tests print until it is known whether they fail.
type tally struct {
	counts
	out    io.Writer
	strict bool
	// printed is what each test has printed, by package and test.
	printed map[[2]string]*strings.Builder
	// reported has the packages in which a test failed and was shown.
	reported map[string]bool
}

// report says whether all tests passed, and at least one ran.
func report(in io.Reader, out io.Writer, name string, strict bool) (bool, error) {
	t := &tally{out: out, strict: strict, printed: map[[2]string]*strings.Builder{}, reported: map[string]bool{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text()) // the go command's own words
			continue
		}
		t.take(e)
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("read test events: %w", err)
	}
	fmt.Fprintf(out, "%s: %d passed, %d failed, %d skipped\n", name, t.passed, t.failed+t.broken, t.skipped)
	return t.passed > 0 && t.failed+t.broken == 0 && (!strict || t.skipped == 0), nil
}

func (t *tally) take(e event) {
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "output":
		if t.printed[key] == nil {
			t.printed[key] = &strings.Builder{}
		}
		t.printed[key].WriteString(e.Output)
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.endPackage(e)
		} else {
			t.endTest(e)
		}
		delete(t.printed, key)
	}
}

func (t *tally) endTest(e event) {
	switch e.Action {
	case "pass":
		t.passed++
	case "fail":
		t.failed++
		t.show(e)
	case "skip":
		t.skipped++
		if t.strict {
			t.show(e)
		}
	}
}

// endPackage says how a package fared. One that fails without a failed test did not build, panicked
// or ran out of time: what it printed says which.
func (t *tally) endPackage(e event) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(t.out, "ok    %7.1f s  %s\n", e.Elapsed, e.Package)
	case "fail":
		if !t.reported[e.Package] {
			t.broken++
			t.showAll(e.Package)
		}
		fmt.Fprintf(t.out, "FAIL  %7.1f s  %s\n", e.Elapsed, e.Package)
	}
}

func (t *tally) show(e event) {
	t.reported[e.Package] = true
	fmt.Fprintf(t.out, "--- %s %s %s\n", strings.ToUpper(e.Action), e.Package, e.Test)
	if text := t.printed[[2]string{e.Package, e.Test}]; text != nil {
		fmt.Fprint(t.out, text)
	}
}

func (t *tally) showAll(pkg string) {
	for key, text := range t.printed {
		if key[0] == pkg {
			fmt.Fprint(t.out, text)
		}
	}
}
