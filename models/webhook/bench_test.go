package webhook_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"candor/models/feed"
	"candor/models/webhook"
)

// BenchmarkWebhooks measures how many messages a second reach receivers on this machine, from the log to their answers, beside
// the least that it could cost: as many loops that sign one message with both keys, and send it over a connection that is
// kept.
func BenchmarkWebhooks(b *testing.B) {
	for _, endpoints := range []int{1, 8} {
		b.Run(fmt.Sprintf("endpoints=%d", endpoints), func(b *testing.B) {
			const changes = 2_000
			r := newRig(b)
			r.decide("cus_1", changes)
			var ours, bare time.Duration
			sent := 0
			for b.Loop() {
				ours += r.deliver(b, endpoints, changes)
				sent += endpoints * changes
				b.StopTimer()
				bare += sendBare(b, endpoints, changes)
				b.StartTimer()
			}
			b.ReportMetric(float64(sent)/ours.Seconds(), "deliveries/s")
			b.ReportMetric(float64(sent)/bare.Seconds(), "bare/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
		})
	}
}

// counter is a receiver that says when it has had so many messages.
func counter(b *testing.B, n int) (url string, done chan struct{}) {
	b.Helper()
	done = make(chan struct{})
	had := 0
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		_, _ = io.Copy(io.Discard, request.Body)
		w.WriteHeader(http.StatusNoContent)
		mu.Lock()
		defer mu.Unlock()
		if had++; had == n {
			close(done)
		}
	}))
	b.Cleanup(server.Close)
	return server.URL, done
}

// deliver tells so many endpoints of everything, and says how long that took.
func (r *rig) deliver(b *testing.B, endpoints, changes int) time.Duration {
	b.Helper()
	s := webhook.New(r.config(true))
	var ids []string
	var all []chan struct{}
	for range endpoints {
		url, done := counter(b, changes)
		zero := uint64(0)
		e, _, err := s.Create(b.Context(), webhook.Input{URL: url, After: &zero})
		must(b, err)
		ids, all = append(ids, e.ID), append(all, done)
	}
	start := time.Now()
	_, stop := r.serve(r.config(true))
	for _, done := range all {
		<-done
	}
	took := time.Since(start)
	stop()
	for _, id := range ids {
		must(b, s.Delete(b.Context(), id))
	}
	return took
}

func sendBare(b *testing.B, loops, n int) time.Duration {
	b.Helper()
	change := feed.Change{
		LogIndex: 777, Time: "2026-03-01T12:00:00.000Z", Kind: "consent.withdrawn", Customer: "cus_1", Purpose: "usage_analytics",
		State: "withdrawn", PreviousState: "given", Channel: "web",
	}
	body := give(json.Marshal(webhook.Message{Type: change.Kind, Timestamp: change.Time, Data: &change}))(b)
	sign := give(standardwebhooks.NewWebhookRaw(make([]byte, 32)))(b)
	_, private, err := ed25519.GenerateKey(nil)
	must(b, err)
	urls := make([]string, loops)
	for i := range urls {
		urls[i], _ = counter(b, n)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	start := time.Now()
	var group sync.WaitGroup
	for _, url := range urls {
		group.Go(func() {
			for i := range n {
				id, at := "msg_"+strconv.Itoa(i), time.Now()
				first, err := sign.Sign(id, at, body)
				if err != nil {
					b.Error(err)
					return
				}
				second := "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(private, fmt.Appendf(nil, "%s.%d.%s", id, at.Unix(), body)))
				request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				request.Header.Set("Webhook-Signature", strings.Join([]string{first, second}, " "))
				response, err := client.Do(request)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
	}
	group.Wait()
	return time.Since(start)
}
