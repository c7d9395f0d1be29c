package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"candor/models/auth"
	"candor/models/staff"
	"candor/models/staffact"
)

// members is `candor staff add|list|link|roles|end|reopen`. It works beside a running server, which says in the log what was done
// here before it counts.
func members(ctx context.Context, e env, args []string) error {
	f := flags(e, "staff",
		"usage: candor staff add --name NAME --roles ROLES [flags] EMAIL", "       candor staff list [flags]",
		"       candor staff link [--anew] [flags] ID", "       candor staff roles --roles ROLES [flags] ID", "       candor staff end|reopen [flags] ID")
	name := f.String("name", "", "add: `name` of the person")
	roles := f.String("roles", "", "add, roles: `roles`, separated by commas; all of them: "+strings.Join(auth.Roles(), ", "))
	anew := f.Bool("anew", false, "link: remove the passkeys that there are, because a device was lost")
	if err := saysWhat(e, f, args); err != nil {
		return err
	}
	return with(ctx, e, f, args[1:], openMembers, func(p *program, arguments []string) error {
		err := p.changeStaff(ctx, e, f, args[0], arguments, staff.Joining{Name: *name, Roles: list(*roles), Origin: staff.OriginLocal}, *anew)
		if errors.Is(err, staff.ErrUnknownMember) {
			return fmt.Errorf("there is no member of staff %q: `candor staff list` names them", arguments[0])
		}
		return err
	})
}

// list takes what is separated by commas apart.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func openMembers(ctx context.Context, s settings, operator fs.FS, logger *slog.Logger) (*program, error) {
	p, err := openData(ctx, s, operator, logger)
	if err != nil {
		return nil, err
	}
	return p.step(ctx, p.openStaff)
}

func (p *program) changeStaff(ctx context.Context, e env, f *flag.FlagSet, action string, arguments []string, asked staff.Joining, anew bool) error {
	if action == "list" && len(arguments) == 0 {
		return p.listStaff(ctx, e)
	}
	if len(arguments) != 1 {
		return misused(f)
	}
	switch of := arguments[0]; action {
	case "add":
		asked.Email = of
		m, err := p.staff.Add(ctx, staffact.CommandLine, asked)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "id       %s\n", m.ID)
		return p.sayLink(ctx, e, m.ID, false)
	case "link":
		return p.sayLink(ctx, e, of, anew)
	case "roles":
		return p.staff.SetRoles(ctx, staffact.CommandLine, of, asked.Roles)
	case "end":
		return p.staff.End(ctx, staffact.CommandLine, of)
	case "reopen":
		return p.staff.Reopen(ctx, staffact.CommandLine, of)
	}
	return misused(f)
}

// sayLink makes an enrolment link and shows it.
func (p *program) sayLink(ctx context.Context, e env, id string, anew bool) error {
	secret, ends, err := p.staff.NewLink(ctx, staffact.CommandLine, id, anew)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "link     %s\nexpires  %s\n", p.staff.LinkURL(secret), ends.UTC().Format(time.RFC3339))
	fmt.Fprintln(e.stderr, "The link works once, for the person it was made for. It is shown this once and is kept nowhere.")
	return nil
}

func (p *program) listStaff(ctx context.Context, e env) error {
	all, err := p.staff.Members(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tEMAIL\tROLES\tSIGNS IN\tADDED\tSEEN\tENDED")
	for _, m := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.Name, m.Email, strings.Join(m.Roles, ","), m.Origin, instant(m.AddedAt), instant(m.SeenAt), instant(m.EndedAt))
	}
	return w.Flush()
}
