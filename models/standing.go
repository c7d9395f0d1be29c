package models

import "maps"

import "time"

// State is where a customer stands on one purpose, under the names that interfaces.md gives.
type State string

// The states. Required and Permitted are not chosen: the legal basis gives them.
const (
	NeverAsked  State = "never_asked"
	Given       State = "given"
	Refused     State = "refused"
	Withdrawn   State = "withdrawn"
	Expired     State = "expired"
	Invalidated State = "invalidated"
	Objected    State = "objected"
	Permitted   State = "permitted"
	Required    State = "required"
)

// NoticeRef names the exact text that was shown.
type NoticeRef struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	Locale  string `json:"locale,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of the text, 64 lower-case hexadecimal digits
}

// Choice is what the log last said about one customer and one purpose.
type Choice struct {
	State  State     `json:"state"`
	Seq    uint64    `json:"seq"`
	Since  time.Time `json:"since"`
	Notice NoticeRef `json:"notice"`
	// HappenedAt orders a choice made elsewhere against the one that stands.
	HappenedAt time.Time `json:"happened_at"`
}

// Standing is the projection of the log for one customer: every choice that stands.
type Standing struct {
	Customer string
	// Seq is the entry that last wrote it. A store replaces a Standing only by a newer one.
	Seq uint64
	// Pseudonym is the person's name in the log, sealed under their evidence key.
	Pseudonym []byte
	Choices   map[string]Choice // by purpose
}

// Clone gives a copy that shares nothing which either side changes.
func (s Standing) Clone() Standing {
	choices := make(map[string]Choice, len(s.Choices)+1)
	maps.Copy(choices, s.Choices)
	s.Choices = choices
	return s
}
