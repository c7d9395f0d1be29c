package datamap

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"candor/models"
)

// Shape is how a member of an element is written.
type Shape string

// The shapes.
const (
	Words  Shape = "words"  // a Text: words in every language
	Line   Shape = "line"   // one line
	Choice Shape = "choice" // one of Options
	Keys   Shape = "keys"   // any of Options
	Flag   Shape = "flag"   // yes or no
	Places Shape = "places" // a default for each of some places: "US: opt_out", a line each
	List   Shape = "list"   // words, separated by commas or white space
)

// Member is something that an element says, for whoever edits it.
type Member struct {
	// Path is where, in the notation of Change and Problem; a field's begin with "fields.KEY.".
	Path  string
	Shape Shape
	// Options are those of a Choice or of Keys. A Choice may be none of them if it is not Required.
	Options  []string
	Required bool
}

// Label is the word for it.
func (m Member) Label() models.Term {
	path := m.Path
	if strings.HasPrefix(path, "fields.") {
		path = path[strings.LastIndex(path, ".")+1:]
		if strings.Contains(m.Path, ".values.") {
			path = "values"
		}
	}
	return what(path)
}

// Members lists what an element of this map can say, in the order of a form; none for a part that is no element.
func (m *Map) Members(part string) []Member {
	group, key, _ := strings.Cut(part, "/")
	switch group {
	case OperatorPart:
		return []Member{
			{Path: "name", Shape: Words},
			{Path: "jurisdiction", Shape: Line},
			{Path: "time_zone", Shape: Line},
			{Path: "address", Shape: Line},
			{Path: "email", Shape: Line},
			{Path: "phone", Shape: Line},
			{Path: "website", Shape: Line},
			{Path: "dpo", Shape: Line},
			{Path: "authority.name", Shape: Words},
			{Path: "authority.website", Shape: Line},
			{Path: "notice", Shape: Line},
			{Path: "languages", Shape: List},
		}
	case Sources:
		return []Member{{Path: "label", Shape: Words}}
	case Recipients:
		return []Member{
			{Path: "label", Shape: Words}, {Path: "does", Shape: Words}, {Path: "country", Shape: Line}, {Path: "safeguard", Shape: Words},
		}
	case Purposes:
		return m.purposeMembers(key)
	case Categories:
		return m.categoryMembers(key)
	case RemovedPart:
		return []Member{{Path: "removed", Shape: List}}
	}
	return nil
}

func (m *Map) purposeMembers(key string) []Member {
	var parents []string
	for i := range m.Purposes {
		if p := &m.Purposes[i]; p.Chosen() && p.Parent == "" && p.Key != key {
			parents = append(parents, p.Key)
		}
	}
	return []Member{
		{Path: "label", Shape: Words},
		{Path: "summary", Shape: Words},
		{Path: "basis", Shape: Choice, Options: words(Bases()), Required: true},
		{Path: "because", Shape: Words},
		{Path: "on", Shape: Words},
		{Path: "off", Shape: Words},
		{Path: "renewal", Shape: Line},
		{Path: "categories", Shape: Keys, Options: slices.Sorted(maps.Keys(m.categories))},
		{Path: "recipients", Shape: Keys, Options: slices.Sorted(maps.Keys(m.recipients))},
		{Path: "parent", Shape: Choice, Options: parents},
		{Path: "defaults", Shape: Places},
		{Path: "sale_or_sharing", Shape: Flag},
		{Path: "notice", Shape: Line},
		{Path: "data_use", Shape: Line},
		{Path: "dpv", Shape: Line},
	}
}

func (m *Map) categoryMembers(key string) []Member {
	out := []Member{
		{Path: "label", Shape: Words},
		{Path: "what", Shape: Words},
		{Path: "why", Shape: Words},
		{Path: "bases", Shape: Keys, Options: words(Bases())},
		{Path: "mandatory", Shape: Flag},
		{Path: "otherwise", Shape: Words},
		{Path: "article9", Shape: Line},
		{Path: "sources", Shape: Keys, Options: slices.Sorted(maps.Keys(m.sources))},
		{Path: "retention.label", Shape: Words},
		{Path: "retention.then", Shape: Words},
		{Path: "retention.period", Shape: Line},
		{Path: "retention.from", Shape: Choice, Options: Starts(), Required: true},
		{Path: "documents", Shape: Flag},
		{Path: "icon", Shape: Choice, Options: Icons(), Required: true},
		{Path: "fideslang", Shape: Line},
	}
	c, ok := m.Category(key)
	if !ok {
		return out
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		at := "fields." + f.Key + "."
		out = append(
			out, Member{Path: at + "label", Shape: Words}, Member{Path: at + "kind", Shape: Choice, Options: words(FieldKinds()), Required: true},
			Member{Path: at + "masked", Shape: Flag}, Member{Path: at + "long_number", Shape: Flag}, Member{Path: at + "hidden", Shape: Flag},
		)
		for _, code := range slices.Sorted(maps.Keys(f.Values)) {
			out = append(out, Member{Path: at + "values." + code, Shape: Words})
		}
	}
	return out
}

func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// Element is what a form shows of an element and takes back: path → values. Words have the language behind their path.
type Element map[string][]string

// Element gives what a part of the map says.
func (m *Map) Element(part string) Element {
	out := Element{}
	if part == RemovedPart {
		out["removed"] = m.Removed
		return out
	}
	var doc map[string]any
	if json.Unmarshal([]byte(m.Split()[part]), &doc) != nil {
		return out
	}
	for path, v := range at(doc) {
		switch x := v.(type) {
		case string:
			out[path] = []string{x}
		case bool:
			if x {
				out[path] = []string{"true"}
			}
		case []any:
			for _, word := range x {
				if s, ok := word.(string); ok {
					out[path] = append(out[path], s)
				}
			}
		}
	}
	if p, ok := m.Purpose(strings.TrimPrefix(part, Purposes+"/")); ok && strings.HasPrefix(part, Purposes+"/") {
		for _, place := range slices.Sorted(maps.Keys(p.Defaults)) {
			out["defaults"] = append(out["defaults"], place+": "+string(p.Defaults[place]))
		}
	}
	return out
}

// at lists the values of a document by path; elements of lists go by their keys.
func at(doc map[string]any) map[string]any {
	out := map[string]any{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch x := v.(type) {
		case map[string]any:
			for name, value := range x {
				walk(strings.TrimPrefix(path+"."+name, "."), value)
			}
		case []any:
			if len(x) > 0 {
				if _, elements := x[0].(map[string]any); elements {
					for _, e := range x {
						field, _ := e.(map[string]any)
						key, _ := field["key"].(string)
						walk(path+"."+key, field)
					}
					return
				}
			}
			out[path] = x
		default:
			out[path] = x
		}
	}
	walk("", doc)
	return out
}

// Edit writes what a form says into an element of the map, and gives its part's text; for an element that is new too. Of
// languages, those of the operator and those that are there already are kept. Fields of a category are added with the path
// "fields.+" (keys), taken out with "fields.KEY.-", and get another code with "fields.KEY.values.+".
func (m *Map) Edit(part string, form Element) (string, error) {
	if part == RemovedPart {
		keys := listed(form["removed"])
		if len(keys) == 0 {
			return "", nil
		}
		return encode(keys), nil
	}
	doc := map[string]any{}
	if text, there := m.Split()[part]; there {
		_ = json.Unmarshal([]byte(text), &doc) // it was written by encode
	} else if _, key, ok := strings.Cut(part, "/"); ok {
		doc["key"] = key
	}
	for _, member := range m.Members(part) {
		set(doc, member.Path, m.value(doc, member, form))
	}
	editFields(doc, form)
	return normal(part, doc)
}

// value is what a form says of a member, as JSON has it; nil for nothing.
func (m *Map) value(doc map[string]any, member Member, form Element) any {
	given := form[member.Path]
	switch member.Shape {
	case Words:
		texts := map[string]any{}
		if before, ok := get(doc, member.Path).(map[string]any); ok {
			maps.Copy(texts, before)
		}
		for _, tag := range m.Operator.Languages {
			text := tidy(strings.Join(form[member.Path+"."+tag], ""))
			delete(texts, tag)
			if text != "" {
				texts[tag] = text
			}
		}
		if len(texts) == 0 {
			return nil
		}
		return texts
	case Keys:
		return kept(get(doc, member.Path), given)
	case List:
		return list(listed(given))
	case Flag:
		if len(given) > 0 && given[0] != "" {
			return true
		}
		return nil
	case Places:
		places := map[string]any{}
		for _, line := range strings.FieldsFunc(strings.Join(given, "\n"), func(r rune) bool { return r == '\n' || r == ',' }) {
			if place, value, ok := strings.Cut(line, ":"); ok {
				places[strings.TrimSpace(place)] = strings.TrimSpace(value)
			} else if place = strings.TrimSpace(line); place != "" {
				places[place] = ""
			}
		}
		if len(places) == 0 {
			return nil
		}
		return places
	case Line, Choice:
	}
	if text := tidy(strings.Join(given, "")); text != "" {
		return text
	}
	return nil
}

// tidy takes off what browsers and people add around a text.
func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

func listed(given []string) []string {
	return strings.FieldsFunc(strings.Join(given, ","), func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
}

func list(keys []string) any {
	if len(keys) == 0 {
		return nil
	}
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = k
	}
	return out
}

// kept are the chosen keys: those that were there in their order, and then the others.
func kept(before any, chosen []string) any {
	var keys []string
	if was, ok := before.([]any); ok {
		for _, k := range was {
			if key, ok := k.(string); ok && slices.Contains(chosen, key) {
				keys = append(keys, key)
			}
		}
	}
	for _, key := range chosen {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return list(keys)
}

// get finds a value by its path; nil if it is not there.
func get(doc map[string]any, path string) any {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return doc[name]
	}
	switch x := doc[name].(type) {
	case map[string]any:
		return get(x, rest)
	case []any:
		key, below, _ := strings.Cut(rest, ".")
		for _, e := range x {
			if field, ok := e.(map[string]any); ok && field["key"] == key {
				return get(field, below)
			}
		}
	}
	return nil
}

// set puts a value at a path; nil takes it out.
func set(doc map[string]any, path string, value any) {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		if value == nil {
			delete(doc, name)
			return
		}
		doc[name] = value
		return
	}
	if elements, ok := doc[name].([]any); ok {
		key, below, _ := strings.Cut(rest, ".")
		for _, e := range elements {
			if field, ok := e.(map[string]any); ok && field["key"] == key {
				set(field, below, value)
			}
		}
		return
	}
	below, ok := doc[name].(map[string]any)
	if !ok {
		below = map[string]any{}
		doc[name] = below
	}
	set(below, rest, value)
}

// editFields adds fields and takes them out, and adds codes.
func editFields(doc map[string]any, form Element) {
	fields, _ := doc["fields"].([]any)
	fields = slices.DeleteFunc(fields, func(e any) bool {
		field, _ := e.(map[string]any)
		key, _ := field["key"].(string)
		if code := tidy(strings.Join(form["fields."+key+".values.+"], "")); code != "" {
			values, _ := field["values"].(map[string]any)
			if values == nil {
				values = map[string]any{}
			}
			if _, there := values[code]; !there {
				values[code] = map[string]any{"en": code}
			}
			field["values"] = values
		}
		return len(form["fields."+key+".-"]) > 0
	})
	for _, key := range listed(form["fields.+"]) {
		fields = append(fields, map[string]any{"key": key, "label": map[string]any{"en": key}, "kind": "text"})
	}
	if len(fields) > 0 {
		doc["fields"] = fields
	} else {
		delete(doc, "fields")
	}
}

// normal is a document as its part has it.
func normal(part string, doc map[string]any) (string, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return "", models.Fail(models.Invalid, "map_unreadable", "part", part).In(part).Because(err)
	}
	m, problems := Join(map[string]string{part: string(raw)})
	if len(problems) > 0 {
		return "", problems[0].Error
	}
	return m.Split()[part], nil
}
