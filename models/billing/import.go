package billing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"candor/models"
	"candor/models/store"
)

// ImportOptions says how to import.
type ImportOptions struct {
	// Source is the source of records that do not name one.
	Source string
	// DryRun checks everything and writes nothing.
	DryRun bool
	// Progress, if set, is told how far it is about every batch, and at the end.
	Progress func(bytes, lines int64)
	// Rejected, if set, is told of each line that was refused, in order.
	Rejected func(LineError)
}

// Check refuses what no import can be done with.
func (o ImportOptions) Check() error {
	if o.Source == "" {
		return nil
	}
	return checkSource(o.Source)
}

// LineError is a line that was refused, and changed nothing.
type LineError struct {
	Line int64 // from 1
	Err  error // a *models.Error
	// Raw is the line, valid until Rejected returns; empty if it was too long.
	Raw []byte
}

func (e LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives what was wrong.
func (e LineError) Unwrap() error { return e.Err }

// ImportReport counts what an import did, or in a dry run would have done.
type ImportReport struct {
	Lines     int64 // that were not empty
	Customers int64
	Records   int64
	Documents int64
	Deleted   int64 // delete lines carried out
	Rejected  int64
}

// The size of a batch: whatever is reached first.
const (
	batchLines = 500
	batchBytes = 4 << 20
)

// Import reads JSON Lines, one object each:
//
//	{"type":"customer","ref",…}  {"type":"record","customer","category","id",…}  {"type":"delete","customer",…}
//
// and carries them out in their order. A line that is refused changes nothing and stops nothing.
// Memory does not grow with the length of the input. After an error, of the reader, the store or
// the context, the lines before may have been carried out; importing the same again is safe.
func (s *Service) Import(ctx context.Context, r io.Reader, opts ImportOptions) (ImportReport, error) {
	if err := opts.Check(); err != nil {
		return ImportReport{}, err
	}
	i := &importer{Service: s, rules: s.rules(), opts: opts, in: newLines(r), batch: s.newBatch(), refs: newRefs(s.customers, opts.DryRun)}
	err := i.run(ctx)
	return i.report, err
}

type importer struct {
	*Service
	rules
	opts   ImportOptions
	in     *lines
	number int64  // of the line
	raw    []byte // the line
	report ImportReport
	refs   *refs
	batch  *batch
	lines  int // gathered in the batch
	bytes  int // of those lines
}

// run goes through the lines. Its errors are those that stop the import; a line's own do not.
func (i *importer) run(ctx context.Context) error {
	for {
		line, err := i.in.next()
		if errors.Is(err, io.EOF) {
			return i.flush(ctx)
		}
		i.number++
		i.raw = line
		switch {
		case errors.Is(err, errLineTooLong):
			i.report.Lines++
			i.reject(err)
		case err != nil:
			return err
		case len(bytes.TrimSpace(line)) > 0:
			i.report.Lines++
			if err := i.line(ctx, line); err != nil {
				return fmt.Errorf("import line %d: %w", i.number, err)
			}
		}
		i.lines++
		i.bytes += len(line)
		if i.lines >= batchLines || i.bytes >= batchBytes {
			if err := i.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (i *importer) reject(err error) {
	i.report.Rejected++
	if i.opts.Rejected != nil {
		i.opts.Rejected(LineError{Line: i.number, Err: err, Raw: i.raw})
	}
}

// flush carries out what has been gathered.
func (i *importer) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return models.Wrap("import", err)
	}
	if i.opts.DryRun {
		i.batch.reset()
	} else if err := i.batch.flush(ctx); err != nil {
		return err
	}
	i.lines, i.bytes = 0, 0
	i.rules = i.Service.rules() // a map that came into force meanwhile holds from the next batch on
	i.refs.flushed()
	if i.opts.Progress != nil {
		i.opts.Progress(i.in.bytes, i.report.Lines)
	}
	return nil
}

// line checks one line and gathers what it says.
func (i *importer) line(ctx context.Context, raw []byte) error {
	m, err := read(raw, lineMembers)
	if err != nil {
		i.reject(err)
		return nil
	}
	switch m.text("type") {
	case "customer":
		return i.customer(ctx, m)
	case "record":
		return i.record(ctx, m)
	case "delete":
		return i.delete(ctx, m)
	case "":
		i.reject(invalid(codeRequired, "type"))
	default:
		i.reject(invalid(codeUnknownType, "type"))
	}
	return nil
}

func (i *importer) customer(ctx context.Context, m members) error {
	p := m.profile()
	err := m.only(profileMembers)
	if err == nil {
		err = i.checkProfile(&p)
	}
	if err != nil {
		i.reject(err)
		return nil
	}
	if err := i.turn(ctx, false); err != nil {
		return err
	}
	i.report.Customers++
	i.refs.add(p.Ref)
	i.batch.putProfile(p)
	return nil
}

func (i *importer) record(ctx context.Context, m members) error {
	r, documents, err := i.checkLine(m)
	if err != nil {
		i.reject(err)
		return nil
	}
	if known, err := i.known(ctx, r.Customer); err != nil || !known {
		return err
	}
	if err := i.turn(ctx, false); err != nil {
		return err
	}
	i.report.Records++
	i.report.Documents += int64(len(documents))
	i.batch.putRecord(r)
	for _, d := range documents {
		i.batch.putDocument(d)
	}
	return nil
}

// checkLine validates a record and its documents.
func (i *importer) checkLine(m members) (models.Record, []models.Document, error) {
	if err := m.only(recordMembers); err != nil {
		return models.Record{}, nil, err
	}
	r, err := m.record()
	if err != nil {
		return r, nil, err
	}
	if r.Source == "" && !m.has("source") {
		r.Source = i.opts.Source
	}
	if err := i.checkRecord(&r); err != nil {
		return r, nil, err
	}
	for n := range m.documents {
		d := &m.documents[n]
		d.Customer, d.Category, d.Record = r.Customer, r.Category, r.ID
		if err := i.checkDocument(d, documentAt(n)); err != nil {
			return r, nil, err
		}
	}
	return r, m.documents, nil
}

func (i *importer) delete(ctx context.Context, m members) error {
	key := store.RecordKey{Customer: m.text("customer"), Category: m.text("category"), ID: m.text("id")}
	err := m.only(deleteMembers)
	if err == nil {
		err = i.checkDeleteLine(m, key)
	}
	if err != nil {
		i.reject(err)
		return nil
	}
	if known, err := i.known(ctx, key.Customer); err != nil || !known {
		return err
	}
	if err := i.turn(ctx, true); err != nil {
		return err
	}
	i.report.Deleted++
	switch {
	case key.ID != "":
		i.batch.delete(key)
		return nil
	case i.opts.DryRun:
		return nil
	}
	if err := i.flush(ctx); err != nil { // single deletes that came before
		return err
	}
	return i.deleteRecords(ctx, key.Customer, key.Category, "")
}

// checkDeleteLine refuses an empty category or id: it would remove more than was meant.
func (i *importer) checkDeleteLine(m members, key store.RecordKey) error {
	for _, name := range []string{"category", "id"} {
		if m.has(name) && m.text(name) == "" {
			return invalid(codeRequired, name)
		}
	}
	return i.checkDelete(key.Customer, key.Category, key.ID)
}

// turn flushes the batch if what comes next must not overtake what is in it: a batch holds either
// deletes or what is put.
func (i *importer) turn(ctx context.Context, deletes bool) error {
	if i.batch.empty() || i.batch.deleting() == deletes {
		return nil
	}
	return i.flush(ctx)
}

// known finds out whether the line's customer is there, and rejects the line if not.
func (i *importer) known(ctx context.Context, ref string) (bool, error) {
	known, err := i.refs.known(ctx, ref)
	if err == nil && !known {
		i.reject(models.ErrUnknownCustomer)
	}
	return known, err
}
