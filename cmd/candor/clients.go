package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"candor/models/auth"
)

// clients is `candor clients add|list|revoke`.
func clients(ctx context.Context, e env, args []string) (err error) {
	f := flag.NewFlagSet("candor clients", flag.ContinueOnError)
	f.SetOutput(e.stderr)
	f.Usage = func() {
		fmt.Fprint(e.stderr, "usage: candor clients add [flags] NAME\n       candor clients list [flags]\n       candor clients revoke [flags] ID\n\n")
		f.PrintDefaults()
	}
	scopes := f.String("scopes", "", "`scopes` of a new client, separated by spaces; all of them: "+strings.Join(auth.Scopes(), " "))
	if len(args) == 0 {
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
	switch {
	case args[0] == "add" && f.NArg() == 1:
		return p.addClient(ctx, e, f.Arg(0), strings.Fields(*scopes))
	case args[0] == "list" && f.NArg() == 0:
		return p.listClients(ctx, e)
	case args[0] == "revoke" && f.NArg() == 1:
		return p.auth.RevokeClient(ctx, f.Arg(0))
	default:
		f.Usage()
		return errUsage
	}
}

func operatorFolder(s settings) (fs.FS, error) {
	if s.Operator == "" {
		return nil, fmt.Errorf("%s: is missing; set it to the folder with your datamap.yaml", envName("operator"))
	}
	return os.DirFS(s.Operator), nil
}

func (p *program) addClient(ctx context.Context, e env, name string, scopes []string) error {
	client, secret, err := p.auth.AddClient(ctx, name, scopes)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "client_id      %s\nclient_secret  %s\n", client.ID, secret)
	fmt.Fprintln(e.stderr, "The secret is shown this once and is kept nowhere.")
	return nil
}

func (p *program) listClients(ctx context.Context, e env) error {
	list, err := p.auth.Clients(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSCOPES\tADDED\tREVOKED")
	for _, c := range list {
		revoked := "–"
		if !c.RevokedAt.IsZero() {
			revoked = c.RevokedAt.Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", c.ID, c.Name, strings.Join(c.Scopes, " "), c.CreatedAt.Format(time.RFC3339), revoked)
	}
	return w.Flush()
}
