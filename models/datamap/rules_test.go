package datamap_test

import (
	"strings"
	"testing"

	"candor/models/datamap"
)

// nested is small with a purpose that depends on advice, and a default that differs by place.
const nested = small + `  - key: offers
    data_use: personalize
    dpv: dpv:Personalisation
    label: {en: Offers, de: Angebote}
    summary: {en: We offer, de: Wir bieten an}
    basis: consent
    on: {en: You get them, de: Sie erhalten sie}
    off: {en: You do not, de: Sie erhalten sie nicht}
    categories: [invoices]
    parent: advice
    defaults: {US: opt_out, US-WA: opt_in, CA-QC: opt_in}
`

func TestTheMoreSpecificDefaultWins(t *testing.T) {
	m := parse(t, nested)
	offers, _ := m.Purpose("offers")
	for jurisdiction, want := range map[string]datamap.Default{
		"US": datamap.OptOut, "US-CA": datamap.OptOut, "US-WA": datamap.OptIn, "DE": datamap.OptIn, "CA-QC": datamap.OptIn,
		"CA": datamap.OptIn, "": datamap.OptIn, "USA": datamap.OptIn,
	} {
		if got := offers.DefaultIn(jurisdiction); got != want {
			t.Errorf("in %q: %s, want %s", jurisdiction, got, want)
		}
	}
	advice, _ := m.Purpose("advice")
	if !offers.Regional() || advice.Regional() || advice.DefaultIn("US-CA") != datamap.OptIn {
		t.Error("a default is said of the wrong purpose")
	}
}

func TestChildrenKnowTheirParents(t *testing.T) {
	m := parse(t, nested)
	offers, _ := m.Purpose("offers")
	advice, _ := m.Purpose("advice")
	if m.ParentOf(offers) != advice || m.ParentOf(advice) != nil {
		t.Errorf("parents %v, %v", m.ParentOf(offers), m.ParentOf(advice))
	}
	if c := m.ChildrenOf("advice"); len(c) != 1 || c[0] != offers || len(m.ChildrenOf("offers")) != 0 {
		t.Errorf("children %v", c)
	}
}

func TestMistakesAboutParentsAndPlacesAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"no such parent":      {"parent: advice", "parent: rumour", "purposes.offers.parent: map_unknown_key"},
		"its own parent":      {"parent: advice", "parent: offers", "purposes.offers.parent: map_parent_self"},
		"a cycle":             {"    renewal: P24M\n", "    parent: offers\n", "purposes.advice.parent: map_parent_nested"},
		"a contract's child":  {"parent: advice", "parent: billing", "purposes.offers.parent: map_parent_basis"},
		"a child by contract": {"    basis: contract\n", "    basis: contract\n    parent: advice\n", "purposes.billing.parent: map_parent_basis"},
		"no place":            {"US-WA: opt_in", "Washington: opt_in", "purposes.offers.defaults: map_defaults_place"},
		"no default":          {"US: opt_out", "US: maybe", "purposes.offers.defaults.US: map_defaults_value"},
		"default by contract": {"    basis: contract\n", "    basis: contract\n    defaults: {US: opt_out}\n", "purposes.billing.defaults"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(nested, c.old, c.new, 1)
			if text == nested {
				t.Fatalf("%q is not in the map", c.old)
			}
			if _, err := datamap.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v; want one that holds %q", err, c.want)
			}
		})
	}
}
