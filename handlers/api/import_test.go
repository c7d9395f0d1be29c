package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

const ndjson = "application/x-ndjson"

type report struct {
	Lines, Customers, Records, Documents, Deleted, Rejected int64
	Errors                                                  []struct {
		Line                int64
		Type, Detail, Field string
	}
}

func TestImport(t *testing.T) {
	r := newRig(t)
	lines := strings.Join([]string{
		`{"type":"customer","ref":"cus_2","name":"Bo"}`,
		`{"type":"record","customer":"cus_2","category":"invoices","id":"i1","occurred_at":"2026-01-01T00:00:00Z","source":"billing","fields":{"number":"1"},"documents":[{"name":"a.pdf","media_type":"application/pdf","base64":"JVBERg=="}]}`,
		`{"type":"record","customer":"cus_2","category":"invoices","id":"i2","occurred_at":"2026-01-01T00:00:00Z","source":"billing","fields":{"nonsense":"1"}}`,
		``,
		`{`,
		`{"type":"delete","customer":"cus_2","category":"invoices","id":"i1"}`,
	}, "\n")
	got := decode[report](t, r.do(t, post("/api/v1/records:import", lines).with("Content-Type", ndjson)))
	if got.Lines != 5 || got.Customers != 1 || got.Records != 1 || got.Documents != 1 || got.Deleted != 1 || got.Rejected != 2 || len(got.Errors) != 2 {
		t.Fatalf("%+v", got)
	}
	if e := got.Errors[0]; e.Line != 3 || e.Field != "fields.nonsense" || e.Type != "urn:candor:problem:undeclared_field" || e.Detail == "" {
		t.Errorf("%+v", e)
	}
	if e := got.Errors[1]; e.Line != 5 || e.Type != "urn:candor:problem:bad_json" {
		t.Errorf("%+v", e)
	}
}

func TestImportDryRunWritesNothing(t *testing.T) {
	r := newRig(t)
	got := decode[report](t, r.do(t, post("/api/v1/records:import?dry_run=true", `{"type":"customer","ref":"cus_2"}`).with("Content-Type", ndjson)))
	if got.Customers != 1 {
		t.Errorf("%+v", got)
	}
	if a := r.do(t, get("/api/v1/customers/cus_2")); a.status != http.StatusNotFound {
		t.Errorf("written all the same: %d", a.status)
	}
}

func TestImportListsAThousandFaults(t *testing.T) {
	r := newRig(t)
	got := decode[report](t, r.do(t, post("/api/v1/records:import", strings.Repeat("{}\n", 1500)).with("Content-Type", ndjson)))
	if got.Rejected != 1500 || len(got.Errors) != 1000 {
		t.Errorf("%d rejected, %d listed", got.Rejected, len(got.Errors))
	}
}

// TestImportStreams sends a body of unknown length, larger than what any other route takes.
func TestImportStreams(t *testing.T) {
	r := newRig(t)
	const n = 20_000
	in, out := io.Pipe()
	go func() {
		w := bufio.NewWriter(out)
		for i := range n {
			_, _ = fmt.Fprintf(w, `{"type":"record","customer":"cus_1","category":"usage_detail","id":"u%d","occurred_at":"2026-01-01T00:00:00Z","source":"billing","fields":{"quantity":"%d","unit":"kWh"}}`+"\n", i, i)
		}
		_ = w.Flush()
		_ = out.Close()
	}()
	request := r.request(t, post("/api/v1/records:import", "x").with("Content-Type", ndjson))
	request.Body, request.ContentLength, request.GetBody = in, -1, nil
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := decode[report](t, answer{response.StatusCode, response.Header, string(raw)}); got.Records != n || got.Rejected != 0 {
		t.Errorf("%+v", got)
	}
}

// raw sends bytes as they are, and gives everything that comes back until the connection ends.
func raw(t *testing.T, url, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestImportThatBreaksOff(t *testing.T) {
	r := newRig(t)
	head := "POST /api/v1/records:import HTTP/1.1\r\nHost: x\r\nContent-Type: " + ndjson + "\r\nAuthorization: Bearer " + r.token + "\r\n"
	line := `{"type":"customer","ref":"cus_7"}` + "\n"
	for name, request := range map[string]string{
		"short of its length": head + "Content-Length: 100000\r\n\r\n" + line + strings.Repeat(" ", 9000),
		"a broken chunk":      head + "Transfer-Encoding: chunked\r\n\r\n22\r\n" + line + "\r\nxyz\r\n",
	} {
		if got := raw(t, r.url, request); !strings.HasPrefix(got, "HTTP/1.1 400 ") || !strings.Contains(got, "body_incomplete") {
			t.Errorf("%s: %.200s", name, got)
		}
	}
}

// TestUnreadBodyIsNoRequest pins that what is left of a refused body is never taken for the next request
// on the connection.
func TestUnreadBodyIsNoRequest(t *testing.T) {
	r := newRig(t)
	smuggled := "GET /api/v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + r.token + "\r\n\r\n"
	filler := strings.Repeat("a", 20_000)
	for name, request := range map[string]string{
		"length": "POST /api/v1/records:import HTTP/1.1\r\nHost: x\r\nContent-Length: " + strconv.Itoa(len(filler)+len(smuggled)) + "\r\n\r\n" + filler + smuggled,
		"chunks": "POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x", len(smuggled)) + "\r\n" + smuggled + "\r\n0\r\n\r\n",
	} {
		got := raw(t, r.url, request)
		if n := strings.Count(got, "HTTP/1.1 "); n != 1 || strings.Contains(got, "cus_1") {
			t.Errorf("%s: %d answers: %s", name, n, got)
		}
	}
}

// TestAMisspeltDryRunWritesNothing: a parameter that is not known might have been meant to keep something from happening.
func TestAMisspeltDryRunWritesNothing(t *testing.T) {
	r := newRig(t)
	for _, query := range []string{"dry-run=true", "dryrun=true", "dry_run=1", "Source=billing"} {
		a := r.do(t, post("/api/v1/records:import?"+query, `{"type":"customer","ref":"cus_77"}`).with("Content-Type", ndjson))
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	if a := r.do(t, get("/api/v1/customers/cus_77")); a.status != http.StatusNotFound {
		t.Errorf("it was written: %d %s", a.status, a.body)
	}
}
