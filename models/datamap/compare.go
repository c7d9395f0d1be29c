package datamap

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two maps.
type Change struct {
	// Part is the element, Path the place in it; empty where the element is new or gone.
	Part, Path string
	// Before and After are what is said there, as text; empty where nothing is.
	Before, After string
}

// Compare lists what another map says differently, element by element: those of Groups in the map's order, after the
// operator.
func (m *Map) Compare(other *Map) []Change {
	before, after := m.Split(), other.Split()
	var out []Change
	for _, part := range partsOf(m, other) {
		out = append(out, compare(part, before[part], after[part])...)
	}
	return out
}

// partsOf lists the parts that two maps have, without the order.
func partsOf(maps ...*Map) []string {
	parts := []string{OperatorPart}
	add := func(part string) {
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	for _, m := range maps {
		for i := range m.Purposes {
			add(Purposes + "/" + m.Purposes[i].Key)
		}
	}
	for _, m := range maps {
		for i := range m.Categories {
			add(Categories + "/" + m.Categories[i].Key)
		}
	}
	for _, m := range maps {
		for i := range m.Recipients {
			add(Recipients + "/" + m.Recipients[i].Key)
		}
		for i := range m.Sources {
			add(Sources + "/" + m.Sources[i].Key)
		}
	}
	return append(parts, RemovedPart)
}

func compare(part, before, after string) []Change {
	if before == after {
		return nil
	}
	if before == "" || after == "" {
		return []Change{{Part: part, Before: labelOf(before), After: labelOf(after)}}
	}
	a, b := flat(before), flat(after)
	paths := slices.Collect(maps.Keys(a))
	for path := range b {
		if _, both := a[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	var out []Change
	for _, path := range paths {
		if a[path] != b[path] {
			out = append(out, Change{part, path, a[path], b[path]})
		}
	}
	return out
}

// labelOf is the English label of an element's JSON, or its key.
func labelOf(text string) string {
	var e struct {
		Key   string `json:"key"`
		Label Text   `json:"label"`
	}
	if json.Unmarshal([]byte(text), &e) != nil || text == "" {
		return ""
	}
	return named(e.Label, e.Key).In("en")
}

// flat is JSON as path → text. Lists of words are one text, and elements of other lists go by their keys.
func flat(text string) map[string]string {
	var v any
	out := map[string]string{}
	if json.Unmarshal([]byte(text), &v) == nil {
		flatten(out, "", v)
	}
	return out
}

func flatten(out map[string]string, path string, v any) {
	below := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
	switch x := v.(type) {
	case map[string]any:
		for name, value := range x {
			flatten(out, below(name), value)
		}
	case []any:
		var words []string
		for i, value := range x {
			switch y := value.(type) {
			case string:
				words = append(words, y)
			case map[string]any:
				key, _ := y["key"].(string)
				if key == "" {
					key = strconv.Itoa(i)
				}
				flatten(out, below(key), y)
			}
		}
		if len(words) > 0 {
			out[path] = strings.Join(words, ", ")
		}
	case bool:
		if x {
			out[path] = "true"
		}
	case string:
		if x != "" {
			out[path] = x
		}
	}
}

// Consequence is a purpose of which another map changes something that consents rest on.
type Consequence struct {
	Purpose *Purpose // as the other map has it; as this one has it, where it is gone
	// Members are what changes: "basis", "categories", "recipients", "renewal", "parent", "defaults".
	Members []string
	// Meaning says that what people agreed to is not what it was: they must be told by a new version of its notice, which
	// says what becomes of their consents. A renewal interval applies to what was given before by itself.
	Meaning bool
}

// Consequences lists the purposes that people decide about, and of which another map changes what they decided on.
func (m *Map) Consequences(other *Map) []Consequence {
	var out []Consequence
	for i := range m.Purposes {
		p := &m.Purposes[i]
		q, there := other.Purpose(p.Key)
		if !there {
			if p.Chosen() {
				out = append(out, Consequence{p, []string{"key"}, true})
			}
			continue
		}
		if !p.Chosen() && !q.Chosen() {
			continue
		}
		c := Consequence{Purpose: q}
		note := func(member string, differs, meaning bool) {
			if differs {
				c.Members, c.Meaning = append(c.Members, member), c.Meaning || meaning
			}
		}
		note("basis", p.Basis != q.Basis, true)
		note("categories", !sameKeys(p.Categories, q.Categories), true)
		note("recipients", !sameKeys(p.Recipients, q.Recipients), true)
		note("renewal", p.Renewal != q.Renewal, false)
		note("parent", p.Parent != q.Parent, false)
		note("defaults", !maps.Equal(p.Defaults, q.Defaults), false)
		if len(c.Members) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func sameKeys(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Gone lists the categories, and the fields as "category.field", that another map declares no longer.
func (m *Map) Gone(other *Map) []string {
	var out []string
	for i := range m.Categories {
		c := &m.Categories[i]
		there, ok := other.Category(c.Key)
		if !ok {
			out = append(out, c.Key)
			continue
		}
		for j := range c.Fields {
			if _, ok := there.Field(c.Fields[j].Key); !ok {
				out = append(out, c.Key+"."+c.Fields[j].Key)
			}
		}
	}
	return out
}
