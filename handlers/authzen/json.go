package authzen

import (
	"encoding/json"
	"strings"
)

// maxDepth is how deep a request may be nested; encoding/json goes as far.
const maxDepth = 10_000

// reader reads a JSON text (RFC 8259) from front to back, once, and copies nothing. The decoder of
// encoding/json would take another case for the same name and the last of two members of one name.
// After a fault in the text the reader is broken, and finds nothing more.
type reader struct {
	text   string
	at     int  // where the next byte is
	depth  int  // how many brackets are open
	opened bool // nothing has been read since the last of them
	broken bool
}

func (r *reader) fail() {
	r.broken = true
	r.at = len(r.text)
}

// peek gives the next byte that is not white space, or 0 at the end.
func (r *reader) peek() byte {
	for ; r.at < len(r.text); r.at++ {
		if c := r.text[r.at]; c > ' ' || c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

// end holds the text to be at its end.
func (r *reader) end() {
	if r.peek(); r.at < len(r.text) {
		r.fail()
	}
}

// accept moves past a byte if it is the next.
func (r *reader) accept(c byte) bool {
	if r.at == len(r.text) || r.text[r.at] != c {
		return false
	}
	r.at++
	return true
}

// open moves into the object or array that peek has found.
func (r *reader) open() {
	r.at++
	r.opened = true
	if r.depth++; r.depth > maxDepth {
		r.fail()
	}
}

// next moves to the next member or element, or past the bracket that closes them.
func (r *reader) next(closing byte) bool {
	first := r.opened
	r.opened = false
	switch c := r.peek(); {
	case c == closing:
		r.at++
		r.depth--
		return false
	case c == ',' && !first:
		r.at++
		return true
	case first && !r.broken:
		return true
	}
	r.fail()
	return false
}

// name moves past a member's name and the colon, and gives the name; none if the reader is broken.
func (r *reader) name() string {
	r.peek()
	from := r.at
	plain := r.quoted()
	written := r.text[from:r.at]
	r.colon()
	switch {
	case r.broken:
		return ""
	case plain:
		return written[1 : len(written)-1]
	}
	return unescape(written)
}

func (r *reader) colon() {
	if r.peek() != ':' {
		r.fail()
		return
	}
	r.at++
}

// value moves past a value, and gives it as it is written.
func (r *reader) value() string {
	c := r.peek()
	from := r.at
	switch c {
	case '{':
		for r.open(); r.next('}'); {
			r.peek()
			r.quoted()
			r.colon()
			r.value()
		}
	case '[':
		for r.open(); r.next(']'); {
			r.value()
		}
	case '"':
		r.quoted()
	case 't':
		r.word("true")
	case 'f':
		r.word("false")
	case 'n':
		r.word("null")
	default:
		r.number()
	}
	return r.text[from:r.at]
}

// quoted moves past a string. A plain one has no escapes.
func (r *reader) quoted() (plain bool) {
	if !r.accept('"') {
		r.fail()
	}
	for plain = true; ; plain = false {
		rest, n := r.text[r.at:], 0
		for n < len(rest) && rest[n] != '"' && rest[n] != '\\' && rest[n] >= ' ' {
			n++
		}
		r.at += n
		switch {
		case r.accept('"'):
			return plain
		case r.accept('\\'):
			r.escape()
		default:
			r.fail()
			return plain
		}
	}
}

// escape moves past what follows a backslash.
func (r *reader) escape() {
	if !r.accept('u') {
		r.oneOf(`"\/bfnrt`)
		return
	}
	for range 4 {
		r.oneOf("0123456789abcdefABCDEF")
	}
}

func (r *reader) oneOf(set string) {
	if r.at == len(r.text) || strings.IndexByte(set, r.text[r.at]) < 0 {
		r.fail()
		return
	}
	r.at++
}

func (r *reader) word(word string) {
	if !strings.HasPrefix(r.text[r.at:], word) {
		r.fail()
		return
	}
	r.at += len(word)
}

func (r *reader) number() {
	r.accept('-')
	if !r.accept('0') {
		r.digits()
	}
	if r.accept('.') {
		r.digits()
	}
	if r.accept('e') || r.accept('E') {
		if !r.accept('+') {
			r.accept('-')
		}
		r.digits()
	}
}

// digits moves past one digit or more.
func (r *reader) digits() {
	from := r.at
	for r.at < len(r.text) && '0' <= r.text[r.at] && r.text[r.at] <= '9' {
		r.at++
	}
	if r.at == from {
		r.fail()
	}
}

// text is what a valid JSON string says; nothing, of anything else.
func text(raw string) string {
	switch {
	case raw[0] != '"':
		return ""
	case strings.IndexByte(raw, '\\') < 0:
		return raw[1 : len(raw)-1]
	}
	return unescape(raw)
}

// unescape is apart from its callers: what encoding/json writes to is on the heap.
func unescape(raw string) (value string) {
	_ = json.Unmarshal([]byte(raw), &value) // cannot fail: it has been read as a string
	return value
}
