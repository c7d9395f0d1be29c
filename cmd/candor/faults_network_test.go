package main

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"candor/models/store/mongo/mongotest"
	"candor/models/store/observed"
)

// proxies stand before the databases of the data and of the keys.
type proxies struct {
	data, keys *mongotest.Proxy
	hurried    *atomic.Value // which calls are given up soon: a func(method string) bool
}

// onProxies is on MongoDB's protocol.
func onProxies(t *testing.T, maxAge time.Duration) *troubled {
	t.Helper()
	const limits = "&serverSelectionTimeoutMS=500"
	m := proxies{mongotest.NewProxy(t, mongotest.Start(t)), mongotest.NewProxy(t, mongotest.Start(t)), &atomic.Value{}}
	m.hurry(nothing)
	s := settings{Store: m.data.URL() + limits, KeyStore: m.keys.URL() + limits, MaxAge: maxAge}
	return newTroubled(t, s, m, func(p *program) {
		p.data, p.keyStore = observed.Data(p.data, m.watch), observed.Keys(p.keyStore, m.watch)
	})
}

// hurry has calls given up sooner than a program does that may have to do with distant servers.
func (p proxies) hurry(calls func(method string) bool) { p.hurried.Store(calls) }

func nothing(string) bool    { return false }
func everything(string) bool { return true }
func writing(method string) bool {
	return method == "Append" || method == "SaveStandings"
}

func (p proxies) watch(ctx context.Context, _, method string) (context.Context, func(*error)) {
	if !p.hurried.Load().(func(string) bool)(method) {
		return ctx, func(*error) {}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	return ctx, func(*error) { cancel() }
}

func (p proxies) gone(gone bool) {
	p.data.Gone(gone)
	p.keys.Gone(gone)
}

func (p proxies) full(full bool) {
	p.refuse(full, mongotest.DiskFull, mongotest.BeforeIt, mongotest.Writes...)
}

// allCommands is what a server without a primary refuses. The driver asks it no ping then.
var allCommands = slices.Concat([]string{"ping"}, mongotest.Reads, mongotest.Writes)

func (p proxies) refuse(refuse bool, with mongotest.Error, at mongotest.Moment, commands ...string) {
	for _, proxy := range []*mongotest.Proxy{p.data, p.keys} {
		if refuse {
			proxy.Refuse(with, at, commands...)
		} else {
			proxy.Accept()
		}
	}
}

func (p proxies) slow(slow bool) {
	if slow {
		p.data.Stall(mongotest.Writes...)
		p.hurry(writing)
	} else {
		p.data.Resume()
		p.hurry(nothing)
	}
}

// appending marks the message that appends: an insert into the log's collection.
const appending = "insert\x00\x08\x00\x00\x00entries\x00"

func (p proxies) cut(at mongotest.Moment) { p.data.Cut(appending, at) }

// A primary that steps down is no longer asked for anything, until there is another.
func TestAStepDownNeedsNoRestart(t *testing.T) {
	t.Parallel()
	r := onProxies(t, soon)
	p := r.meddler.(proxies)
	for _, with := range []mongotest.Error{mongotest.NotWritablePrimary, mongotest.SteppedDown, mongotest.Interrupted} {
		p.hurry(everything)
		p.refuse(true, with, mongotest.BeforeIt, allCommands...)
		r.denies()
		r.refused("store_unavailable", "log_unavailable")
		r.names(http.StatusServiceUnavailable, "not_ready", "store", "key_store", "checkpoint")
		p.refuse(false, with, mongotest.BeforeIt)
		p.hurry(nothing)
		r.recovers()
	}
}

// It may step down while a write waits for a majority. If the write is found to be there, it has happened.
func TestAWriteThatAStepDownInterruptsIsThereOnce(t *testing.T) {
	t.Parallel()
	r := onProxies(t, time.Hour)
	p := r.meddler.(proxies)
	p.data.Refuse(mongotest.Interrupted, mongotest.AfterIt, "insert")
	r.recorded()
	p.data.Accept()
	r.recovers()
}

// A database that answers nothing at all is one that is away.
func TestADatabaseThatSaysNothingIsAway(t *testing.T) {
	t.Parallel()
	r := onProxies(t, soon)
	p := r.meddler.(proxies)
	for _, proxy := range []*mongotest.Proxy{p.data, p.keys} {
		proxy.Stall(allCommands...)
	}
	p.hurry(everything)
	r.denies()
	r.refused("store_unavailable", "log_unavailable")
	r.names(http.StatusServiceUnavailable, "not_ready", "store", "key_store", "checkpoint")
	p.data.Resume()
	p.keys.Resume()
	p.hurry(nothing)
	r.recovers()
}

// Beside a database server's clock a wrong one is found: nothing is appended with it, and all else goes on.
func TestAClockThatIsSetWrongAppendsNothing(t *testing.T) {
	t.Parallel()
	r := onProxies(t, time.Hour)
	for _, off := range []time.Duration{time.Minute, -time.Minute} {
		r.clock.Store(int64(off))
		r.refused("log_unavailable")
		r.decides(r.last == "give")
		r.names(http.StatusOK, "degraded", "clock")
		r.clock.Store(0)
		r.recovers()
	}
}
