package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A family is a set of ids that are put together at run time: before + a word + after. The word and the part
// before it must be in the sources as quoted strings; a member whose word is nowhere is unused.
type family struct{ before, after string }

var families = []family{
	{"basis.", ""},
	{"glance.basis.", ""},
	{"state.", ""},
	{"flash.", ""},
	{"nav.", ""},
	{"choice.", ".on"},
	{"choice.", ".off"},
	{"choice.confirmed.", ""},
	{"choice.attention.", ""},
	{"choice.ended.", ""},
	{"renewal.what.", ""},
	{"choice.nothing.", ""},
	{"event.", ""},
	{"shown.part.", ""},
	{"shown.absent.notice.", ""},
	{"shown.absent.wording.", ""},
	{"evidence.fact.", ""},
	{"evidence.actor.", ""},
	{"channel.", ""},
	{"auth.", ""},
	{"history.group.", ""},
	{"check.step.", ""},
	{"check.step.", "_text"},
	{"download.state.", ""},
	{"download.problem.", ""},
	{"sign_in.problem.", ""},
	{"code.problem.", ""},
	{"mail.", ".subject"},
	{"mail.", ".text"},
	{"mail.", ".not_you"},
	{"role.", ""},
	{"role.", ".does"},
	{"clients.shows.", ""},
	{"clients.done.", ""},
	{"members.done.", ""},
	{"members.origin.", ""},
	{"staff_sign_in.problem.", ""},
	{"scope.", ""},
	{"accesses.state.", ""},
	{"request.kind.", ""},
	{"request.kind.", "_text"},
	{"request.state.", ""},
	{"request.ground.", ""},
	{"request.system.", ""},
	{"request.refusal.", ""},
	{"workspace.task.", ""},
	{"workspace.turn.", ""},
	{"workspace.filter.", ""},
	{"workspace.state.", ""},
	{"workspace.language.", ""},
	{"workspace.effect.", ""},
	{"workspace.part.", ""},
	{"workspace.step.", ""},
	{"workspace.verdict.", ""},
	{"workspace.check.", ""},
	{"workspace.law.", ""},
	{"workspace.element.", ""},
	{"workspace.cannot.", ""},
	{"workspace.done.", ""},
	{"requirement.part.", ""},
	{"training.missing.", ""},
	{"training.due.", ""},
	{"error.", ""},
	{"map.kind.", ""},
	{"map.basis.", ""},
	{"map.field.", ""},
	{"map.group.", ""},
	{"map.state.", ""},
	{"map.turn.", ""},
	{"map.done.", ""},
	{"error.", "_text"},
}

// called finds messages asked for by their whole id: t "id" and .T "id" in templates, .T("id" in Go.
var called = regexp.MustCompile(`(?:\bt |\.T |\.T\()"([a-z][a-z0-9_.]*[a-z0-9_])"`)

// failed finds the codes of errors; each has a message with "error." before it, save internal faults, which
// are never shown, and what the sequencer settles by itself.
var (
	failed  = regexp.MustCompile(`models\.Fail\(models\.(\w+), "([a-z0-9_]+)"`)
	named   = regexp.MustCompile(`\bcode[A-Z]\w*\s*=\s*"([a-z0-9_]+)"`)
	unshown = []string{"position_taken"}
)

var quoted = regexp.MustCompile("[\"'`]([a-z][a-z0-9_.]*)[\"'`]")

// source is all the code and templates of the project that is no test, without the catalogues' own package.
func source(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			skip := strings.HasPrefix(d.Name(), ".") && path != "." || slices.Contains([]string{"i18n", "testdata", "node_modules", "docs", "e2e", "operators"}, d.Name())
			if skip {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".go", ".html", ".js"}, filepath.Ext(path)) {
			return nil
		}
		raw, err := fs.ReadFile(root, path)
		all.Write(raw)
		all.WriteByte('\n')
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestEveryMessageAskedForExists(t *testing.T) {
	english := catalogues(t)["en"]
	code := source(t)
	matches := called.FindAllStringSubmatch(code, -1)
	if len(matches) < 100 {
		t.Fatalf("found only %d messages asked for: the pattern no longer fits the code", len(matches))
	}
	for _, match := range matches {
		if english[match[1]] == nil {
			t.Errorf("the code asks for %s, which en.yaml does not say", match[1])
		}
	}
	for _, match := range failed.FindAllStringSubmatch(code, -1) {
		kind, code := match[1], match[2]
		if kind != "Internal" && english["error."+code] == nil && !slices.Contains(unshown, code) {
			t.Errorf("the code fails with %q, but en.yaml does not say error.%s", code, code)
		}
	}
}

func TestEveryNamedErrorCodeHasAMessage(t *testing.T) {
	english := catalogues(t)["en"]
	for _, match := range named.FindAllStringSubmatch(source(t), -1) {
		if english["error."+match[1]] == nil {
			t.Errorf("a constant names the code %q, but en.yaml does not say error.%s", match[1], match[1])
		}
	}
}

func TestNoMessageIsUnused(t *testing.T) {
	words := map[string]bool{}
	for _, match := range quoted.FindAllStringSubmatch(source(t), -1) {
		words[match[1]] = true
	}
	english := catalogues(t)["en"]
	for _, f := range families {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(english)), func(id string) bool { return !words[id] && f.uses(id, words) }) {
			t.Errorf("no message needs the family %q … %q any more: take it out", f.before, f.after)
		}
	}
	for id := range english {
		if !words[id] && !slices.ContainsFunc(families, func(f family) bool { return f.uses(id, words) }) {
			t.Errorf("nothing asks for %s: take it out of every language", id)
		}
	}
}

func (f family) uses(id string, words map[string]bool) bool {
	word, ok := strings.CutPrefix(id, f.before)
	if !ok {
		return false
	}
	word, ok = strings.CutSuffix(word, f.after)
	return ok && words[f.before] && words[word]
}
