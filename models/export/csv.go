package export

import (
	"strings"

	"candor/models/datamap"
)

// CSV files are RFC 4180: commas, CRLF, quotes where needed. They begin with a byte order mark,
// without which spreadsheet programs read UTF-8 as something else. Programs have the JSON files,
// which hold every value exactly.
const byteOrderMark = "\ufeff"

// formulaStarts are the characters with which a spreadsheet takes a cell for a formula or a command,
// in their full width too (OWASP, CSV injection).
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// neutral puts an apostrophe before a value that a spreadsheet would run. A negative amount or
// quantity is a number and stays one.
func neutral(value string, kind datamap.FieldKind) string {
	if value == "" || !startsFormula(value) {
		return value
	}
	if (kind == datamap.MoneyField || kind == datamap.QuantityField) && isNumber(value) {
		return value
	}
	return "'" + value
}

func startsFormula(value string) bool {
	for _, r := range value { // the first rune only
		return strings.ContainsRune(formulaStarts, r)
	}
	return false
}

// isNumber says whether value is -?[0-9]+(.[0-9]+)?, which no spreadsheet takes for a formula.
func isNumber(value string) bool {
	whole, fraction, fractional := strings.Cut(strings.TrimPrefix(value, "-"), ".")
	return isDigits(whole) && (!fractional || isDigits(fraction))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// appendCell appends a cell, quoted if it has to be, and what follows it.
func appendCell(b []byte, value string, after string) []byte {
	if !strings.ContainsAny(value, "\",\r\n") && !strings.HasPrefix(value, " ") {
		return append(append(b, value...), after...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(value, `"`, `""`)...)
	return append(append(b, '"'), after...)
}

// appendHeader appends the names of the columns, which are the keys of the data map.
func (t *table) appendHeader(b []byte) []byte {
	b = append(b, byteOrderMark+"occurred_at,id,source,"...)
	for i := range t.category.Fields {
		b = appendCell(b, t.category.Fields[i].Key, ",")
	}
	return append(b, "documents\r\n"...)
}

// appendRow appends one record.
func (t *table) appendRow(b []byte, it *item) []byte {
	b = append(appendTime(b, it.OccurredAt), ',')
	b = appendCell(b, neutral(it.ID, datamap.TextField), ",")
	b = appendCell(b, neutral(it.Source, datamap.TextField), ",")
	for i := range t.category.Fields {
		f := &t.category.Fields[i]
		value := it.Fields[f.Key]
		if value != "" && t.withheld[f.Key] {
			value = t.heldOnly
		}
		b = appendCell(b, neutral(value, f.Kind), ",")
	}
	return appendCell(b, strings.Join(it.paths(), " "), "\r\n")
}
