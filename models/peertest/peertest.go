// Package peertest builds and runs the servers of tools/ that tests talk to: programs of modules of their own, so that
// nothing of theirs is linked into the product.
package peertest

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
	"time"

	"candor/models/store/file"
)

// Process is a program of tools/ that was started. It ends when its standard input does, so at the latest with us.
type Process struct {
	// URL is the first line that it printed: where it listens.
	URL string

	cmd   *exec.Cmd
	input io.Closer
}

// Start builds the program of tools/NAME, if that has not been done, and runs it.
func Start(name string, args ...string) (*Process, error) {
	program, err := build(name)
	if err != nil {
		return nil, err
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
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s did not say where it listens: %w", name, err), input.Close(), cmd.Wait())
		}
		if strings.Contains(line, "://") {
			go func() { _, _ = io.Copy(io.Discard, lines) }() // so that what it says later does not hold it up
			return &Process{cmd: cmd, input: input, URL: strings.TrimSpace(line)}, nil
		}
	}
}

// Kill ends it at once, in the middle of whatever it does.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.input.Close()
	_ = p.cmd.Wait() // killed
}

// build builds tools/NAME, once for each state of its sources, and gives the program's path. Tests of
// several packages wait for the first of them.
func build(name string) (string, error) {
	source, err := sources(name)
	if err != nil {
		return "", err
	}
	state, err := fingerprint(source)
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
	program := filepath.Join(folder, name+"-"+state)
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
		return "", fmt.Errorf("build tools/%s: %w\n%s", name, err, out)
	}
	return program, os.Rename(unfinished, program)
}

// sources finds tools/NAME from the folder of the package whose tests run.
func sources(name string) (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		found := filepath.Join(folder, "tools", name)
		if _, err := os.Stat(filepath.Join(found, "go.mod")); err == nil {
			return found, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", fmt.Errorf("tools/%s is not above the folder of this test", name)
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
