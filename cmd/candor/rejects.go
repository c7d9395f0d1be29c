package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"unicode/utf8"

	"candor/handlers/problem"
	"candor/i18n"
	"candor/models/billing"
	"candor/models/mapping"
)

// refusal is a line or row that was refused.
type refusal struct {
	mapping.Refusal

	raw []byte // of JSON Lines; none of CSV
}

func refusalOf(e billing.LineError, rows *mapping.Rows, english *i18n.Localizer) refusal {
	r := refusal{Refusal: mapping.Refusal{Row: mapping.Row{Line: e.Line}}, raw: e.Raw}
	err := e.Err
	if rows != nil {
		r.Row, r.raw = rows.Row(e.Line), nil
		if r.Err != nil {
			err = r.Err
		}
	}
	d := problem.Of(err, english, "")
	r.Field, r.Reason, r.CardData = d.Field, d.Detail, problem.From(err).Code == "card_data"
	return r
}

func (r *refusal) said() string {
	if r.Field == "" {
		return r.Reason
	}
	return r.Field + ": " + r.Reason
}

// rejects is a file of what was refused, to be mended and imported again. It is made with the first refusal.
type rejects struct {
	path string        // empty for none
	rows *mapping.Rows // nil of JSON Lines

	file *os.File
	out  *bufio.Writer
	csv  *mapping.Rejects
	err  error // the first
}

// newRejects refuses a file that is there: it may be the last report, with somebody's work in it.
func newRejects(path string, rows *mapping.Rows) (*rejects, error) {
	if path != "" {
		if _, err := os.Lstat(path); err == nil {
			return nil, fmt.Errorf("--rejects: %s is there already; name a new file", path)
		}
	}
	return &rejects{path: path, rows: rows}, nil
}

func (r *rejects) add(refused refusal) {
	if r.path == "" || r.err != nil {
		return
	}
	if r.file == nil {
		if r.err = r.begin(); r.err != nil {
			return
		}
	}
	if r.csv != nil {
		r.err = r.csv.Add(refused.Refusal)
		return
	}
	_, r.err = r.out.Write(mendable(refused))
}

func (r *rejects) begin() (err error) {
	// It holds what the import held. The operator names it.
	if r.file, err = os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return err
	}
	r.out = bufio.NewWriter(r.file)
	if r.rows != nil {
		r.csv, err = mapping.NewRejects(r.out, r.rows)
	}
	return err
}

// close ends the file. Its error is that of the whole report.
func (r *rejects) close() error {
	if r.file == nil {
		return r.err
	}
	var ended error
	if r.csv != nil {
		ended = r.csv.Close()
	}
	return errors.Join(r.err, ended, r.out.Flush(), r.file.Close())
}

// mendable is a refused line as it came, with the reason as its first member, which an import passes over. A line that is no
// JSON object is a text beside the reason. What was refused as card data is left out: it is written nowhere.
func mendable(r refusal) []byte {
	why, err := json.Marshal("line " + strconv.FormatInt(r.Line, 10) + ": " + r.said())
	if err != nil { // a string always can be
		return nil
	}
	line := append([]byte(`{"rejected":`), why...)
	var object map[string]json.RawMessage
	switch {
	case r.CardData, len(r.raw) == 0:
		line = append(line, '}')
	case json.Unmarshal(r.raw, &object) == nil && object != nil && utf8.Valid(r.raw):
		delete(object, "rejected")
		rest, err := json.Marshal(object)
		if err != nil {
			return nil
		}
		if len(object) > 0 {
			line = append(line, ',')
		}
		line = append(line, rest[1:]...)
	default:
		text, err := json.Marshal(string(r.raw))
		if err != nil {
			return nil
		}
		line = append(append(append(line, `,"text":`...), text...), '}')
	}
	return append(line, '\n')
}
