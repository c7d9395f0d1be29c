package export

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"candor/models"
	"candor/models/datamap"
)

// table is one category on its way into the archive.
type table struct {
	category *datamap.Category
	label    string
	// withheld are the fields of which the archive says that they are held, and not what they hold;
	// heldOnly is how it says so.
	withheld map[string]bool
	heldOnly string

	count int64
	// newest are the last records, oldest first, for index.html.
	newest []*item
	// documents are the files to come after the records.
	documents []document
}

// item is a record with where its documents go in the archive.
type item struct {
	models.Record
	documents []document
}

// document is a file of a record and its path in the archive.
type document struct{ record, name, path string }

func (it *item) paths() []string {
	if len(it.documents) == 0 {
		return nil
	}
	paths := make([]string, len(it.documents))
	for i, d := range it.documents {
		paths[i] = d.path
	}
	return paths
}

// onPage is how many of a category's records index.html shows.
const onPage = 200

// see keeps the newest records for index.html.
func (t *table) see(batch []*item) {
	t.count += int64(len(batch))
	t.newest = append(t.newest, batch[max(0, len(batch)-onPage):]...)
	if extra := len(t.newest) - onPage; extra > 0 {
		t.newest = append(t.newest[:0:0], t.newest[extra:]...)
	}
}

func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

// appendRecord appends a record as JSON: fields in the order of the data map, then any that the map
// no longer declares.
func (t *table) appendRecord(b []byte, it *item) []byte {
	b = appendString(append(b, `{"id":`...), it.ID)
	b = appendTime(append(b, `,"occurred_at":"`...), it.OccurredAt)
	b = appendString(append(b, `","source":`...), it.Source)
	b = append(b, `,"fields":{`...)
	sep, written := "", 0
	for i := range t.category.Fields {
		key := t.category.Fields[i].Key
		value, ok := it.Fields[key]
		if !ok {
			continue
		}
		written++
		if t.withheld[key] {
			continue
		}
		b = append(append(append(b, sep...), '"'), key...) // a key of the map needs no escaping
		b = appendString(append(b, `":`...), value)
		sep = ","
	}
	if written < len(it.Fields) {
		b = t.appendUndeclared(b, sep, it.Fields)
	}
	b = append(b, '}')
	b = t.appendWithheld(b, it)
	for i, d := range it.documents {
		b = append(b, [2]string{`,"documents":[`, `,`}[min(i, 1)]...)
		b = appendString(append(b, `{"name":`...), d.name)
		b = append(appendString(append(b, `,"path":`...), d.path), '}')
	}
	if len(it.documents) > 0 {
		b = append(b, ']')
	}
	return append(b, '}')
}

func (t *table) appendUndeclared(b []byte, sep string, fields map[string]string) []byte {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if _, declared := t.category.Field(key); declared {
			continue
		}
		b = appendString(append(b, sep...), key)
		b = appendString(append(b, ':'), fields[key])
		sep = ","
	}
	return b
}

// appendWithheld names the fields that are held and not disclosed.
func (t *table) appendWithheld(b []byte, it *item) []byte {
	sep := `,"withheld":[`
	for i := range t.category.Fields {
		key := t.category.Fields[i].Key
		if t.withheld[key] && it.Fields[key] != "" {
			b = appendString(append(b, sep...), key)
			sep = ","
		}
	}
	if sep == "," {
		b = append(b, ']')
	}
	return b
}

// appendString appends a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			return appendEscaped(b, s)
		}
	}
	if !utf8.ValidString(s) {
		return appendEscaped(b, s)
	}
	return append(append(append(b, '"'), s...), '"')
}

// appendEscaped is appendString for what needs escaping.
func appendEscaped(b []byte, s string) []byte {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // a string always encodes
		return append(b, `""`...)
	}
	return append(b, strings.TrimSuffix(text.String(), "\n")...)
}
