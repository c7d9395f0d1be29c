package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"candor/models/ledger"

	"golang.org/x/mod/sumdb/note"
)

// The exit codes.
const (
	exitGood       = 0
	exitBad        = 1 // what was opened is not what it should be
	exitUnopenable = 2 // what was named could not be opened or fetched, or the command line is wrong
)

const usage = `logverify checks a consent log, an archive or a receipt.

  logverify [--vkey V]… [--since FILE] [--jwks FILE] [-quiet] URL|DIR|archive.zip|receipt

  URL          a log as it is served, such as https://privacy.example.com/log
  DIR          a log as "candor log export" writes it
  archive.zip  what a customer has downloaded
  receipt      one receipt (.jwt)

  --vkey V      the checkpoint's verifier key, name+hash+key, from a source that you trust; may repeat.
                Without it the key that comes with the log is used, and that is said.
  --since FILE  a checkpoint kept from earlier, which a log has to continue
  --jwks FILE   the operator's key set, for a receipt that does not carry the log's key events
  -quiet        no progress bar, and nothing on success

It ends with 0 if all is good, 1 if something is not (it says what and where), 2 if the argument could
not be opened or fetched.
`

// command is what was asked for.
type command struct {
	arg       string
	verifiers []note.Verifier // the trusted ones; none means to take what comes with the argument on trust
	since     string
	jwks      string
	quiet     bool
	stdout    io.Writer
	stderr    io.Writer
}

// unopenable marks errors about the argument itself, as opposed to what is in it.
type unopenable struct{ error }

func (e unopenable) Unwrap() error { return e.error }

var (
	errInterrupted = unopenable{errors.New("interrupted; nothing is known of what was not read yet")}
	errSince       = unopenable{errors.New("--since goes with a log's URL or folder: an archive or receipt does not show how the log went on")}
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := command{stdout: stdout, stderr: stderr}
	err := c.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return exitGood
	}
	if err == nil {
		err = c.verify(ctx)
	}
	if err == nil {
		return exitGood
	}
	var problems problems
	var unopened unopenable
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			fmt.Fprintln(stderr, "BAD: "+describe(p))
		}
	case errors.As(err, &unopened):
		fmt.Fprintln(stderr, "logverify: "+err.Error())
		return exitUnopenable
	default:
		fmt.Fprintln(stderr, "BAD: "+describe(err))
	}
	return exitBad
}

// describe says what is wrong, where, and which check found it.
func describe(err error) string {
	if failed, ok := errors.AsType[*ledger.VerifyError](err); ok {
		return fmt.Sprintf("%v (check: %s)", err, failed.Check)
	}
	return err.Error()
}

func (c *command) parse(args []string) error {
	flags := flag.NewFlagSet("logverify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("vkey", "", func(vkey string) error {
		v, err := ledger.NewVerifierKey(strings.TrimSpace(vkey))
		c.verifiers = append(c.verifiers, v)
		return err
	})
	flags.StringVar(&c.since, "since", "", "")
	flags.StringVar(&c.jwks, "jwks", "", "")
	flags.BoolVar(&c.quiet, "quiet", false, "")
	var names []string
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return unopenable{fmt.Errorf("%w; logverify -help explains", err)}
		}
		if flags.NArg() == 0 {
			break
		}
		names, args = append(names, flags.Arg(0)), flags.Args()[1:] // flags may also stand behind the argument
	}
	if len(names) != 1 {
		return unopenable{errors.New("name one URL, folder, archive or receipt to check; logverify -help explains")}
	}
	c.arg = names[0]
	return nil
}

func (c *command) verify(ctx context.Context) error {
	if strings.HasPrefix(c.arg, "https://") || strings.HasPrefix(c.arg, "http://") {
		src, err := openURL(ctx, c.arg)
		if err != nil {
			return err
		}
		return c.verifyLog(ctx, src)
	}
	info, err := os.Stat(c.arg)
	switch {
	case err != nil:
		return unopenable{fmt.Errorf("open %s: %w", c.arg, reason(err))}
	case info.IsDir():
		return c.verifyLog(ctx, dirSource{root: os.DirFS(c.arg)})
	}
	file, err := os.Open(c.arg)
	if err != nil {
		return unopenable{fmt.Errorf("open %s: %w", c.arg, reason(err))}
	}
	defer file.Close()
	start := make([]byte, 4)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return unopenable{fmt.Errorf("read %s: %w", c.arg, reason(err))}
	}
	if strings.HasPrefix(string(start[:n]), "PK") || strings.HasSuffix(c.arg, ".zip") {
		return c.verifyArchive(ctx, file, info.Size())
	}
	return c.verifyReceipt(io.MultiReader(strings.NewReader(string(start[:n])), file))
}

// reason is the cause of an error about a path that the message names already.
func reason(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// say prints what a person may want to know of a success.
func (c *command) say(format string, args ...any) {
	if !c.quiet {
		fmt.Fprintf(c.stdout, format+"\n", args...)
	}
}

// trusted returns the verifiers that were given or else, saying so, the ones that came along.
func (c *command) trusted(where string, own []byte) ([]note.Verifier, error) {
	if len(c.verifiers) > 0 {
		return c.verifiers, nil
	}
	var list []note.Verifier
	for line := range strings.Lines(string(own)) {
		v, err := ledger.NewVerifierKey(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, &ledger.VerifyError{Seq: ledger.UnknownSeq, Check: ledger.CheckpointCheck, Err: fmt.Errorf("%s: %w", where, err)}
		}
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, &ledger.VerifyError{Seq: ledger.UnknownSeq, Check: ledger.CheckpointCheck, Err: fmt.Errorf("%s holds no verifier key", where)}
	}
	fmt.Fprintf(c.stderr, "Note: without --vkey, the key in %s is taken on trust. This shows that nothing was changed since "+
		"whoever holds that key signed it, not who that is.\n", where)
	return list, nil
}

func checkpointError(err error) error {
	return &ledger.VerifyError{Seq: ledger.UnknownSeq, Check: ledger.CheckpointCheck, Err: err}
}
