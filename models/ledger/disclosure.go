package ledger

import (
	"encoding/json"
	"fmt"
)

// Disclosure opens the commitment of one entry: whoever has it knows what the entry is about and can check it.
type Disclosure struct {
	Entry  string // the entry's exact bytes
	Detail []byte // the detail's exact bytes
	Salt   []byte // SaltSize bytes
}

// ErrCommit says that detail and salt are not what the entry commits to.
var ErrCommit = fmt.Errorf("the detail and salt are not what the entry commits to")

// bytes64 is a member of canonical base64url.
type bytes64 []byte

func (b bytes64) MarshalText() ([]byte, error) { return rawURL.AppendEncode(nil, b), nil }

func (b *bytes64) UnmarshalText(text []byte) error {
	raw, err := decode64(rawURL, string(text))
	*b = raw
	return err
}

type disclosureJSON struct {
	Entry  string  `json:"entry"`
	Detail bytes64 `json:"detail"`
	Salt   bytes64 `json:"salt"`
}

// Encode writes {"entry":…,"detail":base64url,"salt":base64url}.
func (d Disclosure) Encode() ([]byte, error) { return marshal(disclosureJSON(d.json())) }

func (d Disclosure) json() disclosureJSON { return disclosureJSON{d.Entry, d.Detail, d.Salt} }

// MarshalJSON is Encode.
func (d Disclosure) MarshalJSON() ([]byte, error) { return d.Encode() }

var _ json.Marshaler = Disclosure{}

// ParseDisclosure reads a disclosure as Encode writes it. It checks no commitment: that is Open.
func ParseDisclosure(raw []byte) (Disclosure, error) {
	var j disclosureJSON
	if err := unmarshal(raw, &j); err != nil {
		return Disclosure{}, err
	}
	return Disclosure{Entry: j.Entry, Detail: j.Detail, Salt: j.Salt}, nil
}

// Open checks that the entry commits to the detail and takes both apart; ErrCommit if it does not.
// The entry's signature is not checked.
func (d Disclosure) Open() (Entry, Detail, error) {
	e, err := ParseEntry([]byte(d.Entry))
	if err != nil {
		return Entry{}, Detail{}, fmt.Errorf("entry: %w", err)
	}
	detail, err := openDetail(e, d.Detail, d.Salt)
	if err != nil {
		return Entry{}, Detail{}, err
	}
	return e, detail, nil
}

func openDetail(e Entry, raw, salt []byte) (Detail, error) {
	if len(salt) != SaltSize {
		return Detail{}, malformed("a salt has %d bytes", SaltSize)
	}
	if Commit(salt, raw) != e.Payload.Commit {
		return Detail{}, ErrCommit
	}
	detail, err := ParseDetail(raw)
	if err != nil {
		return Detail{}, fmt.Errorf("detail: %w", err)
	}
	return detail, nil
}
