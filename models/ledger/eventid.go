package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// EventID is the UUID of an event (RFC 9562): version 7, or version 8 where it is derived from what was
// submitted, so that a repeated submission is one event. The zero EventID is no id.
type EventID [16]byte

// NewEventID makes a version 7 id from the time (to the millisecond) and the random bytes, of which 74 bits are used.
func NewEventID(random [16]byte, now time.Time) EventID {
	id := EventID(random)
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli())) // 48 bits of it are used, as RFC 9562 says
	copy(id[:6], ms[2:])
	return id.stamp(7)
}

// DerivedEventID makes a version 8 id: the first 122 free bits of the SHA-256 of all parts, each preceded by its
// length in bytes as a big-endian uint64, so that ("ab","c") and ("a","bc") differ.
func DerivedEventID(parts ...string) EventID {
	h := sha256.New()
	for _, part := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	var id EventID
	copy(id[:], h.Sum(nil))
	return id.stamp(8)
}

// ParseEventID reads an id as String writes it: lower case, version 7 or 8.
func ParseEventID(text string) (EventID, error) {
	var id EventID
	if len(text) != 36 {
		return EventID{}, malformed("an event id is a UUID of 36 characters")
	}
	digits := text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil || id.String() != text {
		return EventID{}, malformed("an event id is a UUID in lower case")
	}
	if v := id[6] >> 4; (v != 7 && v != 8) || id[8]>>6 != 0b10 {
		return EventID{}, malformed("an event id is a UUID of version 7 or 8")
	}
	return id, nil
}

func (id EventID) stamp(version byte) EventID {
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

// IsZero says whether there is no id.
func (id EventID) IsZero() bool { return id == EventID{} }

// String is the id's usual text, 36 characters in lower case.
func (id EventID) String() string { return string(id.append(make([]byte, 0, 36))) }

func (id EventID) append(b []byte) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// MarshalText is String.
func (id EventID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is ParseEventID.
func (id *EventID) UnmarshalText(text []byte) error {
	parsed, err := ParseEventID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
