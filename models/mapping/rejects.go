package mapping

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"candor/models/billing"
)

// The columns that a report of refused rows has beside the file's own.
const (
	lineColumn   = "candor_line"
	fieldColumn  = "candor_field"
	reasonColumn = "candor_reason"
)

// Refusal is a row that was refused, and why.
type Refusal struct {
	Row

	// Field is the member that is at fault; empty if none is.
	Field, Reason string
	// CardData says that it holds payment card data, which is written nowhere.
	CardData bool
}

// Rejects writes refused rows as a file of the same form, under the same mapping, with the reasons in columns of their own:
// mended, it can be imported again.
type Rejects struct {
	rows *Rows
	csv  *csv.Writer
	own  []int // the columns that are the file's own, and not those of an earlier report
}

// NewRejects begins a report with what stands before the rows in the file that they are of.
func NewRejects(w io.Writer, rows *Rows) (*Rejects, error) {
	if rows.m.file.windows1252 {
		w = encoding.ReplaceUnsupported(charmap.Windows1252.NewEncoder()).Writer(w)
	}
	for _, line := range rows.skipped {
		if _, err := io.WriteString(w, line); err != nil {
			return nil, fmt.Errorf("write what was refused: %w", err)
		}
	}
	r := &Rejects{rows: rows, csv: csv.NewWriter(w)}
	r.csv.Comma = rows.m.file.delimiter
	for i, name := range rows.header {
		if !slices.Contains([]string{lineColumn, fieldColumn, reasonColumn}, strings.TrimSpace(name)) {
			r.own = append(r.own, i)
		}
	}
	return r, r.write(r.ownOf(rows.header), lineColumn, fieldColumn, reasonColumn)
}

// Add writes a row. One that could not be read has its reason alone.
func (r *Rejects) Add(f Refusal) error {
	cells := slices.Clone(f.Cells)
	if f.CardData {
		r.blank(cells, f.Field)
	}
	return r.write(r.ownOf(cells), strconv.FormatInt(f.Line, 10), f.Field, f.Reason)
}

// blank takes card data out: the cell that was refused for it, and what else looks like a card's number.
func (r *Rejects) blank(cells []string, field string) {
	at, ok := r.rows.column(field)
	for i := range cells {
		if ok && i == at || billing.HoldsCardNumber(cells[i]) {
			cells[i] = ""
		}
	}
}

// ownOf are the cells of the file's own columns, and what a row has beyond them; a short row is filled up.
func (r *Rejects) ownOf(cells []string) []string {
	out := make([]string, 0, len(r.own))
	for _, i := range r.own {
		if i < len(cells) {
			out = append(out, cells[i])
		} else {
			out = append(out, "")
		}
	}
	return out
}

func (r *Rejects) write(cells []string, more ...string) error {
	if err := r.csv.Write(append(cells, more...)); err != nil {
		return fmt.Errorf("write what was refused: %w", err)
	}
	return nil
}

// Close writes what is left. It does not close what is written to.
func (r *Rejects) Close() error {
	r.csv.Flush()
	if err := r.csv.Error(); err != nil {
		return fmt.Errorf("write what was refused: %w", err)
	}
	return nil
}
