package candor_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "candor"

// file is one Go file's place and what it says about others.
type file struct {
	path, pkg string // slash-separated, from the module's root; pkg is "." for the root
	test      bool
	imports   []string
	syntax    *ast.File
}

// ours is what the file imports of this module, from the module's root.
func (f file) ours() []string {
	var out []string
	for _, i := range f.imports {
		if rest, ok := strings.CutPrefix(i, module+"/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

// within says whether a package is one of these folders or below one of them.
func within(pkg string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return pkg == f || strings.HasPrefix(pkg, f+"/") })
}

// support says whether a package exists for tests only, as its name then says.
func support(pkg string) bool { return strings.HasSuffix(path.Base(pkg), "test") }

// implementations of the store: only cmd chooses one.
var implementations = []string{"models/store/sqlite", "models/store/mongo", "models/store/file"}

// domain is models/*: everything below models that is neither a store nor the log format.
func domain(pkg string) bool {
	return within(pkg, "models") && !within(pkg, "models/store", "models/ledger")
}

// layers are docs/architecture.md's, from the top; each names what its packages may import of this
// module beside packages of its own folder.
var layers = []struct {
	folder string
	may    func(imported string) bool
}{
	{"cmd/logverify", func(i string) bool { return i == "models/ledger" }},
	{"cmd", func(i string) bool { return within(i, "handlers", "frontend", "i18n", "models") }},
	{"handlers", func(i string) bool {
		return within(i, "frontend", "i18n", "models") && !within(i, implementations...)
	}},
	{"frontend", func(i string) bool { return i == "i18n" }},
	{"i18n", func(string) bool { return false }},
	{"models/ledger", func(string) bool { return false }},
	{"models/datamap", func(i string) bool { return i == "models" }},
	{"models/store", func(i string) bool {
		return i == "models" || i == "models/ledger" || i == "models/store"
	}},
	{"models", func(i string) bool {
		return domain(i) || i == "models/store" || i == "models/ledger"
	}},
	{"tools", func(string) bool { return false }},
}

// mayImport says whether the layers let a package import another one of ours.
func mayImport(pkg, imported string) bool {
	if pkg == "models" {
		return false // the nouns rest on the standard library alone
	}
	for _, l := range layers {
		if within(pkg, l.folder) {
			ownFolder := within(imported, l.folder) && (l.folder != "models" || domain(imported)) &&
				(l.folder != "models/store" || !within(imported, implementations...))
			return ownFolder || l.may(imported)
		}
	}
	return false
}

func TestImportsFollowTheLayers(t *testing.T) {
	for _, f := range files(t) {
		if f.test || support(f.pkg) {
			continue
		}
		for _, i := range f.ours() {
			if !mayImport(f.pkg, i) {
				t.Errorf("%s imports %s: against the direction cmd → handlers → {frontend, models/*} → models/store → models, models/ledger", f.path, i)
			}
			if support(i) {
				t.Errorf("%s imports %s, which is for tests only", f.path, i)
			}
		}
	}
}

// Tests may reach for what they test with, a store to run on among it, but not upwards.
func TestTestsDoNotImportUpwards(t *testing.T) {
	for _, f := range files(t) {
		if !f.test && !support(f.pkg) {
			continue
		}
		for _, i := range f.ours() {
			if within(f.pkg, "models") && within(i, "handlers", "frontend", "cmd") ||
				within(f.pkg, "frontend", "i18n") && !within(i, "frontend", "i18n") ||
				within(f.pkg, "handlers") && within(i, "cmd") {
				t.Errorf("%s imports %s, which stands above it", f.path, i)
			}
		}
	}
}

// foreign are the libraries that only some folders may know.
var foreign = []struct {
	library string
	why     string
	in      []string
}{
	{"github.com/gofiber/fiber", "HTTP is for handlers", []string{"handlers", "cmd/candor"}},
	{"github.com/valyala/fasthttp", "HTTP is for handlers", []string{"handlers", "cmd/candor"}},
	{"github.com/stripe/stripe-go", "only a connector knows its system", []string{"models/connector/stripe", "models/signin"}},
	{"net/http", "HTTP is for handlers; webhooks call others by it, and an issuer is asked for its keys", []string{"handlers", "cmd", "models/webhook", "models/auth/issuer", "models/connector/stripe", "models/signin"}},
	{"html/template", "pages are for the frontend; the archive carries one of its own", []string{"frontend", "handlers", "models/export"}},
	{"github.com/standard-webhooks", "only webhooks are signed so", []string{"models/webhook"}},
	{"modernc.org/sqlite", "only a store knows its database", []string{"models/store/sqlite"}},
	{"go.mongodb.org/mongo-driver", "only a store knows its database", []string{"models/store/mongo"}},
	{"database/sql", "only a store knows its database", []string{"models/store/sqlite"}},
}

func TestLibrariesStayWhereTheyBelong(t *testing.T) {
	for _, f := range files(t) {
		if f.test || support(f.pkg) {
			continue
		}
		for _, rule := range foreign {
			if slices.ContainsFunc(f.imports, func(i string) bool { return within(i, rule.library) }) && !within(f.pkg, rule.in...) {
				t.Errorf("%s imports %s: %s", f.path, rule.library, rule.why)
			}
		}
	}
}

// The log format is pure: what it computes depends on its arguments alone.
func TestLedgerIsPure(t *testing.T) {
	impure := []string{
		"os", "net", "database", "log", "context", "syscall", "embed", "path/filepath", "io/fs", "io/ioutil",
		"crypto/rand", "math/rand", "testing",
	}
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"}
	for _, f := range files(t) {
		if f.test || f.pkg != "models/ledger" {
			continue
		}
		for _, i := range f.imports {
			if within(i, impure...) {
				t.Errorf("%s imports %s: the log format does no I/O and knows neither clock nor chance", f.path, i)
			}
		}
		for _, name := range used(f.syntax, "time") {
			if slices.Contains(clock, name) {
				t.Errorf("%s uses time.%s: the log format is told the time", f.path, name)
			}
		}
	}
}

// used are the names that a file takes from a package.
func used(f *ast.File, pkg string) []string {
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == pkg {
				names = append(names, s.Sel.Name)
			}
		}
		return true
	})
	return names
}

// No package runs code by being imported, and everything is put together in one place.
func TestNoInit(t *testing.T) {
	for _, f := range files(t) {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", f.path)
			}
		}
	}
}

// A rule that nothing can break would hold for an empty tree too.
func TestLayersAreThere(t *testing.T) {
	all := files(t)
	for _, folder := range []string{"cmd/candor", "cmd/logverify", "handlers", "frontend", "i18n", "models", "models/store", "models/ledger"} {
		if !slices.ContainsFunc(all, func(f file) bool { return f.pkg == folder && !f.test }) {
			t.Errorf("there is no package in %s", folder)
		}
	}
	for _, wrong := range [][2]string{
		{"models/consent", "handlers"},
		{"models/consent", "models/store/sqlite"},
		{"models/store/sqlite", "models/consent"},
		{"models/store", "models/store/sqlite"},
		{"models", "models/ledger"},
		{"models/ledger", "models"},
		{"frontend", "models"},
		{"handlers/web", "models/store/sqlite"},
		{"cmd/logverify", "models/export"},
		{"i18n", "models"},
		{"handlers", "cmd/candor"},
	} {
		if mayImport(wrong[0], wrong[1]) {
			t.Errorf("the layers let %s import %s", wrong[0], wrong[1])
		}
	}
}

// files parses every Go file of this module; nested modules have rules of their own.
func files(t *testing.T) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && foreignFolder(t, name, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, ".go") {
			out = append(out, parse(t, name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// foreignFolder says whether the go command, too, would leave this folder alone.
func foreignFolder(t *testing.T, name, base string) bool {
	t.Helper()
	nested, err := filepath.Glob(filepath.Join(name, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return len(nested) > 0 || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules"
}

func parse(t *testing.T, name string) file {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	f := file{
		path: filepath.ToSlash(name), pkg: path.Dir(filepath.ToSlash(name)),
		test: strings.HasSuffix(name, "_test.go"), syntax: syntax,
	}
	for _, i := range syntax.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, imported)
	}
	return f
}
