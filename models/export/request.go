package export

import (
	"slices"
	"time"

	"candor/models"
	"candor/models/datamap"
)

// Request says whose data is wanted, and which of it.
type Request struct {
	Customer string `json:"customer"`
	// Categories are keys of the data map; none is all of them.
	Categories []string `json:"categories,omitempty"`
	// From and To bound when a record occurred: From ≤ it < To; zero is no bound.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Locale is the BCP 47 tag of the language to write in.
	Locale string `json:"locale,omitempty"`
}

// ahead is how far in the future To may lie: the end of today, exclusive, anywhere on earth.
const ahead = 48 * time.Hour

// check refuses what cannot be answered, naming the field, and brings the rest into one form, so
// that equal requests are equal: categories in the map's order, each once.
func (r Request) check(m *datamap.Map, now time.Time) (Request, error) {
	invalid := func(field, code string) (Request, error) {
		return Request{}, models.Fail(models.Invalid, code, "field", field).In(field)
	}
	for _, key := range r.Categories {
		if _, ok := m.Category(key); !ok {
			return invalid("category", "undeclared_category")
		}
	}
	if r.From.After(now) {
		return invalid("from", "in_the_future")
	}
	if r.To.After(now.Add(ahead)) {
		return invalid("to", "in_the_future")
	}
	if !r.From.IsZero() && !r.To.IsZero() && !r.From.Before(r.To) {
		return invalid("from", "from_after_to")
	}
	if !r.From.IsZero() {
		r.From = r.From.UTC().Truncate(time.Millisecond)
	}
	if !r.To.IsZero() {
		r.To = r.To.UTC().Truncate(time.Millisecond)
	}
	chosen := r.chosen(m)
	r.Categories = nil
	if len(chosen) < len(m.Categories) {
		for _, c := range chosen {
			r.Categories = append(r.Categories, c.Key)
		}
	}
	return r, nil
}

// chosen lists the categories that are asked for, in the map's order.
func (r Request) chosen(m *datamap.Map) []*datamap.Category {
	var out []*datamap.Category
	for i := range m.Categories {
		c := &m.Categories[i]
		if len(r.Categories) == 0 || slices.Contains(r.Categories, c.Key) {
			out = append(out, c)
		}
	}
	return out
}

// equal compares two checked requests.
func (r Request) equal(o Request) bool {
	return r.Customer == o.Customer && r.Locale == o.Locale && r.From.Equal(o.From) && r.To.Equal(o.To) &&
		slices.Equal(r.Categories, o.Categories)
}
