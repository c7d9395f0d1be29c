package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"candor/handlers/problem"
	"candor/i18n"
	"candor/models"
)

// env is what a command may use of its surroundings.
type env struct {
	getenv         func(string) string
	stdout, stderr io.Writer
}

// command is one of the program's commands.
type command struct {
	name, does string
	run        func(ctx context.Context, e env, args []string) error
}

// commands are in the order in which help lists them; each has a file of its own.
func commands() []command {
	return []command{
		{"demo", "the whole product with invented customers, on this machine only", demo},
		{"serve", "the product, as settings say", serve},
		{"import", "load customers and records from JSON Lines files", importFiles},
		{"connect", "bring what another billing system holds", connect},
		{"clients", "add, list, show, rotate and revoke the billing systems that may call the API", clients},
		{"data-map", "write out the published data map, compare the file with it, or make the file a draft", dataMaps},
		{"staff", "add, list, end and reopen members of staff, give them roles and enrolment links", members},
		{"keys", "list the signing keys", listKeys},
		{"log", "export the log as static files", exportLog},
		{"rebuild", "make the projections anew from the log, or compare them with it", rebuild},
		{"store", "copy a whole store into another, or compare two", stores},
		{"listen", "take webhooks and say what they are about, to try them with", receive},
		{"health", "ask a running server whether it is ready", health},
	}
}

// errUsage has been explained already.
var errUsage = errors.New("usage")

// run is the program: it gives the exit code, 0 for success, 1 for failure, 2 for a call that is off.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	e := env{getenv, stdout, stderr}
	if len(args) == 0 {
		usage(stderr)
		return 2
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		switch err := c.run(ctx, e, args[1:]); {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		default:
			fmt.Fprintf(stderr, "candor %s: %s\n", c.name, inWords(err))
			return 1
		}
	}
	usage(stderr)
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return 0
	}
	return 2
}

// inWords adds to the refusal of what was asked the sentence that names the remedy.
func inWords(err error) string {
	kind := models.KindOf(err)
	if kind != models.Invalid && kind != models.Malformed && kind != models.Conflict {
		return err.Error()
	}
	catalogue, failed := i18n.Load()
	if failed != nil {
		return errors.Join(err, failed).Error()
	}
	return err.Error() + ": " + problem.Of(err, catalogue.Match("", "en"), "").Detail
}

func usage(w io.Writer) {
	fmt.Fprint(w, "candor: the privacy front door of a company that bills people\n\nusage: candor COMMAND [flags]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.does)
	}
	fmt.Fprint(w, "\ncandor COMMAND --help lists a command's flags.\n")
}

// parse reads a command's flags, which may stand before, between and after its arguments, and gives
// the arguments. What is wrong has been said when it returns errUsage.
func parse(f *flag.FlagSet, args []string) (arguments []string, err error) {
	for {
		switch err := f.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			return nil, err
		case err != nil:
			return nil, errUsage
		case f.NArg() == 0:
			return arguments, nil
		}
		arguments, args = append(arguments, f.Arg(0)), f.Args()[1:]
	}
}

// opener opens as much of the program as a command needs.
type opener func(ctx context.Context, s settings, operator fs.FS, logger *slog.Logger) (*program, error)

// with reads a command's settings, opens what it needs, and closes it when the work is done.
func with(ctx context.Context, e env, f *flag.FlagSet, args []string, open opener, work func(p *program, arguments []string) error) error {
	s, arguments, err := readSettings(e, f, args)
	if err != nil {
		return err
	}
	if s.Operator == "" {
		return fmt.Errorf("%s: is missing; set it to the folder with your datamap.yaml", envName("operator"))
	}
	p, err := open(ctx, s, os.DirFS(s.Operator), newLogger(e, s.LogLevel))
	if err != nil {
		return err
	}
	return errors.Join(work(p, arguments), p.close())
}

// flags are a command's flags, with the lines that its help begins with.
func flags(e env, name string, usage ...string) *flag.FlagSet {
	f := flag.NewFlagSet("candor "+name, flag.ContinueOnError)
	f.SetOutput(e.stderr)
	f.Usage = func() {
		for _, line := range usage {
			fmt.Fprintln(e.stderr, line)
		}
		fmt.Fprintln(e.stderr, "\nflags:")
		f.PrintDefaults()
	}
	return f
}

// misused shows a command's help and fails.
func misused(f *flag.FlagSet) error {
	f.Usage()
	return errUsage
}

// saysWhat wants a command's arguments to begin with what is to be done; with --help, or flags before it, they do not.
func saysWhat(e env, f *flag.FlagSet, args []string) error {
	switch {
	case len(args) == 0:
		return misused(f)
	case strings.HasPrefix(args[0], "-"):
		if _, _, err := readSettings(e, f, args); err != nil {
			return err
		}
		return misused(f)
	}
	return nil
}
