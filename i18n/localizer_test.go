package i18n

import (
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// spoken is a catalogue of our own making, and what it complains of.
func spoken(t *testing.T, english, polish string) (c *Catalogue, problems *[]string) {
	t.Helper()
	problems = new([]string)
	c = &Catalogue{bundle: goi18n.NewBundle(language.English), digests: map[string]string{}, plural: map[string]bool{}}
	c.Problem = func(tag, id, problem string) { *problems = append(*problems, tag+" "+id+": "+problem) }
	c.bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	for name, text := range map[string]string{"en.yaml": english, "pl.yaml": polish} {
		if err := c.parse(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range locales {
		c.localizers = append(c.localizers, c.localizer(&locales[i]))
	}
	return c, problems
}

const (
	englishText = `
say.hello: "Hello {{.name}}"
say.english: "Only here"
say.files: {one: "{{.count}} file", other: "{{.count}} files"}
say.when: "On {{.at}}"
say.many: "{{.n}} of {{.total}}, {{.things}}"
`
	polishText = `
say.hello: "Dzień dobry, {{.name}}"
say.files: {one: "{{.count}} plik", few: "{{.count}} pliki", many: "{{.count}} plików", other: "{{.count}} pliku"}
say.when: "Dnia {{.at}}"
say.many: "{{.n}} z {{.total}}, {{.things}}"
`
)

func TestT(t *testing.T) {
	c, problems := spoken(t, englishText, polishText)
	english, _ := c.Localizer("en")
	polish, _ := c.Localizer("pl")
	for _, test := range []struct {
		l    *Localizer
		id   string
		args []any
		want string
	}{
		{english, "say.hello", []any{"name", "<b>&{{.name}}"}, "Hello <b>&{{.name}}"}, // escaping is for whoever makes HTML
		{english, "say.files", []any{"count", 0}, "0 files"},
		{english, "say.files", []any{"count", 1}, "1 file"},
		{english, "say.files", []any{"count", int64(35040)}, "35,040 files"},
		{polish, "say.files", []any{"count", 0}, "0 plików"},
		{polish, "say.files", []any{"count", 1}, "1 plik"},
		{polish, "say.files", []any{"count", 22}, "22 pliki"},
		{polish, "say.files", []any{"count", uint64(35040)}, "35\u00a0040 plików"},
		{polish, "say.when", []any{"at", time.Date(2026, 11, 12, 0, 0, 0, 0, time.UTC)}, "Dnia 12 listopada 2026"},
		{polish, "say.many", []any{"n", 3, "total", 12345.5, "things", []string{"a", "b"}}, "3 z 12\u00a0345,5, a i b"},
		{polish, "say.hello", []any{"name", nil}, "Dzień dobry, "},
	} {
		if got := test.l.T(test.id, test.args...); got != test.want {
			t.Errorf("T(%q, %v) in %s: %q, want %q", test.id, test.args, test.l.Tag(), got, test.want)
		}
	}
	if len(*problems) > 0 {
		t.Errorf("complained without reason: %q", *problems)
	}
}

func TestTSaysTheBestItCanAndReportsWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		id            string
		args          []any
		want, problem string
	}{
		{"say.english", nil, "Only here", "not found"},
		{"say.nothing", nil, "say.nothing", "not found"},
		{"say.hello", nil, "Dzień dobry, ", "{{.name}}"},
		{"say.hello", []any{"name"}, "Dzień dobry, ", "pairs"},
		{"say.hello", []any{12, "x"}, "Dzień dobry, ", "pairs"},
		{"say.files", nil, " pliku", "{{.count}}"},
	} {
		c, problems := spoken(t, englishText, polishText)
		l, _ := c.Localizer("pl")
		if got := l.T(test.id, test.args...); got != test.want {
			t.Errorf("T(%q, %v): %q, want %q", test.id, test.args, got, test.want)
		}
		if !strings.Contains(strings.Join(*problems, "\n"), test.problem) {
			t.Errorf("T(%q, %v) reported %q, want a word of %q", test.id, test.args, *problems, test.problem)
		}
	}
}

func TestMalformedMessagesAreRefused(t *testing.T) {
	for _, text := range []string{
		`a.b: "{{.Name}}"`, `a.b: "{{ .name }}"`, `a.b: "{{if .x}}y{{end}}"`, `a.b: "{{.name"`, `a.b: "name}}"`,
		`a.b: ""`, `a.b: {one: "x"}`, `a.b: {one: "{{x}}", other: "y"}`, "a.b: x\na.b: y", "- a", "a: x", "A.b: x", "a.b: {other: x, leftdelim: \"<\"}",
	} {
		c := &Catalogue{bundle: goi18n.NewBundle(language.English), digests: map[string]string{}, plural: map[string]bool{}}
		c.bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
		if err := c.parse("en.yaml", []byte(text)); err == nil {
			t.Errorf("accepted %s", text)
		}
	}
}

func TestMatch(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		accept    string
		preferred []string
		want      string
	}{
		{"", nil, "en"},
		{"de", nil, "de"},
		{"de-AT,de;q=0.9,en;q=0.5", nil, "de"},
		{"en;q=0.2, pl;q=0.9", nil, "pl"},
		{"ja, fr;q=0.3", nil, "fr"},
		{"ja", nil, "en"},
		{"ar-EG", nil, "ar"},
		{"es-419", nil, "es"},
		{"de;q=0, *", nil, "en"},
		{"fr", []string{"pl"}, "pl"},
		{"fr", []string{"", "de-CH"}, "de"},
		{"fr", []string{"ja", "es"}, "es"},
		{"fr", []string{"ja"}, "fr"},
		{"fr", []string{"../../etc/passwd", "\xff"}, "fr"},
		{strings.Repeat("a-", 100_000), []string{strings.Repeat("x", 100_000)}, "en"},
		{"de, \xff\xfe;;q=nonsense", nil, "en"},
	} {
		if got := c.Match(test.accept, test.preferred...).Tag(); got != test.want {
			t.Errorf("Match(%.40q, %.40q) = %s, want %s", test.accept, test.preferred, got, test.want)
		}
	}
}

func TestLanguages(t *testing.T) {
	c := load(t)
	var tags, directions []string
	for _, l := range c.Languages() {
		tags, directions = append(tags, l.Tag), append(directions, l.Dir)
		if digest := c.Digest(l.Tag); len(digest) != 64 {
			t.Errorf("the digest of %s is %q", l.Tag, digest)
		}
		if l.Name == "" {
			t.Errorf("%s has no name", l.Tag)
		}
	}
	if got := strings.Join(tags, " "); got != "en de fr es pl ar" {
		t.Errorf("the languages are %s", got)
	}
	if got := strings.Join(directions, " "); got != "ltr ltr ltr ltr ltr rtl" {
		t.Errorf("their directions are %s", got)
	}
	if c.Digest("ja") != "" {
		t.Error("a language we do not speak has a digest")
	}
	if _, ok := c.Localizer("de-AT"); ok {
		t.Error("Localizer guesses; only Match may")
	}
}
