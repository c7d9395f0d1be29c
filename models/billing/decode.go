package billing

import (
	"encoding/base64"
	"slices"
	"strconv"

	"candor/models"
)

// members are what was sent: one object of the API, or one import line.
type members struct {
	texts     []member
	fields    map[string]string
	documents []models.Document
}

type member struct{ name, value string }

func (m *members) text(name string) string {
	for i := range m.texts {
		if m.texts[i].name == name {
			return m.texts[i].value
		}
	}
	return ""
}

// only refuses members that the kind of line does not have.
func (m *members) only(allowed []string) error {
	for _, t := range m.texts {
		if t.name != "type" && t.name != rejectedMember && !slices.Contains(allowed, t.name) {
			return invalid(codeUnknownMember, t.name)
		}
	}
	if m.fields != nil && !slices.Contains(allowed, "fields") {
		return invalid(codeUnknownMember, "fields")
	}
	if m.documents != nil && !slices.Contains(allowed, "documents") {
		return invalid(codeUnknownMember, "documents")
	}
	return nil
}

func (m *members) has(name string) bool {
	return slices.ContainsFunc(m.texts, func(t member) bool { return t.name == name })
}

// rejectedMember is what a report of refused lines adds to each: why. Whoever has mended the line may leave it there.
const rejectedMember = "rejected"

// The members that are known, by what they say.
var (
	profileMembers  = []string{"ref", "name", "email", "phone", "address", "customer_number", "locale", "jurisdiction"}
	recordMembers   = []string{"customer", "category", "id", "occurred_at", "source", "fields", "documents"}
	deleteMembers   = []string{"customer", "category", "id"}
	contentMembers  = []string{"occurred_at", "source", "fields"}
	lineMembers     = slices.Concat([]string{"type", rejectedMember}, profileMembers, recordMembers)
	documentMembers = []string{"name", "media_type", "base64"}
)

// read reads one object whose members are among those allowed.
func read(raw []byte, allowed []string) (members, error) {
	r, err := newReader(raw)
	if err != nil {
		return members{}, err
	}
	m := members{texts: make([]member, 0, len(profileMembers))}
	err = r.object("", func(name string) error {
		if err := allow("", name, allowed); err != nil {
			return err
		}
		return m.read(r, name)
	})
	if err == nil {
		err = r.end()
	}
	return m, err
}

// allow refuses a member that is not among those allowed; as card data, if its name says so.
func allow(parent, name string, allowed []string) error {
	switch {
	case slices.Contains(allowed, name):
		return nil
	case isCardName(name):
		return invalid(codeCardData, under(parent, name))
	}
	return invalid(codeUnknownMember, under(parent, name))
}

func (m *members) read(r *reader, name string) error {
	switch name {
	case "fields":
		return m.readFields(r)
	case "documents":
		return m.readDocuments(r)
	}
	value, err := r.string(name)
	m.texts = append(m.texts, member{name, value})
	return err
}

func (m *members) readFields(r *reader) error {
	m.fields = map[string]string{}
	return r.object("fields", func(name string) error {
		if isCardName(name) {
			return invalid(codeCardData, under("fields", name))
		}
		value, err := r.string(under("fields", name))
		m.fields[name] = value
		return err
	})
}

func (m *members) readDocuments(r *reader) error {
	return r.array("documents", func(n int) error {
		if n >= maxDocuments {
			return invalid(codeTooManyDocuments, "documents", "max", maxDocuments)
		}
		d, err := readDocument(r, documentAt(n))
		m.documents = append(m.documents, d)
		return err
	})
}

func documentAt(n int) string { return "documents." + strconv.Itoa(n) }

func readDocument(r *reader, at string) (d models.Document, err error) {
	sent := false
	err = r.object(at, func(name string) error {
		if err := allow(at, name, documentMembers); err != nil {
			return err
		}
		value, err := r.text(under(at, name))
		switch name {
		case "name":
			d.Name = string(value)
		case "media_type":
			d.MediaType = string(value)
		case "base64":
			if err == nil {
				sent = true
				d.Content, err = readBase64(at, value)
			}
		}
		return err
	})
	if err == nil && !sent {
		err = invalid(codeRequired, under(at, "base64"))
	}
	return d, err
}

func readBase64(at string, value []byte) ([]byte, error) {
	field := under(at, "base64")
	if base64.StdEncoding.DecodedLen(len(value)) > models.MaxDocument+2 { // 2 for what padding may hide
		return nil, tooLarge(field)
	}
	content := make([]byte, base64.StdEncoding.DecodedLen(len(value)))
	n, err := base64.StdEncoding.Strict().Decode(content, value)
	if err != nil {
		return nil, invalid(codeBadBase64, field)
	}
	return content[:n], nil
}

// DecodeProfile reads the body of a PUT of the customer ref, strictly: members that are not known,
// are there twice or are no strings are refused by name. It does not validate values; PutCustomer does.
func DecodeProfile(ref string, body []byte) (Profile, error) {
	m, err := read(body, profileMembers)
	if err != nil {
		return Profile{}, err
	}
	if m.has("ref") && m.text("ref") != ref {
		return Profile{}, invalid(codeReferenceMismatch, "ref")
	}
	p := m.profile()
	p.Ref = ref
	return p, nil
}

// DecodeRecord reads the body of a PUT of a record as strictly; PutRecord validates its values.
func DecodeRecord(customer, category, id string, body []byte) (models.Record, error) {
	m, err := read(body, contentMembers)
	if err != nil {
		return models.Record{}, err
	}
	r, err := m.record()
	r.Customer, r.Category, r.ID = customer, category, id
	return r, err
}

func (m *members) profile() Profile {
	var p Profile
	for _, t := range m.texts {
		switch t.name {
		case "ref":
			p.Ref = t.value
		case "locale":
			p.Locale = t.value
		case "jurisdiction":
			p.Jurisdiction = t.value
		case "name":
			p.Name = t.value
		case "email":
			p.Email = t.value
		case "phone":
			p.Phone = t.value
		case "address":
			p.Address = t.value
		case "customer_number":
			p.CustomerNumber = t.value
		}
	}
	return p
}

func (m *members) record() (models.Record, error) {
	r := models.Record{
		Customer: m.text("customer"), Category: m.text("category"), ID: m.text("id"),
		Source: m.text("source"), Fields: m.fields,
	}
	at, err := parseTime("occurred_at", m.text("occurred_at"))
	r.OccurredAt = at
	return r, err
}
