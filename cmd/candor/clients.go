package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"candor/models/auth"
	"candor/models/store"
)

// clientFlags are the flags of `candor clients`.
type clientFlags struct {
	scopes, jwks, outside *string
	overlap               *int
}

// clients is `candor clients add|list|show|rotate|revoke`.
func clients(ctx context.Context, e env, args []string) error {
	f := flags(e, "clients",
		"usage: candor clients add [flags] NAME", "       candor clients list [flags]", "       candor clients show [flags] ID",
		"       candor clients rotate [flags] ID", "       candor clients revoke [flags] ID")
	asked := clientFlags{
		scopes:  f.String("scopes", "", "add: `scopes` of a new client, separated by spaces; all of them: "+strings.Join(auth.Scopes(), " ")),
		jwks:    f.String("jwks", "", "add, rotate: `file` with the JWK set of the client's public keys, instead of a secret"),
		outside: f.String("outside", "", "add: `id` of the client at the trusted outside issuer, which issues its tokens"),
		overlap: f.Int("overlap", int(auth.DefaultOverlap/(24*time.Hour)), "rotate: `days`, 0 to 90, that the old secret stays good"),
	}
	if err := saysWhat(e, f, args); err != nil {
		return err
	}
	return with(ctx, e, f, args[1:], openData, func(p *program, arguments []string) error {
		err := p.clients(ctx, e, f, args[0], arguments, asked)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("there is no client %q: `candor clients list` names them", arguments[0])
		}
		return err
	})
}

func (p *program) clients(ctx context.Context, e env, f *flag.FlagSet, action string, arguments []string, asked clientFlags) error {
	if action == "list" && len(arguments) == 0 {
		return p.listClients(ctx, e)
	}
	if len(arguments) != 1 {
		return misused(f)
	}
	switch of := arguments[0]; action {
	case "add":
		return p.addClient(ctx, e, of, asked)
	case "show":
		return p.showClient(ctx, e, of)
	case "rotate":
		return p.rotateClient(ctx, e, of, asked)
	case "revoke":
		return p.auth.RevokeClient(ctx, of)
	}
	return misused(f)
}

func (p *program) addClient(ctx context.Context, e env, name string, asked clientFlags) error {
	keys, err := readJWKS(*asked.jwks)
	if err != nil {
		return err
	}
	client, secret, err := p.auth.Enrol(ctx, auth.Enrolment{
		Name: name, Scopes: strings.Fields(*asked.scopes), JWKS: keys, Outside: *asked.outside,
	})
	if err != nil {
		return err
	}
	sayClient(e, client, secret)
	return nil
}

func (p *program) rotateClient(ctx context.Context, e env, id string, asked clientFlags) error {
	overlap := time.Duration(*asked.overlap) * 24 * time.Hour
	keys, err := readJWKS(*asked.jwks)
	if err != nil {
		return err
	}
	var client store.Client
	secret := ""
	if keys != nil {
		client, err = p.auth.ReplaceKeys(ctx, id, keys, overlap)
	} else {
		client, secret, err = p.auth.NewSecret(ctx, id, overlap)
	}
	if err != nil {
		return err
	}
	sayClient(e, client, secret)
	return nil
}

// sayClient tells the new client's id, and the secret that is shown this once.
func sayClient(e env, client store.Client, secret string) {
	fmt.Fprintf(e.stdout, "client_id      %s\n", client.ID)
	if secret != "" {
		fmt.Fprintf(e.stdout, "client_secret  %s\n", secret)
		fmt.Fprintln(e.stderr, "The secret is shown this once and is kept nowhere.")
	}
	for _, old := range client.Secrets {
		if !old.EndsAt.IsZero() {
			fmt.Fprintf(e.stderr, "The old secret stays good until %s.\n", old.EndsAt.UTC().Format(time.RFC3339))
		}
	}
}

// readJWKS reads the file of a client's keys; nil if none is named.
func readJWKS(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--jwks: %w", err)
	}
	if len(raw) == 0 {
		return nil, fmt.Errorf("--jwks: %s is empty", path)
	}
	return raw, nil
}

func (p *program) listClients(ctx context.Context, e env) error {
	list, err := p.auth.Clients(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSCOPES\tSHOWS\tADDED\tREVOKED")
	for _, c := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.Name, strings.Join(c.Scopes, " "), shows(c), instant(c.CreatedAt), instant(c.RevokedAt))
	}
	return w.Flush()
}

// shows is how a client shows who it is.
func shows(c store.Client) string {
	switch {
	case auth.IsOutside(c.ID):
		return "outside token"
	case len(c.Keys) > 0:
		return "keys"
	}
	return "secret"
}

func (p *program) showClient(ctx context.Context, e env, id string) error {
	c, err := p.auth.Client(ctx, id)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 4, 2, ' ', 0)
	for _, line := range [][2]string{
		{"id", c.ID},
		{"name", c.Name},
		{"scopes", strings.Join(c.Scopes, " ")},
		{"shows", shows(c)},
		{"added", instant(c.CreatedAt)},
		{"revoked", instant(c.RevokedAt)},
	} {
		fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
	}
	for _, s := range c.Secrets {
		fmt.Fprintf(w, "secret\t%s\tadded %s\tends %s\tlast used %s\n", s.ID, instant(s.CreatedAt), instant(s.EndsAt), day(c.Used[s.ID]))
	}
	for _, k := range c.Keys {
		fmt.Fprintf(w, "key\t%s\tadded %s\tlast used %s\n", k.KeyID, instant(k.CreatedAt), day(c.Used[k.ID]))
	}
	return w.Flush()
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format(time.RFC3339)
}

func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format(time.DateOnly)
}
