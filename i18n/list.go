package i18n

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// List joins items as a sentence would: "a, b and c". Where an item holds an "and" itself, commas alone keep
// the items apart: "payments and refunds, arrears and risk".
func (l *Localizer) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	if slices.ContainsFunc(items, func(item string) bool { return strings.Contains(item, l.locale.and) }) {
		return strings.Join(items, l.locale.apart)
	}
	last := items[len(items)-1]
	and := l.locale.and
	if l.locale.tag == "es" && soundsLikeI(last) {
		and = " e "
	}
	return strings.Join(items[:len(items)-1], l.locale.comma) + and + last
}

// soundsLikeI reports whether a Spanish word begins with the sound i, before which "y" becomes "e"; "hielo"
// and "iones" begin with another.
func soundsLikeI(word string) bool {
	word = strings.TrimPrefix(strings.ToLower(word), "h")
	if strings.HasPrefix(word, "í") {
		return true
	}
	rest, ok := strings.CutPrefix(word, "i")
	return ok && !strings.ContainsAny(firstByte(rest), "aeou")
}

func firstByte(s string) string { return s[:min(1, len(s))] }

// Region names a country or region by its ISO 3166-1 code, in the language; what is no known code comes back unchanged.
func (l *Localizer) Region(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(l.locale.tag)).Name(region); name != "" {
		return name
	}
	return code
}

// Language names a language by its BCP 47 tag, in the language; what is no known tag comes back unchanged.
func (l *Localizer) Language(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Languages(language.Make(l.locale.tag)).Name(t); name != "" {
		return name
	}
	return tag
}
