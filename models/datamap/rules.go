package datamap

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"candor/models"
)

// Default is what holds for a person who has decided nothing about a purpose that rests on consent.
type Default string

// The defaults.
const (
	OptIn  Default = "opt_in"  // nothing is done until they say yes (GDPR Art. 6(1)(a))
	OptOut Default = "opt_out" // it is done until they say no (Cal. Civ. Code 1798.120)
)

// DefaultIn is what holds in a jurisdiction, an ISO 3166-1 or 3166-2 code: what is said of the region, or else of its
// country, or else that a yes is needed.
func (p *Purpose) DefaultIn(jurisdiction string) Default {
	if len(p.Defaults) == 0 {
		return OptIn
	}
	if d, ok := p.Defaults[jurisdiction]; ok {
		return d
	}
	if country, _, region := strings.Cut(jurisdiction, "-"); region {
		if d, ok := p.Defaults[country]; ok {
			return d
		}
	}
	return OptIn
}

// Regional says whether a purpose is done somewhere until the person says no: where a person is from matters to what
// holds for them.
func (p *Purpose) Regional() bool {
	for _, d := range p.Defaults {
		if d == OptOut {
			return true
		}
	}
	return false
}

// ParentOf is the purpose that another depends on; nil if none.
func (m *Map) ParentOf(p *Purpose) *Purpose {
	if p.Parent == "" {
		return nil
	}
	return m.purposes[p.Parent]
}

// ChildrenOf lists the purposes that depend on one, in the map's order.
func (m *Map) ChildrenOf(key string) []*Purpose {
	var out []*Purpose
	for i := range m.Purposes {
		if m.Purposes[i].Parent == key {
			out = append(out, &m.Purposes[i])
		}
	}
	return out
}

var jurisdictionPattern = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

// validateRules checks what a purpose says of others and of places.
func (m *Map) validateRules(c *checker, p *Purpose) {
	m.validateParent(c, p)
	if len(p.Defaults) > 0 && p.Basis != Consent {
		c.bad("defaults", "map_defaults_basis", "basis", basisTerm(p.Basis))
	}
	for _, code := range slices.Sorted(maps.Keys(p.Defaults)) {
		if !jurisdictionPattern.MatchString(code) {
			c.bad("defaults", "map_defaults_place", "place", code)
		}
		if d := p.Defaults[code]; d != OptIn && d != OptOut {
			c.bad("defaults."+code, "map_defaults_value", "what", what("defaults"))
		}
	}
}

// basisTerm is the word for a legal basis.
func basisTerm(b Basis) models.Term { return models.Term("map.basis." + string(b)) }

func (m *Map) validateParent(c *checker, p *Purpose) {
	if p.Parent == "" {
		return
	}
	parent, ok := m.purposes[p.Parent]
	switch {
	case !ok:
		c.bad("parent", "map_unknown_key", "key", p.Parent)
	case p.Parent == p.Key:
		c.bad("parent", "map_parent_self")
	case parent.Parent != "":
		c.bad("parent", "map_parent_nested", "parent", named(parent.Label, parent.Key))
	case !p.Chosen() || !parent.Chosen():
		c.bad("parent", "map_parent_basis")
	}
}
