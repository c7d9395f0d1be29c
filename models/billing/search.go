package billing

import (
	"strings"

	"golang.org/x/text/cases"

	"candor/models"
	"candor/models/datamap"
)

// matcher finds words in what a record shows: its values, the words for its codes in every
// language, its amounts as they are written with a point or a comma, its id and its source.
type matcher struct {
	words    []string
	category *datamap.Category
}

// maxWords bounds the work that one search can ask for.
const maxWords = 10

func newMatcher(c *datamap.Category, search string) matcher {
	words := strings.Fields(fold(search))
	return matcher{words: words[:min(len(words), maxWords)], category: c}
}

func (m matcher) filters() bool { return len(m.words) > 0 }

func (m matcher) matches(r models.Record) bool {
	if !m.filters() {
		return true
	}
	text := fold(m.shown(r))
	for _, w := range m.words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// shown is all that a record shows, one thing a line so that no word spans two.
func (m matcher) shown(r models.Record) string {
	var b strings.Builder
	add := func(s string) {
		b.WriteString(s)
		b.WriteByte('\n')
	}
	add(r.ID)
	add(r.Source)
	for key, value := range r.Fields {
		add(value)
		f, ok := m.category.Field(key)
		if !ok {
			continue
		}
		for _, words := range f.Values[value] {
			add(words)
		}
		if whole, cents, ok := splitAmount(value); ok && f.Kind == datamap.MoneyField {
			add(whole + "." + cents)
			add(whole + "," + cents)
		}
	}
	return b.String()
}

// splitAmount splits minor units where most currencies do.
func splitAmount(s string) (whole, cents string, ok bool) {
	if len(s) < 3 || countDigits(strings.TrimPrefix(s, "-")) != len(strings.TrimPrefix(s, "-")) {
		return "", "", false
	}
	return s[:len(s)-2], s[len(s)-2:], true
}

// fold makes text that differs in case alone equal, in any script.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Fold().String(s)
}
