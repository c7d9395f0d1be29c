package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	requests "candor/handlers/telemetry"
	"candor/models/auth"
)

// lines is a log that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func (l *lines) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: level}))
}

// line is what a request's line says.
type line struct {
	Level, Msg, Request, Method, Route, Trace string
	Status, Bytes                             int
	Duration                                  float64 `json:"duration_ms"`
}

// of gives the lines of that message.
func (l *lines) of(t *testing.T, msg string) (out []line) {
	t.Helper()
	for raw := range strings.SplitSeq(strings.TrimSpace(l.String()), "\n") {
		var parsed line
		if raw == "" {
			continue
		}
		check(t, json.Unmarshal([]byte(raw), &parsed))
		if parsed.Msg == msg {
			out = append(out, parsed)
		}
	}
	return out
}

// ask makes a request with headers of one's own.
func (s *site) ask(method, path, body string, headers ...string) (*http.Response, string) {
	s.t.Helper()
	request := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	request.Host = "127.0.0.1"
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.app.Test(request, int(time.Minute.Milliseconds()))
	check(s.t, err)
	defer func() { check(s.t, response.Body.Close()) }()
	raw, err := io.ReadAll(response.Body)
	check(s.t, err)
	return response, string(raw)
}

// metrics are what a monitoring system reads.
func (s *site) metrics() string {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(s.t, err)
	ctx, stop := context.WithCancel(s.t.Context())
	served := make(chan error, 1)
	go func() { served <- requests.Serve(ctx, listener, s.program.metrics.Registry) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/metrics")
	check(s.t, err)
	raw, err := io.ReadAll(response.Body)
	check(s.t, err)
	check(s.t, response.Body.Close())
	stop()
	check(s.t, <-served)
	return string(raw)
}

func TestEachRequestIsOneLine(t *testing.T) {
	log := &lines{}
	s := newWatchedSite(t, log.logger(slog.LevelInfo), "")
	for _, c := range []struct{ method, path, chosen, route, level string }{
		{http.MethodGet, "/notices/privacy?mail=anna%40example.test", "", "/notices/:key", "INFO"},
		{http.MethodGet, "/notices/anna", "abc-1.2_3", "/notices/:key", "INFO"},
		{http.MethodGet, "/nothing/anna", "anna@example.test", "none", "INFO"},
		{http.MethodGet, "/", strings.Repeat("x", 65), "/", "INFO"},
		{http.MethodPost, "/access/v1/evaluation", "a b", "/access/v1/evaluation", "INFO"},
		{http.MethodGet, "/healthz", "", "/healthz", ""},
		{http.MethodGet, "/assets/nothing.css", "", "/assets/:name", "INFO"},
	} {
		before := len(log.of(t, "request"))
		response, body := s.ask(c.method, c.path, "", "X-Request-ID", c.chosen)
		got := log.of(t, "request")[before:]
		if c.level == "" {
			if len(got) != 0 {
				t.Errorf("%s has a line at info: %v", c.path, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Errorf("%s has %d lines, want 1", c.path, len(got))
			continue
		}
		l := got[0]
		if l.Method != c.method || l.Route != c.route || l.Status != response.StatusCode || l.Bytes != len(body) || l.Level != c.level || l.Duration < 0 {
			t.Errorf("%s, answered with %d and %d bytes, has the line %+v", c.path, response.StatusCode, len(body), l)
		}
		plain := c.chosen == "abc-1.2_3"
		if plain && l.Request != c.chosen || !plain && len(l.Request) != 32 {
			t.Errorf("%s, which chose the id %q, has %q", c.path, c.chosen, l.Request)
		}
		// AuthZEN asks for the id to be answered with as it came.
		if answered := response.Header.Get("X-Request-ID"); answered != l.Request && !strings.HasPrefix(c.path, "/access/") {
			t.Errorf("%s is answered with the id %q, and logged with %q", c.path, answered, l.Request)
		}
	}
}

// What fails is told with the id of the request, in both lines and in the answer.
func TestAFailureCarriesTheRequestsID(t *testing.T) {
	log := &lines{}
	s := newWatchedSite(t, log.logger(slog.LevelInfo), "")
	client := s.billingSystem(auth.Scopes()...)
	check(t, s.program.data.Close())
	response, body := s.ask(http.MethodGet, "/api/v1/customers/cus_1", "", "Authorization", "Bearer "+client.token, "X-Request-ID", "call-7")
	if response.StatusCode < 500 || !strings.Contains(body, "urn:candor:request:call-7") {
		t.Errorf("%d: %s", response.StatusCode, body)
	}
	if failed, requests := log.of(t, "request failed"), log.of(t, "request"); len(failed) != 1 || len(requests) != 1 ||
		failed[0].Request != "call-7" || requests[0].Request != "call-7" || requests[0].Level != "ERROR" {
		t.Errorf("the log says %s", log)
	}
}

// collector is an OpenTelemetry collector that keeps what it is sent.
func collector(t *testing.T) (string, *lines) {
	t.Helper()
	got := &lines{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("traces came to %s as %s", r.URL.Path, r.Header.Get("Content-Type"))
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, _ = got.Write(append(raw, '\n'))
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

// Nobody and nothing that a request names is in a line of the log, a metric or a trace.
func TestTelemetryHoldsNothingPersonal(t *testing.T) {
	endpoint, traces := collector(t)
	log := &lines{}
	s := newWatchedSite(t, log.logger(slog.LevelDebug), endpoint)
	client, visitor := s.billingSystem(auth.Scopes()...), s.signIn("customer", "cus_1")
	cookie, _, _ := strings.Cut(visitor.cookie, ";")
	question := `{"subject":{"type":"service","id":"anna@example.test"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_1"}}`
	headers := []string{
		"Cookie", cookie, "Authorization", "Bearer " + client.token, "User-Agent", "Spy/1.0 anna", "X-Forwarded-For", "203.0.113.9",
		"X-Request-ID", "anna@example.test", "Content-Type", "application/json", "Referer", "https://my.example.test/cus_1",
		"Baggage", "user=anna", "Tracestate", "vendor=anna", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	}
	for _, c := range []struct{ method, path, body string }{
		{http.MethodGet, "/api/v1/customers/cus_1?email=anna@example.test", ""},
		{http.MethodGet, "/api/v1/customers/anna@example.test", ""},
		{http.MethodPut, "/api/v1/customers/cus_1/records/invoices/inv-4711", `{"nonsense":"anna"}`},
		{http.MethodPost, "/access/v1/evaluation", question},
		{http.MethodPost, "/access/v1/evaluation", `{"anna`},
		{http.MethodPost, "/api/v1/portal-sessions", `{"customer":"cus_1"}`},
		{http.MethodGet, "/sessions/secret-link-token", ""},
		{http.MethodGet, "/data/contact?q=anna", ""},
		{http.MethodGet, "/cus_1/anna@example.test", ""},
		{"ANNA", "/cus_1", ""},
		{http.MethodPost, "/consents/usage_analytics", url.Values{"choice": {"anna"}}.Encode()},
	} {
		s.ask(c.method, c.path, c.body, headers...)
	}
	read := s.metrics()
	check(t, s.program.traces.Close())
	for where, text := range map[string]string{"the log": log.String(), "the metrics": read, "the traces": traces.String()} {
		if !strings.Contains(text, "/api/v1/customers/:ref") {
			t.Errorf("%s does not tell of the requests at all: %s", where, text)
		}
		for _, secret := range []string{
			"cus_1", "anna", "ANNA", "example.test/", client.token, strings.SplitN(cookie, "=", 2)[1], "203.0.113.9", "Spy", "inv-4711", "secret-link-token", "Person",
		} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s: %q is in %s", where, secret, text[max(0, i-100):min(len(text), i+100)])
			}
		}
	}
}

// sent are the spans of what a collector was sent, by name.
func sent(t *testing.T, traces *lines) map[string]sentSpan {
	t.Helper()
	out := map[string]sentSpan{}
	for raw := range strings.SplitSeq(strings.TrimSpace(traces.String()), "\n") {
		var message struct {
			ResourceSpans []struct {
				Resource   struct{ Attributes []sentAttribute }
				ScopeSpans []struct{ Spans []sentSpan }
			}
		}
		check(t, json.Unmarshal([]byte(raw), &message))
		for _, r := range message.ResourceSpans {
			if len(r.Resource.Attributes) != 1 || r.Resource.Attributes[0].Value.StringValue != "candor" {
				t.Errorf("the traces are of %v", r.Resource)
			}
			for _, s := range r.ScopeSpans[0].Spans {
				out[s.Name] = s
			}
		}
	}
	return out
}

type sentSpan struct {
	Name, TraceID, SpanID, ParentSpanID string
	StartTimeUnixNano, EndTimeUnixNano  string
	Kind                                int
	Attributes                          []sentAttribute
}

type sentAttribute struct {
	Key   string
	Value struct{ StringValue, IntValue string }
}

func TestARequestIsPartOfItsCallersTrace(t *testing.T) {
	endpoint, traces := collector(t)
	log := &lines{}
	s := newWatchedSite(t, log.logger(slog.LevelInfo), endpoint)
	client := s.billingSystem(auth.Scopes()...)
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	s.ask(http.MethodGet, "/api/v1/customers/cus_1", "", "Authorization", "Bearer "+client.token, "Traceparent", "00-"+trace+"-"+parent+"-01")
	check(t, s.program.traces.Close())
	spans := sent(t, traces)
	request, ok := spans["GET /api/v1/customers/:ref"]
	if !ok {
		t.Fatalf("there is no span of the request: %s", traces)
	}
	if request.TraceID != trace || request.ParentSpanID != parent || request.Kind != 2 || request.StartTimeUnixNano > request.EndTimeUnixNano {
		t.Errorf("the request's span is %+v", request)
	}
	said := map[string]string{}
	for _, a := range request.Attributes {
		said[a.Key] = a.Value.StringValue + a.Value.IntValue
	}
	if said["http.route"] != "/api/v1/customers/:ref" || said["http.request.method"] != "GET" || said["http.response.status_code"] != "200" {
		t.Errorf("it says %v", said)
	}
	call, ok := spans["store customers.Customer"]
	if !ok || call.TraceID != trace || call.ParentSpanID != request.SpanID {
		t.Errorf("what it asked of the store is %+v", call)
	}
	if _, ok := spans["append"]; !ok {
		t.Error("there is no span of an append")
	}
	if got := log.of(t, "request"); len(got) != 1 || got[0].Trace != trace {
		t.Errorf("its line is %+v", got)
	}
}

// A collector that is away is nobody's trouble, and is said once.
func TestACollectorThatIsAwayIsSaidOnce(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	log := &lines{}
	s := newWatchedSite(t, log.logger(slog.LevelInfo), gone.URL)
	for range 2 {
		if response, _ := s.ask(http.MethodGet, "/healthz", ""); response.StatusCode != http.StatusOK {
			t.Errorf("%d", response.StatusCode)
		}
		check(t, s.program.traces.Flush(t.Context()))
	}
	gone.Close()
	if n := strings.Count(log.String(), "traces could not be sent"); n != 1 {
		t.Errorf("it was said %d times: %s", n, log)
	}
}

// What is seen of requests and decisions is counted under names that are few.
func TestRequestsAndDecisionsAreCounted(t *testing.T) {
	s := newSite(t)
	client := s.billingSystem(auth.Scopes()...)
	question := `{"subject":{"type":"service","id":"x"},"action":{"name":"billing"},"resource":{"type":"customer","id":"cus_1"}}`
	for range 3 {
		client.do(http.MethodPost, "/access/v1/evaluation", question)
	}
	s.anonymous().do(http.MethodGet, "/nothing/here", nil)
	read := s.metrics()
	for _, want := range []string{
		`candor_http_request_duration_seconds_count{method="POST",route="/access/v1/evaluation",status="2xx"} 3`,
		`candor_http_request_duration_seconds_count{method="GET",route="none",status="4xx"} 1`,
		`candor_decisions_total{outcome="permit",reason="contract"} 3`,
		"candor_http_requests_in_flight 0", "candor_log_damaged 0", "candor_log_batch_entries_count",
		`candor_store_call_duration_seconds_count{method="Append",role="log"}`, `role="keys"`,
		"go_goroutines", "process_start_time_seconds", "candor_build_info{",
	} {
		if !strings.Contains(read, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(read, "candor_log_size_entries 0\n") {
		t.Error("the log has no entries, they say")
	}
	problems, err := testutil.GatherAndLint(s.program.metrics.Registry)
	check(t, err)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestReadinessSaysWhatIsMissing(t *testing.T) {
	log := &lines{}
	s := newWatchedSite(t, log.logger(slog.LevelInfo), "")
	type answer struct {
		Status string
		Checks []struct {
			Name, Problem string
			OK            bool
		}
	}
	ask := func() (status int, a answer) {
		response, body := s.ask(http.MethodGet, "/readyz", "")
		check(t, json.Unmarshal([]byte(body), &a))
		return response.StatusCode, a
	}
	status, a := ask()
	if status != http.StatusOK || a.Status != "ready" || len(a.Checks) != 4 {
		t.Fatalf("%d, %+v", status, a)
	}
	check(t, s.program.keyStore.Close())
	for range 2 {
		status, a = ask()
	}
	if status != http.StatusServiceUnavailable || a.Status != "not_ready" {
		t.Errorf("%d, %+v", status, a)
	}
	for _, c := range a.Checks {
		if c.OK != (c.Name != "key_store") || c.OK == (c.Problem != "") {
			t.Errorf("the check %+v", c)
		}
	}
	if said := log.of(t, "not ready"); len(said) != 1 {
		t.Errorf("the change was said %d times: %s", len(said), log)
	}
}

func TestHealthPrintsWhatIsWrong(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"not_ready","checks":[{"name":"store","ok":false,"problem":"the data store cannot be reached"},{"name":"log","ok":true}]}`))
	}))
	t.Cleanup(server.Close)
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"health", "--addr", strings.TrimPrefix(server.URL, "http://")}, func(string) string { return "" }, io.Discard, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "store: the data store cannot be reached") || strings.Contains(stderr.String(), "log:") {
		t.Errorf("%d: %s", code, &stderr)
	}
}

func TestTelemetrySettingsAreValidated(t *testing.T) {
	for _, c := range []struct {
		name, value string
		good        bool
	}{
		{"metrics-addr", "off", true},
		{"metrics-addr", "127.0.0.1:9464", true},
		{"metrics-addr", "9464", false},
		{"otlp-endpoint", "http://127.0.0.1:4318", true},
		{"otlp-endpoint", "https://collector.example.com/otlp", true},
		{"otlp-endpoint", "127.0.0.1:4318", false},
		{"otlp-endpoint", "grpc://collector:4317", false},
	} {
		s, _, err := readSettings(env{func(string) string { return "" }, io.Discard, io.Discard}, flags(env{stderr: io.Discard}, "serve"), []string{"--" + c.name, c.value})
		check(t, err)
		if err := s.validate(); strings.Contains(err.Error(), envName(c.name)) == c.good { // others are missing
			t.Errorf("--%s %s: %v", c.name, c.value, err)
		}
	}
}
