package mongotest

import (
	"strings"
	"testing"

	"candor/models/peertest"
)

// Peer is a FerretDB of a test's own, whatever CANDOR_TEST_MONGODB says, that can be taken away and
// brought back with what it kept.
type Peer struct {
	t       testing.TB
	folder  string
	url     string
	process *peertest.Process
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
	p.process.Kill()
}

// Restart brings it back where it was.
func (p *Peer) Restart() {
	p.t.Helper()
	p.process.Kill()
	p.run(strings.Trim(strings.TrimPrefix(p.url, "mongodb://"), "/"))
}

func (p *Peer) run(address string) {
	p.t.Helper()
	started, err := start(p.folder, address)
	if err != nil {
		p.t.Fatalf("start the peer: %v", err)
	}
	p.process, p.url = started, started.URL
}

// start runs FerretDB on a folder, or one of its own if that is empty.
func start(folder, address string) (*peertest.Process, error) {
	args := []string{"-listen", address}
	if folder != "" {
		args = append(args, "-data", folder)
	}
	return peertest.Start("ferretdb", args...)
}
