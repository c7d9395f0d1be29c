package candor_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// page is a page of the documentation.
type page struct{ path, text string }

// pages are the README and everything under docs.
func pages(t *testing.T) []page {
	t.Helper()
	all := []page{read(t, "README.md")}
	err := filepath.WalkDir("docs", func(name string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".md" {
			all = append(all, read(t, filepath.ToSlash(name)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(t *testing.T, name string) page {
	t.Helper()
	raw, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return page{name, string(raw)}
}

// block is a fenced block of a page; info is what stands behind its first fence.
type block struct{ info, text string }

var fenced = regexp.MustCompile("(?ms)^ *```([^\n]*)\n(.*?)^ *```")

func (p page) blocks() []block {
	var out []block
	for _, m := range fenced.FindAllStringSubmatch(p.text, -1) {
		out = append(out, block{m[1], m[2]})
	}
	return out
}

// prose is the page without its fenced blocks.
func (p page) prose() string { return fenced.ReplaceAllString(p.text, "") }

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.prose(), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			at := p.path
			if target != "" {
				at = path.Join(path.Dir(p.path), target)
			}
			if _, err := os.Stat(filepath.FromSlash(at)); err != nil {
				t.Errorf("%s links to %s, which is not there", p.path, m[1])
			} else if anchor != "" && !slices.Contains(anchors(read(t, at)), anchor) {
				t.Errorf("%s links to %s, and there is no such heading", p.path, m[1])
			}
		}
	}
}

// anchors are what the headings of a page are linked by.
func anchors(p page) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(p.prose(), -1) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			default:
				return -1
			}
		}, m[1]))
	}
	return out
}

var (
	namedTest = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9]*)`")
	namedPath = regexp.MustCompile("`((?:cmd|handlers|frontend|models|i18n|tools|docs)/[A-Za-z0-9_./-]+)`")
	namedSpec = regexp.MustCompile("`([a-z]+\\.spec\\.js)`")
)

// What the documentation names as a proof has to be there.
func TestWhatIsNamedIsThere(t *testing.T) {
	tests := map[string]bool{}
	for _, f := range files(t) {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && f.test {
				tests[fn.Name.Name] = true
			}
		}
	}
	for _, p := range pages(t) {
		for _, m := range namedTest.FindAllStringSubmatch(p.text, -1) {
			if !tests[m[1]] {
				t.Errorf("%s names the test %s, which is not there", p.path, m[1])
			}
		}
		for _, m := range namedPath.FindAllStringSubmatch(p.text, -1) {
			exists(t, p, m[1])
		}
		for _, m := range namedSpec.FindAllStringSubmatch(p.text, -1) {
			exists(t, p, "frontend/e2e/tests/"+m[1])
		}
	}
}

func exists(t *testing.T, p page, name string) {
	t.Helper()
	if strings.Contains(name, "TAG") {
		return // stands for any language
	}
	if _, err := os.Stat(filepath.FromSlash(name)); err != nil {
		t.Errorf("%s names %s, which is not there", p.path, name)
	}
}

// Every package that belongs to the product is in the table of the architecture.
func TestArchitectureKnowsEveryPackage(t *testing.T) {
	text := read(t, "docs/architecture.md").text
	for _, f := range files(t) {
		top := strings.Join(strings.SplitN(f.pkg, "/", 3)[:min(2, strings.Count(f.pkg, "/")+1)], "/")
		if within(f.pkg, "models") && !f.test && !support(f.pkg) && !strings.Contains(text, "`"+top+"`") {
			t.Errorf("docs/architecture.md does not say what %s owns", top)
		}
	}
}

func TestDecisionsAreListed(t *testing.T) {
	index := read(t, "docs/adr/README.md").text
	names, err := filepath.Glob("docs/adr/0*.md")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		base := filepath.Base(name)
		title := "# " + base[:4] + ": "
		p := read(t, filepath.ToSlash(name))
		if !strings.HasPrefix(p.text, title) {
			t.Errorf("%s does not begin with %q", name, title)
		}
		if !strings.Contains(index, "("+base+")") {
			t.Errorf("docs/adr/README.md does not list %s", base)
		}
		for _, part := range []string{"**Context.**", "**Decision.**", "**Consequences.**"} {
			if !strings.Contains(p.text, part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
	}
}

var (
	required  = regexp.MustCompile(`(?m)^\t?(?:require )?([a-z0-9.-]+\.[a-z]+/\S+) v`)
	dependsOn = regexp.MustCompile("(?m)^\\| `([a-z0-9.-]+\\.[a-z]+/[^`]+)` \\| ")
)

// Each module that our code imports has its reason in ADR 0001, and nothing else has.
func TestEveryDependencyHasItsReason(t *testing.T) {
	var modules []string
	for _, m := range required.FindAllStringSubmatch(read(t, "go.mod").text, -1) {
		modules = append(modules, m[1])
	}
	imported := map[string]bool{}
	for _, f := range files(t) {
		for _, i := range f.imports {
			for _, m := range modules {
				imported[m] = imported[m] || within(i, m)
			}
		}
	}
	reasons := map[string]bool{}
	for _, m := range dependsOn.FindAllStringSubmatch(read(t, "docs/adr/0001-dependencies.md").text, -1) {
		reasons[m[1]] = true
	}
	for module, used := range imported {
		if used && !reasons[module] {
			t.Errorf("docs/adr/0001-dependencies.md does not say why we need %s", module)
		}
	}
	for module := range reasons {
		if !imported[module] {
			t.Errorf("docs/adr/0001-dependencies.md gives a reason for %s, which nothing imports", module)
		}
	}
}

var making = regexp.MustCompile(`(?m)(?:^|[^a-z])make ([a-z][a-z0-9-]*)`)

// What a reader is told to make can be made.
func TestMakeTargetsExist(t *testing.T) {
	makefile := read(t, "Makefile").text
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			for _, m := range making.FindAllStringSubmatch(b.text, -1) {
				if !strings.Contains(makefile, "\n"+m[1]+":") {
					t.Errorf("%s says to make %s, which the Makefile cannot", p.path, m[1])
				}
			}
		}
	}
}

var label = regexp.MustCompile(`(?s)(?:^|[^*])\*([^*|]+?)\*(?:[^*]|$)`)

// The guide for staff calls what it names as the pages do.
func TestTheGuideForStaffSaysWhatThePagesSay(t *testing.T) {
	words := strings.ToLower(read(t, "i18n/en.yaml").text)
	found := label.FindAllStringSubmatch(read(t, "docs/staff.md").prose(), -1)
	if len(found) < 20 {
		t.Fatalf("%d words of the pages", len(found))
	}
	for _, m := range found {
		if said := strings.ToLower(strings.Join(strings.Fields(m[1]), " ")); said != "italics" && !strings.Contains(words, said) {
			t.Errorf("no page says %q", m[1])
		}
	}
}
