package ledger

import (
	"errors"
	"fmt"
)

// Base64 is bytes that JSON carries as canonical base64url, unpadded.
type Base64 []byte

// MarshalText writes base64url.
func (b Base64) MarshalText() ([]byte, error) { return rawURL.AppendEncode(nil, b), nil }

// UnmarshalText reads base64url that re-encodes to the same text.
func (b *Base64) UnmarshalText(text []byte) error {
	raw, err := decode64(rawURL, string(text))
	*b = raw
	return err
}

// Disclosure opens the commitment of one entry: whoever has it knows what the entry is about and can check it.
type Disclosure struct {
	Entry  string `json:"entry"`  // the entry's exact bytes
	Detail Base64 `json:"detail"` // the detail's exact bytes
	Salt   Base64 `json:"salt"`   // SaltSize bytes
}

// ErrCommit says that detail and salt are not what the entry commits to.
var ErrCommit = errors.New("the detail and salt are not what the entry commits to")

// Encode writes {"entry":…,"detail":base64url,"salt":base64url}.
func (d Disclosure) Encode() ([]byte, error) { return marshal(d) }

// ParseDisclosure reads a disclosure as Encode writes it. It checks no commitment: that is Open.
func ParseDisclosure(raw []byte) (Disclosure, error) {
	var d Disclosure
	err := unmarshal(raw, &d)
	return d, err
}

// DisclosureList says which entries are disclosed to everyone, so that a verifier need not ask for each. It is
// served at /log/disclosures and is a help only: nothing is believed because of it.
type DisclosureList struct {
	Disclosures []uint64 `json:"disclosures"` // seqs, ascending
}

// Encode writes {"disclosures":[…]}.
func (l DisclosureList) Encode() ([]byte, error) {
	if l.Disclosures == nil {
		l.Disclosures = []uint64{}
	}
	return marshal(l)
}

// ParseDisclosureList reads a list as Encode writes it.
func ParseDisclosureList(raw []byte) (DisclosureList, error) {
	var l DisclosureList
	if err := unmarshal(raw, &l); err != nil {
		return DisclosureList{}, err
	}
	for i := 1; i < len(l.Disclosures); i++ {
		if l.Disclosures[i] <= l.Disclosures[i-1] {
			return DisclosureList{}, malformed("the list of disclosures is not ascending")
		}
	}
	return l, nil
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
