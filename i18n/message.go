package i18n

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

var placeholder = regexp.MustCompile(`\{\{\.([a-z][a-z0-9_]*)\}\}`)

// parser makes messages that only put values in places. Messages are written by translators, so they get no
// template language to break; and filling places costs a tenth of running a text/template.
type parser struct{}

func (parser) Cacheable() bool { return true }

func (parser) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	var m phrase
	end := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(src, -1) {
		m = append(m, part{text: src[end:at[0]], name: src[at[2]:at[3]]})
		end = at[1]
	}
	m = append(m, part{text: src[end:]})
	for _, p := range m {
		if strings.Contains(p.text, "{{") || strings.Contains(p.text, "}}") {
			return nil, fmt.Errorf("%q holds braces that are no placeholder: write {{.name}}, lower case, without blanks", src)
		}
	}
	return m, nil
}

// part is a stretch of text and the place that follows it; the last part of a message has none.
type part struct{ text, name string }

type phrase []part

// values are the arguments of one T, formatted, and the names of those that a message missed.
type values struct {
	byName map[string]string
	missed []string
}

func (m phrase) Execute(data any) (string, error) {
	v := data.(*values)
	var b strings.Builder
	for _, p := range m {
		b.WriteString(p.text)
		if p.name == "" {
			continue
		}
		value, ok := v.byName[p.name]
		if !ok {
			v.missed = append(v.missed, p.name)
		}
		b.WriteString(value)
	}
	return b.String(), nil
}

// forms returns the plural forms of a message that have a text, by their CLDR names.
func forms(m *goi18n.Message) map[string]string {
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	for form, text := range all {
		if text == "" {
			delete(all, form)
		}
	}
	return all
}

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

func check(m *goi18n.Message) error {
	if !idPattern.MatchString(m.ID) {
		return errors.New("an id is two or more words in lower case with full stops between them")
	}
	if m.LeftDelim != "" || m.RightDelim != "" {
		return errors.New("delimiters cannot be changed")
	}
	if strings.TrimSpace(m.Other) == "" {
		return errors.New(`the form "other" is empty`)
	}
	for form, text := range forms(m) {
		if _, err := (parser{}).Parse(text, "", ""); err != nil {
			return fmt.Errorf("form %s: %w", form, err)
		}
	}
	return nil
}
