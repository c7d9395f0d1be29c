package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"candor/models"
	"candor/models/datamap"
)

func TestFormulasAreNeutral(t *testing.T) {
	for value, want := range map[string]string{
		"":                     "",
		"plain":                "plain",
		"=1+1":                 "'=1+1",
		"+49 30 5550101":       "'+49 30 5550101",
		"-2+3+cmd|' /C calc'!": "'-2+3+cmd|' /C calc'!",
		"-5":                   "'-5",
		"@SUM(A1)":             "'@SUM(A1)",
		"\t=1":                 "'\t=1",
		"\r=1":                 "'\r=1",
		"\n=1":                 "'\n=1",
		"＝1+1":                 "'＝1+1",
		"a=1":                  "a=1",
		"'=1":                  "'=1",
	} {
		if got := neutral(value, datamap.TextField); got != want {
			t.Errorf("%q became %q, not %q", value, got, want)
		}
	}
	for value, want := range map[string]string{"-500": "-500", "-12.50": "-12.50", "-1+1": "'-1+1", "-": "'-", "-.5": "'-.5", "+5": "'+5", "=5": "'=5"} {
		if got := neutral(value, datamap.MoneyField); got != want {
			t.Errorf("as an amount %q became %q, not %q", value, got, want)
		}
	}
}

// FuzzCSV: whatever a record holds, the row has the columns of the header, no cell can run, and the
// values come back.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"", "=1", "+", "-", "@", "\t", "\r\n", `a"b`, `",=1`, "a;=1", "ä,早", " =1", "'=1", "\x00", "\xff", "＝1", "-1", "\"\"\"", `=HYPERLINK("x")`} {
		f.Add(seed, seed)
	}
	category := &datamap.Category{Key: "c", Fields: []datamap.Field{
		{Key: "text", Kind: datamap.TextField}, {Key: "amount", Kind: datamap.MoneyField},
	}}
	f.Fuzz(func(t *testing.T, text, amount string) {
		table := &table{category: category}
		it := &item{Record: models.Record{ID: "1", Source: text, Fields: map[string]string{"text": text, "amount": amount}}}
		raw := table.appendRow(table.appendHeader(nil), it)
		rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
			t.Fatalf("%q: %v, %v", raw, rows, err)
		}
		for _, cell := range rows[1] {
			first, _ := utf8.DecodeRuneInString(cell)
			if cell != "" && strings.ContainsRune(formulaStarts, first) && !isNumber(cell) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
		// encoding/csv gives every line end in a cell as a line feed.
		want := strings.ReplaceAll(text, "\r\n", "\n")
		if got := rows[1][3]; got != want && got != "'"+want {
			t.Errorf("%q came back as %q", text, got)
		}
	})
}

// FuzzJSON: whatever a record holds, its JSON is good, and holds what encoding/json would.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{"", `"`, `\`, "\x00", "\u2028", "<b>&", "\xff", "早", "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := string(appendString(nil, text)), marshalled(t, text); got != want {
			t.Errorf("%q became %s, not %s", text, got, want)
		}
	})
}

// marshalled is a string as a JSON program reads it back: written without escapes that are not needed.
func marshalled(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	check(t, enc.Encode(text))
	plain := strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029")
	if strings.Contains(text, `\`) || strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == '"' }) || !utf8.ValidString(text) {
		return strings.TrimSuffix(out.String(), "\n")
	}
	return plain.Replace(strings.TrimSuffix(out.String(), "\n"))
}
