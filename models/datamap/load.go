package datamap

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml"
)

// Parse reads a data map from a file and validates it whole. The error is Problems, unless the file cannot be read.
func Parse(raw []byte) (*Map, error) {
	var m Map
	if err := yaml.UnmarshalWithOptions(raw, &m, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("data map: %w", err)
	}
	m.index()
	if problems := m.Problems(); len(problems) > 0 {
		return nil, problems
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
	for i := range m.Purposes {
		if renewal, err := parsePeriod(m.Purposes[i].Renewal); err == nil { // what is no period is a problem
			m.Purposes[i].renewal = renewal
		}
	}
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
