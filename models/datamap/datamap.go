// Package datamap owns the data map: what may be held about a person, for which purposes, on which
// legal basis, who receives it, and how long it is kept. It is one reviewed file per operator,
// validated whole at start. What the map does not declare is refused at the door (GDPR Art. 5(1)(c)).
package datamap

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Basis is a legal basis of GDPR Art. 6(1).
type Basis string

// The legal bases, (a) to (f).
const (
	Consent             Basis = "consent"
	Contract            Basis = "contract"
	LegalObligation     Basis = "legal_obligation"
	VitalInterests      Basis = "vital_interests"
	PublicTask          Basis = "public_task"
	LegitimateInterests Basis = "legitimate_interests"
)

// Text is words for people, by BCP 47 language tag.
type Text map[string]string

// In gives the text in a language, or in English, or in any language there is.
func (t Text) In(tag string) string {
	if s, ok := t[tag]; ok {
		return s
	}
	return t["en"]
}

// Map is the data map.
type Map struct {
	Operator   Operator    `yaml:"operator" json:"operator"`
	Sources    []Source    `yaml:"sources" json:"sources"`
	Recipients []Recipient `yaml:"recipients" json:"recipients"`
	Categories []Category  `yaml:"categories" json:"categories"`
	Purposes   []Purpose   `yaml:"purposes" json:"purposes"`
	// Removed are the keys of categories, and "category.field" of fields, that are declared no longer although records of
	// them are held: whoever takes them out says so here. What is held of them is shown to nobody, and goes with the rest
	// when a customer's data is erased.
	Removed []string `yaml:"removed,omitempty" json:"removed,omitempty"`

	categories map[string]*Category
	purposes   map[string]*Purpose
	recipients map[string]*Recipient
	sources    map[string]*Source
	zone       *time.Location
}

// Operator is the controller (GDPR Art. 13(1)(a), (b)).
type Operator struct {
	Name Text `yaml:"name" json:"name"`
	// Jurisdiction is the ISO 3166-1 or 3166-2 code whose rules apply unless a customer's says otherwise.
	Jurisdiction string `yaml:"jurisdiction" json:"jurisdiction"`
	// TimeZone is the IANA zone in which people are shown times.
	TimeZone string `yaml:"time_zone" json:"time_zone"`
	Address  string `yaml:"address" json:"address"`
	Email    string `yaml:"email" json:"email"`
	Phone    string `yaml:"phone" json:"phone"`
	Website  string `yaml:"website" json:"website"`
	// DPO is how to reach the data protection officer.
	DPO string `yaml:"dpo" json:"dpo"`
	// Authority is where to complain (Art. 13(2)(d)).
	Authority Authority `yaml:"authority" json:"authority"`
	// Notice is the key of the general privacy notice.
	Notice string `yaml:"notice" json:"notice"`
	// Languages are the BCP 47 tags in which every text here must exist.
	Languages []string `yaml:"languages" json:"languages"`
}

// Authority is a supervisory authority.
type Authority struct {
	Name    Text   `yaml:"name" json:"name"`
	Website string `yaml:"website" json:"website"`
}

// Source is where data comes from, if not from the person (Art. 14(2)(f)).
type Source struct {
	Key   string `yaml:"key" json:"key"`
	Label Text   `yaml:"label" json:"label"`
}

// Recipient is somebody who is given data (Art. 13(1)(e), (f)).
type Recipient struct {
	Key   string `yaml:"key" json:"key"`
	Label Text   `yaml:"label" json:"label"`
	// Does is what they do with it, in one sentence.
	Does Text `yaml:"does" json:"does"`
	// Country is the ISO 3166-1 code of where they process it.
	Country string `yaml:"country" json:"country"`
	// Safeguard is what protects a transfer outside the EEA; required there.
	Safeguard Text `yaml:"safeguard,omitempty" json:"safeguard,omitempty"`
}

// Category is a kind of data.
type Category struct {
	Key string `yaml:"key" json:"key"`
	// Fideslang is the key in fideslang's data categories.
	Fideslang string `yaml:"fideslang" json:"fideslang"`
	Label     Text   `yaml:"label" json:"label"`
	// What says what it is, Why what it is needed for: a sentence each.
	What Text `yaml:"what" json:"what"`
	Why  Text `yaml:"why" json:"why"`
	// Bases are the legal bases on which it is held, the main one first.
	Bases []Basis `yaml:"bases" json:"bases"`
	// Article9 is the ground of Art. 9(2) for special categories, such as "a".
	Article9 string `yaml:"article9,omitempty" json:"article9,omitempty"`
	// Mandatory says whether the person must give it; Otherwise what happens if not (Art. 13(2)(e)).
	Mandatory bool      `yaml:"mandatory" json:"mandatory"`
	Otherwise Text      `yaml:"otherwise,omitempty" json:"otherwise,omitempty"`
	Sources   []string  `yaml:"sources" json:"sources"`
	Retention Retention `yaml:"retention" json:"retention"`
	Fields    []Field   `yaml:"fields" json:"fields"`
	// Documents says whether its records may have files.
	Documents bool `yaml:"documents,omitempty" json:"documents,omitempty"`
	// Icon is a name of the icon set: person, contact, tax, card, contract, bill, payment, chart,
	// meter, scale, note, heart, megaphone, key.
	Icon string `yaml:"icon" json:"icon"`

	fields map[string]*Field
}

// Retention says how long a category is kept.
type Retention struct {
	// Label is the rule in words: "8 years after the year of the bill".
	Label Text `yaml:"label" json:"label"`
	// Then is what happens afterwards: "erased".
	Then Text `yaml:"then" json:"then"`
	// Period is the ISO 8601 duration of the rule (P8Y, P14M, P30D).
	Period string `yaml:"period" json:"period"`
	// From is what the period counts from: "record", "year_end", "contract_end", "removal", "settlement", "withdrawal".
	From string `yaml:"from" json:"from"`
}

// FieldKind says how a value is written for people.
type FieldKind string

// The kinds of field. Every value is a string; a kind only shapes how it is shown.
const (
	TextField     FieldKind = "text"
	DateField     FieldKind = "date"     // 2026-11-23
	TimeField     FieldKind = "time"     // RFC 3339
	MoneyField    FieldKind = "money"    // minor units; the record's field "currency" says of what
	QuantityField FieldKind = "quantity" // a decimal; the record's field "unit" says of what
	CodeField     FieldKind = "code"     // one of Values
	CountryField  FieldKind = "country"  // ISO 3166-1
	IBANField     FieldKind = "iban"     // only country and last 4 are kept
	Last4Field    FieldKind = "last4"    // the last 4 digits of a longer number
)

// Field is one thing that a record of a category may say.
type Field struct {
	Key   string    `yaml:"key" json:"key"`
	Label Text      `yaml:"label" json:"label"`
	Kind  FieldKind `yaml:"kind" json:"kind"`
	// Masked hides the value on pages until the person asks for it.
	Masked bool `yaml:"masked,omitempty" json:"masked,omitempty"`
	// LongNumber lets values be long numbers that might pass for a card number.
	LongNumber bool `yaml:"long_number,omitempty" json:"long_number,omitempty"`
	// Hidden keeps it out of the table's columns: it is shown as part of another (currency, unit).
	Hidden bool `yaml:"hidden,omitempty" json:"hidden,omitempty"`
	// Values are the words for the codes of a code field.
	Values map[string]Text `yaml:"values,omitempty" json:"values,omitempty"`
}

// Purpose is what data is used for.
type Purpose struct {
	Key string `yaml:"key" json:"key"`
	// DataUse is the key in fideslang's data uses; DPV the term of the W3C Data Privacy Vocabulary.
	DataUse string `yaml:"data_use" json:"data_use"`
	DPV     string `yaml:"dpv" json:"dpv"`
	Label   Text   `yaml:"label" json:"label"`
	// Summary says what is done, in a sentence.
	Summary Text  `yaml:"summary" json:"summary"`
	Basis   Basis `yaml:"basis" json:"basis"`
	// Because says why it is required (contract, legal duty …) or what the interest is.
	Because Text `yaml:"because,omitempty" json:"because,omitempty"`
	// On and Off say what each choice means, for consent and legitimate interests.
	On  Text `yaml:"on,omitempty" json:"on,omitempty"`
	Off Text `yaml:"off,omitempty" json:"off,omitempty"`
	// Notice is the key of the notice that a choice is about; the operator's general one otherwise.
	Notice     string   `yaml:"notice,omitempty" json:"notice,omitempty"`
	Categories []string `yaml:"categories" json:"categories"`
	Recipients []string `yaml:"recipients,omitempty" json:"recipients,omitempty"`
	// Renewal is the ISO 8601 duration after which a given consent is asked for anew.
	Renewal string `yaml:"renewal,omitempty" json:"renewal,omitempty"`
	// Parent is the key of the purpose without which this one is not done: whoever says no to that has said no to both.
	Parent string `yaml:"parent,omitempty" json:"parent,omitempty"`
	// Defaults say, by ISO 3166-1 or 3166-2 code, what holds for those who have decided nothing; see DefaultIn.
	Defaults map[string]Default `yaml:"defaults,omitempty" json:"defaults,omitempty"`
	// SaleOrSharing marks a sale, or a sharing for advertising across contexts (Cal. Civ. Code 1798.140 (ad), (ah)): an
	// opt-out signal of a browser is a no to it.
	SaleOrSharing bool `yaml:"sale_or_sharing,omitempty" json:"sale_or_sharing,omitempty"`

	renewal period
}

// definition is a purpose without the names that its members have in files.
type definition struct {
	Key           string
	DataUse       string
	DPV           string
	Label         Text
	Summary       Text
	Basis         Basis
	Because       Text
	On            Text
	Off           Text
	Notice        string
	Categories    []string
	Recipients    []string
	Renewal       string
	Parent        string             `json:",omitempty"`
	Defaults      map[string]Default `json:",omitempty"`
	SaleOrSharing bool               `json:",omitempty"`

	renewal period
}

// Definition is what the log commits to when a purpose changes, as JSON. Its form never changes, or every purpose would
// seem to have changed.
func (p *Purpose) Definition() ([]byte, error) {
	raw, err := json.Marshal(definition(*p))
	if err != nil {
		return nil, fmt.Errorf("define purpose %s: %w", p.Key, err)
	}
	return raw, nil
}

// Chosen says whether a person decides about it: a switch or an objection.
func (p *Purpose) Chosen() bool { return p.Basis == Consent || p.Basis == LegitimateInterests }

// Covers says whether the purpose uses a category.
func (p *Purpose) Covers(category string) bool {
	return slices.Contains(p.Categories, category)
}

// ExpiresAt is when a consent given at t must be asked for anew; zero is never.
func (p *Purpose) ExpiresAt(t time.Time) time.Time {
	if p.Renewal == "" {
		return time.Time{}
	}
	return p.renewal.after(t)
}

// Zone is the operator's time zone, in which people are shown times and days end.
func (m *Map) Zone() *time.Location { return m.zone }

// Category finds one by key.
func (m *Map) Category(key string) (*Category, bool) { c, ok := m.categories[key]; return c, ok }

// Purpose finds one by key.
func (m *Map) Purpose(key string) (*Purpose, bool) { p, ok := m.purposes[key]; return p, ok }

// Recipient finds one by key.
func (m *Map) Recipient(key string) (*Recipient, bool) { r, ok := m.recipients[key]; return r, ok }

// Source finds one by key.
func (m *Map) Source(key string) (*Source, bool) { s, ok := m.sources[key]; return s, ok }

// Field finds one of a category's fields by key.
func (c *Category) Field(key string) (*Field, bool) { f, ok := c.fields[key]; return f, ok }

// NoticeFor is the key of the notice that a choice about the purpose is about.
func (m *Map) NoticeFor(p *Purpose) string {
	if p.Notice != "" {
		return p.Notice
	}
	return m.Operator.Notice
}

// Sold lists the purposes that are a sale or sharing, in the map's order.
func (m *Map) Sold() []*Purpose {
	var out []*Purpose
	for i := range m.Purposes {
		if m.Purposes[i].SaleOrSharing {
			out = append(out, &m.Purposes[i])
		}
	}
	return out
}

// PurposesOf lists the purposes that use a category, in the map's order.
func (m *Map) PurposesOf(category string) []*Purpose {
	var out []*Purpose
	for i := range m.Purposes {
		if m.Purposes[i].Covers(category) {
			out = append(out, &m.Purposes[i])
		}
	}
	return out
}

// RecipientsOf lists who is given data of a category, each once, in the order of the purposes.
func (m *Map) RecipientsOf(category string) []*Recipient {
	var out []*Recipient
	seen := map[string]bool{}
	for _, p := range m.PurposesOf(category) {
		for _, key := range p.Recipients {
			if !seen[key] {
				seen[key] = true
				out = append(out, m.recipients[key])
			}
		}
	}
	return out
}

// Until is when a record that occurred at t goes, where the rule counts from the record or from the
// end of its year; the zero time where the date depends on what has not happened yet.
func (r Retention) Until(t time.Time) time.Time {
	p, err := parsePeriod(r.Period)
	switch {
	case err != nil || t.IsZero():
		return time.Time{}
	case r.From == "record":
		return p.after(t)
	case r.From == "year_end":
		return p.after(time.Date(t.Year(), time.December, 31, 0, 0, 0, 0, time.UTC))
	default:
		return time.Time{}
	}
}
