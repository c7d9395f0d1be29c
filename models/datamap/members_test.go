package datamap_test

import (
	"maps"
	"testing"

	"candor/models/datamap"
)

// form is an element as a browser sends it back untouched.
func form(m *datamap.Map, part string) datamap.Element { return maps.Clone(m.Element(part)) }

func TestAFormThatIsSentBackUntouchedChangesNothing(t *testing.T) {
	for name, m := range everyMap(t) {
		for part, text := range m.Split() {
			if part == datamap.OrderPart {
				continue
			}
			got, err := m.Edit(part, form(m, part))
			if err != nil || got != text {
				t.Errorf("%s, %s: %v\n%s\n%s", name, part, err, text, got)
			}
		}
	}
}

func TestAFormChangesWhatItSays(t *testing.T) {
	m := parse(t, nested)
	f := form(m, "purposes/offers")
	f["renewal"], f["on.de"], f["categories"], f["defaults"] = []string{" P6M "}, []string{"Ja\r\nbitte"}, []string{"invoices"}, []string{"US: opt_out\nDE: opt_in"}
	text, err := m.Edit("purposes/offers", f)
	if err != nil {
		t.Fatal(err)
	}
	parts := m.Split()
	parts["purposes/offers"] = text
	next, problems := datamap.Join(parts)
	if problems = append(problems, next.Problems()...); len(problems) > 0 {
		t.Fatal(problems)
	}
	p, _ := next.Purpose("offers")
	if p.Renewal != "P6M" || p.On.In("de") != "Ja\nbitte" || p.DefaultIn("DE") != datamap.OptIn || len(p.Defaults) != 2 {
		t.Errorf("%+v", p)
	}
}

func TestFieldsAreAddedAndTakenOut(t *testing.T) {
	m := parse(t, small)
	f := form(m, "categories/invoices")
	f["fields.+"], f["fields.total.-"], f["fields.status.values.+"] = []string{"note"}, []string{"1"}, []string{"late"}
	text, err := m.Edit("categories/invoices", f)
	if err != nil {
		t.Fatal(err)
	}
	parts := m.Split()
	parts["categories/invoices"] = text
	next, _ := datamap.Join(parts)
	c, _ := next.Category("invoices")
	if _, there := c.Field("total"); there {
		t.Error("what was taken out is there")
	}
	status, _ := c.Field("status")
	if _, there := c.Field("note"); !there || status.Values["late"].In("en") != "late" {
		t.Errorf("%+v", c.Fields)
	}
}

func TestANewElementIsMadeByItsForm(t *testing.T) {
	m := parse(t, small)
	text, err := m.Edit("recipients/bank", datamap.Element{"label.en": {"Bank"}, "country": {"DE"}})
	if err != nil || text != `{"key":"bank","label":{"en":"Bank"},"does":null,"country":"DE"}` {
		t.Errorf("%s, %v", text, err)
	}
}
