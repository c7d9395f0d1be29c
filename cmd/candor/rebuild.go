package main

import (
	"context"
	"fmt"
)

// rebuild is `candor rebuild [--check]`: the projections anew from the log, or compared with it. The
// server must not be running.
func rebuild(ctx context.Context, e env, args []string) error {
	f := flags(e, "rebuild", "usage: candor rebuild [flags]")
	check := f.Bool("check", false, "compare and change nothing")
	quiet := f.Bool("quiet", false, "no bar")
	return with(ctx, e, f, args, openLog, func(p *program, _ []string) error {
		size := p.log.Head().Size
		bar := newBar(e, int64(size), "entries", *quiet)   // below 2^53
		progress := func(done uint64) { bar(int64(done)) } // below 2^53
		work, done := p.log.Rebuild, "were made anew from"
		if *check {
			work, done = p.log.CheckProjection, "are what the log makes them, all"
		}
		if err := work(ctx, progress); err != nil {
			return err
		}
		if err := p.openRequests(ctx); err != nil {
			return err
		}
		if err := p.rebuildRequests(ctx, *check); err != nil {
			return err
		}
		if err := p.rebuildTraining(ctx, *check); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "the projections %s %d entries\n", done, size)
		return nil
	})
}
