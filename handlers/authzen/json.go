package authzen

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// check holds a request to JSON (RFC 8259). What follows may then walk it without looking for faults,
// in place and without copying; the decoder of encoding/json would take another case for the same name
// and the last of two members of one name.
func check(raw []byte) error {
	switch {
	case len(raw) == 0:
		return fault("the request", "is empty")
	case !utf8.Valid(raw):
		return fault("the request", "is not valid UTF-8")
	case !json.Valid(raw):
		return fault("the request", "is not valid JSON")
	}
	return nil
}

// walk stands somewhere in a valid JSON text.
type walk struct {
	rest       []byte
	key, value []byte
}

// object starts at the members of a JSON object.
func object(raw []byte, what string) (walk, error) {
	raw = trim(raw)
	if raw[0] != '{' {
		return walk{}, fault(what, "must be an object")
	}
	return walk{rest: raw[1:]}, nil
}

// next moves to the next member.
func (w *walk) next() bool {
	w.rest = trim(w.rest)
	if w.rest[0] == '}' {
		return false
	}
	if w.rest[0] == ',' {
		w.rest = trim(w.rest[1:])
	}
	n := length(w.rest)
	w.key = w.rest[:n]
	w.rest = trim(trim(w.rest[n:])[1:]) // past the colon
	n = length(w.rest)
	w.value, w.rest = w.rest[:n], w.rest[n:]
	return true
}

// name is the member's name.
func (w *walk) name() []byte {
	if bytes.IndexByte(w.key, '\\') < 0 {
		return w.key[1 : len(w.key)-1]
	}
	name, _ := text(w.key)
	return []byte(name)
}

// elements lists the elements of a JSON array; none of no array.
func elements(raw []byte) ([][]byte, error) {
	if raw == nil {
		return nil, nil
	}
	var list [][]byte
	for rest := trim(raw[1:]); rest[0] != ']'; rest = trim(rest) {
		if rest[0] == ',' {
			rest = trim(rest[1:])
		}
		if len(list) == maxEvaluations {
			return nil, fault("evaluations", "must hold at most 1000 elements")
		}
		n := length(rest)
		list = append(list, rest[:n])
		rest = rest[n:]
	}
	return list, nil
}

// text is the value of a JSON string; ok is false for anything else.
func text(raw []byte) (value string, ok bool) {
	if raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	err := json.Unmarshal(raw, &value)
	return value, err == nil
}

func trim(raw []byte) []byte {
	for i, c := range raw {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return raw[i:]
		}
	}
	return nil
}

// length is how long the value is with which a valid JSON text starts.
func length(raw []byte) int {
	switch raw[0] {
	case '"':
		return stringLength(raw)
	case '{', '[':
		return nestedLength(raw)
	}
	n := bytes.IndexAny(raw, ",]} \t\r\n")
	if n < 0 {
		return len(raw)
	}
	return n
}

func stringLength(raw []byte) int {
	for i := 1; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(raw)
}

func nestedLength(raw []byte) int {
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i += stringLength(raw[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(raw)
}
