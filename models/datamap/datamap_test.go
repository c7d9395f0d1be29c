package datamap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models/datamap"
)

// small is a map that is valid, of two languages.
const small = `
operator:
  name: {en: Light, de: Licht}
  jurisdiction: DE
  time_zone: Europe/Berlin
  address: Beispielweg 1
  email: hello@example.test
  phone: "555-0100"
  website: https://example.test
  dpo: dpo@example.test
  authority: {name: {en: Authority, de: Behörde}, website: https://authority.example.test}
  notice: privacy
  languages: [en, de]
sources:
  - {key: billing, label: {en: Billing, de: Abrechnung}}
recipients:
  - {key: printer, label: {en: Printer, de: Druckerei}, does: {en: Prints, de: Druckt}, country: DE}
  - {key: host, label: {en: Host, de: Hoster}, does: {en: Keeps, de: Speichert}, country: US, safeguard: {en: SCC, de: SVK}}
categories:
  - key: invoices
    fideslang: user.financial
    label: {en: Bills, de: Rechnungen}
    what: {en: What, de: Was}
    why: {en: Why, de: Warum}
    bases: [contract]
    mandatory: true
    otherwise: {en: None, de: Keine}
    sources: [billing]
    retention: {label: {en: Long, de: Lang}, then: {en: Erased, de: Gelöscht}, period: P8Y, from: year_end}
    documents: true
    icon: bill
    fields:
      - {key: total, label: {en: Total, de: Summe}, kind: money}
      - {key: status, label: {en: Status, de: Status}, kind: code, values: {paid: {en: Paid, de: Bezahlt}}}
purposes:
  - key: billing
    data_use: essential
    dpv: dpv:ServiceProvision
    label: {en: Billing, de: Abrechnung}
    summary: {en: We bill, de: Wir rechnen ab}
    basis: contract
    because: {en: Contract, de: Vertrag}
    categories: [invoices]
    recipients: [printer, host]
  - key: advice
    data_use: personalize
    dpv: dpv:Personalisation
    label: {en: Advice, de: Rat}
    summary: {en: We advise, de: Wir raten}
    basis: consent
    on: {en: You get it, de: Sie erhalten ihn}
    off: {en: You do not, de: Sie erhalten ihn nicht}
    notice: advice
    categories: [invoices]
    recipients: [host]
    renewal: P24M
`

func parse(t *testing.T, text string) *datamap.Map {
	t.Helper()
	m, err := datamap.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParseFindsThings(t *testing.T) {
	m := parse(t, small)
	c, ok := m.Category("invoices")
	if !ok || c.Label.In("de") != "Rechnungen" || !c.Documents {
		t.Errorf("category: %+v, %v", c, ok)
	}
	if f, ok := c.Field("status"); !ok || f.Values["paid"].In("en") != "Paid" {
		t.Errorf("field: %+v, %v", f, ok)
	}
	for name, found := range map[string]bool{
		"category": has(m.Category("shoes")), "purpose": has(m.Purpose("shoes")),
		"recipient": has(m.Recipient("shoes")), "source": has(m.Source("shoes")), "field": has(c.Field("shoes")),
	} {
		if found {
			t.Errorf("there is a %s that nobody declared", name)
		}
	}
	if r, ok := m.Recipient("host"); !ok || r.Country != "US" {
		t.Errorf("recipient: %+v, %v", r, ok)
	}
	if s, ok := m.Source("billing"); !ok || s.Label.In("de") != "Abrechnung" {
		t.Errorf("source: %+v, %v", s, ok)
	}
}

func has[T any](_ *T, ok bool) bool { return ok }

func TestTextFallsBackToEnglish(t *testing.T) {
	text := datamap.Text{"en": "Light", "de": "Licht"}
	if text.In("de") != "Licht" || text.In("pl") != "Light" {
		t.Errorf("%q, %q", text.In("de"), text.In("pl"))
	}
}

func TestWhoGetsWhatForWhat(t *testing.T) {
	m := parse(t, small)
	var purposes, recipients []string
	for _, p := range m.PurposesOf("invoices") {
		purposes = append(purposes, p.Key)
	}
	for _, r := range m.RecipientsOf("invoices") {
		recipients = append(recipients, r.Key)
	}
	if !slices.Equal(purposes, []string{"billing", "advice"}) || !slices.Equal(recipients, []string{"printer", "host"}) {
		t.Errorf("%v, %v", purposes, recipients)
	}
	if len(m.PurposesOf("shoes"))+len(m.RecipientsOf("shoes")) > 0 {
		t.Error("something is done with what is not declared")
	}
}

func TestPurposes(t *testing.T) {
	m := parse(t, small)
	billing, _ := m.Purpose("billing")
	advice, _ := m.Purpose("advice")
	if billing.Chosen() || !advice.Chosen() {
		t.Error("a contract is nothing to choose, a consent is")
	}
	if m.NoticeFor(billing) != "privacy" || m.NoticeFor(advice) != "advice" {
		t.Errorf("notices %s, %s", m.NoticeFor(billing), m.NoticeFor(advice))
	}
	given := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	if got := advice.ExpiresAt(given); !got.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("ends at %v", got)
	}
	if !billing.ExpiresAt(given).IsZero() {
		t.Error("what is not renewed ends")
	}
	if !advice.Covers("invoices") || advice.Covers("shoes") {
		t.Error("covers the wrong categories")
	}
}

// TestMistakesAreNamed: what is wrong is said with its place in the file.
func TestMistakesAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown member":        {"  notice: privacy\n", "  notice: privacy\n  colour: red\n", "colour"},
		"no English":            {"languages: [en, de]", "languages: [de]", "operator.languages"},
		"language missing":      {"{en: Bills, de: Rechnungen}", "{en: Bills}", "categories.invoices.label: map_text_missing"},
		"no jurisdiction":       {"jurisdiction: DE", `jurisdiction: ""`, "operator.jurisdiction"},
		"no officer":            {"dpo: dpo@example.test", `dpo: ""`, "operator.dpo"},
		"time zone":             {"Europe/Berlin", "Mars/Base", "operator.time_zone"},
		"key":                   {"key: invoices", "key: In-voices", "map_bad_key"},
		"key twice":             {"key: advice", "key: billing", "purposes.billing: map_key_twice"},
		"field twice":           {"key: status", "key: total", "categories.invoices.fields.total: map_key_twice"},
		"basis":                 {"bases: [contract]", "bases: [whim]", "categories.invoices.bases"},
		"no basis":              {"bases: [contract]", "bases: []", "categories.invoices.bases: map_no_basis"},
		"basis of a purpose":    {"basis: contract", "basis: whim", "purposes.billing.basis"},
		"period":                {"period: P8Y", "period: 8 years", "categories.invoices.retention.period"},
		"empty period":          {"period: P8Y", "period: P", "categories.invoices.retention.period"},
		"renewal":               {"renewal: P24M", "renewal: soon", "purposes.advice.renewal"},
		"start of a period":     {"from: year_end", "from: whenever", "categories.invoices.retention.from"},
		"source":                {"sources: [billing]", "sources: [rumour]", "categories.invoices.sources"},
		"no source":             {"sources: [billing]", "sources: []", "categories.invoices.sources: map_no_source"},
		"kind":                  {"kind: money", "kind: cash", "categories.invoices.fields.total.kind"},
		"values of no code":     {"kind: code", "kind: text", "categories.invoices.fields.status.values"},
		"no fideslang":          {"fideslang: user.financial", `fideslang: ""`, "categories.invoices.fideslang"},
		"no otherwise":          {"    otherwise: {en: None, de: Keine}\n", "", "categories.invoices.otherwise"},
		"no safeguard":          {", safeguard: {en: SCC, de: SVK}", "", "recipients.host.safeguard"},
		"country":               {"country: US", "country: America", "recipients.host.country"},
		"category of a purpose": {"categories: [invoices]\n    recipients: [host]", "categories: [shoes]\n    recipients: [host]", "purposes.advice.categories"},
		"recipient":             {"recipients: [printer, host]", "recipients: [stranger]", "purposes.billing.recipients"},
		"nothing to choose":     {"    off: {en: You do not, de: Sie erhalten ihn nicht}\n", "", "purposes.advice.off"},
		"no reason":             {"    because: {en: Contract, de: Vertrag}\n", "", "purposes.billing.because"},
		"sale by contract":      {"    basis: contract\n", "    basis: contract\n    sale_or_sharing: true\n", "purposes.billing.sale_or_sharing"},
		"no term":               {"dpv: dpv:Personalisation", `dpv: ""`, "purposes.advice.dpv"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(small, c.old, c.new, 1)
			if text == small {
				t.Fatalf("%q is not in the map", c.old)
			}
			if _, err := datamap.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v; want one that holds %q", err, c.want)
			}
		})
	}
}

func TestWhatHasNoPurposeMayNotBeHeld(t *testing.T) {
	text := strings.ReplaceAll(small, "categories: [invoices]", "categories: []")
	if _, err := datamap.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), "categories.invoices: map_unused") {
		t.Error(err)
	}
}

func TestAllMistakesAreSaidAtOnce(t *testing.T) {
	text := strings.NewReplacer("Europe/Berlin", "Mars/Base", "kind: money", "kind: cash", "P8Y", "P").Replace(small)
	_, err := datamap.Parse([]byte(text))
	for _, want := range []string{"time_zone", "total.kind", "retention.period"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not said: %v", want, err)
		}
	}
}

func TestNonsenseIsAnError(t *testing.T) {
	for _, text := range []string{"", "null", "[]", "a: [", "\x00", "operator: 7"} {
		if _, err := datamap.Parse([]byte(text)); err == nil {
			t.Errorf("%q is a data map", text)
		}
	}
}
