package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"text/tabwriter"

	"candor/models/ledger"
)

// listKeys is `candor keys list`: the keys in use, by what they sign. Nothing secret is shown.
func listKeys(ctx context.Context, e env, args []string) (err error) {
	f := flag.NewFlagSet("candor keys", flag.ContinueOnError)
	f.SetOutput(e.stderr)
	f.Usage = func() {
		fmt.Fprint(e.stderr, "usage: candor keys list [flags]\n\n")
		f.PrintDefaults()
	}
	if len(args) == 0 || args[0] != "list" {
		f.Usage()
		return errUsage
	}
	s, err := readSettings(e, f, args[1:])
	if err != nil {
		return err
	}
	operator, err := operatorFolder(s)
	if err != nil {
		return err
	}
	p, err := openData(ctx, s, operator, newLogger(e, s.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	w := tabwriter.NewWriter(e.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "SIGNS\tKEY")
	fmt.Fprintf(w, "entries\t%s\n", ledger.KeyID(p.keys.Entry.Public()))
	fmt.Fprintf(w, "documents\t%s\n", ledger.KeyID(p.keys.Document.Public()))
	fmt.Fprintf(w, "tokens\t%s\n", ledger.KeyID(p.keys.Token.Public()))
	fmt.Fprintf(w, "checkpoints\t%s\n", p.keys.CheckpointVerifier)
	return w.Flush()
}
