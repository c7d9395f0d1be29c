package billing

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"candor/models"
)

// reader reads one JSON text (RFC 8259) of objects, arrays and strings, which is all that comes in.
// It is here because encoding/json lets duplicate members pass (the last wins), cannot say which
// member is of the wrong type or unknown without the risk of repeating a value, and copies the
// megabytes of a document several times.
type reader struct {
	b []byte
	i int
}

// newReader starts on a text, which must be UTF-8.
func newReader(b []byte) (*reader, error) {
	if !utf8.Valid(b) {
		return nil, models.Fail(models.Malformed, codeBadUTF8)
	}
	return &reader{b: b}, nil
}

func badJSON() error { return models.Fail(models.Malformed, codeBadJSON) }

// peek gives the next byte that is no white space, or 0 at the end.
func (r *reader) peek() byte {
	for r.i < len(r.b) {
		switch c := r.b[r.i]; c {
		case ' ', '\t', '\n', '\r':
			r.i++
		default:
			return c
		}
	}
	return 0
}

// take passes over c if it is next.
func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.i++
	return true
}

// end fails if something follows.
func (r *reader) end() error {
	if r.peek() != 0 || r.i < len(r.b) {
		return badJSON()
	}
	return nil
}

// open passes over the bracket that starts a value, or says that field must be what it starts.
func (r *reader) open(bracket byte, field, want string) error {
	switch c := r.peek(); c {
	case bracket:
		r.i++
		return nil
	case '{', '[', '"', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 't', 'f', 'n':
		return wrongType(field, want)
	}
	return badJSON()
}

func wrongType(field, want string) error {
	if field == "" { // the whole text
		return badJSON()
	}
	return invalid(codeWrongType, field, "want", want)
}

// object reads an object of at most maxFields members and calls member at the value of each.
func (r *reader) object(field string, member func(name string) error) error {
	if err := r.open('{', field, "object"); err != nil {
		return err
	}
	if r.take('}') {
		return nil
	}
	var seen [maxFields]string
	for n := 0; ; n++ {
		name, err := r.name()
		if err != nil {
			return err
		}
		if n == maxFields {
			return invalid(codeTooManyFields, under("", field), "max", maxFields)
		}
		if slices.Contains(seen[:n], name) {
			return invalid(codeDuplicateMember, under(field, name))
		}
		seen[n] = name
		if err := member(name); err != nil {
			return err
		}
		if r.take('}') {
			return nil
		}
		if !r.take(',') {
			return badJSON()
		}
	}
}

func (r *reader) name() (string, error) {
	if r.peek() != '"' {
		return "", badJSON()
	}
	name, err := r.text("")
	if err != nil {
		return "", err
	}
	if !r.take(':') {
		return "", badJSON()
	}
	return string(name), nil
}

// array reads an array and calls element at each value.
func (r *reader) array(field string, element func(n int) error) error {
	if err := r.open('[', field, "array"); err != nil {
		return err
	}
	if r.take(']') {
		return nil
	}
	for n := 0; ; n++ {
		if err := element(n); err != nil {
			return err
		}
		if r.take(']') {
			return nil
		}
		if !r.take(',') {
			return badJSON()
		}
	}
}

// string reads a string.
func (r *reader) string(field string) (string, error) {
	b, err := r.text(field)
	return string(b), err
}

// text reads a string without a copy where it holds no escapes.
func (r *reader) text(field string) ([]byte, error) {
	if err := r.open('"', field, "string"); err != nil {
		return nil, err
	}
	start := r.i
	escaped := false
	for ; r.i < len(r.b); r.i++ {
		switch c := r.b[r.i]; {
		case c == '"':
			r.i++
			if escaped {
				return unescape(r.b[start-1 : r.i])
			}
			return r.b[start : r.i-1], nil
		case c == '\\':
			escaped = true
			r.i++
		case c < ' ':
			return nil, badJSON()
		}
	}
	return nil, badJSON()
}

// unescape reads a string in its quotes. Half a surrogate pair is no character: the standard
// library would put U+FFFD in its place and change what was sent.
func unescape(quoted []byte) ([]byte, error) {
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil || loneSurrogate(quoted) {
		return nil, badJSON()
	}
	return []byte(s), nil
}

func loneSurrogate(quoted []byte) bool {
	for i := 0; i+6 <= len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		if quoted[i+1] != 'u' {
			i++
			continue
		}
		first := hex4(quoted[i+2:])
		i += 5
		if !utf16.IsSurrogate(first) {
			continue
		}
		rest := quoted[i+1:]
		if !bytes.HasPrefix(rest, []byte(`\u`)) || utf16.DecodeRune(first, hex4(rest[2:])) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

// hex4 gives the value of 4 hexadecimal digits, which json.Unmarshal has checked.
func hex4(b []byte) rune {
	var n rune
	for _, c := range b[:min(4, len(b))] {
		n <<= 4
		switch {
		case c <= '9':
			n += rune(c - '0')
		default:
			n += rune(c|0x20-'a') + 10
		}
	}
	return n
}
