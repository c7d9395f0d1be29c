package main_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models/store/mongo/mongotest"
)

// Two servers write one log on one database while customers change their minds, and one of the two is
// killed and started again all the while; customers whom it leaves go to the other, as a proxy would send
// them. What was answered is in the log once; nothing else is, but what was asked and never answered.
func TestTwoServersWriteOneLog(t *testing.T) {
	const customers = 64
	changes := int64(2_000)
	if mongotest.Real() {
		changes = 20_000
	}
	a := newServer(t)
	a.extra = onMongoDB(t, a.dir)
	b := newServer(t)
	b.binary = a.binary
	b.extra = append([]string{"CANDOR_BASE_URL=http://" + a.addr}, a.extra...)
	a.start()
	b.start()
	t.Cleanup(func() { a.kill(); b.kill() })
	addresses := []string{"http://" + a.addr, "http://" + b.addr}
	token := a.accessToken()
	browsers := make([]*browser, customers)
	for i := range browsers {
		browsers[i] = signIn(t, addresses[0], token, fmt.Sprintf("cus_%d", i))
		must(t, browsers[i].read(t.Context()))
	}
	var made atomic.Int64
	over, done := context.WithCancel(t.Context())
	var killing, changing sync.WaitGroup
	var kills atomic.Int64
	killing.Go(func() { keepKilling(over, b, &made, &kills) })
	for i, one := range browsers {
		changing.Go(func() {
			for at := i; (made.Load() < changes || kills.Load() < 3) && t.Context().Err() == nil; {
				one.base = addresses[at%2]
				if one.choose(t.Context()) == nil {
					made.Add(1)
				} else {
					at++ // to the other server
				}
			}
		})
	}
	changing.Wait()
	done()
	killing.Wait()
	t.Logf("%d changes were answered while a server was killed %d times", made.Load(), kills.Load())
	a.kill()
	b.kill()
	c := a.movedToSQLite()
	c.start()
	t.Cleanup(c.kill)
	token = c.accessToken()
	for i, one := range browsers {
		again := signIn(t, "http://"+c.addr, token, fmt.Sprintf("cus_%d", i))
		one.base, one.client = again.base, again.client
		checkAnswered(t, one, 0, i)
	}
	c.checkedByTessera(a.addr + "/log")
	c.kill()
	c.verify()
}

// movedToSQLite is a server on a copy of another's stores: the same entries, and quicker to ask about each
// of them than a stand-in for MongoDB.
func (s *server) movedToSQLite() *server {
	s.t.Helper()
	moved := newServer(s.t)
	from := map[string]string{}
	for _, line := range s.extra {
		name, value, _ := strings.Cut(line, "=")
		from[name] = value
	}
	to := "sqlite:" + filepath.Join(moved.dir, "candor.db")
	out, err := s.run("store", "copy", "--key-store-from", from["CANDOR_KEY_STORE"], from["CANDOR_STORE"], to)
	if err != nil {
		s.t.Fatalf("copy the store: %v\n%s", err, out)
	}
	moved.extra = []string{"CANDOR_BASE_URL=http://" + s.addr, "CANDOR_KEYS=" + from["CANDOR_KEYS"], "CANDOR_CHECKPOINT=" + filepath.Join(moved.dir, "checkpoint")}
	return moved
}

// keepKilling kills a server whenever a hundred changes more were made, and starts it again.
func keepKilling(ctx context.Context, s *server, made, kills *atomic.Int64) {
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for next := int64(100); ; {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		if made.Load() < next {
			continue
		}
		s.kill()
		s.start()
		kills.Add(1)
		next = made.Load() + 100
	}
}

// checkedByTessera has a program that knows tlog-tiles and nothing of Candor check what the server serves.
func (s *server) checkedByTessera(origin string) {
	s.t.Helper()
	program := filepath.Join(s.t.TempDir(), "fsck")
	build := exec.CommandContext(s.t.Context(), "go", "build", "-o", program, "github.com/transparency-dev/tessera/cmd/fsck") // a test's
	build.Dir = filepath.Join("..", "..", "tools", "fsck")
	if out, err := build.CombinedOutput(); err != nil {
		s.t.Fatalf("build fsck: %v\n%s", err, out)
	}
	base := "http://" + s.addr + "/log/"
	vkey := strings.TrimSpace(string(call(s.t, http.MethodGet, base+"vkey", "", "")))
	key := filepath.Join(s.t.TempDir(), "vkey")
	must(s.t, os.WriteFile(key, []byte(vkey), 0o600))
	out, err := exec.CommandContext(s.t.Context(), program, "--ui=false", "--N=4", "--storage_url="+base, "--public_key="+key, "--origin="+origin).CombinedOutput() // as above
	if err != nil || !strings.Contains(string(out), "Successfully fsck'd") {
		s.t.Fatalf("fsck: %v\n%s", err, out)
	}
}
