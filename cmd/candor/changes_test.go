package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestWhatOneServerRecordsIsHeardOnAnother has two servers over one database. Whoever waits at one, by long poll or by
// stream, hears of what the other records; and the server ends both when it stops.
func TestWhatOneServerRecordsIsHeardOnAnother(t *testing.T) {
	a := newServer(t)
	a.extra = onMongoDB(t, a.dir)
	b := newServer(t)
	b.extra = append([]string{"CANDOR_BASE_URL=http://" + a.addr}, a.extra...)
	a.start()
	b.start()
	t.Cleanup(func() { a.kill(); b.kill() })
	token := a.accessToken()
	var end struct{ Last uint64 }
	must(t, json.Unmarshal(call(t, http.MethodGet, "http://"+b.addr+"/api/v1/changes?limit=1000", token, ""), &end))
	from := fmt.Sprintf("http://%s/api/v1/changes?wait=60&after=%d", b.addr, end.Last)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, from, nil)
	must(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", "text/event-stream")
	stream, err := http.DefaultClient.Do(request)
	must(t, err)
	defer func() { must(t, stream.Body.Close()) }()
	polled := make(chan []byte, 1)
	go func() { polled <- call(t, http.MethodGet, from, token, "") }()

	call(t, http.MethodPut, "http://"+a.addr+"/api/v1/customers/cus_1", token, `{}`)
	call(t, http.MethodPut, "http://"+a.addr+"/api/v1/customers/cus_1/consents/usage_analytics", token,
		`{"choice":"withdraw","channel":"phone","occurred_at":"2026-02-03T09:30:00Z"}`)
	if page := string(<-polled); !strings.Contains(page, `"kind":"consent.refused","customer":"cus_1"`) {
		t.Errorf("polled: %s", page)
	}
	lines := bufio.NewScanner(stream.Body)
	for heard := false; !heard; {
		if !lines.Scan() {
			t.Fatalf("the stream ended: %v", lines.Err())
		}
		heard = strings.HasPrefix(lines.Text(), "data: ") && strings.Contains(lines.Text(), `"customer":"cus_1"`)
	}
	must(t, b.command.Process.Signal(os.Interrupt))
	<-b.exited
	for lines.Scan() { // to its end, which is soon
		continue
	}
	must(t, lines.Err())
}
