package mapping

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"candor/models"
)

// Row is a row of the file.
type Row struct {
	// Line is where it begins, from 1.
	Line int64
	// Cells are as the file has them; none if it could not be read.
	Cells []string
	// Err is what stood in the way of a line being made of it; nil if one was.
	Err error
}

// Rows are the rows of a file as import lines, one for each: a reader of JSON Lines. A row of which no line could be made
// is a line that the import refuses, so that it is told of in its place; Row says why it was.
type Rows struct {
	m       *Mapping
	csv     *csv.Reader
	raw     *counter
	skipped []string
	header  []string
	columns map[string]int

	pending bytes.Buffer
	line    int64 // of the import, that was made last
	before  int64 // lines of the file before the header
	rows    map[int64]Row
	oldest  int64 // import lines below it are forgotten
	err     error
}

// Read reads the file's beginning up to its header. The error says what the header lacks that the mapping names.
func (m *Mapping) Read(in io.Reader) (*Rows, error) {
	raw := &counter{in: in}
	var decoded io.Reader = raw
	if m.file.windows1252 {
		decoded = charmap.Windows1252.NewDecoder().Reader(raw)
	}
	buffered := bufio.NewReaderSize(decoded, 64<<10)
	r := &Rows{m: m, raw: raw, columns: map[string]int{}, rows: map[int64]Row{}, oldest: 1}
	if start, err := buffered.Peek(3); err == nil && string(start) == "\ufeff" {
		_, _ = buffered.Discard(3) // it was just seen
	}
	for range m.file.skip {
		line, err := buffered.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("the file ends before its header: check file.skip of %s", m.name)
		}
		r.skipped = append(r.skipped, line)
		r.before++
	}
	r.csv = csv.NewReader(buffered)
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.ReuseRecord = m.file.delimiter, -1, false
	header, err := r.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("the file has no header that can be read as CSV: check file.delimiter and file.skip of %s", m.name)
	}
	r.header = header
	return r, r.find()
}

// find looks up the columns that the mapping names.
func (r *Rows) find() error {
	var errs []error
	for _, m := range r.m.members {
		name := m.value.column
		if name == "" {
			continue
		}
		at := slices.IndexFunc(r.header, func(h string) bool { return strings.TrimSpace(h) == name })
		if at < 0 {
			errs = append(errs, fmt.Errorf("%s:%d: %s: the file has no column %q; it has %s. Name one of them, or check file.delimiter, file.encoding and file.skip",
				r.m.name, m.line, m.name, name, quoted(r.header)))
			continue
		}
		if slices.ContainsFunc(r.header[at+1:], func(h string) bool { return strings.TrimSpace(h) == name }) {
			errs = append(errs, fmt.Errorf("%s:%d: %s: the file has two columns %q; rename one in the file", r.m.name, m.line, m.name, name))
		}
		r.columns[name] = at
	}
	return errors.Join(errs...)
}

func quoted(names []string) string {
	const most = 30
	out := make([]string, 0, len(names))
	for _, name := range names[:min(len(names), most)] {
		out = append(out, fmt.Sprintf("%.40q", strings.TrimSpace(name)))
	}
	return strings.Join(out, ", ")
}

// Bytes is how much of the file has been read. It may be called at any time.
func (r *Rows) Bytes() int64 { return r.raw.n.Load() }

// Row gives the row that an import line was made of, and forgets those before it.
func (r *Rows) Row(line int64) Row {
	r.Forget(line)
	return r.rows[line]
}

// Forget forgets the rows of the import lines before one.
func (r *Rows) Forget(line int64) {
	for ; r.oldest < line; r.oldest++ {
		delete(r.rows, r.oldest)
	}
}

// column is where the value of a line's member comes from; false if from no column.
func (r *Rows) column(name string) (int, bool) {
	for _, m := range r.m.members {
		if m.name == name && m.value.column != "" {
			return r.columns[m.value.column], true
		}
	}
	return 0, false
}

// Read gives the next bytes of import lines.
func (r *Rows) Read(p []byte) (int, error) {
	for r.pending.Len() == 0 && r.err == nil {
		r.next()
	}
	if r.pending.Len() > 0 {
		return r.pending.Read(p)
	}
	return 0, r.err
}

// refusedLine is what is made of a row of which no line could be made: the import refuses it.
const refusedLine = "{\n"

func (r *Rows) next() {
	cells, err := r.csv.Read()
	var malformed *csv.ParseError
	row := Row{Cells: cells}
	switch {
	case errors.As(err, &malformed):
		row.Line, row.Cells = r.before+int64(malformed.StartLine), nil
		row.Err = models.Fail(models.Malformed, "bad_csv")
	case err != nil:
		r.err = err // io.EOF mostly
		return
	default:
		line, _ := r.csv.FieldPos(0)
		row.Line = r.before + int64(line)
	}
	r.line++
	made := []byte(refusedLine)
	if row.Err == nil {
		if raw, err := r.m.lineOf(r, cells); err != nil {
			row.Err = err
		} else {
			raw = append(raw, '\n')
			made = raw
		}
	}
	r.rows[r.line] = row
	r.pending.Write(made)
}

// lineOf makes the import line of a row.
func (m *Mapping) lineOf(r *Rows, cells []string) ([]byte, error) {
	if len(cells) != len(r.header) {
		return nil, models.Fail(models.Invalid, "row_of_other_length", "cells", len(cells), "columns", len(r.header))
	}
	line := map[string]any{"type": m.typ}
	if m.category != "" {
		line["category"] = m.category
	}
	fields := map[string]string{}
	if m.typ == "record" {
		line["fields"] = fields
	}
	for _, member := range m.members {
		cell := ""
		if member.value.column != "" {
			cell = strings.TrimSpace(cells[r.columns[member.value.column]])
		}
		if !utf8.ValidString(cell) {
			return nil, models.Fail(models.Malformed, "bad_utf8").In(member.name)
		}
		value, err := member.value.of(member.name, cell)
		if err != nil {
			return nil, err
		}
		if value == "" && m.typ != "delete" { // an empty cell says nothing; but of what to delete it must not say everything
			continue
		}
		if field, ok := strings.CutPrefix(member.name, "fields."); ok {
			fields[field] = value
		} else {
			line[member.name] = value
		}
	}
	return json.Marshal(line)
}

// counter counts what is read.
type counter struct {
	in io.Reader
	n  atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n.Add(int64(n))
	return n, err
}
