package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"candor/handlers/problem"
	"candor/models/billing"
)

// importFiles is `candor import FILE…`: JSON Lines, with a bar, and a report of what was rejected and why.
func importFiles(ctx context.Context, e env, args []string) error {
	f := flags(e, "import", "usage: candor import [flags] FILE…", "FILE is JSON Lines: one customer, record or delete a line.")
	source := f.String("source", "", "`key` of the data map's source of records that name none")
	dryRun := f.Bool("dry-run", false, "check everything and write nothing")
	quiet := f.Bool("quiet", false, "no bar")
	return with(ctx, e, f, args, openData, func(p *program, arguments []string) error {
		if len(arguments) == 0 {
			return misused(f)
		}
		return p.importFiles(ctx, e, arguments, billing.ImportOptions{Source: *source, DryRun: *dryRun}, *quiet)
	})
}

// errRejected makes the exit code say that not everything was taken.
var errRejected = errors.New("some lines were rejected, and changed nothing; mend them and import again")

// maxShown is how many rejected lines are shown one by one.
const maxShown = 100

// importFiles imports one file after the other and reports on all.
func (p *program) importFiles(ctx context.Context, e env, paths []string, o billing.ImportOptions, quiet bool) error {
	var sum billing.ImportReport
	for _, path := range paths {
		report, err := p.importFile(ctx, e, path, o, quiet, sum.Rejected)
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

func (p *program) importFile(ctx context.Context, e env, path string, o billing.ImportOptions, quiet bool, shown int64) (billing.ImportReport, error) {
	file, err := os.Open(path) // the operator names the file to import
	if err != nil {
		return billing.ImportReport{}, err
	}
	defer file.Close() // only read
	info, err := file.Stat()
	if err != nil {
		return billing.ImportReport{}, err
	}
	bar := newBar(e, info.Size(), filepath.Base(path), quiet)
	o.Progress = func(bytes, _ int64) { bar(bytes) }
	english, _ := p.catalogue.Localizer("en")
	o.Rejected = func(line billing.LineError) {
		if shown++; shown > maxShown {
			return
		}
		said := problem.Of(line.Err, english, "")
		if said.Field != "" {
			said.Detail = said.Field + ": " + said.Detail
		}
		fmt.Fprintf(e.stderr, "%s:%d: %s\n", path, line.Line, said.Detail)
	}
	return p.billing.Import(ctx, file, o)
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
