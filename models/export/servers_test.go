package export

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models"
	"candor/models/lease"
	"candor/models/store"
)

// Of several servers over one store one makes each archive, whichever was asked; any of them shows it
// and hands it out.
func TestEachArchiveIsMadeOnce(t *testing.T) {
	r := newRig(t)
	var customers []string
	var lines strings.Builder
	for i := range 10 {
		customers = append(customers, fmt.Sprintf("many_%d", i))
		fmt.Fprintf(&lines, `{"type":"customer","ref":%q,"name":"N"}`+"\n", customers[i])
	}
	r.load(t.Context(), strings.NewReader(lines.String()))
	var created sync.Map
	servers := make([]*Service, 3)
	for i := range servers {
		servers[i] = r.service()
		servers[i].Sweep = time.Millisecond // so that they race for each
		servers[i].Created = func(ctx context.Context, customer, archive string) error {
			n, _ := created.LoadOrStore(archive, new(atomic.Int64))
			n.(*atomic.Int64).Add(1)
			return r.created(ctx, customer, archive)
		}
		t.Cleanup(r.run(servers[i]))
	}
	for i, customer := range customers {
		must[store.Archive](t)(servers[i%len(servers)].Ask(t.Context(), Request{Customer: customer}))
	}
	for range customers {
		a := r.await()
		if n, _ := created.Load(a.ID); n == nil || n.(*atomic.Int64).Load() != 1 {
			t.Errorf("archive %s was not made exactly once", a.ID)
		}
		for _, s := range servers {
			if got := must[store.Archive](t)(s.Status(t.Context(), a.Customer, a.ID)); got.State != StateReady {
				t.Errorf("a server shows it as %s", got.State)
			}
			unzip(t, r.read(s, a, 0, -1))
		}
	}
}

func TestAskedTwiceOnTwoServers(t *testing.T) {
	r := newRig(t)
	one, two := r.service(), r.service()
	a := must[store.Archive](t)(one.Ask(t.Context(), Request{Customer: ada, Locale: "de"}))
	again, err := two.Ask(t.Context(), Request{Customer: ada, Locale: "de"})
	if err != nil || again.ID != a.ID {
		t.Errorf("asked again: %s, %v", again.ID, err)
	}
	if _, err := two.Ask(t.Context(), Request{Customer: ada}); !errors.Is(err, ErrRunning) {
		t.Errorf("asked for another: %v", err)
	}
}

// Of two who ask two servers at the same moment, neither gets a second archive.
func TestAskedTwiceAtOnce(t *testing.T) {
	r := newRig(t)
	one, two := r.service(), r.service()
	sources := *r.sources
	one.Sources = &sources
	asked := false
	sources.Directory = meanwhile{r.sources.Directory, func() {
		asked = true
		if a, err := two.Ask(t.Context(), Request{Customer: ada}); !errors.Is(err, ErrRunning) {
			t.Errorf("archive %q, %v", a.ID, err)
		}
	}}
	must[store.Archive](t)(one.Ask(t.Context(), Request{Customer: ada}))
	if list := must[[]store.Archive](t)(two.List(t.Context(), ada)); len(list) != 1 || !asked {
		t.Errorf("%d archives", len(list))
	}
}

// meanwhile is a directory before whose counting of records something happens.
type meanwhile struct {
	Directory
	do func()
}

func (m meanwhile) Tallies(ctx context.Context, customer string) (map[string]models.Tally, error) {
	m.do()
	return m.Directory.Tallies(ctx, customer)
}

// deadLeases are those of a server that died: it drops none.
type deadLeases struct{ store.Leases }

func (deadLeases) DropLease(context.Context, string, string) error { return errors.New("dead") }

// Whoever is killed while making an archive leaves it to the next, who makes it whole, once.
func TestDeadMakerIsReplaced(t *testing.T) {
	r := newRig(t)
	held := &slow{Records: r.billing, reached: make(chan struct{}), let: make(chan struct{})}
	dead := r.service()
	dead.Leases = r.keeper(deadLeases{r.Data})
	sources := *r.sources
	sources.Records = held
	dead.Sources = &sources
	a := must[store.Archive](t)(dead.Ask(t.Context(), Request{Customer: ada}))
	kill := r.run(dead)
	<-held.reached
	before := must[store.Archive](t)(r.Data.Archive(t.Context(), a.ID))
	kill()
	for n := range 9 { // what it had written
		check(t, r.Data.PutChunk(t.Context(), before.Attempt, n, []byte("torn")))
	}

	next := r.service()
	if next.makeOne(t.Context()) {
		t.Fatal("it was taken from a server that may yet live")
	}
	r.Pass(lease.Lasts)
	stop := r.run(next)
	done := r.await()
	stop()
	if done.ID != a.ID || done.State != StateReady {
		t.Fatalf("settled: %+v", done)
	}
	u := unzip(t, r.read(next, done, 0, -1))
	if lines := evidence(t, u.file("consents/log.jsonl")); len(lines) != 1 {
		t.Errorf("the log has %d entries about one download", len(lines))
	}
	if _, err := r.Data.Chunk(t.Context(), before.Attempt, 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a chunk of the first attempt is left: %v", err)
	}
}

// A server that stood still for longer than its lease lasts and then goes on spoils nothing: neither by
// ending what it made, nor by failing.
func TestLateMakerSpoilsNothing(t *testing.T) {
	for name, end := range map[string]error{"makes it": nil, "fails": errors.New("disk on fire")} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			late, next := r.service(), r.service()
			sources := *r.sources
			late.Sources = &sources
			a := must[store.Archive](t)(late.Ask(t.Context(), Request{Customer: ada}))
			var made store.Archive
			sources.Records = &interrupted{Records: r.billing, do: func() error {
				r.Pass(lease.Lasts)
				if !next.makeOne(t.Context()) {
					t.Error("the next server did not take over")
					return end
				}
				made = r.await()
				return end
			}}
			late.makeOne(t.Context())
			kept := must[store.Archive](t)(next.Status(t.Context(), ada, a.ID))
			if kept.State != StateReady || kept.Attempt != made.Attempt {
				t.Errorf("it is %s, of attempt %s, not of %s", kept.State, kept.Attempt, made.Attempt)
			}
			unzip(t, r.read(next, kept, 0, -1))
			if name == "makes it" && !strings.Contains(r.logged.String(), "did not come to an end") {
				t.Errorf("logged: %s", r.logged)
			}
		})
	}
}

// interrupted is records before which something happens, once.
type interrupted struct {
	Records
	once sync.Once
	do   func() error
}

func (i *interrupted) Each(ctx context.Context, customer, category string, from, to time.Time, fn func(models.Record) error) error {
	var err error
	i.once.Do(func() { err = i.do() })
	if err != nil {
		return err
	}
	return i.Records.Each(ctx, customer, category, from, to, fn)
}
