package mongotest

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"candor/models/store/file"
)

// Peer is a FerretDB of a test's own, whatever CANDOR_TEST_MONGODB says, that can be taken away and
// brought back with what it kept.
type Peer struct {
	t       testing.TB
	folder  string
	url     string
	process *process
}

// NewPeer starts one.
func NewPeer(t testing.TB) *Peer {
	t.Helper()
	p := &Peer{t: t, folder: t.TempDir()}
	p.run("127.0.0.1:0")
	t.Cleanup(p.Kill)
	return p
}

// URL is that of a database on it. It stays the same when the peer is restarted.
func (p *Peer) URL(name string) string { return within(p.url, name) }

// Kill ends it at once, in the middle of whatever it does.
func (p *Peer) Kill() {
	p.process.kill()
}

// Restart brings it back where it was.
func (p *Peer) Restart() {
	p.t.Helper()
	p.process.kill()
	p.run(strings.Trim(strings.TrimPrefix(p.url, "mongodb://"), "/"))
}

func (p *Peer) run(address string) {
	p.t.Helper()
	started, err := start(p.folder, address)
	if err != nil {
		p.t.Fatalf("start the peer: %v", err)
	}
	p.process, p.url = started, started.url
}

// process is a running tools/ferretdb. It ends when its standard input does, so at the latest with us.
type process struct {
	cmd   *exec.Cmd
	input io.Closer
	url   string
}

// start runs the program on a folder, or one of its own if that is empty.
func start(folder, address string) (*process, error) {
	program, err := build()
	if err != nil {
		return nil, err
	}
	args := []string{"-listen", address}
	if folder != "" {
		args = append(args, "-data", folder)
	}
	cmd := exec.Command(program, args...) // it lives as long as our end of its input
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ferretdb did not say where it listens: %w", err), input.Close(), cmd.Wait())
	}
	return &process{cmd: cmd, input: input, url: strings.TrimSpace(line)}, nil
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.input.Close()
	_ = p.cmd.Wait() // killed
}

// build builds tools/ferretdb, once for each state of its sources, and gives the program's path. Tests of
// several packages wait for the first of them.
func build() (string, error) {
	source, err := sources()
	if err != nil {
		return "", err
	}
	name, err := fingerprint(source)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "candor-test")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	program := filepath.Join(folder, "ferretdb-"+name)
	lock, err := wait(program + ".lock")
	if err != nil {
		return "", err
	}
	defer lock.Release() // the system does, too
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	unfinished := program + ".new"
	cmd := exec.Command("go", "build", "-o", unfinished, ".")
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build tools/ferretdb: %w\n%s", err, out)
	}
	return program, os.Rename(unfinished, program)
}

// sources finds tools/ferretdb from the folder of the package whose tests run.
func sources() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		found := filepath.Join(folder, "tools", "ferretdb")
		if _, err := os.Stat(filepath.Join(found, "go.mod")); err == nil {
			return found, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("tools/ferretdb is not above the folder of this test")
		}
		folder = parent
	}
}

// fingerprint tells one state of the sources from another.
func fingerprint(source string) (string, error) {
	files, err := filepath.Glob(filepath.Join(source, "*"))
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, filepath.Base(name), len(raw))
		sum.Write(raw)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// wait takes a lock that another process may hold for as long as it takes to build.
func wait(path string) (*file.Lock, error) {
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		lock, err := file.TakeLock(path)
		if !errors.Is(err, file.ErrHeld) {
			return lock, err
		}
		<-again.C
	}
}
