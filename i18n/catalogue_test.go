package i18n

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// pluralForms are those that CLDR 48 knows for each language's whole numbers and fractions.
var pluralForms = map[string][]string{
	"en": {"one", "other"},
	"de": {"one", "other"},
	"fr": {"many", "one", "other"},
	"es": {"many", "one", "other"},
	"pl": {"few", "many", "one", "other"},
	"ar": {"few", "many", "one", "other", "two", "zero"},
}

// catalogues are the messages of every language, by tag and id.
func catalogues(t *testing.T) map[string]map[string]*goi18n.Message {
	t.Helper()
	all := map[string]map[string]*goi18n.Message{}
	for _, l := range load(t).Languages() {
		raw, err := files.ReadFile(l.Tag + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		messages, err := goi18n.ParseMessageBytes(raw, yaml.Unmarshal)
		if err != nil {
			t.Fatal(err)
		}
		all[l.Tag] = map[string]*goi18n.Message{}
		for _, m := range messages {
			all[l.Tag][m.ID] = m
		}
	}
	return all
}

func placeholders(text string) string {
	names := map[string]bool{}
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		names[match[1]] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), " ")
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	all := catalogues(t)
	for tag, messages := range all {
		for id := range all["en"] {
			if messages[id] == nil {
				t.Errorf("%s lacks %s", tag, id)
			}
		}
		for id := range messages {
			if all["en"][id] == nil {
				t.Errorf("%s says %s, which English does not", tag, id)
			}
		}
	}
}

func TestPluralFormsAreThoseOfTheLanguage(t *testing.T) {
	all := catalogues(t)
	for tag, messages := range all {
		for id, m := range messages {
			have := slices.Sorted(maps.Keys(forms(m)))
			want := []string{"other"}
			if english := all["en"][id]; english != nil && len(forms(english)) > 1 {
				want = pluralForms[tag]
			}
			if !slices.Equal(have, want) {
				t.Errorf("%s: %s has the forms %v, want %v", tag, id, have, want)
			}
		}
	}
}

// Each message takes the values that English takes. A form that stands for one number alone may leave the
// number out ("one day", Arabic duals).
func TestPlaceholdersAreThoseOfEnglish(t *testing.T) {
	all := catalogues(t)
	for tag, messages := range all {
		for id, m := range messages {
			english := all["en"][id]
			if english == nil {
				continue
			}
			want := placeholders(english.Other)
			for form, text := range forms(m) {
				have := placeholders(text)
				exact := form == "zero" || form == "two" || form == "one" && tag != "fr" // French "one" is 0 and 1
				if have != want && (!exact || !without(want, have, "count", "total")) {
					t.Errorf("%s: %s, form %s, takes {%s}; English takes {%s}", tag, id, form, have, want)
				}
			}
		}
	}
}

// without says whether have is want with nothing missing but some of the names that may be.
func without(want, have string, names ...string) bool {
	for name := range strings.FieldsSeq(have) {
		if !slices.Contains(strings.Fields(want), name) {
			return false
		}
	}
	for name := range strings.FieldsSeq(want) {
		if !slices.Contains(strings.Fields(have), name) && !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

var untidy = regexp.MustCompile(`^\s|\s$| {2}|\.\.\.|<no value>|%[!a-z]|(^|[^‘’\w])'|"`)

func TestWhatIsSaidIsTidy(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	c.Problem = func(tag, id, problem string) { t.Errorf("%s: %s: %s", tag, id, problem) }
	all := catalogues(t)
	for tag, messages := range all {
		l, _ := c.Localizer(tag)
		for id, m := range messages {
			for _, count := range []int{0, 1, 2, 3, 5, 11, 21, 22, 100, 101, 103, 111, 1_000_000} {
				args := []any{}
				for name := range strings.FieldsSeq(placeholders(m.Other)) {
					if name != "count" {
						args = append(args, name, "⟨"+name+"⟩")
					}
				}
				said := l.T(id, append(args, "count", count)...)
				if strings.Contains(said, "{{") || strings.Contains(said, "}}") || untidy.MatchString(said) && !separator.MatchString(said) {
					t.Errorf("%s: %s with %d says %q", tag, id, count, said)
				}
				if len(forms(m)) == 1 {
					break
				}
			}
		}
	}
}

// separator is a message without a word of its own, such as the comma between names.
var separator = regexp.MustCompile(`^(\PL*\{\{\.\w+\}\})*\PL*$`)

// Words that are the same in another language are listed here, so that a forgotten translation is seen.

var sameWords = map[string]string{
	"de": "nav.download download.name history.group.downloads map.field.website map.field.name map.field.label workspace.part.body map.element passkey.title members.passkeys members.link members.person members.field.name",
	"fr": "chart.total check.passed archive.files_word archive.version notice.version receipt.position map.field.notice map.field.sources map.kind.sources map.field.email workspace.version map.versions map.version map.group.sources",
	"es": "chart.total value.no workspace.law.ccpa members.roles",
	"pl": "map.field.email workspace.element map.element members.link",
	"ar": "",
}

func TestNothingIsLeftInEnglish(t *testing.T) {
	all := catalogues(t)
	for tag, messages := range all {
		if tag == "en" {
			continue
		}
		for id, m := range messages {
			english := all["en"][id]
			if english == nil || m.Other != english.Other || separator.MatchString(m.Other) {
				continue
			}
			if !slices.Contains(strings.Fields(sameWords[tag]), id) {
				t.Errorf("%s: %s is still English: %q", tag, id, m.Other)
			}
		}
	}
}

// Polish speaks to everybody as Państwo: by no pronoun of the familiar address.
func TestPolishIsFormal(t *testing.T) {
	familiar := regexp.MustCompile(`(^|[^\pL])(Ty|Ciebie|Tobie|Tobą|Ci|Cię|ciebie|tobie|[Tt]wój|[Tt]woj\pL*|[Tt]woi\pL*)([^\pL]|$)`)
	for id, m := range catalogues(t)["pl"] {
		for _, text := range forms(m) {
			if familiar.MatchString(text) {
				t.Errorf("%s: %q", id, text)
			}
		}
	}
}

// In French no line begins with the sign that ends what stands before it.
func TestFrenchSignsStayWithTheirWords(t *testing.T) {
	apart := regexp.MustCompile(`« | [»;:?!]`)
	for id, m := range catalogues(t)["fr"] {
		for _, text := range forms(m) {
			if apart.MatchString(text) {
				t.Errorf("%s: %q", id, text)
			}
		}
	}
}

func TestPluralsAreSaid(t *testing.T) {
	for _, test := range []struct {
		tag  string
		want map[int]string
	}{
		{"en", map[int]string{0: "0 records", 1: "1 record", 2: "2 records", 35040: "35,040 records"}},
		{"de", map[int]string{0: "0 Einträge", 1: "1 Eintrag", 5: "5 Einträge"}},
		{"fr", map[int]string{0: "0 enregistrement", 1: "1 enregistrement", 2: "2 enregistrements"}},
		{"es", map[int]string{0: "0 registros", 1: "1 registro", 2: "2 registros"}},
		{"pl", map[int]string{0: "0 wpisów", 1: "1 wpis", 2: "2 wpisy", 5: "5 wpisów", 12: "12 wpisów", 22: "22 wpisy", 112: "112 wpisów"}},
		{"ar", map[int]string{0: "لا سجلات", 1: "سجل واحد", 2: "سجلان", 5: "5 سجلات", 11: "11 سجلًا", 100: "100 سجل", 35040: "35,040 سجلًا", 103: "103 سجلات"}},
	} {
		l, _ := load(t).Localizer(test.tag)
		for count, want := range test.want {
			if got := l.T("category.records", "count", count); got != want {
				t.Errorf("%d in %s: %q, want %q", count, test.tag, got, want)
			}
		}
	}
}

func ExampleLocalizer_T() {
	c, err := Load()
	if err != nil {
		panic(err)
	}
	for _, tag := range []string{"en", "de", "pl"} {
		l, _ := c.Localizer(tag)
		fmt.Println(l.T("category.records", "count", 36))
	}
	// Output:
	// 36 records
	// 36 Einträge
	// 36 wpisów
}
