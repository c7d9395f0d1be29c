package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxEntrySize is the length in bytes that an entry may have.
	MaxEntrySize = 4096
	// MaxSize is the number of entries that a log may have: whatever is larger does not survive as a JSON number.
	MaxSize = 1 << 53
	// maxOriginSize leaves every entry far below MaxEntrySize.
	maxOriginSize = 255
)

// Payload is what an entry says.
type Payload struct {
	Log    string    // the log's origin
	Seq    uint64    // 0, 1, 2, … without gaps
	Prev   Hash      // the Link of the entry before; of entry 0, SHA-256 of the empty string
	Time   time.Time // when it was appended; UTC, to the millisecond
	Commit Hash      // Commit(salt, detail)
}

// Entry is an entry that has been taken apart. Its signature has not been checked: that is Verify.
type Entry struct {
	KeyID   string // of the key that it says signed it
	Payload Payload
	Raw     []byte // its exact bytes, to be stored, hashed and served as they are
}

// ParseEntry takes an entry apart if it is in its one canonical encoding and at most MaxEntrySize bytes long.
// The entry keeps raw, which must not be changed afterwards.
func ParseEntry(raw []byte) (Entry, error) {
	if len(raw) > MaxEntrySize {
		return Entry{}, malformed("an entry has at most %d bytes", MaxEntrySize)
	}
	jws, err := parseCompact(raw, typEntry)
	if err != nil {
		return Entry{}, err
	}
	payload, err := parsePayload(jws.payload)
	if err != nil {
		return Entry{}, err
	}
	return Entry{KeyID: jws.keyID, Payload: payload, Raw: raw}, nil
}

// Verify checks the signature with a key that the caller knows to be the one of e.KeyID; ErrSignature if it does not match.
func (e Entry) Verify(key ed25519.PublicKey) error { return verifyCompact(e.Raw, key) }

// Link is SHA-256 of the signing input (header.payload): the `prev` of the next entry.
func (e Entry) Link() Hash {
	return sha256.Sum256(e.Raw[:max(0, bytes.LastIndexByte(e.Raw, '.'))])
}

// ValidOrigin checks the name of a log: a URL without scheme and trailing slash, such as privacy.example.com/log,
// of at most 255 visible ASCII characters other than `"`, `\` and `+` (which separates the parts of a verifier key).
func ValidOrigin(origin string) error {
	if origin == "" || len(origin) > maxOriginSize {
		return malformed("an origin has 1 to %d characters", maxOriginSize)
	}
	for _, c := range []byte(origin) {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '+' {
			return malformed(`an origin has visible ASCII characters only, no ", \ or +`)
		}
	}
	if strings.Contains(origin, "://") || strings.HasSuffix(origin, "/") {
		return malformed("an origin is a URL without scheme and trailing slash")
	}
	return nil
}

func appendPayload(b []byte, p *Payload) []byte {
	b = append(append(b, `{"v":1,"log":"`...), p.Log...)
	b = strconv.AppendUint(append(b, `","seq":`...), p.Seq, 10)
	b = rawURL.AppendEncode(append(b, `,"prev":"`...), p.Prev[:])
	b = appendTime(append(b, `","time":"`...), p.Time)
	b = rawURL.AppendEncode(append(b, `","commit":"`...), p.Commit[:])
	return append(b, `"}`...)
}

// parsePayload reads what appendPayload writes. Between the fixed texts stand values without quotes or
// escapes, so cutting at the fixed texts is unambiguous.
func parsePayload(raw []byte) (Payload, error) {
	rest := string(raw)
	take := func(before, after string) string {
		text, ok := strings.CutPrefix(rest, before)
		value, tail, ok2 := strings.Cut(text, after)
		if !ok || !ok2 {
			rest = ""
			return ""
		}
		rest = tail
		return value
	}
	origin := take(`{"v":1,"log":"`, `"`)
	seq := take(`,"seq":`, `,`)
	prev := take(`"prev":"`, `"`)
	at := take(`,"time":"`, `"`)
	commit := take(`,"commit":"`, `"`)
	if rest != "}" {
		return Payload{}, malformed("the payload is not {v, log, seq, prev, time, commit}, in this order without white space")
	}
	if err := ValidOrigin(origin); err != nil {
		return Payload{}, err
	}
	p := Payload{Log: origin}
	var err error
	if p.Seq, err = parseNumber(seq); err != nil {
		return Payload{}, malformed("seq: %w", err)
	}
	if p.Prev, err = decodeHash(prev); err != nil {
		return Payload{}, malformed("prev: %w", err)
	}
	if p.Time, err = ParseTime(at); err != nil {
		return Payload{}, malformed("time: %w", err)
	}
	if p.Commit, err = decodeHash(commit); err != nil {
		return Payload{}, malformed("commit: %w", err)
	}
	return p, nil
}

// parseNumber reads a decimal number below MaxSize without sign and leading zeros.
func parseNumber(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n >= MaxSize || strconv.FormatUint(n, 10) != text {
		return 0, malformed("not a decimal number from 0 to 2^53-1")
	}
	return n, nil
}
