package ledger

import (
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"
)

// MaxDetailSize is the length in bytes that a detail may have.
const MaxDetailSize = 64 << 10

// Detail is the private part of an event: what happened, to whom and by whom. Members that do not apply
// are left at their zero value and are then absent from the encoding.
type Detail struct {
	Kind         string      // what happened: one of the kinds, or a later one
	ID           EventID     // the event's; appending the same id twice yields the first entry
	Subject      string      // the person's pseudonym: base64url of 16 random bytes
	Actor        Actor       // who did it; without ID where the kind IsPublic
	Purpose      string      // the purpose's key
	State        string      // the state that the purpose is in after this event
	Notice       *NoticeRef  // the exact text that was shown
	UI           string      // version of the page wording around it
	Channel      string      // web, api, phone, paper, in_person, gpc, …
	Auth         string      // how the actor was authenticated
	OccurredAt   time.Time   // when it happened, if that was before it was appended; to the millisecond
	Jurisdiction string      // ISO 3166-1 or 3166-2 code whose rules applied
	Supersedes   *uint64     // seq of the same subject's previous event for this purpose
	Use          string      // of key.*: UseEntry or UseDocument
	JWK          *JWK        // of key.*: the public key
	Keys         []string    // of subject.erased: the names of the destroyed keys
	Succeeds     *Succession // of entry 0 of a log that takes the place of one that lost entries
	Backing      *Backing    // of a choice made elsewhere: what there is to show for it
	Role         string      // the role in which a member of staff acted
	Reason       string      // the reason that a member of staff gave
	About        *About      // what was looked at, or worked on
}

// Actor is who acted. ID says which one, in the operator's own terms.
type Actor struct {
	Type string `json:"type"` // ActorCustomer, ActorService, ActorStaff or ActorSystem
	ID   string `json:"id,omitempty"`
}

// NoticeRef names the exact text of a notice.
type NoticeRef struct {
	Key     string `json:"key"`
	Version int    `json:"version"` // from 1
	Locale  string `json:"locale"`
	SHA256  string `json:"sha256"` // of the text's bytes, 64 lower-case hexadecimal digits
}

// Succession names the log that lost entries, its last checkpoint, and how many entries from its start survived.
type Succession struct {
	Log        string `json:"log"`
	Checkpoint string `json:"checkpoint"`
	Survived   uint64 `json:"survived"`
}

// Backing says where what there is to show for a choice made elsewhere can be found: a call, a form, a letter.
type Backing struct {
	Kind       string `json:"kind"`                  // call, form, letter, …
	Reference  string `json:"reference"`             // in the operator's own terms
	Note       string `json:"note,omitempty"`        // free text
	SHA256     string `json:"sha256,omitempty"`      // of a file, 64 lower-case hexadecimal digits
	RecordedBy string `json:"recorded_by,omitempty"` // the member of staff who took it down, in the operator's own terms
}

// About names a thing that is no choice: what a member of staff looked at, or worked on.
type About struct {
	Type    string `json:"type"`              // notice, data_map, policy, training, category, record, field, profile, staff, client, …
	Key     string `json:"key"`               // which one, in the operator's own terms
	Version int    `json:"version,omitempty"` // from 1
	Part    string `json:"part,omitempty"`    // of it: a record's id, a field, a language
	SHA256  string `json:"sha256,omitempty"`  // of its content, 64 lower-case hexadecimal digits
}

// detailJSON is a Detail as encoding/json reads it; the order is that of Detail.append.
type detailJSON struct {
	Kind         string      `json:"kind"`
	ID           EventID     `json:"id"`
	Subject      string      `json:"subject,omitempty"`
	Actor        Actor       `json:"actor"`
	Purpose      string      `json:"purpose,omitempty"`
	State        string      `json:"state,omitempty"`
	Notice       *NoticeRef  `json:"notice,omitempty"`
	UI           string      `json:"ui,omitempty"`
	Channel      string      `json:"channel,omitempty"`
	Auth         string      `json:"auth,omitempty"`
	OccurredAt   string      `json:"occurred_at,omitempty"`
	Jurisdiction string      `json:"jurisdiction,omitempty"`
	Supersedes   *uint64     `json:"supersedes,omitempty"`
	Use          string      `json:"use,omitempty"`
	JWK          *JWK        `json:"jwk,omitempty"`
	Keys         []string    `json:"keys,omitempty"`
	Succeeds     *Succession `json:"succeeds,omitempty"`
	Backing      *Backing    `json:"evidence,omitempty"`
	Role         string      `json:"role,omitempty"`
	Reason       string      `json:"reason,omitempty"`
	About        *About      `json:"about,omitempty"`
}

// ParseDetail reads a detail as Encode writes it, and nothing else.
func ParseDetail(raw []byte) (Detail, error) {
	if len(raw) > MaxDetailSize {
		return Detail{}, malformed("a detail has at most %d bytes", MaxDetailSize)
	}
	var j detailJSON
	if err := unmarshal(raw, &j); err != nil {
		return Detail{}, err
	}
	d := Detail{
		Kind: j.Kind, ID: j.ID, Subject: j.Subject, Actor: j.Actor, Purpose: j.Purpose, State: j.State,
		Notice: j.Notice, UI: j.UI, Channel: j.Channel, Auth: j.Auth, Jurisdiction: j.Jurisdiction,
		Supersedes: j.Supersedes, Use: j.Use, JWK: j.JWK, Keys: j.Keys, Succeeds: j.Succeeds, Backing: j.Backing,
		Role: j.Role, Reason: j.Reason, About: j.About,
	}
	if j.OccurredAt != "" {
		at, err := ParseTime(j.OccurredAt)
		if err != nil {
			return Detail{}, malformed("occurred_at: %w", err)
		}
		d.OccurredAt = at
	}
	if err := d.validate(); err != nil {
		return Detail{}, err
	}
	return d, nil
}

// Encode writes the detail: canonical JSON, members in the order of the struct. These bytes are what the
// entry commits to; they are kept as they are and never written anew.
func (d Detail) Encode() ([]byte, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	b := d.append(make([]byte, 0, 512))
	if len(b) > MaxDetailSize {
		return nil, malformed("a detail has at most %d bytes", MaxDetailSize)
	}
	if !utf8.Valid(b) {
		return nil, malformed("a member of the detail is not valid UTF-8")
	}
	return b, nil
}

func (d *Detail) append(b []byte) []byte {
	b = appendString(append(b, `{"kind":`...), d.Kind)
	b = append(d.ID.append(append(b, `,"id":"`...)), '"')
	b = appendMember(b, "subject", d.Subject)
	b = appendString(append(b, `,"actor":{"type":`...), d.Actor.Type)
	b = append(appendMember(b, "id", d.Actor.ID), '}')
	b = appendMember(b, "purpose", d.Purpose)
	b = appendMember(b, "state", d.State)
	if n := d.Notice; n != nil {
		b = appendString(append(b, `,"notice":{"key":`...), n.Key)
		b = strconv.AppendInt(append(b, `,"version":`...), int64(n.Version), 10)
		b = appendString(append(b, `,"locale":`...), n.Locale)
		b = append(appendString(append(b, `,"sha256":`...), n.SHA256), '}')
	}
	b = appendMember(b, "ui", d.UI)
	b = appendMember(b, "channel", d.Channel)
	b = appendMember(b, "auth", d.Auth)
	if !d.OccurredAt.IsZero() {
		b = append(appendTime(append(b, `,"occurred_at":"`...), d.OccurredAt), '"')
	}
	b = appendMember(b, "jurisdiction", d.Jurisdiction)
	if d.Supersedes != nil {
		b = strconv.AppendUint(append(b, `,"supersedes":`...), *d.Supersedes, 10)
	}
	b = appendMember(b, "use", d.Use)
	if d.JWK != nil {
		b = d.JWK.append(append(b, `,"jwk":`...))
	}
	for i, key := range d.Keys {
		b = append(b, [2]string{`,"keys":[`, `,`}[min(i, 1)]...)
		b = appendString(b, key)
	}
	if len(d.Keys) > 0 {
		b = append(b, ']')
	}
	if s := d.Succeeds; s != nil {
		b = appendString(append(b, `,"succeeds":{"log":`...), s.Log)
		b = appendString(append(b, `,"checkpoint":`...), s.Checkpoint)
		b = append(strconv.AppendUint(append(b, `,"survived":`...), s.Survived, 10), '}')
	}
	if e := d.Backing; e != nil {
		b = appendString(append(b, `,"evidence":{"kind":`...), e.Kind)
		b = appendString(append(b, `,"reference":`...), e.Reference)
		b = appendMember(b, "note", e.Note)
		b = appendMember(b, "sha256", e.SHA256)
		b = append(appendMember(b, "recorded_by", e.RecordedBy), '}')
	}
	b = appendMember(b, "role", d.Role)
	b = appendMember(b, "reason", d.Reason)
	return append(d.About.append(b), '}')
}

func (a *About) append(b []byte) []byte {
	if a == nil {
		return b
	}
	b = appendString(append(b, `,"about":{"type":`...), a.Type)
	b = appendString(append(b, `,"key":`...), a.Key)
	if a.Version != 0 {
		b = strconv.AppendInt(append(b, `,"version":`...), int64(a.Version), 10)
	}
	b = appendMember(b, "part", a.Part)
	return append(appendMember(b, "sha256", a.SHA256), '}')
}

// appendMember appends a member of an object that already has one, unless the value is empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	return appendString(b, value)
}

func (d *Detail) validate() error {
	switch {
	case !validKind(d.Kind):
		return malformed("kind: two or more lower-case words joined by dots, such as %s", ConsentGiven)
	case d.ID.IsZero():
		return malformed("id is missing")
	case !validActor(d.Actor.Type):
		return malformed("actor: type is one of customer, service, staff, system")
	case d.Supersedes != nil && *d.Supersedes >= MaxSize:
		return malformed("supersedes is not a seq")
	case !d.OccurredAt.IsZero() && len(FormatTime(d.OccurredAt)) != timeSize:
		return malformed("occurred_at lies outside the years 0 to 9999")
	}
	if err := d.validateSubject(); err != nil {
		return err
	}
	if err := d.Notice.validate(); err != nil {
		return err
	}
	if err := d.Backing.validate(); err != nil {
		return err
	}
	if err := d.About.validate(); err != nil {
		return err
	}
	return d.validateKeys()
}

func validActor(kind string) bool {
	return kind == ActorCustomer || kind == ActorService || kind == ActorStaff || kind == ActorSystem
}

// validateSubject also keeps people out of what everyone may read.
func (d *Detail) validateSubject() error {
	if IsPublic(d.Kind) && (d.Subject != "" || d.Actor.ID != "" || d.Backing != nil || d.Reason != "") {
		return malformed("the detail of %s is public: it has no subject, no evidence and no reason, and its actor has no id", d.Kind)
	}
	if d.Subject == "" {
		return nil
	}
	if raw, err := decode64(rawURL, d.Subject); err != nil || len(raw) != 16 {
		return malformed("subject is not the base64url text of 16 bytes")
	}
	return nil
}

func (n *NoticeRef) validate() error {
	switch {
	case n == nil:
		return nil
	case n.Key == "" || n.Locale == "" || n.Version < 1:
		return malformed("notice: key, version (from 1), locale and sha256 are needed")
	case !validHex(n.SHA256):
		return malformed("notice: sha256 is 64 lower-case hexadecimal digits")
	}
	return nil
}

func (e *Backing) validate() error {
	switch {
	case e == nil:
		return nil
	case e.Kind == "" || e.Reference == "":
		return malformed("evidence: kind and reference are needed")
	case e.SHA256 != "" && !validHex(e.SHA256):
		return malformed("evidence: sha256 is 64 lower-case hexadecimal digits")
	}
	return nil
}

func (a *About) validate() error {
	switch {
	case a == nil:
		return nil
	case a.Type == "" || a.Key == "" || a.Version < 0:
		return malformed("about: type and key are needed, and a version is from 1")
	case a.SHA256 != "" && !validHex(a.SHA256):
		return malformed("about: sha256 is 64 lower-case hexadecimal digits")
	}
	return nil
}

// validHex says whether text is a SHA-256 hash in lower-case hexadecimal.
func validHex(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32 && hex.EncodeToString(raw) == text
}

func (d *Detail) validateKeys() error {
	if !isKeyEvent(d.Kind) {
		if d.Use != "" || d.JWK != nil {
			return malformed("only key.* events have use and jwk")
		}
		return nil
	}
	if d.JWK == nil || (d.Use != UseEntry && d.Use != UseDocument) {
		return malformed("%s needs use (%s or %s) and jwk", d.Kind, UseEntry, UseDocument)
	}
	_, err := d.JWK.PublicKey()
	return err
}
