package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"candor/handlers/problem"
	"candor/models/connector"
	"candor/models/connector/stripe"
	"candor/models/lease"
)

// connect is `candor connect stripe backfill`: everything that another billing system holds, beside a running server.
func connect(ctx context.Context, e env, args []string) error {
	f := flags(e, "connect", "usage: candor connect stripe backfill [flags]",
		"It brings everything, and goes on where it ended if that was early; it may run beside a server.")
	since := f.String("since", "", "leave out what was made before this `date`, such as 2026-01-31")
	dryRun := f.Bool("dry-run", false, "fetch and check everything and write nothing")
	restart := f.Bool("restart", false, "begin anew where the last backfill would be gone on with")
	quiet := f.Bool("quiet", false, "no bar")
	return with(ctx, e, f, args, openBilling, func(p *program, arguments []string) error {
		if len(arguments) != 2 || arguments[0] != stripe.Name || arguments[1] != "backfill" {
			return misused(f)
		}
		o := connector.Options{DryRun: *dryRun, Restart: *restart}
		if *since != "" {
			var err error
			if o.Since, err = time.Parse(time.DateOnly, *since); err != nil {
				return fmt.Errorf("--since: %q is not a date such as 2026-01-31", *since)
			}
		}
		if err := p.settings.Stripe.check(); err != nil {
			return err
		}
		return p.backfill(ctx, e, arguments[0], o, *quiet)
	})
}

// openBilling opens what an import needs, and the connectors.
func openBilling(ctx context.Context, s settings, operator fs.FS, logger *slog.Logger) (*program, error) {
	p, err := openData(ctx, s, operator, logger)
	if err != nil {
		return nil, err
	}
	return p.step(ctx, p.openConnectors)
}

// errNotAll makes the exit code say that not everything was taken.
var errNotAll = errors.New("some of it was rejected, and changed nothing; mend it there and run this again")

// backfill brings everything, once at a time, and reports.
func (p *program) backfill(ctx context.Context, e env, name string, o connector.Options, quiet bool) error {
	c, err := p.connector(name)
	if err != nil {
		return err
	}
	bar := newCounter(e, name, quiet)
	o.Progress = func(at connector.Progress) { bar(at) }
	o.Rejected = p.rejected(e)
	leases := &lease.Keeper{Store: p.data, Holder: rand.Text(), Clock: p.clock, Logger: p.logger}
	var report connector.Progress
	held, err := leases.Try(ctx, "backfill "+name, func(ctx context.Context) error {
		report, err = c.Backfill(stripe.Patient(ctx), c.Connector, o)
		return err
	})
	if err != nil {
		return fmt.Errorf("%w\nwhat was brought is kept; run the same command again to go on from there", err)
	}
	if !held {
		return errors.New("a backfill is under way already, or was killed less than half a minute ago; wait, and run this again")
	}
	tellBackfill(e.stdout, report, o.DryRun)
	if report.Total(connector.Rejected) > 0 {
		return errNotAll
	}
	return nil
}

// rejected says what was refused and why, the first of it one by one.
func (p *program) rejected(e env) func(id string, why error) {
	english, _ := p.catalogue.Localizer("en")
	shown := 0
	return func(id string, why error) {
		if shown++; shown > maxShown {
			return
		}
		said := problem.Of(why, english, "")
		if said.Field != "" {
			said.Detail = said.Field + ": " + said.Detail
		}
		fmt.Fprintf(e.stderr, "%s %s: %s\n", connector.KindOf(id), connector.OutsideID(id), said.Detail)
	}
}

func tellBackfill(w io.Writer, report connector.Progress, dryRun bool) {
	if report.Resumed {
		fmt.Fprintln(w, "went on where the last one ended")
	}
	held := "held"
	if dryRun {
		held = "would be held"
	}
	for _, step := range slices.Sorted(maps.Keys(report.Counts)) {
		counts := report.Counts[step]
		fmt.Fprintf(w, "%-22s %8d %s, %d removed, %d not to be held, %d rejected\n", step, counts[connector.Held], held,
			counts[connector.Removed], counts[connector.Nothing], counts[connector.Rejected])
	}
}

// newCounter draws how far a backfill is on a terminal. How much there is nobody says beforehand.
func newCounter(e env, name string, quiet bool) func(connector.Progress) {
	out := io.Discard
	if file, ok := e.stderr.(*os.File); ok && !quiet && term.IsTerminal(int(file.Fd())) {
		out = file
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(name),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish())
	return func(at connector.Progress) {
		done := int64(0)
		for step := range at.Counts {
			done += at.Done(step)
		}
		bar.Describe(strings.ReplaceAll(at.Step, "_", " "))
		_ = bar.Set64(done) // a bar that cannot be drawn stops nothing
	}
}
