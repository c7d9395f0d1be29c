package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"candor/handlers"
	requests "candor/handlers/telemetry"
	"candor/models/store"
	"candor/models/store/observed"
	"candor/models/telemetry"
)

// tooLong is how long the writer may go without knowing what other servers have appended before this one
// counts as not ready: decisions are denied after a second or so, and a moment's trouble passes.
const tooLong = 30 * time.Second

// metricsOff is the value of metrics-addr that has no metrics served.
const metricsOff = "off"

// startTracing sends traces where the settings say, if they do.
func (p *program) startTracing(context.Context) (err error) {
	if p.settings.OTLPEndpoint == "" {
		return nil
	}
	if p.traces, err = requests.NewTraces(p.settings.OTLPEndpoint, p.logger); err != nil {
		return err
	}
	p.metrics.TraceWith(p.traces.Tracer())
	return nil
}

// observeStores has every call to the stores counted and timed, and remembers whether they take what is written.
func (p *program) observeStores(context.Context) error {
	watch := p.writes.noting(p.metrics.StoreCall, p.clock)
	p.data = observed.Data(p.data, watch)
	p.keyStore = observed.Keys(p.keyStore, watch)
	return nil
}

// watch shows the log and the archives in the metrics.
func (p *program) watch() {
	p.metrics.WatchLog(telemetry.Log{
		Size: func() uint64 { return p.log.Head().Size }, Published: p.log.Published, Behind: p.log.Behind,
		Waiting: p.log.Waiting, Fault: p.log.Fault,
	})
	p.metrics.WatchArchives(p.export.Preparing)
}

// checks says what keeps the program from serving, in words that anybody may read. They are made side by
// side: a store that does not answer must not make another look away, nor keep the answer back, even one that
// waits for a disk and cannot be interrupted.
func (p *program) checks(ctx context.Context) []handlers.Check {
	var running sync.WaitGroup
	checks := make([]handlers.Check, 0, 5)
	check := func(name, problem string, made func(context.Context) error) {
		checks = append(checks, handlers.Check{Name: name})
		c := &checks[len(checks)-1]
		running.Go(func() {
			if c.Err = within(ctx, made); c.Err != nil {
				c.Problem = problem
			}
		})
	}
	check("store", "the data store cannot be reached", p.data.Ping)
	check("key_store", "the store of encryption keys cannot be reached", p.keyStore.Ping)
	check("checkpoint", "the saved checkpoint cannot be read, or does not fit to the log", func(ctx context.Context) error {
		_, err := p.log.AskPublished(ctx)
		return err
	})
	if _, ok := p.data.(store.Clock); ok { // a file has none
		check("clock", "the server's clock is not the database's: no changes are recorded until it is set right", p.log.CheckClock)
		checks[len(checks)-1].Serves = true
	}
	running.Wait()
	return append(checks, p.checkLog()) // last: reading the checkpoint may have found a fault
}

// within gives a check up when ctx ends, whether or not it notices.
func within(ctx context.Context, made func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- made(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *program) checkLog() handlers.Check {
	c := handlers.Check{Name: "log", Err: p.log.Fault()}
	switch behind := p.log.Behind(); {
	case c.Err != nil:
		c.Problem = "the stored log is damaged; the server's own log says where"
	case behind > tooLong:
		c.Problem = fmt.Sprintf("the log could not be followed for %d seconds", int(behind.Seconds()))
	default:
		if c.Err = p.writes.refused(p.clock()); c.Err != nil {
			c.Problem, c.Serves = "changes cannot be stored at present; what is stored can be read", true
		}
	}
	return c
}

// serveMetrics answers /metrics at the address that the settings name, if they name one, until ctx ends.
func (p *program) serveMetrics(ctx context.Context) error {
	if p.settings.MetricsAddr == "" || p.settings.MetricsAddr == metricsOff {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.settings.MetricsAddr)
	if err != nil {
		return fmt.Errorf("%s: %w; name another host:port, or %s", envName("metrics-addr"), err, metricsOff)
	}
	p.logger.Info("serving metrics", "addr", listener.Addr().String())
	p.background(ctx, "serve metrics", func(ctx context.Context) error {
		return requests.Serve(ctx, listener, p.metrics.Registry)
	})
	return nil
}
