// Package fsck_test lets Tessera's fsck, a program that knows tlog-tiles and nothing of Candor, check
// logs of ours: small and large ones built in memory, and the one that a running server publishes.
package fsck_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// good is what fsck prints about a log that holds; it exits with 0 about any.
const good = "Successfully fsck'd"

func TestFsck(t *testing.T) {
	program := build(t, ".", "github.com/transparency-dev/tessera/cmd/fsck")
	t.Run("accepts every size", func(t *testing.T) { acceptsEverySize(t, program) })
	t.Run("finds what was edited", func(t *testing.T) { findsEdits(t, program) })
	t.Run("accepts a running server's log", func(t *testing.T) { acceptsServer(t, program) })
}

func acceptsEverySize(t *testing.T, program string) {
	t.Helper()
	for _, size := range []int{1, 2, 255, 256, 257, 511, 512, 513, 70_000} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			log := filled(t, size)
			if said := fsck(t, program, serve(t, log.Files()), ledgertest.Origin, log.VKey); !strings.Contains(said, good) {
				t.Errorf("fsck does not accept a log of %d entries:\n%s", size, said)
			}
		})
	}
}

// filled is a log of any size from 1 on; ledgertest starts with the two entries that add keys.
func filled(t *testing.T, size int) *ledgertest.Log {
	t.Helper()
	log := ledgertest.Filled(t, size)
	log.Entries, log.Disclosures = log.Entries[:size], log.Disclosures[:size]
	log.Rehash()
	return log
}

func findsEdits(t *testing.T, program string) {
	t.Helper()
	log := ledgertest.Filled(t, 600)
	bundle := tilePath(t, 600, ledger.EntriesLevel, 1)
	for _, c := range []struct {
		name string
		edit func(files map[string][]byte)
	}{
		{"a byte of an entry", func(f map[string][]byte) { flip(f, bundle, len(f[bundle])/2) }},
		{"the last byte of the last entry of a bundle", func(f map[string][]byte) { flip(f, bundle, len(f[bundle])-1) }},
		{"a byte of a hash tile", func(f map[string][]byte) { flip(f, tilePath(t, 600, 0, 0), 77) }},
		{"the checkpoint's root", func(f map[string][]byte) {
			flip(f, "checkpoint", bytes.IndexByte(f["checkpoint"], '\n')+len("600\n")+5)
		}},
		{"a missing bundle", func(f map[string][]byte) { delete(f, bundle) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := log.Files()
			c.edit(files)
			if said := fsck(t, program, serve(t, files), ledgertest.Origin, log.VKey); strings.Contains(said, good) {
				t.Errorf("fsck accepts a log with another %s:\n%s", c.name, said)
			}
		})
	}
}

// acceptsServer checks the server's own answers, after a change has been made through it.
func acceptsServer(t *testing.T, program string) {
	t.Helper()
	demo := startDemo(t)
	before := demo.checkpoint(t)
	demo.change(t)
	if after := demo.checkpoint(t); after == before {
		t.Fatalf("a change made no new checkpoint:\n%s", after)
	}
	if said := fsck(t, program, demo.BaseURL+"/log/", demo.Log.Origin, demo.Log.VKey); !strings.Contains(said, good) {
		t.Errorf("fsck does not accept the server's log:\n%s", said)
	}
}

func flip(files map[string][]byte, path string, at int) {
	files[path] = bytes.Clone(files[path])
	files[path][at] ^= 1
}

// tilePath is where the n-th tile of a level of a log lies.
func tilePath(t *testing.T, size uint64, level int, n uint64) string {
	t.Helper()
	for _, tile := range ledger.Tiles(0, size) {
		if tile.Level == level && tile.Index == n {
			return tile.Path()
		}
	}
	t.Fatalf("a log of %d entries has no tile %d at level %d", size, n, level)
	return ""
}

// serve publishes files as a static web server would.
func serve(t *testing.T, files map[string][]byte) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := files[strings.TrimPrefix(r.URL.Path, "/log/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(content)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/log/"
}

// build compiles a command from the module in a folder.
func build(t *testing.T, folder, pkg string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(pkg))
	command := exec.CommandContext(t.Context(), "go", "build", "-o", program, pkg)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return program
}

// fsck is what the program prints about a log.
func fsck(t *testing.T, program, url, origin, vkey string) string {
	t.Helper()
	key := filepath.Join(t.TempDir(), "vkey")
	if err := os.WriteFile(key, []byte(vkey), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--ui=false", "--N=4",
		"--storage_url="+url, "--origin="+origin, "--public_key="+key).CombinedOutput()
	if err != nil {
		t.Fatalf("run fsck: %v\n%s", err, out)
	}
	return string(out)
}

// demo is the running product, as its demo.json describes it.
type demo struct {
	BaseURL   string `json:"base_url"`
	Customers []struct{ Ref string }
	Log       struct{ Origin, VKey string }
}

func startDemo(t *testing.T) demo {
	t.Helper()
	program := build(t, "../..", "./cmd/candor")
	data := filepath.Join(t.TempDir(), "data")
	command := exec.Command(program, "demo", "--addr", freeAddress(t), "--data", data)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() { _ = command.Wait(); close(exited) }()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		<-exited
		if t.Failed() {
			t.Logf("the server said:\n%s", said.String())
		}
	})
	return awaitDemo(t, filepath.Join(data, "demo.json"), exited)
}

// awaitDemo reads demo.json, which is complete as soon as it is there, and waits until the server is ready.
func awaitDemo(t *testing.T, path string, exited <-chan struct{}) demo {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		select {
		case <-exited:
			t.Fatal("the demo ended before it was ready")
		case <-deadline:
			t.Fatal("the demo is not ready after two minutes")
		case <-tick.C:
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		var d demo
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatalf("read demo.json: %v", err)
		}
		if status, _ := get(t, d.BaseURL+"/readyz"); status == http.StatusOK {
			return d
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func (d demo) checkpoint(t *testing.T) string {
	t.Helper()
	status, body := get(t, d.BaseURL+"/log/checkpoint")
	if status != http.StatusOK {
		t.Fatalf("GET /log/checkpoint: %d\n%s", status, body)
	}
	return body
}

// options are a purpose's two buttons and what their form carries.
var options = regexp.MustCompile(`(?s)<form class="options"[^>]* action="([^"]+)".*?name="csrf" value="([^"]+)"` +
	`.*?name="served" value="([^"]+)".*?name="choice" value="([a-z]+)" aria-pressed="false"`)

// change chooses, as a customer on the page, what is not chosen now.
func (d demo) change(t *testing.T) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	visit := func(answer *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		var page bytes.Buffer
		if _, err := page.ReadFrom(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", answer.Request.URL, answer.StatusCode, err)
		}
		return page.String()
	}
	visit(browser.PostForm(d.BaseURL+"/demo/sign-in", url.Values{"customer": {d.Customers[0].Ref}}))
	form := options.FindStringSubmatch(visit(browser.Get(d.BaseURL + "/consents")))
	if form == nil {
		t.Fatal("the page of choices has no form to choose with")
	}
	visit(browser.PostForm(d.BaseURL+form[1], url.Values{"csrf": {form[2]}, "served": {form[3]}, "choice": {form[4]}}))
}

// get answers 0 for a server that is not there yet.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil {
		return 0, ""
	}
	return response.StatusCode, body.String()
}
