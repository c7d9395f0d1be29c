package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrMalformed is wrapped by every error about bytes that are not in the format's one canonical encoding.
var ErrMalformed = errors.New("malformed")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))
}

var (
	rawURL = base64.RawURLEncoding.Strict()
	std    = base64.StdEncoding.Strict()
)

// decode64 decodes text that must be exactly what enc would write. Strict decoding rejects unused bits;
// Go's decoders still skip line breaks, which the length gives away.
func decode64(enc *base64.Encoding, text string) ([]byte, error) {
	raw, err := enc.DecodeString(text)
	if err != nil || enc.EncodedLen(len(raw)) != len(text) {
		return nil, malformed("not canonical base64")
	}
	return raw, nil
}

// decodeHash decodes base64url text of exactly one hash.
func decodeHash(text string) (Hash, error) {
	var h Hash
	if len(text) != rawURL.EncodedLen(len(h)) {
		return Hash{}, malformed("not the base64url text of a SHA-256 hash")
	}
	n, err := rawURL.Decode(h[:], []byte(text))
	if err != nil || n != len(h) {
		return Hash{}, malformed("not the base64url text of a SHA-256 hash")
	}
	return h, nil
}

// timeSize is the length of every time in the log: 2026-01-01T00:00:00.120Z.
const timeSize = 24

// FormatTime writes t as the log does: UTC, to the millisecond (what is finer is cut off), always 24 characters.
func FormatTime(t time.Time) string {
	return string(appendTime(make([]byte, 0, timeSize), t))
}

func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

// ParseTime reads a time as FormatTime writes it, and nothing else.
func ParseTime(text string) (time.Time, error) {
	if len(text) == timeSize {
		t, err := time.Parse("2006-01-02T15:04:05.000Z", text)
		if err == nil && FormatTime(t) == text {
			return t, nil
		}
	}
	return time.Time{}, malformed("a time is written 2026-01-01T00:00:00.120Z")
}

// marshal writes v as canonical JSON: members in the order of the struct, no white space, and strings
// escaped as in RFC 8785 section 3.2.2.2 (encoding/json also escapes U+2028 and U+2029; that is undone).
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return unescapeSeparators(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

func unescapeSeparators(raw []byte) []byte {
	if !bytes.Contains(raw, []byte(`\u202`)) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		switch rest := raw[i:]; {
		case bytes.HasPrefix(rest, []byte(`\u2028`)):
			out, i = append(out, "\u2028"...), i+5
		case bytes.HasPrefix(rest, []byte(`\u2029`)):
			out, i = append(out, "\u2029"...), i+5
		default:
			out, i = append(out, raw[i], raw[i+1]), i+1
		}
	}
	return out
}

// unmarshal reads canonical JSON into v: whatever v's own encoding would not reproduce byte for byte
// (white space, another order, a member twice, an unknown one, invalid UTF-8, an odd escape) is refused.
func unmarshal(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return malformed("not the expected JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return malformed("text after the JSON")
	}
	again, err := marshal(v)
	if err != nil {
		return malformed("not the expected JSON: %w", err)
	}
	if !bytes.Equal(raw, again) {
		return malformed("not canonical JSON: members in order, none twice, no white space, no needless escapes")
	}
	return nil
}

// appendString appends s as a canonical JSON string. s must be valid UTF-8.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 0x20:
			b = append(b, c)
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c == '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	return append(b, '"')
}
