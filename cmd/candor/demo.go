package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"candor/cmd/candor/operators"
	"candor/models/billing"
)

// demoLimit is how many requests a second one address may make of the demo: enough for a load test.
const demoLimit = 1_000

// demo is `candor demo`: the whole product on the embedded store, with invented customers who come in
// through the real import.
func demo(ctx context.Context, e env, args []string) (err error) {
	f := flags(e, "demo", "usage: candor demo [flags]")
	addr := f.String("addr", "127.0.0.1:8080", "`host:port` to listen on")
	data := f.String("data", "candor-data", "`folder` of the demo's data; what is there is kept")
	operator := f.String("operator", "", "one of "+strings.Join(operators.Names(), ", ")+" (default: the one in the folder, or utility)")
	expose := f.Bool("expose", false, "allow an address that other machines reach; the demo lets anybody sign in as anybody")
	if _, err := parse(f, args); err != nil {
		return err
	}
	if host, _, err := net.SplitHostPort(*addr); err != nil {
		return fmt.Errorf("--addr: %q is not host:port", *addr)
	} else if !loopback(host) && !*expose {
		return fmt.Errorf("--addr: %q is not an address of this machine alone; the demo lets anybody sign in as anybody. Add --expose if that is what you want", *addr)
	}
	d, err := openDemo(ctx, e, *data, *operator, *addr)
	if err != nil {
		return err
	}
	return errors.Join(d.run(ctx, e), d.program.close())
}

// demonstration is a demo that is ready to run.
type demonstration struct {
	program  *program
	listener net.Listener
	card     demoCard
	dir      string
}

// openDemo takes the address first, because the site must know its own.
func openDemo(ctx context.Context, e env, dir, operator, addr string) (*demonstration, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	card, err := readCard(dir)
	if err != nil {
		return nil, err
	}
	if operator, err = chooseOperator(card.Operator, operator); err != nil {
		return nil, err
	}
	files, err := operators.Open(operator)
	if err != nil {
		return nil, fmt.Errorf("--operator: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("--addr: %w", err)
	}
	baseURL, err := addressOf(addr, listener)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s := demoSettings(dir, operator, baseURL)
	p, err := open(ctx, s, files, newLogger(e, s.LogLevel))
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	card.Operator, card.BaseURL = operator, s.BaseURL
	card.Log = demoLog{Origin: s.Origin, VKey: p.keys.CheckpointVerifier}
	d := &demonstration{program: p, listener: listener, card: card, dir: dir}
	if err := d.fill(ctx, e); err != nil {
		return nil, errors.Join(err, listener.Close(), p.close())
	}
	return d, nil
}

// addressOf is where the demo is reached: the host that was asked for, and the port that was given.
func addressOf(addr string, listener net.Listener) (string, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("--addr: %w", err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return "", fmt.Errorf("--addr: %w", err)
	}
	return "http://" + net.JoinHostPort(valueOr(host, "localhost"), port), nil
}

// chooseOperator keeps a folder to the operator whose data it has.
func chooseOperator(there, asked string) (string, error) {
	switch {
	case asked == "" && there == "":
		return "utility", nil
	case asked == "" || asked == there:
		return there, nil
	case there == "":
		return asked, nil
	default:
		return "", fmt.Errorf("--operator: the folder has the data of %s; name another folder with --data for %s", there, asked)
	}
}

func demoSettings(dir, operator, baseURL string) settings {
	s := settings{
		BaseURL: baseURL, Origin: "privacy." + operator + ".example/log", Store: "sqlite:" + filepath.Join(dir, "candor.db"),
		PerSecond: demoLimit, SecurityContact: "security@example.test", LogLevel: "warn",
	}
	s.complete()
	return s
}

// fill makes what is missing: invented data through the real import, an API client, a few choices.
func (d *demonstration) fill(ctx context.Context, e env) error {
	p := d.program
	if !d.card.complete() {
		paths, err := makeData(filepath.Join(d.dir, "import"), d.card.Operator, p)
		if err != nil {
			return err
		}
		if err := p.importFiles(ctx, e, paths, billing.ImportOptions{}, false); err != nil {
			return err
		}
		if err := p.makeChoices(ctx); err != nil {
			return err
		}
	}
	if err := d.card.fill(ctx, p); err != nil {
		return err
	}
	return d.card.write(d.dir)
}

// run serves until ctx ends.
func (d *demonstration) run(ctx context.Context, e env) error {
	people, err := d.people(ctx)
	if err != nil {
		return err
	}
	app, err := d.program.site(people)
	if err != nil {
		return err
	}
	d.card.say(e.stdout, d.dir)
	return d.program.serve(ctx, d.listener, app)
}
