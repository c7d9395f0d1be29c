package main_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"candor/models/store/mongo/mongotest"
)

// Two servers write one log on one database while customers change their minds, half of them on each, and
// one of the two is killed in the middle and started again; customers whom it leaves go to the other, as a
// proxy would send them, until the next round. What was answered is in the log once; nothing else is, but what
// was asked and never answered.
func TestTwoServersWriteOneLog(t *testing.T) {
	const customers, each = 64, 8 // changes of each customer in a round
	rounds := 4
	if mongotest.Real() {
		rounds = 40
	}
	a := newServer(t)
	a.extra = onMongoDB(t, a.dir)
	b := newServer(t)
	b.extra = append([]string{"CANDOR_BASE_URL=http://" + a.addr}, a.extra...)
	a.start()
	b.start()
	t.Cleanup(func() { a.kill(); b.kill() })
	token := a.accessToken()
	browsers := make([]*browser, customers)
	for i := range browsers {
		browsers[i] = signIn(t, "http://"+a.addr, token, fmt.Sprintf("cus_%d", i))
		must(t, browsers[i].read(t.Context()))
	}
	for range rounds {
		killedHalfway(t, a, b, browsers, each)
	}
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
		if one.answered < rounds*each {
			t.Errorf("the log has %d changes of customer %d, who made %d", one.answered, i, rounds*each)
		}
	}
	c.checkedByTessera(a.addr + "/log")
	c.kill()
	c.verify()
}

// killedHalfway has each customer make some changes, and kills b when half of all are made.
func killedHalfway(t *testing.T, a, b *server, browsers []*browser, each int) {
	t.Helper()
	addresses := []string{"http://" + a.addr, "http://" + b.addr}
	half := int64(len(browsers) * each / 2)
	var made atomic.Int64
	halfway := make(chan struct{})
	var changing sync.WaitGroup
	for i, one := range browsers {
		changing.Go(func() {
			for at, n := i, 0; n < each && t.Context().Err() == nil; {
				one.base = addresses[at%2]
				if one.choose(t.Context()) != nil {
					at++ // to the other server
					continue
				}
				n++
				if made.Add(1) == half {
					close(halfway)
				}
			}
		})
	}
	<-halfway
	b.kill()
	b.start()
	changing.Wait()
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

// checkedByTessera has a program that knows tlog-tiles and nothing of Candor check what the server serves.
func (s *server) checkedByTessera(origin string) {
	s.t.Helper()
	program := build(s.t, filepath.Join("..", "..", "tools", "fsck"), "github.com/transparency-dev/tessera/cmd/fsck")
	base := "http://" + s.addr + "/log/"
	vkey := strings.TrimSpace(string(call(s.t, http.MethodGet, base+"vkey", "", "")))
	key := filepath.Join(s.t.TempDir(), "vkey")
	must(s.t, os.WriteFile(key, []byte(vkey), 0o600))
	out, err := exec.CommandContext(s.t.Context(), program, "--ui=false", "--N=4", "--storage_url="+base, "--public_key="+key, "--origin="+origin).CombinedOutput() // as above
	if err != nil || !strings.Contains(string(out), "Successfully fsck'd") {
		s.t.Fatalf("fsck: %v\n%s", err, out)
	}
}
