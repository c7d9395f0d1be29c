package candor_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// shownBase is the address under which the documentation speaks of the demo.
const shownBase = "http://127.0.0.1:8080"

// demo is the demonstration as README tells to start it, on a port of its own.
type demo struct {
	bin  string // folder of the programs
	Base string `json:"base_url"`
	API  struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	} `json:"api"`
	Log struct {
		VKey string `json:"vkey"`
	} `json:"log"`
	said string
}

// The examples of README and docs are run against one demo.
func TestExamples(t *testing.T) {
	d := startDemo(t, build(t))
	t.Run("API", d.api)
	t.Run("quick start", d.quickStart)
	t.Run("README's verification", d.verify)
	t.Run("headers", d.headers)
	t.Run("settings", d.settings)
	t.Run("commands", d.commands)
	t.Run("operator folder", d.operator)
}

func build(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin+string(filepath.Separator), "./cmd/...").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// startDemo returns when the demo says that it is running; it listens before it says so.
func startDemo(t *testing.T, bin string) *demo {
	t.Helper()
	d := &demo{bin: bin}
	dir := filepath.Join(t.TempDir(), "candor-data")
	d.said = start(t, exec.Command(filepath.Join(bin, "candor"), "demo", "--addr", "127.0.0.1:0", "--data", dir), false, "Stop it with")
	raw, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	if err == nil {
		err = json.Unmarshal(raw, d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// start runs a server until the test ends, and returns what it has said when it says until.
func start(t *testing.T, c *exec.Cmd, onStderr bool, until string) string {
	t.Helper()
	said, saying, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var rest bytes.Buffer
	if c.Stdout, c.Stderr = saying, &rest; onStderr {
		c.Stdout, c.Stderr = &rest, saying
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Process.Signal(syscall.SIGTERM), c.Wait(), said.Close()); err != nil {
			t.Errorf("%s did not stop well: %v\n%s", c.Args[1], err, rest.String())
		}
	})
	if err := saying.Close(); err != nil { // the program has its own
		t.Fatal(err)
	}
	var text strings.Builder
	for lines := bufio.NewScanner(said); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), until) {
			return text.String()
		}
	}
	t.Fatalf("%s ended without saying %q:\n%s", c.Args[1], until, text.String())
	return ""
}

// run gives a program's output; an error exit fails the test.
func (d *demo) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), filepath.Join(d.bin, program), args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Errorf("%s %s: %v\n%s", program, strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String() + stderr.String()
}

// api runs every curl of docs/api.md in order, and compares what the next block shows.
func (d *demo) api(t *testing.T) {
	dir := t.TempDir()
	for _, b := range read(t, "docs/api.md").blocks() {
		if b.info == "json lines" {
			write(t, filepath.Join(dir, "lines.jsonl"), b.text)
		}
	}
	write(t, filepath.Join(dir, "bill.pdf"), "%PDF-1.4\n")
	if examples := d.walk(t, "docs/api.md", dir, d.shell()); examples < 10 {
		t.Errorf("only %d examples were found", examples)
	}
}

// shell is what the pages have readers set first.
func (d *demo) shell() map[string]string {
	return map[string]string{"BASE": d.Base, "ID": d.API.ID, "SECRET": d.API.Secret}
}

// quickStart does what docs/quickstart.md says, on a port of its own.
func (d *demo) quickStart(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shell := d.shell()
	shell["HOOK"] = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	if examples := d.walk(t, "docs/quickstart.md", t.TempDir(), shell); examples < 5 {
		t.Errorf("only %d examples were found", examples)
	}
}

// receiver is a running `candor listen`, and what it says.
type receiver struct{ lines *bufio.Scanner }

// listen starts the receiver that a page tells to start; it returns when it listens.
func (d *demo) listen(t *testing.T, command string, shell map[string]string) *receiver {
	t.Helper()
	args := words(t, strings.TrimPrefix(command, "go run ./cmd/candor "), shell)
	c := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(d.bin, "candor"), args...)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Process.Signal(syscall.SIGTERM), c.Wait()); err != nil {
			t.Errorf("candor listen did not stop well: %v", err)
		}
	})
	r := &receiver{bufio.NewScanner(out)}
	r.says(t, "listening on http://…")
	return r
}

// says waits for the receiver's next line, and compares it.
func (r *receiver) says(t *testing.T, want string) {
	t.Helper()
	if !r.lines.Scan() {
		t.Fatalf("the receiver ended without saying %q: %v", want, r.lines.Err())
	}
	if err := matches(strings.TrimSpace(want), r.lines.Text()); err != nil {
		t.Errorf("the receiver: %v", err)
	}
}

// kept is an answer of which something is kept for later: NAME=$(curl … | jq -r .member).
var kept = regexp.MustCompile(`(?s)^([A-Z]+)=\$\((curl .*?) \| jq -r \.([a-z0-9_.\[\]]+)\)\s*$`)

// walk does what a page says, block by block, and gives how many answers it has compared with what is shown.
func (d *demo) walk(t *testing.T, page, dir string, shell map[string]string) (examples int) {
	t.Helper()
	blocks := read(t, page).blocks()
	var hooks *receiver
	for i, b := range blocks {
		switch {
		case b.info == "text receiver":
			hooks.says(t, b.text)
		case strings.HasPrefix(b.text, "go run ./cmd/candor listen "):
			hooks = d.listen(t, b.text, shell)
		}
		if m := kept.FindStringSubmatch(b.text); b.info == "sh" && m != nil {
			_, body := curl(t, dir, words(t, m[2]+"\n", shell))
			shell[m[1]] = memberOf(t, body, m[3])
		}
		if b.info != "sh" || !strings.HasPrefix(b.text, "curl ") {
			continue
		}
		examples++
		if i+1 == len(blocks) {
			t.Fatalf("nothing says what this answers:\n%s", b.text)
		}
		status, body := curl(t, dir, words(t, b.text, shell))
		compare(t, b.text, blocks[i+1], status, body)
	}
	return examples
}

// compare holds an answer to what the block after its question shows.
func compare(t *testing.T, question string, next block, status int, body []byte) {
	t.Helper()
	switch next.info {
	case "json":
		if err := matches(shown(t, next.text), decoded(t, body)); err != nil {
			t.Errorf("%s\nanswers %d %s\nwhich is not what is shown: %v", question, status, body, err)
		}
	case "text":
		if want := fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status)); strings.TrimSpace(next.text) != want {
			t.Errorf("%s\nanswers %s", question, want)
		}
	default:
		t.Errorf("nothing says what this answers:\n%s", question)
	}
}

// memberOf is a text in an answer, by the names that lead to it.
func memberOf(t *testing.T, body []byte, path string) string {
	t.Helper()
	at := decoded(t, body)
	for name := range strings.SplitSeq(strings.NewReplacer("[", ".", "]", "").Replace(path), ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[name]
		case []any:
			if i, err := strconv.Atoi(name); err == nil && i < len(v) {
				at = v[i]
			}
		}
	}
	text, ok := at.(string)
	if !ok {
		t.Fatalf("there is no .%s in %s", path, body)
	}
	return text
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// words takes a command line apart as a shell would: quotes, variables, lines that go on.
func words(t *testing.T, line string, variables map[string]string) []string {
	t.Helper()
	var out []string
	var word strings.Builder
	quote, inside := rune(0), false
	line = strings.ReplaceAll(line, "\\\n", " ")
	for i := 0; i < len(line); i++ {
		c := rune(line[i])
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inside = c, true
		case c == '\\' && quote == '"' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
		case c == '$' && quote != '\'':
			name := regexp.MustCompile(`^[A-Z]+`).FindString(line[i+1:])
			value, ok := variables[name]
			if !ok {
				t.Fatalf("$%s is not known:\n%s", name, line)
			}
			word.WriteString(value)
			i, inside = i+len(name), true
		case quote == 0 && (c == ' ' || c == '\n'):
			if inside {
				out = append(out, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteByte(line[i])
			inside = true
		}
	}
	return out
}

// curl does what the examples ask of curl, and refuses what they do not.
func curl(t *testing.T, dir string, args []string) (status int, body []byte) {
	t.Helper()
	method, address, user := "", "", ""
	header := http.Header{}
	var send []byte
	for i := 1; i < len(args); i++ {
		if args[i] == "-s" || args[i] == "-i" {
			continue
		}
		if !strings.HasPrefix(args[i], "-") {
			address = args[i]
			continue
		}
		i++
		switch flag, value := args[i-1], args[i]; flag {
		case "-X":
			method = value
		case "-u":
			user = value
		case "-H":
			name, content, _ := strings.Cut(value, ": ")
			header.Set(name, content)
		case "-d":
			send = []byte(value)
		case "--data-binary":
			var err error
			if send, err = os.ReadFile(filepath.Join(dir, strings.TrimPrefix(value, "@"))); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("an example uses curl %s, which this test does not know", flag)
		}
	}
	if method == "" && send != nil {
		method = http.MethodPost
	}
	if send != nil && header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return do(t, method, address, header, user, send)
}

func do(t *testing.T, method, address string, header http.Header, user string, send []byte) (status int, body []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(send))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	if id, secret, ok := strings.Cut(user, ":"); ok {
		request.SetBasicAuth(id, secret)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err = io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

// bare is an … that stands for a value that is no string.
var bare = regexp.MustCompile(`([:\[,]\s*)…`)

func shown(t *testing.T, text string) any {
	t.Helper()
	return decoded(t, []byte(bare.ReplaceAllString(text, `$1"…"`)))
}

func decoded(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v:\n%s", err, raw)
	}
	return v
}

// matches compares an answer with what is shown, where … stands for anything: a whole value, a part of a
// string, the rest of a list.
func matches(want, got any) error {
	switch want := want.(type) {
	case string:
		return matchText(want, got)
	case []any:
		got, ok := got.([]any)
		if !ok {
			return fmt.Errorf("%v is no list", got)
		}
		if n := len(want) - 1; n >= 0 && want[n] == "…" && len(got) >= n {
			want, got = want[:n], got[:n]
		}
		if len(want) != len(got) {
			return fmt.Errorf("%d elements are shown, %d are there", len(want), len(got))
		}
		for i := range want {
			if err := matches(want[i], got[i]); err != nil {
				return fmt.Errorf("element %d: %w", i, err)
			}
		}
		return nil
	case map[string]any:
		return matchObject(want, got)
	default:
		if want != got {
			return fmt.Errorf("%v is shown, %v is there", want, got)
		}
		return nil
	}
}

func matchText(want string, got any) error {
	if want == "…" {
		return nil
	}
	text, ok := got.(string)
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".+")
	if fits, err := regexp.MatchString("^"+pattern+"$", text); err != nil || !fits || !ok {
		return fmt.Errorf("%q is shown, %v is there", want, got)
	}
	return nil
}

func matchObject(want map[string]any, got any) error {
	members, ok := got.(map[string]any)
	if !ok {
		return fmt.Errorf("%v is no object", got)
	}
	for name := range members {
		if _, ok := want[name]; !ok {
			return fmt.Errorf("%s is there and is not shown", name)
		}
	}
	for name, value := range want {
		there, ok := members[name]
		if !ok {
			return fmt.Errorf("%s is shown and is not there", name)
		}
		if err := matches(value, there); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// verify does what README says about checking the log, and what the demo itself says.
func (d *demo) verify(t *testing.T) {
	const example = "go run ./cmd/logverify " + shownBase + "/log"
	if !strings.Contains(read(t, "README.md").text, example) {
		t.Fatalf("README does not say %q", example)
	}
	if said := d.run(t, "logverify", d.Base+"/log"); !strings.Contains(said, "Good: ") || !strings.Contains(said, "taken on trust") {
		t.Errorf("logverify says %q", said)
	}
	command := fmt.Sprintf("go run ./cmd/logverify --vkey '%s' %s/log", d.Log.VKey, d.Base)
	if !strings.Contains(d.said, command) {
		t.Errorf("the demo does not say %q:\n%s", command, d.said)
	}
	if said := d.run(t, "logverify", "--vkey", d.Log.VKey, d.Base+"/log"); !strings.HasPrefix(said, "Good: ") {
		t.Errorf("logverify says %q", said)
	}
}

// headers holds docs/security.md to the policy that is sent.
func (d *demo) headers(t *testing.T) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text := read(t, "docs/security.md").text
	for _, name := range []string{"Content-Security-Policy", "Referrer-Policy"} {
		if row := "| `" + name + "` | `" + response.Header.Get(name) + "`"; !strings.Contains(text, row) {
			t.Errorf("docs/security.md lacks %s", row)
		}
	}
}

var (
	flagLine   = regexp.MustCompile(`(?m)^  -([a-z-]+)`)
	settingRow = regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| `(CANDOR_[A-Z_]+)` \\|([^|]*)\\|")
	settingIs  = regexp.MustCompile(`\((CANDOR_[A-Z_]+); default "([^"]*)"\)`)
)

// settings holds the table of docs/operations.md to what `candor serve --help` lists.
func (d *demo) settings(t *testing.T) {
	help := d.run(t, "candor", "serve", "--help")
	defaults := map[string]string{}
	for _, m := range settingIs.FindAllStringSubmatch(help, -1) {
		defaults[m[1]] = m[2]
	}
	var rows []string
	for _, m := range settingRow.FindAllStringSubmatch(read(t, "docs/operations.md").text, -1) {
		rows = append(rows, m[1])
		value, ok := defaults[m[2]]
		if !ok || m[2] != "CANDOR_"+strings.ToUpper(strings.ReplaceAll(m[1], "-", "_")) {
			t.Errorf("docs/operations.md describes %s as --%s, which candor serve does not know", m[2], m[1])
		}
		if shown, quoted := strings.CutPrefix(strings.TrimSpace(m[3]), "`"); value != "" && (!quoted || !strings.HasPrefix(shown, value+"`")) {
			t.Errorf("docs/operations.md says that %s is %s by default, and it is %q", m[2], m[3], value)
		}
	}
	for _, m := range flagLine.FindAllStringSubmatch(help, -1) {
		if m[1] != "config" && !slices.Contains(rows, m[1]) {
			t.Errorf("docs/operations.md does not describe --%s", m[1])
		}
	}
}

var (
	candorLine = regexp.MustCompile(`(?m)(?:^|[ =])(?:go run \./cmd/)?candor (demo|[a-z]+(?: (?:add|list|revoke|export|copy|compare))?)((?: [^\n|#]*)?)`)
	usedFlag   = regexp.MustCompile(` --([a-z-]+)`)
)

// commands holds the command lines that are shown to those there are, flags included.
func (d *demo) commands(t *testing.T) {
	known := d.run(t, "candor", "help")
	help := map[string]string{}
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.info != "sh" {
				continue
			}
			for _, m := range candorLine.FindAllStringSubmatch(b.text, -1) {
				name, _, _ := strings.Cut(m[1], " ")
				if !strings.Contains(known, "\n  "+name+" ") {
					if name != "serve" && strings.Contains(b.text, "docker") {
						continue // the name of an image
					}
					t.Errorf("%s shows candor %s, which there is not", p.path, name)
					continue
				}
				if help[m[1]] == "" {
					help[m[1]] = d.run(t, "candor", append(strings.Fields(m[1]), "--help")...)
				}
				for _, flag := range usedFlag.FindAllStringSubmatch(m[2], -1) {
					if !strings.Contains(help[m[1]], "\n  -"+flag[1]) {
						t.Errorf("%s shows candor %s --%s, which there is not", p.path, m[1], flag[1])
					}
				}
			}
		}
	}
	if len(help) < 6 {
		t.Errorf("only %d commands are shown: %v", len(help), help)
	}
}

// operator starts a server on the operator folder of docs/operations.md.
func (d *demo) operator(t *testing.T) {
	dir := t.TempDir()
	for _, b := range read(t, "docs/operations.md").blocks() {
		if name, ok := strings.CutPrefix(b.info, "yaml "); ok {
			write(t, filepath.Join(dir, "operator", name), b.text)
		}
	}
	c := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(d.bin, "candor"), "serve")
	c.Env = append(os.Environ(), "CANDOR_ADDR=127.0.0.1:0", "CANDOR_METRICS_ADDR=off", "CANDOR_BASE_URL=https://privacy.example.com",
		"CANDOR_OPERATOR="+filepath.Join(dir, "operator"), "CANDOR_STORE=sqlite:"+filepath.Join(dir, "data", "candor.db"))
	said := start(t, c, true, `"msg":"serving"`)
	if strings.Contains(said, `"level":"ERROR"`) {
		t.Errorf("the server says:\n%s", said)
	}
}
