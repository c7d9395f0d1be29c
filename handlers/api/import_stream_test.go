package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// said is a line of an import's answer.
type said struct {
	Refused *struct {
		Line                int64
		Type, Detail, Field string
	}
	Report *report
	Failed *problem
}

// aloud begins an import that is answered line by line.
func (r *rig) aloud(t *testing.T, body io.Reader) (*http.Response, *json.Decoder) {
	t.Helper()
	request := r.request(t, post("/api/v1/records:import", "x").with("Content-Type", ndjson).with("Accept", ndjson).with("Accept-Language", "de"))
	request.Body, request.ContentLength, request.GetBody = io.NopCloser(body), -1, nil
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != ndjson || response.Header.Get("Content-Language") != "de" {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	return response, json.NewDecoder(response.Body)
}

func next(t *testing.T, d *json.Decoder) said {
	t.Helper()
	var s said
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRefusedLinesAreToldWhileTheImportRuns reads of the first line before it sends the second.
func TestRefusedLinesAreToldWhileTheImportRuns(t *testing.T) {
	r := newRig(t)
	in, out := io.Pipe()
	go func() { _, _ = io.WriteString(out, `{"type":"customer","ref":"cus_2"}`+"\n{\n") }()
	_, answers := r.aloud(t, in)
	if s := next(t, answers); s.Refused == nil || s.Refused.Line != 2 || s.Refused.Type != "urn:candor:problem:bad_json" || !strings.Contains(s.Refused.Detail, "JSON") {
		t.Fatalf("%+v", s)
	}
	if _, err := io.WriteString(out, `{"type":"customer","ref":"cus_3","nonsense":"1"}`+"\n"); err != nil {
		t.Fatal(err)
	}
	if s := next(t, answers); s.Refused == nil || s.Refused.Line != 3 || s.Refused.Field != "nonsense" {
		t.Fatalf("%+v", s)
	}
	_ = out.Close()
	if s := next(t, answers); s.Report == nil || s.Report.Lines != 3 || s.Report.Customers != 1 || s.Report.Rejected != 2 {
		t.Fatalf("%+v", s)
	}
	var none said
	if err := answers.Decode(&none); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
	if a := r.do(t, get("/api/v1/customers/cus_2")); a.status != http.StatusOK {
		t.Errorf("%d", a.status)
	}
}

// TestNoRefusedLineIsLeftOut: more than the thousand that the other answer lists.
func TestNoRefusedLineIsLeftOut(t *testing.T) {
	r := newRig(t)
	const n = 5000
	_, answers := r.aloud(t, strings.NewReader(strings.Repeat("{}\n", n)))
	for i := range int64(n) {
		if s := next(t, answers); s.Refused == nil || s.Refused.Line != i+1 {
			t.Fatalf("line %d: %+v", i+1, s)
		}
	}
	if s := next(t, answers); s.Report == nil || s.Report.Rejected != n {
		t.Fatalf("%+v", s)
	}
}

// TestAnImportThatBreaksOffSaysSo at the end of what it has said; whoever goes away without reading holds nobody up.
func TestAnImportThatBreaksOffSaysSo(t *testing.T) {
	r := newRig(t)
	head := "POST /api/v1/records:import HTTP/1.1\r\nHost: x\r\nContent-Type: " + ndjson + "\r\nAccept: " + ndjson + "\r\nAuthorization: Bearer " + r.token + "\r\n"
	got := raw(t, r.url, head+"Content-Length: 100000\r\n\r\n{\n"+strings.Repeat(" ", 9000))
	if !strings.HasPrefix(got, "HTTP/1.1 200 ") || !strings.Contains(got, `{"refused":{"line":1,`) || !strings.Contains(got, `{"failed":{"type":"urn:candor:problem:body_incomplete"`) {
		t.Errorf("%s", got)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(conn)
	_, _ = fmt.Fprint(w, head+"Content-Length: 100000000\r\n\r\n"+strings.Repeat("{}\n", 10_000))
	_ = w.Flush()
	_ = conn.(*net.TCPConn).SetLinger(0) // a reset
	_ = conn.Close()
	r.do(t, get("/api/v1/customers")) // and the server can be shut down at the end of the test
	if a := r.do(t, post("/api/v1/records:import?source="+strings.Repeat("s", 200), "{}").with("Content-Type", ndjson).with("Accept", ndjson)); a.status != 422 || a.code(t) != "too_long" {
		t.Errorf("%d %s", a.status, a.body)
	}
}
