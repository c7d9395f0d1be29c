package models

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unique"
)

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

// The states of Everything: a restriction of processing (GDPR Art. 18), and one that has been lifted.
const (
	Restricted State = "restricted"
	Released   State = "released"
)

// Everything is the purpose that stands for all of them. The data map cannot declare it: no key has an asterisk.
const Everything = "*"

// NoticeRef names the exact text that was shown.
type NoticeRef struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	Locale  string `json:"locale,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of the text, 64 lower-case hexadecimal digits
}

// Choice is what the log last said about one customer and one purpose.
type Choice struct {
	Purpose string    `json:"-"` // the key of Choices
	State   State     `json:"state"`
	Seq     uint64    `json:"seq"`
	Since   time.Time `json:"since"`
	Notice  NoticeRef `json:"notice"`
	// HappenedAt orders a choice made elsewhere against the one that stands.
	HappenedAt time.Time `json:"happened_at"`
	// Latest is the last entry about this purpose, if that changed nothing: what it tells of happened before. 0 if not.
	Latest uint64 `json:"latest,omitempty"`
	// Signal says that an opt-out signal (Global Privacy Control) has been recorded, now or before. A consent that is given
	// after that is given in spite of it.
	Signal bool `json:"signal,omitempty"`
	// Asked is the latest version of the notice about which they were asked anew, or decided unasked, after they had
	// consented to an earlier one; 0 if none. AskedAt is when. A choice that follows keeps both.
	Asked   int       `json:"asked,omitempty"`
	AskedAt time.Time `json:"asked_at,omitzero"`
}

// Granted says that what the log last said of a choice is a consent, whether or not it has ended since.
func (c Choice) Granted() bool {
	return c.State == Given || c.State == Expired || c.State == Invalidated
}

// Last is the last entry about this purpose.
func (c Choice) Last() uint64 { return max(c.Seq, c.Latest) }

// Standing is the projection of the log for one customer: every choice that stands.
type Standing struct {
	Customer string
	// Seq is the entry that last wrote it. A store replaces a Standing only by a newer one.
	Seq uint64
	// Pseudonym is the person's name in the log, sealed under their evidence key.
	Pseudonym []byte
	Choices   Choices
}

// Choices are a customer's choices in order of their purposes, each purpose once. They are few, and many customers'
// are held in memory: a slice takes a fifth of a map's room. Nobody changes one that others may hold.
type Choices []Choice

// Of is the choice about a purpose; without a State if there is none.
func (c Choices) Of(purpose string) Choice {
	if i, ok := c.find(purpose); ok {
		return c[i]
	}
	return Choice{}
}

// With is a copy in which a choice takes the place of the one about its purpose, if there is one.
func (c Choices) With(choice Choice) Choices {
	i, ok := c.find(choice.Purpose)
	with := make(Choices, 0, len(c)+1)
	with = append(append(with, c[:i]...), choice)
	if ok {
		i++
	}
	return append(with, c[i:]...)
}

func (c Choices) find(purpose string) (int, bool) {
	return slices.BinarySearchFunc(c, purpose, func(c Choice, purpose string) int { return strings.Compare(c.Purpose, purpose) })
}

// MarshalJSON writes an object by purpose.
func (c Choices) MarshalJSON() ([]byte, error) {
	byPurpose := make(map[string]Choice, len(c))
	for _, choice := range c {
		byPurpose[choice.Purpose] = choice
	}
	return json.Marshal(byPurpose)
}

// UnmarshalJSON reads what MarshalJSON writes. What many customers' choices have in common is held once.
func (c *Choices) UnmarshalJSON(raw []byte) error {
	var byPurpose map[string]Choice
	if err := json.Unmarshal(raw, &byPurpose); err != nil {
		return err
	}
	*c = make(Choices, 0, len(byPurpose))
	for purpose, choice := range byPurpose {
		choice.Purpose, choice.State = shared(purpose), State(shared(string(choice.State)))
		n := &choice.Notice
		n.Key, n.Locale, n.SHA256 = shared(n.Key), shared(n.Locale), shared(n.SHA256)
		*c = append(*c, choice)
	}
	slices.SortFunc(*c, func(a, b Choice) int { return strings.Compare(a.Purpose, b.Purpose) })
	return nil
}

// shared gives the same copy of a text to all who hold it, or one of a few.
func shared(text string) string { return unique.Make(text).Value() }
