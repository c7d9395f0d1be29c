package datamap

import (
	"slices"
	"strings"

	"candor/models"
)

// Problem is something that is wrong with a data map. Its Field is the place in the file's notation, such as
// "purposes.marketing_email.on"; its message names the element by its own label.
type Problem struct {
	*models.Error

	// Part is the element (see Split), Path the place in it, in the file's notation.
	Part, Path string
}

// Problems are all that is wrong with a data map, in its order.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error.Error()
	}
	return strings.Join(lines, "\n")
}

// Problems lists all that is wrong with a map, whether it was read from a file or put together by editing. A map without
// any can be published.
func (m *Map) Problems() Problems {
	c := &checker{languages: m.Operator.Languages}
	m.validateOperator(c)
	m.validateParties(c)
	m.validateCategories(c)
	m.validatePurposes(c)
	return c.problems
}

// checker gathers everything that is wrong, so that a reviewer sees it all at once.
type checker struct {
	languages []string
	problems  Problems

	// What is being looked at: the part, what kind of thing it is, and its name.
	part   string
	within string // the path of a field of a category, with a dot behind it
	kind   models.Term
	name   Text
}

// look turns to an element.
func (c *checker) look(group, key string, name Text) {
	c.part, c.within, c.kind, c.name = group+"/"+key, "", kindOf(group), named(name, key)
	if key == "" {
		c.part = group
	}
}

// named is a name, or where it has none the key.
func named(name Text, key string) Text {
	if name.In("en") == "" {
		return Text{"en": key}
	}
	return name
}

// kindOf is the word for an element of a group.
func kindOf(group string) models.Term { return models.Term("map.kind." + group) }

// what is the word for a member, by its path.
func what(path string) models.Term { return models.Term("map.field." + path) }

// bad notes that a rule is broken. Its message is told the element's kind and name, and what the member is called.
func (c *checker) bad(path, code string, args ...any) {
	place := strings.ReplaceAll(c.part, "/", ".")
	if full := c.within + path; full != "" {
		place += "." + strings.TrimSuffix(full, ".")
	}
	all := append([]any{"kind", c.kind, "name", c.name}, args...)
	if path != "" && !slices.Contains(args, any("what")) {
		all = append(all, "what", what(path))
	}
	c.problems = append(c.problems, Problem{models.Fail(models.Invalid, code, all...).In(place), c.part, c.within + path})
}

// text wants words in every language, and says that they are missing with code.
func (c *checker) text(path, code string, t Text, args ...any) {
	for _, tag := range c.languages {
		if strings.TrimSpace(t[tag]) == "" {
			c.bad(path, code, append([]any{"language", models.Language(tag)}, args...)...)
		}
	}
}

func (c *checker) value(path, value string) {
	if strings.TrimSpace(value) == "" {
		c.bad(path, "map_value_missing")
	}
}

func (c *checker) key(key string, seen map[string]bool) {
	switch {
	case !keyPattern.MatchString(key):
		c.bad("", "map_bad_key", "key", key)
	case seen[key]:
		c.bad("", "map_key_twice", "key", key)
	}
	seen[key] = true
}

func (c *checker) period(path, s string) period {
	p, err := parsePeriod(s)
	if err != nil {
		c.bad(path, "map_period")
	}
	return p
}

func (c *checker) basis(path string, b Basis) {
	if !slices.Contains(Bases(), b) {
		c.bad(path, "map_unknown_basis")
	}
}

// known wants keys to be among those of a group of elements.
func known[T any](c *checker, path string, keys []string, group map[string]*T) {
	for _, key := range keys {
		if _, ok := group[key]; !ok {
			c.bad(path, "map_unknown_key", "key", key)
		}
	}
}
