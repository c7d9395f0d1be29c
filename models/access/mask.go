package access

import (
	"candor/models"
	"candor/models/datamap"
)

// masked is a record as staff see it. Every value is masked but those that say nothing of the person by themselves: one
// of a fixed list of codes, and what only belongs to another value (a currency, a unit).
func masked(c *datamap.Category, r models.Record) Record {
	out := Record{Record: r, Masked: map[string]bool{}}
	out.Fields = make(map[string]string, len(r.Fields))
	for key, value := range r.Fields {
		f, ok := c.Field(key)
		if value == "" || (ok && open(f, value)) {
			out.Fields[key] = value
			continue
		}
		out.Fields[key], out.Masked[key] = mask(f, value), true
	}
	return out
}

func open(f *datamap.Field, value string) bool {
	if f.Masked {
		return false
	}
	_, listed := f.Values[value]
	return listed || f.Hidden
}

// mask leaves no more than the last two characters of a number or a text to be seen, and not its length.
func mask(f *datamap.Field, value string) string {
	const all = "••••••"
	if f == nil {
		return all
	}
	runes := []rune(value)
	switch f.Kind {
	case datamap.TextField, datamap.IBANField, datamap.Last4Field:
		if len(runes) >= 6 {
			return "•••• " + string(runes[len(runes)-2:])
		}
	case datamap.DateField, datamap.TimeField, datamap.MoneyField, datamap.QuantityField, datamap.CodeField, datamap.CountryField:
	}
	return all
}
