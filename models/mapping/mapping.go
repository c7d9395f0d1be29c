// Package mapping owns the files that say how the rows of a CSV file become import lines, and turns the rows into them. What
// may be held, and how, is the import's to say: the rules for a row are those for the line that it becomes.
package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Mapping says what a row becomes.
type Mapping struct {
	name string // of the mapping file, for errors
	zone *time.Location
	// typ and category are those of every line.
	typ, category string
	members       []member // customer, id, …; and the fields, as "fields.NAME"
	file          file
}

// member is one member of a line, and where its value comes from.
type member struct {
	name  string
	value value
	line  int // of the mapping file
}

// file says how the file is written.
type file struct {
	delimiter   rune
	windows1252 bool
	skip        int // lines before the header
}

// membersOf are what a line of each type may be given, beside fields.
var membersOf = map[string][]string{
	"customer": {"ref", "name", "email", "phone", "address", "customer_number", "locale", "jurisdiction"},
	"record":   {"customer", "id", "occurred_at", "source"},
	"delete":   {"customer", "id"},
}

// needed are the members without which no line of a type is taken.
var needed = map[string][]string{"customer": {"ref"}, "record": {"customer", "id", "occurred_at"}, "delete": {"customer"}}

// Parse reads a mapping file. Dates and times without a zone of their own are in the zone given. The error says every
// mistake, each with the line and what to write instead.
func Parse(name string, raw []byte, zone *time.Location) (*Mapping, error) {
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: this is not YAML: %w", name, err)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: the mapping is empty; write at least type, and a column for each member", name)
	}
	p := &parsing{Mapping: &Mapping{name: name, zone: zone, file: file{delimiter: ','}}}
	p.top(tree.Docs[0].Body)
	return p.Mapping, errors.Join(p.errs...)
}

// parsing collects what is wrong.
type parsing struct {
	*Mapping

	errs []error
}

func (p *parsing) bad(at ast.Node, format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %s", p.name, lineOf(at), fmt.Sprintf(format, args...)))
}

func lineOf(n ast.Node) int { return n.GetToken().Position.Line }

// pairs are the members of a YAML mapping.
func (p *parsing) pairs(n ast.Node, what string) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	p.bad(n, "%s must be a mapping of names to what they are", what)
	return nil
}

// text is a scalar of YAML.
func (p *parsing) text(n ast.Node, what string) string {
	scalar, ok := n.(ast.ScalarNode)
	if !ok || scalar.GetValue() == nil {
		p.bad(n, "%s must be a text", what)
		return ""
	}
	if s, ok := scalar.GetValue().(string); ok {
		return s
	}
	return n.GetToken().Value // as it is written
}

func (p *parsing) number(n ast.Node, what string, most int) int {
	i, err := strconv.Atoi(p.text(n, what))
	if err != nil || i < 0 || i > most {
		p.bad(n, "%s must be a whole number from 0 to %d", what, most)
		return 0
	}
	return i
}

func (p *parsing) top(body ast.Node) {
	pairs := p.pairs(body, "the mapping")
	for _, pair := range pairs { // first, because it says which others there may be
		if pair.Key.String() == "type" {
			p.typ = p.text(pair.Value, "type")
			if membersOf[p.typ] == nil {
				p.bad(pair.Value, "type must be customer, record or delete")
				return
			}
		}
	}
	if p.typ == "" {
		p.bad(body, "type is missing; write type: customer, record or delete")
		return
	}
	for _, pair := range pairs {
		p.member(pair.Key.String(), pair)
	}
	for _, name := range needed[p.typ] {
		if !slices.ContainsFunc(p.members, func(m member) bool { return m.name == name }) {
			p.bad(body, "%s is missing; a line of type %s needs it", name, p.typ)
		}
	}
	if p.typ == "record" && p.category == "" {
		p.bad(body, "category is missing; name the data map's category that the rows belong to")
	}
}

func (p *parsing) member(key string, pair *ast.MappingValueNode) {
	switch {
	case key == "type":
	case key == "category" && p.typ != "customer":
		p.category = p.text(pair.Value, "category")
	case key == "fields" && p.typ == "record":
		for _, field := range p.pairs(pair.Value, "fields") {
			p.add("fields."+field.Key.String(), field)
		}
	case key == "file":
		p.readFile(pair.Value)
	case slices.Contains(membersOf[p.typ], key):
		p.add(key, pair)
	default:
		known := append([]string{"type", "file"}, membersOf[p.typ]...)
		if p.typ == "record" {
			known = append(known, "category", "fields")
		}
		p.bad(pair, "%s is not known here; a line of type %s has %s", key, p.typ, strings.Join(known, ", "))
	}
}

func (p *parsing) add(name string, pair *ast.MappingValueNode) {
	p.members = append(p.members, member{name, p.value(name, pair.Value), lineOf(pair)})
}

func (p *parsing) readFile(n ast.Node) {
	for _, pair := range p.pairs(n, "file") {
		switch key := pair.Key.String(); key {
		case "delimiter":
			text := p.text(pair.Value, "file.delimiter")
			r, size := utf8.DecodeRuneInString(text)
			if size == 0 || size != len(text) || strings.ContainsRune("\"\r\n", r) || r == utf8.RuneError {
				p.bad(pair.Value, `file.delimiter must be one character, such as ";" or "\t" in double quotes`)
				continue
			}
			p.file.delimiter = r
		case "encoding":
			encoding := strings.ToLower(p.text(pair.Value, "file.encoding"))
			if encoding != "utf-8" && encoding != "windows-1252" {
				p.bad(pair.Value, "file.encoding must be utf-8 or windows-1252")
			}
			p.file.windows1252 = encoding == "windows-1252"
		case "skip":
			p.file.skip = p.number(pair.Value, "file.skip", 1000)
		default:
			p.bad(pair, "file.%s is not known; file has delimiter, encoding and skip", key)
		}
	}
}
