package datamap

import (
	"slices"
	"strings"
)

// Activity is what the record of processing says of one purpose (GDPR Art. 30(1)).
type Activity struct {
	Key        string   `json:"key"`
	Purpose    string   `json:"purpose"`
	Summary    string   `json:"summary"`
	LegalBasis Basis    `json:"legal_basis"`
	Because    string   `json:"because,omitempty"`
	Categories []string `json:"categories_of_data"`
	// Recipients are named with their country; Transfers are those outside the EEA, with what protects the data there.
	Recipients []string `json:"recipients"`
	Transfers  []string `json:"transfers"`
	// Retention says for each category how long it is kept.
	Retention []string `json:"retention"`
}

// Activities are the record of processing in a language, in the map's order.
func (m *Map) Activities(tag string) []Activity {
	out := make([]Activity, len(m.Purposes))
	for i := range m.Purposes {
		p := &m.Purposes[i]
		a := Activity{
			Key: p.Key, Purpose: p.Label.In(tag), Summary: p.Summary.In(tag), LegalBasis: p.Basis, Because: p.Because.In(tag),
			Categories: []string{}, Recipients: []string{}, Transfers: []string{}, Retention: []string{},
		}
		for _, key := range p.Categories {
			if c, ok := m.Category(key); ok {
				a.Categories = append(a.Categories, c.Label.In(tag))
				a.Retention = append(a.Retention, c.Label.In(tag)+": "+strings.TrimSuffix(c.Retention.Label.In(tag), "."))
			}
		}
		for _, key := range p.Recipients {
			r, ok := m.Recipient(key)
			if !ok {
				continue
			}
			a.Recipients = append(a.Recipients, r.Label.In(tag)+" ("+r.Country+")")
			if !slices.Contains(eea, r.Country) {
				a.Transfers = append(a.Transfers, r.Label.In(tag)+" ("+r.Country+"): "+r.Safeguard.In(tag))
			}
		}
		out[i] = a
	}
	return out
}
