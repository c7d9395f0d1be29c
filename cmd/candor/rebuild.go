package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
)

// rebuild is `candor rebuild [--check]`: the projections anew from the log, or compared with it. The
// server must not be running.
func rebuild(ctx context.Context, e env, args []string) (err error) {
	f := flag.NewFlagSet("candor rebuild", flag.ContinueOnError)
	f.SetOutput(e.stderr)
	check := f.Bool("check", false, "compare and change nothing")
	quiet := f.Bool("quiet", false, "no bar")
	s, err := readSettings(e, f, args)
	if err != nil {
		return err
	}
	operator, err := operatorFolder(s)
	if err != nil {
		return err
	}
	p, err := openLog(ctx, s, operator, newLogger(e, s.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	size := p.log.Head().Size
	bar := newBar(e, int64(size), "entries", *quiet)   //nolint:gosec // below 2^53
	progress := func(done uint64) { bar(int64(done)) } //nolint:gosec // below 2^53
	if *check {
		if err := p.log.CheckProjection(ctx, progress); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "the projections are what %d entries make them\n", size)
		return nil
	}
	if err := p.log.Rebuild(ctx, progress); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "the projections were made anew from %d entries\n", size)
	return nil
}
