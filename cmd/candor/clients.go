package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"candor/models/auth"
	"candor/models/store"
)

// clients is `candor clients add|list|revoke`.
func clients(ctx context.Context, e env, args []string) error {
	f := flags(e, "clients", "usage: candor clients add [flags] NAME", "       candor clients list [flags]", "       candor clients revoke [flags] ID")
	scopes := f.String("scopes", "", "`scopes` of a new client, separated by spaces; all of them: "+strings.Join(auth.Scopes(), " "))
	if len(args) == 0 {
		return misused(f)
	}
	return with(ctx, e, f, args[1:], openData, func(p *program, arguments []string) error {
		switch {
		case args[0] == "add" && len(arguments) == 1:
			return p.addClient(ctx, e, arguments[0], strings.Fields(*scopes))
		case args[0] == "list" && len(arguments) == 0:
			return p.listClients(ctx, e)
		case args[0] == "revoke" && len(arguments) == 1:
			err := p.auth.RevokeClient(ctx, arguments[0])
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("there is no client %q: `candor clients list` names them", arguments[0])
			}
			return err
		default:
			return misused(f)
		}
	})
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
