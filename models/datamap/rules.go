package datamap

import (
	"maps"
	"regexp"
	"slices"
	"strings"
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
func (m *Map) validateRules(c *checker, place string, p *Purpose) {
	m.validateParent(c, place+".parent", p)
	if len(p.Defaults) > 0 && p.Basis != Consent {
		c.bad(place+".defaults", "is for purposes that rest on consent: whatever rests on %s has no other default anywhere", p.Basis)
	}
	for _, code := range slices.Sorted(maps.Keys(p.Defaults)) {
		if !jurisdictionPattern.MatchString(code) {
			c.bad(place+".defaults", "%q is not an ISO 3166-1 or 3166-2 code such as US or US-CA", code)
		}
		if d := p.Defaults[code]; d != OptIn && d != OptOut {
			c.bad(place+".defaults."+code, "%q is neither %s nor %s", d, OptIn, OptOut)
		}
	}
}

func (m *Map) validateParent(c *checker, place string, p *Purpose) {
	if p.Parent == "" {
		return
	}
	parent, ok := m.purposes[p.Parent]
	switch {
	case !ok:
		c.bad(place, "%q is not a key of purposes", p.Parent)
	case p.Parent == p.Key:
		c.bad(place, "names the purpose itself")
	case parent.Parent != "":
		c.bad(place, "%q has a parent itself, %q: purposes are nested one level deep, so name that one, or none", p.Parent, parent.Parent)
	case !p.Chosen() || !parent.Chosen():
		c.bad(place, "is for purposes that rest on consent or legitimate interests, the parent too: nobody can turn the others off")
	}
}
