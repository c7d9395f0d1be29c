package feed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"candor/models/datamap"
	"candor/models/feed"
	"candor/models/keys"
	"candor/models/sequencer"
	"candor/models/store"
)

// fill appends n choices of as many customers as are named, by many callers at once.
func fill(b *testing.B, log *sequencer.Sequencer, n, customers int) {
	b.Helper()
	const callers = 64
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := c; i < n; i += callers {
				state := [2]string{"given", "withdrawn"}[i/customers%2]
				say(b, log, fmt.Sprintf("cus_%d", i%customers), choice("consent."+state, "usage_analytics", state))
			}
		})
	}
	wg.Wait()
}

// BenchmarkFeed measures reading everything from the start, as JSON, beside marshalling the same changes to nowhere. Warm is a
// reader who finds the customers' keys in memory, cold one who does not.
func BenchmarkFeed(b *testing.B) {
	const changes, customers = 20_000, 4_000
	_, ring, log := newLog(b)
	fill(b, log, changes, customers)
	for name, fresh := range map[string]bool{"warm": false, "cold": true} {
		b.Run("keys="+name, func(b *testing.B) {
			var ours, bare time.Duration
			read := 0
			for b.Loop() {
				b.StopTimer()
				if fresh {
					ring.Forget(evidence(customers)...)
				}
				b.StartTimer()
				all, took := catchUp(b, feed.New(log, datamap.Hold(dataMap(b))))
				if len(all) != changes {
					b.Fatalf("%d changes were read", len(all))
				}
				read, ours = read+len(all), ours+took
				b.StopTimer()
				bare += marshal(b, all)
				b.StartTimer()
			}
			b.ReportMetric(float64(read)/ours.Seconds(), "changes/s")
			b.ReportMetric(float64(read)/bare.Seconds(), "bare/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
		})
	}
}

func evidence(customers int) []store.Scope {
	scopes := make([]store.Scope, customers)
	for i := range scopes {
		scopes[i] = keys.Evidence(fmt.Sprintf("cus_%d", i))
	}
	return scopes
}

// catchUp reads everything, each page as JSON as it is answered.
func catchUp(b *testing.B, f *feed.Feed) (all []feed.Change, took time.Duration) {
	b.Helper()
	start := time.Now()
	for after := uint64(0); ; {
		page := give(f.Read(b.Context(), feed.Query{After: after, Limit: feed.MaxLimit}))(b)
		give(json.Marshal(page))(b)
		all = append(all, page.Changes...)
		if page.Last == after {
			return all, time.Since(start)
		}
		after = page.Last
	}
}

// marshal writes the same changes in pages, to nowhere.
func marshal(b *testing.B, all []feed.Change) time.Duration {
	b.Helper()
	start := time.Now()
	for len(all) > 0 {
		n := min(feed.MaxLimit, len(all))
		give(json.Marshal(feed.Page{Changes: all[:n]}))(b)
		all = all[n:]
	}
	return time.Since(start)
}

// BenchmarkFeedLive measures how long after its append a change reaches a reader who waits for it.
func BenchmarkFeedLive(b *testing.B) {
	_, _, log := newLog(b)
	f := feed.New(log, datamap.Hold(dataMap(b)))
	after := give(f.Last(b.Context()))(b)
	read := make(chan time.Time)
	go func() {
		for {
			page, err := f.Read(context.WithoutCancel(b.Context()), feed.Query{After: after, Limit: 1, Wait: feed.MaxWait})
			if err != nil || len(page.Changes) == 0 {
				close(read)
				return
			}
			after = page.Last
			read <- time.Now()
		}
	}()
	var late time.Duration
	n := 0
	for b.Loop() {
		state := [2]string{"given", "withdrawn"}[n%2]
		say(b, log, "cus_1", choice("consent."+state, "usage_analytics", state))
		answered := time.Now()
		late += (<-read).Sub(answered)
		n++
	}
	ctx, stop := context.WithCancel(b.Context())
	stop()
	must(b, f.Run(ctx))
	<-read
	b.ReportMetric(float64(late.Microseconds())/float64(n), "µs-after-answer")
}
