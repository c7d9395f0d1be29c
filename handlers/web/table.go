package web

import (
	"time"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/models"
	"candor/models/datamap"
)

// table is what a page of records shows of each: when it occurred, then the category's fields.
type table struct {
	category *datamap.Category
	// when is the field that tells the records' own time, if one does; it takes the first column,
	// which would otherwise say the same twice.
	when   *datamap.Field
	fields []*datamap.Field
	tag    string
}

// tableOf chooses the columns for these records of a category, in a language.
func (w *Web) tableOf(category *datamap.Category, records []models.Record, tag string) table {
	t := table{category: category, tag: tag}
	for i := range category.Fields {
		f := &category.Fields[i]
		switch {
		case f.Hidden:
		case t.when == nil && tellsWhen(f, records, w.Zone()):
			t.when = f
		default:
			t.fields = append(t.fields, f)
		}
	}
	return t
}

// tellsWhen says whether the field holds, in each of the records, the moment or the whole day that
// the record has as its own time.
func tellsWhen(f *datamap.Field, records []models.Record, zone *time.Location) bool {
	var layout string
	switch f.Kind {
	case datamap.TimeField:
		layout = time.RFC3339
	case datamap.DateField:
		layout = time.DateOnly
	default:
		return false
	}
	for _, r := range records {
		at, err := time.ParseInLocation(layout, r.Fields[f.Key], zone)
		if err != nil || !at.Equal(r.OccurredAt) {
			return false
		}
	}
	return !f.Masked && len(records) > 0
}

// columns are the table's heads; when heads the first if no field does.
func (t table) columns(when string) []frontend.Column {
	if t.when != nil {
		when = t.when.Label.In(t.tag)
	}
	columns := []frontend.Column{{Key: timeColumn, Label: when, Sortable: true}}
	for _, f := range t.fields {
		columns = append(columns, frontend.Column{
			Key: f.Key, Label: f.Label.In(t.tag), Numeric: f.Kind == datamap.MoneyField || f.Kind == datamap.QuantityField,
		})
	}
	return columns
}

// cells are a record's values, and whether some of them are masked.
func (t table) cells(r models.Record, revealed bool) (cells []frontend.Cell, masked bool) {
	first := frontend.Cell{Kind: frontend.KindTime, Time: r.OccurredAt}
	if t.when != nil {
		first = pages.Cell(t.when, r, t.tag)
	}
	cells = []frontend.Cell{first}
	for _, f := range t.fields {
		cell := pages.Cell(f, r, t.tag)
		if f.Masked && !revealed && cell.Text != "" {
			cell = frontend.Cell{Text: mask(cell.Text), Masked: true}
			masked = true
		}
		cells = append(cells, cell)
	}
	return cells, masked
}

// mask leaves no more than the last two characters to be seen, and not the length.
func mask(value string) string {
	runes := []rune(value)
	if len(runes) < 6 {
		return "••••••"
	}
	return "•••• " + string(runes[len(runes)-2:])
}
