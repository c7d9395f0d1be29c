package connector

import (
	"slices"
	"time"

	"candor/models/datamap"
)

// Fields gathers the fields of a record, and keeps those that the data map declares. What it does not declare, and what
// is empty, is left out.
type Fields struct {
	category *datamap.Category // nil if the map does not declare it
	zone     *time.Location
	values   map[string]string
}

// Fields begins a record of the first of these categories that the data map declares.
func (i *Intake) Fields(categories ...string) *Fields {
	m := i.Map.Current()
	f := &Fields{zone: m.Zone(), values: map[string]string{}}
	for _, key := range categories {
		if c, ok := m.Category(key); ok {
			f.category = c
			return f
		}
	}
	return f
}

// Category is the one that the record is of; empty if the map declares none.
func (f *Fields) Category() string {
	if f.category == nil {
		return ""
	}
	return f.category.Key
}

// Wants says whether the map declares a field, for what costs something to find out.
func (f *Fields) Wants(name string) bool { return f.field(name) != nil }

func (f *Fields) field(name string) *datamap.Field {
	if f.category == nil {
		return nil
	}
	d, _ := f.category.Field(name)
	return d
}

// Text keeps a value as it is.
func (f *Fields) Text(name, value string) {
	if value != "" && f.Wants(name) {
		f.values[name] = value
	}
}

// Time keeps a time as the field wants it: a date in the operator's zone, or to the second.
func (f *Fields) Time(name string, t time.Time) {
	d := f.field(name)
	switch {
	case d == nil || t.IsZero():
	case d.Kind == datamap.TimeField:
		f.values[name] = t.UTC().Format(time.RFC3339)
	default:
		f.values[name] = t.In(f.zone).Format(time.DateOnly)
	}
}

// Code keeps the first of the values that the map has a word for, and nothing if it has one for none of them.
func (f *Fields) Code(name string, values ...string) {
	d := f.field(name)
	if d == nil {
		return
	}
	for _, v := range values {
		_, known := d.Values[v]
		if known || d.Kind != datamap.CodeField {
			f.Text(name, v)
			return
		}
	}
}

// Values are what is kept.
func (f *Fields) Values() map[string]string { return f.values }

// Documents says whether records of the category may have files.
func (f *Fields) Documents() bool { return f.category != nil && f.category.Documents }

// declared leaves out of a profile what the map does not declare.
func (i *Intake) declared(p Profile) Profile {
	for _, m := range []struct {
		category, field string
		value           *string
	}{
		{"identity", "name", &p.Name}, {"contact", "email", &p.Email}, {"contact", "phone", &p.Phone}, {"contact", "address", &p.Address},
	} {
		if !i.Fields(m.category).Wants(m.field) {
			*m.value = ""
		}
	}
	return p
}

// knownSource says whether the map names a source.
func knownSource(m *datamap.Map, key string) bool {
	return slices.ContainsFunc(m.Sources, func(s datamap.Source) bool { return s.Key == key })
}
