package datamap

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
)

// Parse reads a data map and validates it whole. The error lists everything that is wrong, each
// with its place in the file's own words.
func Parse(raw []byte) (*Map, error) {
	var m Map
	if err := yaml.UnmarshalWithOptions(raw, &m, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("data map: %w", err)
	}
	m.index()
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("data map: %w", err)
	}
	return &m, nil
}

func (m *Map) index() {
	if zone, err := time.LoadLocation(m.Operator.TimeZone); err == nil {
		m.zone = zone
	}
	m.categories = byKey(m.Categories, func(c *Category) string { return c.Key })
	m.purposes = byKey(m.Purposes, func(p *Purpose) string { return p.Key })
	m.recipients = byKey(m.Recipients, func(r *Recipient) string { return r.Key })
	m.sources = byKey(m.Sources, func(s *Source) string { return s.Key })
	for i := range m.Categories {
		c := &m.Categories[i]
		c.fields = byKey(c.Fields, func(f *Field) string { return f.Key })
	}
}

func byKey[T any](items []T, key func(*T) string) map[string]*T {
	out := make(map[string]*T, len(items))
	for i := range items {
		out[key(&items[i])] = &items[i]
	}
	return out
}

var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// eea are the countries to which data may go without a safeguard of Art. 46.
var eea = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
	"IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}

// checker gathers everything that is wrong, so that a reviewer sees it all at once.
type checker struct {
	languages []string
	errs      []error
}

func (c *checker) bad(place, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, args...)))
}

func (c *checker) text(place string, t Text) {
	for _, tag := range c.languages {
		if t[tag] == "" {
			c.bad(place, "has no text in %q; write one, or take the language out of operator.languages", tag)
		}
	}
}

func (c *checker) key(place, key string, seen map[string]bool) {
	if !keyPattern.MatchString(key) {
		c.bad(place, "key %q must be lower-case letters, digits and underscores, at most 64", key)
	}
	if seen[key] {
		c.bad(place, "key %q is there twice", key)
	}
	seen[key] = true
}

func (c *checker) period(place, s string) period {
	p, err := parsePeriod(s)
	if err != nil {
		c.bad(place, "%v", err)
	}
	return p
}

func (m *Map) validate() error {
	c := &checker{languages: m.Operator.Languages}
	m.validateOperator(c)
	m.validateParties(c)
	m.validateCategories(c)
	m.validatePurposes(c)
	return errors.Join(c.errs...)
}

func (m *Map) validateOperator(c *checker) {
	o := m.Operator
	if !slices.Contains(o.Languages, "en") {
		c.bad("operator.languages", `must contain "en", the language everything falls back to`)
	}
	c.text("operator.name", o.Name)
	c.text("operator.authority.name", o.Authority.Name)
	for place, value := range map[string]string{
		"operator.jurisdiction": o.Jurisdiction, "operator.address": o.Address, "operator.email": o.Email,
		"operator.dpo": o.DPO, "operator.notice": o.Notice, "operator.authority.website": o.Authority.Website,
	} {
		if value == "" {
			c.bad(place, "is missing; GDPR Art. 13 wants it told")
		}
	}
	if m.zone == nil {
		c.bad("operator.time_zone", "%q is not an IANA time zone such as Europe/Berlin", o.TimeZone)
	}
}

func (m *Map) validateParties(c *checker) {
	seen := map[string]bool{}
	for _, s := range m.Sources {
		place := "sources." + s.Key
		c.key(place, s.Key, seen)
		c.text(place+".label", s.Label)
	}
	seen = map[string]bool{}
	for _, r := range m.Recipients {
		place := "recipients." + r.Key
		c.key(place, r.Key, seen)
		c.text(place+".label", r.Label)
		c.text(place+".does", r.Does)
		if len(r.Country) != 2 {
			c.bad(place+".country", "must be an ISO 3166-1 code such as DE")
		} else if !slices.Contains(eea, r.Country) {
			c.text(place+".safeguard", r.Safeguard)
		}
	}
}

func (m *Map) validateCategories(c *checker) {
	seen := map[string]bool{}
	for i := range m.Categories {
		cat := &m.Categories[i]
		place := "categories." + cat.Key
		c.key(place, cat.Key, seen)
		if cat.Key == "evidence" || cat.Key == "requests" {
			c.bad(place, "key %q names a key for what a customer chose and asked: choose another", cat.Key)
		}
		c.text(place+".label", cat.Label)
		c.text(place+".what", cat.What)
		c.text(place+".why", cat.Why)
		c.text(place+".retention.label", cat.Retention.Label)
		c.text(place+".retention.then", cat.Retention.Then)
		c.period(place+".retention.period", cat.Retention.Period)
		m.validateCategory(c, place, cat)
		c.fields(place, cat)
	}
}

func (m *Map) validateCategory(c *checker, place string, cat *Category) {
	if cat.Fideslang == "" {
		c.bad(place+".fideslang", "is missing; other privacy tools read it")
	}
	if len(cat.Bases) == 0 {
		c.bad(place+".bases", "is empty; nothing may be held without a legal basis (Art. 6(1))")
	}
	for _, b := range cat.Bases {
		c.basis(place+".bases", b)
	}
	if !slices.Contains([]string{"record", "year_end", "contract_end", "removal", "settlement", "withdrawal"}, cat.Retention.From) {
		c.bad(place+".retention.from", "%q is not one of record, year_end, contract_end, removal, settlement, withdrawal", cat.Retention.From)
	}
	if cat.Mandatory {
		c.text(place+".otherwise", cat.Otherwise)
	}
	if len(cat.Sources) == 0 {
		c.bad(place+".sources", "is empty; say where the data comes from (Art. 14(2)(f))")
	}
	for _, s := range cat.Sources {
		if _, ok := m.sources[s]; !ok {
			c.bad(place+".sources", "%q is not a key of sources", s)
		}
	}
	if len(m.PurposesOf(cat.Key)) == 0 {
		c.bad(place, "no purpose uses it; what has no purpose may not be held (Art. 5(1)(b))")
	}
}

func (c *checker) basis(place string, b Basis) {
	if !slices.Contains([]Basis{Consent, Contract, LegalObligation, VitalInterests, PublicTask, LegitimateInterests}, b) {
		c.bad(place, "%q is not a legal basis of Art. 6(1)", b)
	}
}

var fieldKinds = []FieldKind{
	TextField, DateField, TimeField, MoneyField, QuantityField, CodeField, CountryField, IBANField, Last4Field,
}

func (c *checker) fields(place string, cat *Category) {
	if len(cat.Fields) == 0 {
		c.bad(place+".fields", "is empty; a record could say nothing")
	}
	seen := map[string]bool{}
	for i := range cat.Fields {
		f := &cat.Fields[i]
		at := place + ".fields." + f.Key
		c.key(at, f.Key, seen)
		c.text(at+".label", f.Label)
		if !slices.Contains(fieldKinds, f.Kind) {
			c.bad(at+".kind", "%q is not one of %v", f.Kind, fieldKinds)
		}
		if (f.Kind == CodeField) != (len(f.Values) > 0) {
			c.bad(at+".values", "belongs to fields of kind code, and only to them")
		}
		for code, words := range f.Values {
			c.text(at+".values."+code, words)
		}
	}
}

func (m *Map) validatePurposes(c *checker) {
	seen := map[string]bool{}
	for i := range m.Purposes {
		p := &m.Purposes[i]
		place := "purposes." + p.Key
		c.key(place, p.Key, seen)
		c.text(place+".label", p.Label)
		c.text(place+".summary", p.Summary)
		c.basis(place+".basis", p.Basis)
		if p.DataUse == "" || p.DPV == "" {
			c.bad(place, "data_use (fideslang) and dpv (W3C DPV) must both be there")
		}
		if p.Chosen() {
			c.text(place+".on", p.On)
			c.text(place+".off", p.Off)
		}
		if p.Basis != Consent {
			c.text(place+".because", p.Because)
		}
		if p.Renewal != "" {
			p.renewal = c.period(place+".renewal", p.Renewal)
		}
		if p.SaleOrSharing && !p.Chosen() {
			c.bad(place+".sale_or_sharing", "is for purposes that rest on consent or legitimate interests: a sale must be one's to opt out of")
		}
		if p.SaleOrSharing && len(p.Recipients) == 0 {
			c.bad(place+".sale_or_sharing", "names a sale or sharing, and recipients is empty: say to whom")
		}
		m.validateUses(c, place, p)
		m.validateRules(c, place, p)
	}
}

func (m *Map) validateUses(c *checker, place string, p *Purpose) {
	if len(p.Categories) == 0 {
		c.bad(place+".categories", "is empty; a purpose uses something")
	}
	for _, key := range p.Categories {
		if _, ok := m.categories[key]; !ok {
			c.bad(place+".categories", "%q is not a key of categories", key)
		}
	}
	for _, key := range p.Recipients {
		if _, ok := m.recipients[key]; !ok {
			c.bad(place+".recipients", "%q is not a key of recipients", key)
		}
	}
}
