package frontend

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"candor/i18n"
)

// WordingFormat is the first line of every wording. docs/log-format.md says how the rest is made.
const WordingFormat = "candor-wording-v1"

// keptWordings is how many wordings are remembered: those of some dozen purposes in every language.
const keptWordings = 4096

// Wording is the words of a page around a choice, as a person had them before their eyes.
type Wording struct {
	// Text is what is kept, and hashed.
	Text []byte
	// SHA256 is its hash, 64 lower-case hexadecimal digits: the log's ui.
	SHA256 string
}

// Wording is what the page at a path, "/" or "/consents", says around a choice in the localizer's language. It is read
// from the page's own templates, so that it cannot say anything else; what is one person's (numbers and times of their
// entries) is left out.
func (r *Renderer) Wording(l *i18n.Localizer, path string, c Choice) (Wording, error) {
	c = c.words()
	key, err := json.Marshal([]any{l.Tag(), path, c})
	if err != nil {
		return Wording{}, fmt.Errorf("wording: %w", err)
	}
	if w, ok := r.wordings.Get(string(key)); ok {
		return w, nil
	}
	views, ok := r.views[l.Tag()]
	if !ok {
		return Wording{}, fmt.Errorf("wording: no templates for language %q", l.Tag())
	}
	var page bytes.Buffer
	view := newChoiceView(sheet{Lang: l.Tag()}, c)
	view.Return = path
	if err := views.ExecuteTemplate(&page, "wording", view); err != nil {
		return Wording{}, fmt.Errorf("wording: %w", err)
	}
	text := fmt.Sprintf("%s\nlanguage %s\npage %s\npurpose %s\n\n", WordingFormat, l.Tag(), path, c.Purpose)
	lines, err := visible(page.Bytes())
	if err != nil {
		return Wording{}, fmt.Errorf("wording: %w", err)
	}
	w := Wording{Text: []byte(text + strings.Join(lines, "\n") + "\n")}
	sum := sha256.Sum256(w.Text)
	w.SHA256 = hex.EncodeToString(sum[:])
	r.wordings.Add(string(key), w)
	return w, nil
}

// words is the choice without what is one person's. A new member of Choice is in neither list of TestWhatAChoiceSays
// until somebody has thought about it.
func (c Choice) words() Choice {
	out := Choice{
		Purpose: c.Purpose, Label: c.Label, Summary: c.Summary, OnMeaning: c.OnMeaning, OffMeaning: c.OffMeaning,
		Basis: c.Basis, Attention: c.Attention, Confirmed: c.Confirmed, On: c.On, Off: c.Off, Parent: c.Parent, HeldBack: c.HeldBack,
	}
	if byPlace := (choiceView{Choice: c}).ByPlace(); c.Confirmed || byPlace { // what was recorded, or holds there, is said
		out.State = c.State
	}
	if r := c.Renewal; r != nil {
		out.Renewal = &Renewal{Why: r.Why, Had: r.Had, Now: r.Now, Summary: r.Summary}
	}
	if n := c.Notice; n != nil { // its text is kept apart
		out.Notice = &NoticeText{Key: n.Key, Version: n.Version, Lang: n.Lang, SHA256: n.SHA256}
	}
	return out
}

// visible gives the lines that a page shows.
func visible(page []byte) ([]string, error) {
	document, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	var v reading
	v.children(document)
	v.end()
	return v.lines, nil
}

// reading gathers what a page shows, line by line.
type reading struct {
	lines []string
	// prefix says what the line is, line what it has so far.
	prefix string
	line   strings.Builder
}

// inline are the elements that begin no line of their own.
var inline = []string{"span", "a", "b", "em", "strong", "time", "bdi", "abbr"}

func (v *reading) read(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		v.line.WriteString(n.Data)
	case n.Type != html.ElementNode || unseen(n):
	case has(n, "data-notice"):
		v.end()
		v.lines = append(v.lines, "[notice] "+attribute(n, "data-notice"))
	case n.Data == "br":
		v.line.WriteByte(' ')
	case n.Data == "button":
		v.end()
		v.prefix = "[" + attribute(n, "value") + "] "
		v.line.WriteString(strings.Join(parts(n), " · "))
		v.end()
	case slices.Contains(inline, n.Data):
		v.children(n)
	default:
		v.end()
		v.prefix = linePrefix[n.Data]
		v.children(n)
		v.end()
	}
}

func (v *reading) children(n *html.Node) {
	for c := range n.ChildNodes() {
		v.read(c)
	}
}

// parts are what stands in an element, which pages show below each other.
func parts(n *html.Node) []string {
	var out []string
	for c := range n.ChildNodes() {
		var v reading
		v.read(c)
		v.end()
		out = append(out, v.lines...)
	}
	return out
}

// end finishes a line.
func (v *reading) end() {
	text := strings.Join(strings.FieldsFunc(v.line.String(), isSpace), " ")
	v.line.Reset()
	if text != "" {
		if v.prefix == "" && strings.ContainsAny(text[:1], `#[\`) {
			text = `\` + text
		}
		v.lines = append(v.lines, v.prefix+text)
	}
	v.prefix = ""
}

// isSpace is what pages show as one space: a no-break space is none of it.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }

// unseen says that nobody is shown an element, or that it is one person's.
func unseen(n *html.Node) bool {
	return n.Type == html.ElementNode && (slices.Contains([]string{"svg", "input", "script", "style", "template"}, n.Data) || has(n, "data-own") || has(n, "hidden"))
}

// linePrefix says of a line that it is a heading, or opens something.
var linePrefix = map[string]string{"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "summary": "[open] "}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
