package notice

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Block is a heading, a paragraph or an item of a list, as it is read aloud: without marks, links as their words.
type Block struct {
	Text string
	// Heading is a heading's text, or the bold words that a paragraph begins with. A section begins there.
	Heading string
}

// Blocks reads a body as a person does.
func Blocks(body string) []Block {
	source := []byte(body)
	var out []Block
	_ = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n.Kind() {
		case ast.KindHeading, ast.KindParagraph, ast.KindTextBlock:
			if words := words(n, source); words != "" {
				out = append(out, Block{Text: words, Heading: heading(n, words, source)})
			}
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return out
}

// Sections names the sections of a body, in order: each once.
func Sections(body string) []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range Blocks(body) {
		if b.Heading != "" && !seen[b.Heading] {
			seen[b.Heading] = true
			out = append(out, b.Heading)
		}
	}
	return out
}

func heading(n ast.Node, words string, source []byte) string {
	if n.Kind() == ast.KindHeading {
		return words
	}
	if first, ok := n.FirstChild().(*ast.Emphasis); ok && first.Level == 2 {
		return strings.TrimRight(wordsOf(first, source), " .:")
	}
	return ""
}

func words(n ast.Node, source []byte) string {
	return strings.Join(strings.Fields(wordsOf(n, source)), " ")
}

func wordsOf(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		case *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
