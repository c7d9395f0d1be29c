package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"candor/models"
)

// members are those of one JSON object that was read strictly: UTF-8, no member twice, nothing after it.
// Each is taken by its name; the first mistake is kept.
type members struct {
	// at is what stands before the names in errors: of an object that is a member itself, its name and a full stop.
	at  string
	raw map[string]json.RawMessage
	// order is as sent, so that the same mistakes always get the same answer.
	order []string
	err   error
}

// readMembers reads an object. Errors are Malformed if it is not JSON and Invalid if a rule is broken.
func readMembers(raw []byte) (*members, error) { return readMembersAt("", raw) }

func readMembersAt(at string, raw []byte) (*members, error) {
	if !utf8.Valid(raw) {
		return nil, models.Fail(models.Malformed, "bad_utf8")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, badJSON()
	}
	m := &members{at: at, raw: map[string]json.RawMessage{}}
	for d.More() {
		name, err := d.Token()
		key, ok := name.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return nil, badJSON()
		}
		if _, twice := m.raw[key]; twice {
			return nil, broken("duplicate_member", at+key)
		}
		m.raw[key], m.order = value, append(m.order, key)
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return nil, badJSON()
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, badJSON()
	}
	return m, nil
}

func badJSON() error { return models.Fail(models.Malformed, "bad_json") }

func broken(code, field string, args ...any) error {
	return models.Fail(models.Invalid, code, args...).In(field)
}

// string takes a member that is a string, or absent.
func (m *members) string(name string) (value string) {
	if raw, ok := m.take(name); ok && (raw[0] != '"' || json.Unmarshal(raw, &value) != nil) {
		m.fail(broken("wrong_type", m.at+name, "want", "string"))
	}
	return value
}

// integer takes a member that is a whole number, or absent: then it is otherwise.
func (m *members) integer(name string, otherwise int) int {
	value := otherwise
	if raw, ok := m.take(name); ok && (raw[0] == 'n' || json.Unmarshal(raw, &value) != nil) {
		m.fail(broken("wrong_type", m.at+name, "want", "integer"))
	}
	return value
}

// required takes a member that is a string and not empty.
func (m *members) required(name string) string {
	value := m.string(name)
	if value == "" {
		m.fail(broken("required", m.at+name))
	}
	return value
}

// optional takes a member that is a string and not empty, or absent.
func (m *members) optional(name string) string {
	if _, there := m.raw[name]; !there {
		return ""
	}
	return m.required(name)
}

// object takes a member that is an object, or absent, and has its own members taken. Its mistakes are m's.
func (m *members) object(name string, within func(*members)) {
	raw, ok := m.take(name)
	if !ok {
		return
	}
	if raw[0] != '{' {
		m.fail(broken("wrong_type", m.at+name, "want", "object"))
		return
	}
	inner, err := readMembersAt(m.at+name+".", raw)
	if err != nil {
		m.fail(err)
		return
	}
	within(inner)
	if err := inner.end(); err != nil {
		m.fail(err)
	}
}

func (m *members) take(name string) (json.RawMessage, bool) {
	raw, ok := m.raw[name]
	delete(m.raw, name)
	return raw, ok
}

func (m *members) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// end gives the first mistake; a member that was not taken is one.
func (m *members) end() error {
	for _, name := range m.order {
		if _, left := m.raw[name]; left {
			m.fail(broken("unknown_member", m.at+name))
		}
	}
	return m.err
}
