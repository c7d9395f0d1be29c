package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"candor/handlers/connectors"
	"candor/handlers/problem"
	"candor/models/connector"
	"candor/models/connector/stripe"
)

// connected is a connector that is on, and its way in.
type connected struct {
	connector.Connector
	*connector.Intake
}

// connectorMakers have a line for each connector there is. One that is off gives nothing.
func (p *program) connectorMakers() []func() (*connected, error) {
	return []func() (*connected, error){
		p.stripe,
	}
}

// openConnectors makes those that are on.
func (p *program) openConnectors(context.Context) error {
	p.counted = p.metrics.WatchConnectors(stripe.Name)
	for _, make := range p.connectorMakers() {
		c, err := make()
		if err != nil {
			return err
		}
		if c != nil {
			p.connectors = append(p.connectors, c)
		}
	}
	return nil
}

// intake is a connector's way in.
func (p *program) intake(name, sourceSetting, source string) (*connector.Intake, error) {
	in, err := connector.NewIntake(connector.Config{
		Name: name, Source: source, Map: p.datamap, Billing: p.billing, Store: p.data, Clock: p.clock, Watch: p.counted.Dealt(name),
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", envName(sourceSetting), err)
	}
	return in, nil
}

// pdfHosts are where Stripe keeps bills.
var pdfHosts = []string{"stripe.com"}

func (p *program) stripe() (*connected, error) {
	s := p.settings.Stripe
	if s.Key == "" {
		return nil, nil //nolint:nilnil // it is off, which is no error
	}
	in, err := p.intake(stripe.Name, "stripe-source", s.Source)
	if err != nil {
		return nil, err
	}
	c := stripe.New(stripe.Config{
		Intake: in, Key: s.Key, Secrets: s.Secrets, Reference: s.Reference, APIURL: s.URL,
		PDFs: s.Documents == "fetch", PDFHosts: pdfHosts,
		Transport: http.DefaultTransport, Sleep: pause, Jitter: rand.Float64, Clock: p.clock,
	})
	return &connected{c, in}, nil
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// webhooksIn puts the connectors before other systems' deliveries.
func (p *program) webhooksIn(problems *problem.Writer) connectors.Deps {
	d := connectors.Deps{Received: p.counted.Received, Problems: problems}
	for _, c := range p.connectors {
		d.Connectors = append(d.Connectors, c.Connector)
	}
	return d
}

// forgetEvents forgets the ids of events that no other system sends again.
func (p *program) forgetEvents(ctx context.Context) {
	if err := p.data.ForgetEvents(ctx, p.clock().Add(-connector.Remember)); err != nil {
		p.logger.Error("events of other systems were not forgotten", "error", err)
	}
}

// connector finds one that is on.
func (p *program) connector(name string) (*connected, error) {
	for _, c := range p.connectors {
		if c.Name() == name {
			return c, nil
		}
	}
	return nil, errors.New("there is no connector " + name)
}
