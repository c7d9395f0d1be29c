package datamap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"candor/models"
)

// The groups of elements. The part of an element is its group, a slash and its key; the operator, the order and what is
// removed are parts of their own.
const (
	OperatorPart = "operator"
	OrderPart    = "order"
	RemovedPart  = "removed"
	Purposes     = "purposes"
	Categories   = "categories"
	Recipients   = "recipients"
	Sources      = "sources"
)

// Groups lists the groups of elements, in the order of the file.
func Groups() []string { return []string{Sources, Recipients, Categories, Purposes} }

// order is in which order the elements of each group are shown. Elements that it does not name come behind, by their keys,
// so that two people who add different ones do not both change it.
type order struct {
	Sources    []string `json:"sources,omitempty"`
	Recipients []string `json:"recipients,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Purposes   []string `json:"purposes,omitempty"`
}

// Split takes a map apart, so that people can edit different elements of it at the same time: part → JSON.
func (m *Map) Split() map[string]string {
	parts := map[string]string{OperatorPart: encode(m.Operator)}
	o := order{
		split(parts, Sources, m.Sources, func(s *Source) string { return s.Key }),
		split(parts, Recipients, m.Recipients, func(r *Recipient) string { return r.Key }),
		split(parts, Categories, m.Categories, func(c *Category) string { return c.Key }),
		split(parts, Purposes, m.Purposes, func(p *Purpose) string { return p.Key }),
	}
	parts[OrderPart] = encode(o)
	if len(m.Removed) > 0 {
		parts[RemovedPart] = encode(m.Removed)
	}
	return parts
}

func split[T any](parts map[string]string, group string, elements []T, key func(*T) string) []string {
	keys := make([]string, len(elements))
	for i := range elements {
		keys[i] = key(&elements[i])
		parts[group+"/"+keys[i]] = encode(elements[i])
	}
	return keys
}

// Encode is an element as parts have it: its JSON, members in the order of the file.
func Encode[T Operator | Source | Recipient | Category | Purpose | []string](element T) string {
	return encode(element)
}

func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // strings, lists and maps of them
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Join puts a map together from its parts. Parts that cannot be read are problems, and are left out; whether the whole is
// right Problems says.
func Join(parts map[string]string) (*Map, Problems) {
	var m Map
	var problems Problems
	bad := func(part string) {
		problems = append(problems, Problem{models.Fail(models.Invalid, "map_unreadable", "part", part).In(part), part, ""})
	}
	var o order
	for part, into := range map[string]any{OperatorPart: &m.Operator, OrderPart: &o, RemovedPart: &m.Removed} {
		if text, there := parts[part]; there && decode(text, into) != nil {
			bad(part)
		}
	}
	m.Sources = join(parts, Sources, o.Sources, func(s *Source) string { return s.Key }, bad)
	m.Recipients = join(parts, Recipients, o.Recipients, func(r *Recipient) string { return r.Key }, bad)
	m.Categories = join(parts, Categories, o.Categories, func(c *Category) string { return c.Key }, bad)
	m.Purposes = join(parts, Purposes, o.Purposes, func(p *Purpose) string { return p.Key }, bad)
	m.index()
	return &m, problems
}

func join[T any](parts map[string]string, group string, first []string, key func(*T) string, bad func(string)) []T {
	var keys []string
	for _, k := range first {
		if _, there := parts[group+"/"+k]; there && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		if k, ok := strings.CutPrefix(part, group+"/"); ok && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	var out []T
	for _, k := range keys {
		var element T
		if err := decode(parts[group+"/"+k], &element); err != nil || key(&element) != k {
			bad(group + "/" + k)
			continue
		}
		out = append(out, element)
	}
	return out
}

// decode reads JSON strictly: no member that the data map does not have, and nothing behind it.
func decode(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is something behind the element")
	}
	return nil
}

// CheckPart refuses a part that a data map cannot have.
func CheckPart(part, text string) error {
	wrong := models.Fail(models.Invalid, "map_unreadable", "part", part).In(part)
	group, key, element := strings.Cut(part, "/")
	if !element {
		if !slices.Contains([]string{OperatorPart, OrderPart, RemovedPart}, part) {
			return wrong
		}
	} else if !slices.Contains(Groups(), group) || !keyPattern.MatchString(key) {
		return wrong
	}
	if text == "" {
		return nil
	}
	if _, problems := Join(map[string]string{part: text}); len(problems) > 0 {
		return problems[0].Error
	}
	return nil
}

// JSON is the canonical form of a map: the same for equal maps, and read back by Read.
func (m *Map) JSON() []byte { return []byte(encode(m)) }

// Read reads what JSON writes. The error is Problems, unless it cannot be read.
func Read(raw []byte) (*Map, error) {
	var m Map
	if err := decode(string(raw), &m); err != nil {
		return nil, fmt.Errorf("read a data map: %w", err)
	}
	m.index()
	if problems := m.Problems(); len(problems) > 0 {
		return nil, problems
	}
	return &m, nil
}

// YAML is a map as the operator's file has it.
func (m *Map) YAML() ([]byte, error) {
	raw, err := yaml.MarshalWithOptions(m, yaml.IndentSequence(true), yaml.UseLiteralStyleIfMultiline(true))
	if err != nil {
		return nil, fmt.Errorf("write a data map: %w", err)
	}
	return raw, nil
}

// Equal says whether two maps say the same.
func (m *Map) Equal(other *Map) bool { return bytes.Equal(m.JSON(), other.JSON()) }
