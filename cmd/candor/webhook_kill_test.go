package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// message is what a webhook was told.
type message struct {
	id  string
	seq uint64
}

// hearer remembers every message, as one that writes them down before it answers.
type hearer struct {
	url string

	mu       sync.Mutex
	messages []message
	heard    chan struct{} // something came
}

func newHearer(t *testing.T) *hearer {
	t.Helper()
	h := &hearer{heard: make(chan struct{}, 1)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			Data struct {
				LogIndex uint64 `json:"log_index"`
			}
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(raw, &m) != nil {
			return // it was broken off
		}
		h.mu.Lock()
		h.messages = append(h.messages, message{r.Header.Get("Webhook-Id"), m.Data.LogIndex})
		h.mu.Unlock()
		select {
		case h.heard <- struct{}{}:
		default:
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// until waits until an entry was heard of, and gives all messages.
func (h *hearer) until(t *testing.T, seq uint64) []message {
	t.Helper()
	for {
		h.mu.Lock()
		all := append([]message(nil), h.messages...)
		h.mu.Unlock()
		for _, m := range all {
			if m.seq == seq {
				return all
			}
		}
		select {
		case <-h.heard:
		case <-t.Context().Done():
			t.Fatalf("entry %d was not heard of; %d messages were", seq, len(all))
		}
	}
}

// TestWebhooksOutliveTheServer kills the server again and again, while customers change their minds and two systems hear of
// it. Afterwards both have heard of every change that the log has, in its order; what they heard twice came under one id.
func TestWebhooksOutliveTheServer(t *testing.T) {
	s := newServer(t)
	s.extra = []string{"CANDOR_WEBHOOK_LOOPBACK=on"}
	s.start()
	defer func() { s.kill() }()
	base := "http://" + s.addr
	token := s.accessToken()
	hearers := []*hearer{newHearer(t), newHearer(t)}
	for _, h := range hearers {
		call(t, http.MethodPost, base+"/api/v1/webhooks", token, fmt.Sprintf(`{"url":%q,"after":0}`, h.url))
	}
	browsers, random := s.browsers(token, 4)
	for range 5 {
		s.killAtWork(browsers, random)
	}
	for _, b := range browsers {
		must(t, b.change(t.Context()))
	}
	changes := changesSince(t, base, token)
	if len(changes) < len(browsers) {
		t.Fatalf("only %d changes were made", len(changes))
	}
	for i, h := range hearers {
		checkHeard(t, i, h.until(t, changes[len(changes)-1]), changes)
	}
}

// changesSince are the log indexes of all changes.
func changesSince(t *testing.T, base, token string) (all []uint64) {
	t.Helper()
	for after := uint64(0); ; {
		var page struct {
			Changes []struct {
				LogIndex uint64 `json:"log_index"`
			}
			Last uint64
		}
		must(t, json.Unmarshal(call(t, http.MethodGet, fmt.Sprintf("%s/api/v1/changes?limit=1000&after=%d", base, after), token, ""), &page))
		for _, c := range page.Changes {
			all = append(all, c.LogIndex)
		}
		if len(page.Changes) == 0 && page.Last == after {
			return all
		}
		after = page.Last
	}
}

// checkHeard holds what was heard, each id once, to what the log has.
func checkHeard(t *testing.T, hearer int, heard []message, changes []uint64) {
	t.Helper()
	ids := map[string]uint64{}
	var first []uint64
	for _, m := range heard {
		if seq, again := ids[m.id]; again {
			if seq != m.seq {
				t.Errorf("system %d: %s is of entry %d and of %d", hearer, m.id, seq, m.seq)
			}
			continue
		}
		ids[m.id] = m.seq
		first = append(first, m.seq)
	}
	if len(first) != len(changes) {
		t.Errorf("system %d has heard of %d changes, under as many ids; the log has %d", hearer, len(first), len(changes))
		return
	}
	for i := range first {
		if first[i] != changes[i] {
			t.Errorf("system %d heard of entry %d where the log has %d", hearer, first[i], changes[i])
			return
		}
	}
	t.Logf("system %d: %d messages about %d changes", hearer, len(heard), len(first))
}
