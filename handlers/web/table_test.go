package web

import (
	"testing"
	"time"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/models"
	"candor/models/datamap"
)

// TestTimeIsToldOnce: a field that says what the record's own time says takes its column.
func TestTimeIsToldOnce(t *testing.T) {
	berlin := time.FixedZone("Berlin", 3600)
	w := &Web{Shell: &pages.Shell{Zone: func() *time.Location { return berlin }}}
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	record := func(occurred, issued, from string) models.Record {
		return models.Record{OccurredAt: at(occurred), Fields: map[string]string{"number": "7", "issued": issued, "from": from}}
	}
	field := func(key string, kind datamap.FieldKind) datamap.Field {
		return datamap.Field{Key: key, Kind: kind, Label: datamap.Text{"en": key}}
	}
	bills := &datamap.Category{Fields: []datamap.Field{
		field("number", datamap.TextField), field("issued", datamap.DateField), field("from", datamap.TimeField),
	}}
	masked := &datamap.Category{Fields: []datamap.Field{{Key: "from", Kind: datamap.TimeField, Label: datamap.Text{"en": "from"}, Masked: true}}}
	for name, c := range map[string]struct {
		category *datamap.Category
		records  []models.Record
		want     []string
	}{
		"the same moment":                  {bills, []models.Record{record("2026-10-31T23:45:00Z", "2026-10-30", "2026-11-01T00:45:00+01:00")}, []string{"from", "number", "issued"}},
		"the same day, from midnight here": {bills, []models.Record{record("2026-10-31T23:00:00Z", "2026-11-01", "")}, []string{"issued", "number", "from"}},
		"the day, at some hour":            {bills, []models.Record{record("2026-11-01T09:00:00Z", "2026-11-01", "")}, []string{"When", "number", "issued", "from"}},
		"not so in one record": {bills, []models.Record{
			record("2026-10-31T23:00:00Z", "2026-11-01", ""), record("2026-10-31T23:00:00Z", "", ""),
		}, []string{"When", "number", "issued", "from"}},
		"a masked field": {masked, []models.Record{record("2026-10-31T23:00:00Z", "", "2026-10-31T23:00:00Z")}, []string{"When", "from"}},
		"no records":     {bills, nil, []string{"When", "number", "issued", "from"}},
	} {
		table := w.tableOf(c.category, c.records, "en")
		columns := table.columns("When")
		if len(columns) != len(c.want) || columns[0].Key != timeColumn || !columns[0].Sortable {
			t.Errorf("%s: columns %+v, want %v", name, columns, c.want)
			continue
		}
		for i, label := range c.want {
			if columns[i].Label != label {
				t.Errorf("%s: column %d is %q, want %q", name, i, columns[i].Label, label)
			}
		}
		for _, r := range c.records {
			cells, hidden := table.cells(r, false)
			if len(cells) != len(columns) || cells[0].Kind == frontend.KindText || hidden != (c.category == masked) {
				t.Errorf("%s: cells %+v for columns %+v", name, cells, columns)
			}
		}
	}
}
