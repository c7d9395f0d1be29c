package mapping_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"candor/models"
	"candor/models/mapping"
)

const invoices = `type: record
category: invoices
customer: Kunde
id: Nr
occurred_at: {column: Datum, date: DD.MM.YYYY, zone: Europe/Berlin}
source: {constant: billing}
fields:
  number: Nr
  issued_on: {column: Datum, date: DD.MM.YYYY}
  total: {column: Betrag, decimal: ","}
  currency: {constant: EUR}
  status: {column: Status, values: {bezahlt: paid, offen: open}}
file:
  delimiter: ";"
  skip: 1
`

const header = "Export vom 1. März\nKunde;Nr;Datum;Betrag;Status;Bemerkung\n"

func parse(t testing.TB, text string) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse("map.yaml", []byte(text), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func lines(t testing.TB, m *mapping.Mapping, file string) (*mapping.Rows, []string) {
	t.Helper()
	rows, err := m.Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(rows)
	if err != nil {
		t.Fatal(err)
	}
	return rows, strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
}

func TestRowsBecomeImportLines(t *testing.T) {
	_, got := lines(t, parse(t, invoices), header+"cus_1;R-1;05.02.2026;\"1.234,5\";bezahlt;\"a;\"\"b\"\"\"\n cus_2 ;R-2;01.07.2026;-0,07;;\n")
	want := []string{
		`{"category":"invoices","customer":"cus_1","fields":{"currency":"EUR","issued_on":"2026-02-05","number":"R-1","status":"paid","total":"123450"},"id":"R-1","occurred_at":"2026-02-04T23:00:00Z","source":"billing","type":"record"}`,
		`{"category":"invoices","customer":"cus_2","fields":{"currency":"EUR","issued_on":"2026-07-01","number":"R-2","total":"-7"},"id":"R-2","occurred_at":"2026-06-30T22:00:00Z","source":"billing","type":"record"}`,
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("row %d:\n%v\nwant\n%s", i, got, want[i])
		}
	}
}

// TestARowThatIsRefusedIsToldOfInItsPlace, with what is wrong, where, and without what its cells say.
func TestARowThatIsRefusedIsToldOfInItsPlace(t *testing.T) {
	file := header +
		"cus_1;R-1;5.2.26;1,00;offen;\n" + // 3
		"cus_1;R-2;05.02.2026;1.00;offen;\n" + // 4
		"cus_1;R-3;05.02.2026;1,00;storniert;\n" + // 5
		"cus_1;R-4\n" + // 6
		"cus_1;R-5;05.02.2026;1,00;offen;\"two\nlines\"\n" + // 7
		"cus_1;R-6;31.02.2026;1,00;offen;\n" + // 9
		"cus_1;R\"7;05.02.2026;1,00;offen;\n" + // 10
		"cus_1;R-8\xff;05.02.2026;1,00;offen;\n" + // 11
		"cus_1;R-9;05.02.2026;1,005;offen;\n" // 12
	rows, got := lines(t, parse(t, invoices), file)
	for i, want := range []struct {
		line        int64
		code, field string
	}{
		{3, "not_a_date", "occurred_at"},
		{4, "not_an_amount", "fields.total"},
		{5, "value_not_mapped", "fields.status"},
		{6, "row_of_other_length", ""},
		{7, "", ""},
		{9, "not_a_date", "occurred_at"},
		{10, "bad_csv", ""},
		{11, "bad_utf8", "id"},
		{12, "not_an_amount", "fields.total"},
	} {
		row := rows.Row(int64(i + 1))
		var e *models.Error
		if row.Err != nil {
			e = row.Err.(*models.Error) //nolint:errorlint // as it is made
		}
		if row.Line != want.line || (e == nil) != (want.code == "") || e != nil && (e.Code != want.code || e.Field != want.field) {
			t.Errorf("row %d: line %d, %v; want %+v", i, row.Line, row.Err, want)
		}
		if (got[i] == "{") != (want.code != "") {
			t.Errorf("row %d is the line %s", i, got[i])
		}
	}
}

func TestAmounts(t *testing.T) {
	for cell, want := range map[string]string{
		"12,50": "1250", "12,5": "1250", "12": "1200", "0,05": "5", "-0,05": "-5", "+1,00": "100", "−3,10": "-310", "1.234.567,89": "123456789",
		"1 234,00": "123400", "1\u00a0234": "123400", "1'234,5": "123450", "0,00": "0", "-0,00": "0", "007,10": "710",
		"12.50": "", "1.23,00": "", "12,345": "", "1,2,3": "", "12,": "", ",5": "", "EUR 5": "", "5 EUR": "", "--5": "", "1e3": "", "١٢": "", "1.2345": "",
		"1234567890123456": "", "1,234,00": "", "1.234 567": "",
	} {
		_, got := lines(t, parse(t, "type: record\ncategory: c\ncustomer: c\nid: c\noccurred_at: {constant: x}\nfields: {total: {column: v, decimal: \",\"}}\nfile: {delimiter: \";\"}\n"), "c;v\nx;"+cell+"\n")
		found := strings.Contains(got[0], `"total":"`+want+`"`)
		if want == "" {
			found = got[0] == "{"
		}
		if !found {
			t.Errorf("%q: %s, want %q", cell, got[0], want)
		}
	}
}

func TestFormsOfFiles(t *testing.T) {
	const m = "type: customer\nref: Nr\nname: Größe\n"
	want := `{"name":"Zoë","ref":"cus_1","type":"customer"}`
	windows, err := charmap.Windows1252.NewEncoder().String("Größe\tNr\nZoë\tcus_1\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ mapping, file string }{
		"UTF-8":              {m, "Nr,Größe\ncus_1,Zoë\n"},
		"a byte order mark":  {m, "\ufeffNr,Größe\r\ncus_1,Zoë\r\n"},
		"no end of line":     {m, "Nr,Größe\ncus_1,Zoë"},
		"windows-1252, tabs": {m + "file: {encoding: windows-1252, delimiter: \"\\t\"}\n", windows},
		"lines before":       {m + "file: {skip: 2}\n", "\"\n,,,\nNr,Größe\ncus_1,Zoë\n"},
	} {
		if _, got := lines(t, parse(t, c.mapping), c.file); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAnEmptyCellNeverDeletesMore: the import refuses the line.
func TestAnEmptyCellNeverDeletesMore(t *testing.T) {
	_, got := lines(t, parse(t, "type: delete\ncategory: invoices\ncustomer: c\nid: i\n"), "c,i\ncus_1,\n")
	if got[0] != `{"category":"invoices","customer":"cus_1","id":"","type":"delete"}` {
		t.Errorf("%s", got[0])
	}
}

// TestTheExampleOfThePage does what docs/csv.md shows.
func TestTheExampleOfThePage(t *testing.T) {
	raw, err := os.ReadFile("../../docs/csv.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(info string) string {
		_, rest, ok := strings.Cut(string(raw), "```"+info+"\n")
		text, _, ended := strings.Cut(rest, "```")
		if !ok || !ended {
			t.Fatalf("there is no block of %s", info)
		}
		return text
	}
	_, got := lines(t, parse(t, block("yaml")), block("csv"))
	if len(got) != 2 || !strings.Contains(got[0], `"total":"123450"`) || !strings.Contains(got[0], `"occurred_at":"2026-02-04T23:00:00Z"`) ||
		!strings.Contains(got[1], `"total":"-1200"`) || !strings.Contains(got[1], `"status":"open"`) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// TestMistakesInAMapping are named with their line and what to write instead.
func TestMistakesInAMapping(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "is empty",
		"type: [":                                "not YAML",
		"- a":                                    "map.yaml:1: the mapping must be a mapping",
		"customer: a":                            "type is missing",
		"type: thing":                            "map.yaml:1: type must be customer, record or delete",
		"type: customer\nname: a":                "ref is missing",
		"type: customer\nref: a\nfields: {a: b}": "map.yaml:3: fields is not known here; a line of type customer has",
		"type: record\ncustomer: a\nid: b\noccurred_at: c":          "category is missing",
		"type: customer\nref: {column: a, constant: b}":             "map.yaml:2: ref needs a column or a constant, and not both",
		"type: customer\nref: {}":                                   "ref needs a column or a constant",
		"type: customer\nref: a\nname: {column: a, colour: b}":      "map.yaml:3: name.colour is not known; a value has",
		"type: customer\nref: a\nname: {column: a, date: dd.mm.yy}": "map.yaml:3: name.date must be made of",
		"type: customer\nref: a\nname: {column: a, date: DD.MM}":    "name.date must be made of",
		"type: customer\nref: a\nname: {column: a, zone: Mars}":     "map.yaml:3: name.zone is not an IANA time zone",
		"type: customer\nref: a\nname: {column: a, decimal: x}":     "name.decimal must be",
		"type: customer\nref: a\nname: {column: a, digits: 9}":      "name.digits must be a whole number from 0 to 4",
		"type: customer\nref: a\nfile: {delimiter: ab}":             "map.yaml:3: file.delimiter must be one character",
		"type: customer\nref: a\nfile: {encoding: latin}":           "file.encoding must be utf-8 or windows-1252",
		"type: customer\nref: a\nfile: {skip: -1}":                  "file.skip must be a whole number",
		"type: customer\nref: a\nfile: {quote: x}":                  "file.quote is not known",
	} {
		if _, err := mapping.Parse("map.yaml", []byte(text), time.UTC); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	m := parse(t, "type: customer\nref: Nr\nname: Name\n")
	for file, want := range map[string]string{
		"":                "no header",
		"Nr;Name\n":       `map.yaml:2: ref: the file has no column "Nr"; it has "Nr;Name"`,
		"Nr,Name,Name\n":  `map.yaml:3: name: the file has two columns "Name"`,
		"Nr,Nachname\n\n": `map.yaml:3: name: the file has no column "Name"; it has "Nr", "Nachname"`,
	} {
		if _, err := m.Read(strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
}

// TestWhatWasRefusedIsAFileOfTheSameForm, in which what was refused as card data is left out.
func TestWhatWasRefusedIsAFileOfTheSameForm(t *testing.T) {
	m := parse(t, invoices)
	rows, _ := lines(t, m, header+"cus_1;R-1;5.2.26;1,00;offen;\"a;b\"\ncus_1;R-2;05.02.2026;1,00;offen;4111 1111 1111 1111\n")
	var out bytes.Buffer
	r, err := mapping.NewRejects(&out, rows)
	if err != nil {
		t.Fatal(err)
	}
	first := rows.Row(1)
	if err := r.Add(mapping.Refusal{Row: first, Field: "occurred_at", Reason: "No date."}); err != nil {
		t.Fatal(err)
	}
	if err := r.Add(mapping.Refusal{Row: rows.Row(2), Field: "fields.number", Reason: "Card data.", CardData: true}); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSuffix(header, "\n") + ";candor_line;candor_field;candor_reason\n" +
		"cus_1;R-1;5.2.26;1,00;offen;\"a;b\";3;occurred_at;No date.\ncus_1;;05.02.2026;1,00;offen;;4;fields.number;Card data.\n"
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
	again, got := lines(t, m, strings.Replace(out.String(), "5.2.26", "05.02.2026", 1))
	if !strings.Contains(got[0], `"number":"R-1"`) || again.Row(1).Err != nil {
		t.Errorf("%s, %v", got[0], again.Row(1).Err)
	}
	var second bytes.Buffer // of the report: its own columns are not doubled
	if _, err := mapping.NewRejects(&second, again); err != nil {
		t.Fatal(err)
	}
}

// Whatever a file holds, each row is one line of JSON or one that is refused, and nothing panics.
func FuzzRows(f *testing.F) {
	f.Add("cus_1;R-1;05.02.2026;1,00;offen;x\n")
	f.Add("\"a\nb\";;;;;\n\"")
	f.Add("a;b\r\n\xff;\"\"\"\n")
	m := parse(f, invoices)
	f.Fuzz(func(t *testing.T, body string) {
		rows, err := m.Read(strings.NewReader(header + body))
		if err != nil {
			return
		}
		raw, err := io.ReadAll(rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
			if line != "" && line != "{" && !strings.HasSuffix(line, `"type":"record"}`) || line == "{" != (rows.Row(int64(i+1)).Err != nil) {
				t.Errorf("line %d: %s, %v", i+1, line, rows.Row(int64(i+1)).Err)
			}
		}
	})
}
