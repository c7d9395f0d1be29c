package datamap

import (
	"maps"
	"regexp"
	"slices"
)

var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// eea are the countries to which data may go without a safeguard of Art. 46.
var eea = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
	"IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}

// Bases lists the legal bases, (a) to (f).
func Bases() []Basis {
	return []Basis{Consent, Contract, LegalObligation, VitalInterests, PublicTask, LegitimateInterests}
}

// FieldKinds lists the kinds of field.
func FieldKinds() []FieldKind {
	return []FieldKind{
		TextField, DateField, TimeField, MoneyField, QuantityField, CodeField, CountryField, IBANField, Last4Field,
	}
}

// Starts lists what a retention period may count from.
func Starts() []string {
	return []string{"record", "year_end", "contract_end", "removal", "settlement", "withdrawal"}
}

// Icons lists the names of the icon set.
func Icons() []string {
	return []string{
		"person", "contact", "tax", "card", "contract", "bill", "payment", "chart", "meter", "scale", "note", "heart",
		"megaphone", "key",
	}
}

func (m *Map) validateOperator(c *checker) {
	o := m.Operator
	c.look("operator", "", o.Name)
	if !slices.Contains(o.Languages, "en") {
		c.bad("languages", "map_no_english")
	}
	c.text("name", "map_text_missing", o.Name)
	c.value("jurisdiction", o.Jurisdiction)
	if m.zone == nil || o.TimeZone == "" {
		c.bad("time_zone", "map_time_zone")
	}
	c.value("address", o.Address)
	c.value("email", o.Email)
	c.value("dpo", o.DPO)
	c.text("authority.name", "map_text_missing", o.Authority.Name)
	c.value("authority.website", o.Authority.Website)
	c.value("notice", o.Notice)
}

func (m *Map) validateParties(c *checker) {
	seen := map[string]bool{}
	for _, s := range m.Sources {
		c.look("sources", s.Key, s.Label)
		c.key(s.Key, seen)
		c.text("label", "map_text_missing", s.Label)
	}
	seen = map[string]bool{}
	for _, r := range m.Recipients {
		c.look("recipients", r.Key, r.Label)
		c.key(r.Key, seen)
		c.text("label", "map_text_missing", r.Label)
		c.text("does", "map_text_missing", r.Does)
		if len(r.Country) != 2 {
			c.bad("country", "map_country")
		} else if !slices.Contains(eea, r.Country) {
			c.text("safeguard", "map_safeguard_missing", r.Safeguard, "country", r.Country)
		}
	}
}

func (m *Map) validateCategories(c *checker) {
	seen := map[string]bool{}
	for i := range m.Categories {
		cat := &m.Categories[i]
		c.look("categories", cat.Key, cat.Label)
		c.key(cat.Key, seen)
		if cat.Key == "evidence" || cat.Key == "requests" {
			c.bad("", "map_key_reserved", "key", cat.Key)
		}
		c.text("label", "map_text_missing", cat.Label)
		c.text("what", "map_text_missing", cat.What)
		c.text("why", "map_text_missing", cat.Why)
		c.text("retention.label", "map_text_missing", cat.Retention.Label)
		c.text("retention.then", "map_text_missing", cat.Retention.Then)
		c.period("retention.period", cat.Retention.Period)
		m.validateCategory(c, cat)
		c.fields(cat)
	}
}

func (m *Map) validateCategory(c *checker, cat *Category) {
	c.value("fideslang", cat.Fideslang)
	if len(cat.Bases) == 0 {
		c.bad("bases", "map_no_basis")
	}
	for _, b := range cat.Bases {
		c.basis("bases", b)
	}
	if !slices.Contains(Starts(), cat.Retention.From) {
		c.bad("retention.from", "map_retention_from")
	}
	if cat.Mandatory {
		c.text("otherwise", "map_otherwise_missing", cat.Otherwise)
	}
	if len(cat.Sources) == 0 {
		c.bad("sources", "map_no_source")
	}
	known(c, "sources", cat.Sources, m.sources)
	if len(m.PurposesOf(cat.Key)) == 0 {
		c.bad("", "map_unused")
	}
}

func (c *checker) fields(cat *Category) {
	if len(cat.Fields) == 0 {
		c.bad("fields", "map_no_fields")
	}
	seen := map[string]bool{}
	for i := range cat.Fields {
		f := &cat.Fields[i]
		c.within, c.kind, c.name = "fields."+f.Key+".", kindOf("fields"), named(f.Label, f.Key)
		c.key(f.Key, seen)
		c.text("label", "map_text_missing", f.Label)
		if !slices.Contains(FieldKinds(), f.Kind) {
			c.bad("kind", "map_field_kind")
		}
		if (f.Kind == CodeField) != (len(f.Values) > 0) {
			c.bad("values", "map_values")
		}
		for _, code := range slices.Sorted(maps.Keys(f.Values)) {
			c.text("values."+code, "map_text_missing", f.Values[code], "what", what("values"))
		}
	}
}

func (m *Map) validatePurposes(c *checker) {
	seen := map[string]bool{}
	for i := range m.Purposes {
		p := &m.Purposes[i]
		c.look("purposes", p.Key, p.Label)
		c.key(p.Key, seen)
		c.text("label", "map_text_missing", p.Label)
		c.text("summary", "map_text_missing", p.Summary)
		c.basis("basis", p.Basis)
		c.value("data_use", p.DataUse)
		c.value("dpv", p.DPV)
		if p.Chosen() {
			c.text("on", "map_on_missing", p.On, "basis", basisTerm(p.Basis))
			c.text("off", "map_off_missing", p.Off, "basis", basisTerm(p.Basis))
		}
		if p.Basis != Consent {
			c.text("because", "map_because_missing", p.Because, "basis", basisTerm(p.Basis))
		}
		if p.Renewal != "" {
			c.period("renewal", p.Renewal)
		}
		if p.SaleOrSharing && !p.Chosen() {
			c.bad("sale_or_sharing", "map_sale_basis")
		}
		if p.SaleOrSharing && len(p.Recipients) == 0 {
			c.bad("sale_or_sharing", "map_sale_recipients")
		}
		if len(p.Categories) == 0 {
			c.bad("categories", "map_no_categories")
		}
		known(c, "categories", p.Categories, m.categories)
		known(c, "recipients", p.Recipients, m.recipients)
		m.validateRules(c, p)
	}
}
