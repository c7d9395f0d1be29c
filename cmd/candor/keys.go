package main

import (
	"context"
	"fmt"
	"text/tabwriter"
)

// listKeys is `candor keys list`: the keys in use, by what they sign. Nothing secret is shown.
func listKeys(ctx context.Context, e env, args []string) error {
	f := flags(e, "keys", "usage: candor keys list [flags]")
	if len(args) == 0 || args[0] != "list" {
		return misused(f)
	}
	return with(ctx, e, f, args[1:], openData, func(p *program, _ []string) error {
		w := tabwriter.NewWriter(e.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "SIGNS\tKEY")
		fmt.Fprintf(w, "entries\t%s\n", p.keys.Entry.KeyID())
		fmt.Fprintf(w, "documents\t%s\n", p.keys.Document.KeyID())
		fmt.Fprintf(w, "tokens\t%s\n", p.keys.Token.KeyID())
		fmt.Fprintf(w, "checkpoints\t%s\n", p.keys.CheckpointVerifier)
		return w.Flush()
	})
}
