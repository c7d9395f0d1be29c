package frontend

import (
	"regexp"
	"strings"
	"testing"
)

// A brace too few takes every rule after it out, a brace too many one, and no browser says so: the sheet is read as a parser
// would, with comments and strings left out.
func TestTheStyleSheetIsWhole(t *testing.T) {
	sheet, err := files.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	keepLines := func(text string) string { return strings.Repeat("\n", strings.Count(text, "\n")) }
	text := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllStringFunc(string(sheet), keepLines)
	text = regexp.MustCompile(`"[^"\n]*"|'[^'\n]*'`).ReplaceAllString(text, "''")
	if i := strings.Index(text, "/*"); i >= 0 {
		t.Errorf("line %d: a comment does not end", 1+strings.Count(text[:i], "\n"))
	}
	closes := map[rune]rune{'}': '{', ')': '(', ']': '['}
	var open []rune
	line := 1
	for _, r := range text {
		switch r {
		case '\n':
			line++
		case '{', '(', '[':
			open = append(open, r)
		case '}', ')', ']':
			if len(open) == 0 || open[len(open)-1] != closes[r] {
				t.Fatalf("line %d: %c closes nothing", line, r)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%d of %q are not closed", len(open), string(open))
	}
	if empty := regexp.MustCompile(`--[\w-]+\s*:\s*[;}]`).FindString(text); empty != "" {
		t.Errorf("%q has no value", empty)
	}
	for _, m := range regexp.MustCompile(`var\((--[\w-]+)\)`).FindAllStringSubmatch(text, -1) {
		if !regexp.MustCompile(`(^|[\s{;])` + m[1] + `\s*:`).MatchString(text) {
			t.Errorf("%s is used and nowhere defined", m[1])
		}
	}
}
