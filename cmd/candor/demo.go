package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"candor/cmd/candor/operators"
)

// demoLimit is how many requests a second one address may make of the demo: enough for a load test.
const demoLimit = 1_000

// demoStepUp is after how long a download asks who it is for.
const demoStepUp = 15 * time.Minute

// demo is `candor demo`: the whole product on the embedded store, with invented customers who come in
// through the real import.
func demo(ctx context.Context, e env, args []string) (err error) {
	f := flags(e, "demo", "usage: candor demo [flags]")
	addr := f.String("addr", "127.0.0.1:8080", "`host:port` to listen on")
	data := f.String("data", "candor-data", "`folder` of the demo's data; what is there is kept")
	operator := f.String("operator", "", "one of "+strings.Join(operators.Names(), ", ")+" (default: the one in the folder, or utility)")
	customers := f.Int("customers", 0, "`number` of invented customers to begin with (default: about 200); those beyond it have little held about them")
	expose := f.Bool("expose", false, "allow an address that other machines reach; the demo lets anybody sign in as anybody")
	metrics := f.String("metrics-addr", metricsOff, "`host:port` to serve /metrics on; off for none")
	if _, err := parse(f, args); err != nil {
		return err
	}
	if host, _, err := net.SplitHostPort(*addr); err != nil {
		return fmt.Errorf("--addr: %q is not host:port", *addr)
	} else if !loopback(host) && !*expose {
		return fmt.Errorf("--addr: %q is not an address of this machine alone; the demo lets anybody sign in as anybody. Add --expose if that is what you want", *addr)
	}
	if *customers < 0 {
		return fmt.Errorf("--customers: %d is not a number from 1 on", *customers)
	}
	d, err := openDemo(ctx, e, demoAsked{*data, *operator, *addr, *customers})
	if err != nil {
		return err
	}
	d.program.settings.MetricsAddr = *metrics
	return errors.Join(d.run(ctx, e), d.program.close())
}

// demoAsked is what the flags say.
type demoAsked struct {
	dir, operator, addr string
	customers           int // 0 for the operator's usual ones
}

// demonstration is a demo that is ready to run.
type demonstration struct {
	program   *program
	listener  net.Listener
	card      demoCard
	dir       string
	customers int
}

// openDemo takes the address first, because the site must know its own.
func openDemo(ctx context.Context, e env, asked demoAsked) (*demonstration, error) {
	dir, addr := asked.dir, asked.addr
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	card, err := readCard(dir)
	if err != nil {
		return nil, err
	}
	if card.complete() && asked.customers > 0 {
		return nil, errors.New("--customers: the folder has its customers already; name another folder with --data, or leave --customers out")
	}
	operator, err := chooseOperator(card.Operator, asked.operator)
	if err != nil {
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
	d := &demonstration{program: p, listener: listener, card: card, dir: dir, customers: asked.customers}
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
		PerSecond: demoLimit, WebhookLoopback: true, SecurityContact: "security@example.test", LogLevel: "warn", RequireChecklist: true,
		signInSettings: signInSettings{ShowMail: true, StepUpAfter: demoStepUp},
	}
	s.complete()
	return s
}

// fill makes what is missing: invented data through the real import, an API client, a few choices.
func (d *demonstration) fill(ctx context.Context, e env) error {
	p, fresh := d.program, !d.card.complete()
	if fresh {
		paths, err := d.makeData(e)
		if err != nil {
			return err
		}
		if err := p.importFiles(ctx, e, paths, importing{}); err != nil {
			return err
		}
		if err := p.makeChoices(ctx, e); err != nil {
			return err
		}
	}
	if err := d.makeStaff(ctx); err != nil {
		return err
	}
	if err := d.card.fill(ctx, p); err != nil {
		return err
	}
	if fresh {
		if err := d.makeWork(ctx); err != nil {
			return err
		}
	}
	return d.card.write(d.dir)
}

// makeWork is what staff have done and have still to do.
func (d *demonstration) makeWork(ctx context.Context) error {
	for _, part := range []func(context.Context) error{
		d.makeTexts, d.makeMapDraft, d.program.trainStaff, d.makeRequests, d.makeLookUps,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
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
	known, err := d.program.data.CountCustomers(ctx)
	if err != nil {
		return err
	}
	d.card.say(e.stdout, d.dir, known)
	return d.program.serve(ctx, d.listener, app)
}
