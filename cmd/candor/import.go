package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"candor/models/billing"
	"candor/models/mapping"
)

// importing is how files are imported.
type importing struct {
	billing.ImportOptions
	mapping *mapping.Mapping // of CSV files; nil if they are JSON Lines
	rejects string           // the file to write refused lines to; empty for none
	quiet   bool
	shown   int64 // refused lines that were shown, or passed over
}

// importFiles is `candor import FILE…`: JSON Lines or CSV, with a bar, and a report of what was rejected and why.
func importFiles(ctx context.Context, e env, args []string) error {
	f := flags(e, "import", "usage: candor import [flags] FILE…",
		"FILE is JSON Lines: one customer, record or delete a line; or CSV, with --mapping.")
	var o importing
	f.StringVar(&o.Source, "source", "", "`key` of the data map's source of records that name none")
	f.BoolVar(&o.DryRun, "dry-run", false, "check everything and write nothing")
	f.BoolVar(&o.quiet, "quiet", false, "no bar")
	f.StringVar(&o.rejects, "rejects", "", "write refused lines to a new `file`, with the reasons, to mend and import again")
	mappingFile := f.String("mapping", "", "`file` that says how rows of CSV become records")
	return with(ctx, e, f, args, openData, func(p *program, arguments []string) error {
		if len(arguments) == 0 || o.rejects != "" && len(arguments) > 1 { // whose lines would they be?
			return misused(f)
		}
		if err := p.readMapping(*mappingFile, arguments, &o); err != nil {
			return err
		}
		return p.importFiles(ctx, e, arguments, o)
	})
}

// readMapping reads the mapping of CSV files, if one is given.
func (p *program) readMapping(name string, paths []string, o *importing) error {
	if name == "" {
		for _, path := range paths {
			if strings.EqualFold(filepath.Ext(path), ".csv") {
				return fmt.Errorf("%s is CSV: say with --mapping how its rows become records", path)
			}
		}
		return nil
	}
	raw, err := os.ReadFile(name) // the operator names it
	if err != nil {
		return err
	}
	o.mapping, err = mapping.Parse(name, raw, p.zone())
	return err
}

// errRejected makes the exit code say that not everything was taken.
var errRejected = errors.New("some lines were rejected, and changed nothing; mend them and import again")

// maxShown is how many rejected lines are shown one by one.
const maxShown = 100

// importFiles imports one file after the other and reports on all.
func (p *program) importFiles(ctx context.Context, e env, paths []string, o importing) error {
	var sum billing.ImportReport
	for _, path := range paths {
		report, err := p.importFile(ctx, e, path, &o)
		if err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
		sum.Lines += report.Lines
		sum.Customers += report.Customers
		sum.Records += report.Records
		sum.Documents += report.Documents
		sum.Deleted += report.Deleted
		sum.Rejected += report.Rejected
	}
	done := "imported"
	if o.DryRun {
		done = "would import"
	}
	fmt.Fprintf(e.stdout, "%s %d customers, %d records, %d documents, %d deletions; %d of %d lines rejected\n",
		done, sum.Customers, sum.Records, sum.Documents, sum.Deleted, sum.Rejected, sum.Lines)
	if sum.Rejected > 0 {
		return errRejected
	}
	return nil
}

func (p *program) importFile(ctx context.Context, e env, path string, o *importing) (_ billing.ImportReport, err error) {
	file, err := os.Open(path) // the operator names the file to import
	if err != nil {
		return billing.ImportReport{}, err
	}
	defer file.Close() // only read
	info, err := file.Stat()
	if err != nil {
		return billing.ImportReport{}, err
	}
	bar := newBar(e, info.Size(), filepath.Base(path), o.quiet)
	var in io.Reader = file
	var rows *mapping.Rows
	if o.mapping != nil {
		if rows, err = o.mapping.Read(file); err != nil {
			return billing.ImportReport{}, err
		}
		in = rows
	}
	rejects, err := newRejects(o.rejects, rows)
	if err != nil {
		return billing.ImportReport{}, err
	}
	defer func() { err = errors.Join(err, rejects.close()) }()
	english, _ := p.catalogue.Localizer("en")
	options := o.ImportOptions
	options.Progress = func(bytes, lines int64) {
		if rows != nil {
			rows.Forget(lines)
			bytes = rows.Bytes()
		}
		bar(bytes)
	}
	options.Rejected = func(line billing.LineError) {
		r := refusalOf(line, rows, english)
		rejects.add(r)
		if o.shown++; o.shown <= maxShown {
			fmt.Fprintf(e.stderr, "%s:%d: %s\n", path, r.Line, r.said())
		}
	}
	return p.billing.Import(ctx, in, options)
}

// newBar is a progress bar on a terminal, and nothing elsewhere; it is told how far it is.
func newBar(e env, size int64, what string, quiet bool) func(done int64) {
	out := io.Discard
	if file, ok := e.stderr.(*os.File); ok && !quiet && term.IsTerminal(int(file.Fd())) {
		out = file
	}
	bar := progressbar.NewOptions64(size, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish())
	return func(done int64) {
		_ = bar.Set64(done) // a bar that cannot be drawn stops nothing
	}
}
