package main_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models/store/mongo/mongotest"
)

// server is the real binary on a folder, to be killed and started again.
type server struct {
	t       *testing.T
	binary  string
	dir     string
	addr    string
	extra   []string // of its environment
	command *exec.Cmd
	exited  chan struct{} // closed when it has ended
	stderr  bytes.Buffer
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), binary: build(t, ".", ".")}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	s.addr = l.Addr().String()
	must(t, l.Close())
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *server) environment() []string {
	operator, err := filepath.Abs("testdata/operator")
	must(s.t, err)
	own := append(os.Environ(), "CANDOR_ADDR="+s.addr, "CANDOR_METRICS_ADDR=off", "CANDOR_BASE_URL=http://"+s.addr, "CANDOR_OPERATOR="+operator,
		"CANDOR_STORE=sqlite:"+filepath.Join(s.dir, "candor.db"), "CANDOR_PER_SECOND=100000", "CANDOR_METRICS_ADDR=off")
	return append(own, s.extra...)
}

// run runs one command to its end.
func (s *server) run(args ...string) (string, error) {
	c := exec.CommandContext(s.t.Context(), s.binary, args...)
	c.Env = s.environment()
	out, err := c.CombinedOutput()
	return string(out), err
}

func (s *server) start() {
	s.t.Helper()
	s.command = exec.Command(s.binary, "serve")
	s.command.Env = s.environment()
	s.command.Stderr = &s.stderr
	must(s.t, s.command.Start())
	s.exited = make(chan struct{})
	go func(command *exec.Cmd, exited chan struct{}) {
		_ = command.Wait() // "signal: killed" is what it is meant to say
		close(exited)
	}(s.command, s.exited)
	for !s.ready() {
		select {
		case <-s.exited:
			s.t.Errorf("it did not become ready:\n%s", s.stderr.String())
			return
		case <-s.t.Context().Done():
			return
		case <-time.After(5 * time.Millisecond): // between two questions of a poll
		}
	}
}

func (s *server) ready() bool {
	response, err := http.Get("http://" + s.addr + "/readyz") // a test's
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func (s *server) kill() {
	_ = s.command.Process.Kill() // it may have ended
	<-s.exited
}

// browser is one customer who keeps changing their mind.
type browser struct {
	base     string
	client   *http.Client
	answered int // changes that were answered
	unsure   int // changes whose answer did not arrive
	last     string
	tokens   url.Values // of the form that was read last
}

var form = regexp.MustCompile(`(?s)action="/consents/usage_analytics".*?name="csrf" value="([^"]+)".*?name="served" value="([^"]+)"`)

// read takes the tokens from the page's form; they last for a while.
func (b *browser) read(ctx context.Context) error {
	page, err := b.get(ctx, "/consents")
	if err != nil {
		return err
	}
	m := form.FindStringSubmatch(page)
	if m == nil {
		return fmt.Errorf("the page has no form: %.200s", page)
	}
	b.tokens = url.Values{"csrf": {m[1]}, "served": {m[2]}}
	return nil
}

// change reads the page and makes one choice, as its form does.
func (b *browser) change(ctx context.Context) error {
	if err := b.read(ctx); err != nil {
		return err
	}
	return b.choose(ctx)
}

// choose makes the other choice than the last one.
func (b *browser) choose(ctx context.Context) error {
	next := "give"
	if b.last == "give" {
		next = "withdraw"
	}
	values := url.Values{"choice": {next}, "csrf": b.tokens["csrf"], "served": b.tokens["served"]}
	b.unsure++
	status, location, err := b.post(ctx, "/consents/usage_analytics", values)
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return fmt.Errorf("the choice was answered with %d", status)
	}
	b.unsure--
	if !strings.Contains(location, "done=nothing") { // it held already: a change whose answer was lost
		b.answered++
	}
	b.last = next
	return nil
}

func (b *browser) get(ctx context.Context, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Accept", "text/html,*/*")
	response, err := b.client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	return string(raw), err
}

func (b *browser) post(ctx context.Context, path string, values url.Values) (status int, location string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+path, strings.NewReader(values.Encode()))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := b.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	return response.StatusCode, response.Header.Get("Location"), response.Body.Close()
}

// entries are the kinds of the customer's entries about the purpose, in the log's order.
func (b *browser) entries(ctx context.Context) ([]string, error) {
	raw, err := b.get(ctx, "/check.json")
	if err != nil {
		return nil, err
	}
	var answer struct {
		Entries []struct {
			Detail string `json:"detail"`
		} `json:"entries"`
	}
	if err := json.Unmarshal([]byte(raw), &answer); err != nil {
		return nil, err
	}
	var kinds []string
	for _, e := range answer.Entries {
		detail, err := base64.RawURLEncoding.DecodeString(e.Detail)
		if err != nil {
			return nil, err
		}
		var d struct{ Kind string }
		if err := json.Unmarshal(detail, &d); err != nil {
			return nil, err
		}
		kinds = append(kinds, d.Kind)
	}
	return kinds, nil
}

// signIn has a billing backend make a link, and uses it.
func signIn(t *testing.T, base, token, customer string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	b := &browser{base: base, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	call(t, http.MethodPut, base+"/api/v1/customers/"+customer, token, `{"name":"Test Person","locale":"en"}`)
	var link struct{ URL string }
	must(t, json.Unmarshal(call(t, http.MethodPost, base+"/api/v1/portal-sessions", token, `{"customer":"`+customer+`"}`), &link))
	u, err := url.Parse(link.URL)
	must(t, err)
	status, _, err := b.post(t.Context(), u.Path, url.Values{})
	must(t, err)
	if status != http.StatusSeeOther {
		t.Fatalf("the link was answered with %d", status)
	}
	return b
}

func call(t *testing.T, method, target, token, body string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	must(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	must(t, err)
	if response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s\n%s", method, target, response.Status, raw)
	}
	return raw
}

// accessToken makes a client on the command line and gets it a token.
func (s *server) accessToken() string {
	out, err := s.run("clients", "add", "--scopes", "customers sessions consents:read consents:write webhooks", "Test")
	if err != nil {
		s.t.Fatalf("clients add: %v\n%s", err, out)
	}
	m := regexp.MustCompile(`client_id\s+(\S+)\nclient_secret\s+(\S+)`).FindStringSubmatch(out)
	if m == nil {
		s.t.Fatalf("clients add says:\n%s", out)
	}
	response, err := http.PostForm("http://"+s.addr+"/oauth/token", url.Values{ // a test's
		"grant_type": {"client_credentials"}, "client_id": {m[1]}, "client_secret": {m[2]},
	})
	must(s.t, err)
	defer func() { _ = response.Body.Close() }()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	must(s.t, json.NewDecoder(response.Body).Decode(&token))
	return token.AccessToken
}

// The server is killed at random moments while customers change their minds. Whatever was answered is
// in the log afterwards, in its order; nothing is there twice; the projection is what the log makes it.
func TestKilledAtRandomMoments(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { killAtRandomMoments(t, newServer(t), 8) })
	t.Run("MongoDB", func(t *testing.T) {
		s := newServer(t)
		s.extra = onMongoDB(t, s.dir)
		killAtRandomMoments(t, s, 4)
	})
}

// onMongoDB are the settings of servers that share a database.
func onMongoDB(t *testing.T, dir string) []string {
	t.Helper()
	return []string{
		"CANDOR_STORE=" + mongotest.Start(t), "CANDOR_KEY_STORE=" + mongotest.Start(t), "CANDOR_KEYS=" + filepath.Join(dir, "keys"),
	}
}

func killAtRandomMoments(t *testing.T, s *server, rounds int) {
	const customers = 8
	s.start()
	defer s.kill()
	token := s.accessToken()
	browsers, random := s.browsers(token, customers)
	for round := range rounds {
		s.killAtWork(browsers, random)
		for i, b := range browsers {
			checkAnswered(t, b, round, i)
		}
	}
	total := 0
	for _, b := range browsers {
		total += b.answered
	}
	if total < rounds {
		t.Fatalf("only %d changes were answered in %d rounds: the server was never killed at work", total, rounds)
	}
	s.kill()
	s.verify()
}

// browsers are of customers who are signed in; random is for the moments at which they are disturbed.
func (s *server) browsers(token string, customers int) ([]*browser, *rand.Rand) {
	s.t.Helper()
	all := make([]*browser, customers)
	for i := range all {
		all[i] = signIn(s.t, "http://"+s.addr, token, fmt.Sprintf("cus_%d", i))
	}
	seed := rand.Uint64() // moments, not secrets
	s.t.Logf("seed %d", seed)
	return all, rand.New(rand.NewPCG(seed, 0)) // as above
}

// killAtWork kills the server at a random moment while customers change their minds, and starts it again.
func (s *server) killAtWork(browsers []*browser, random *rand.Rand) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	var wg sync.WaitGroup
	for _, b := range browsers {
		wg.Go(func() {
			for b.change(ctx) == nil { //nolint:revive // until it is killed
			}
		})
	}
	time.Sleep(time.Duration(50+random.IntN(400)) * time.Millisecond) // the moment
	s.kill()
	cancel()
	wg.Wait()
	s.start()
}

// verify checks what is left on disk: projections by rebuild, the log by the verifier that trusts nobody.
func (s *server) verify() {
	s.t.Helper()
	exported := filepath.Join(s.t.TempDir(), "log")
	for _, args := range [][]string{{"rebuild", "--check"}, {"log", "export", exported}} {
		if out, err := s.run(args...); err != nil {
			s.t.Fatalf("candor %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	out, err := exec.CommandContext(s.t.Context(), build(s.t, ".", "../logverify"), exported).CombinedOutput() // built here
	if err != nil {
		s.t.Fatalf("logverify: %v\n%s", err, out)
	}
}

// checkAnswered compares what a customer was told with what the log says.
func checkAnswered(t *testing.T, b *browser, round, i int) {
	t.Helper()
	kinds, err := b.entries(t.Context())
	must(t, err)
	if len(kinds) < b.answered || len(kinds) > b.answered+b.unsure {
		t.Fatalf("round %d, customer %d: %d changes were answered and %d left open, the log has %d",
			round, i, b.answered, b.unsure, len(kinds))
	}
	for n, kind := range kinds {
		want := "consent.given"
		if n%2 == 1 {
			want = "consent.withdrawn"
		}
		if kind != want {
			t.Fatalf("round %d, customer %d: entry %d of theirs is %s, want %s", round, i, n, kind, want)
		}
	}
	// Go on from what holds, which may be a change that was not answered.
	b.answered, b.unsure = len(kinds), 0
	b.last = []string{"withdraw", "give"}[len(kinds)%2]
}
