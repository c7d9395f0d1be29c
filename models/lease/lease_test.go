package lease_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"candor/models/lease"
	"candor/models/store"
)

var errAway = errors.New("the store is away")

// leases is a store of leases that can be away, or keep its callers waiting.
type leases struct {
	store.Leases // what a Keeper does not ask
	mu           sync.Mutex
	held         map[string]entry
	takes        int
	away         bool          // nothing succeeds
	hangs        chan struct{} // if set, nothing is answered before it is closed
	stays        bool          // no lease is dropped
}

type entry struct {
	holder string
	until  time.Time
}

func (l *leases) set(change func(*leases)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l)
}

func (l *leases) state() (hangs chan struct{}, away, stays bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.takes++
	return l.hangs, l.away, l.stays
}

func (l *leases) TakeLease(_ context.Context, name, holder string, now, until time.Time) error {
	hangs, away, _ := l.state()
	if hangs != nil {
		<-hangs // whatever its caller's context says
	}
	if away {
		return errAway
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.held[name]; ok && e.holder != holder && e.until.After(now) {
		return store.ErrTaken
	}
	l.held[name] = entry{holder, until}
	return nil
}

func (l *leases) DropLease(_ context.Context, name, holder string) error {
	_, away, stays := l.state()
	if away || stays {
		return errAway
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[name].holder == holder {
		delete(l.held, name)
	}
	return nil
}

func (l *leases) holder(name string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held[name].holder
}

const lasts = 30 * time.Second

func newLeases() *leases { return &leases{held: map[string]entry{}} }

func keeper(l *leases, holder string) *lease.Keeper {
	return &lease.Keeper{Store: l, Holder: holder, Clock: time.Now, Logger: slog.New(slog.DiscardHandler), Lasts: lasts}
}

// server is one of those that want to do the work: it says who began, and who ended and why.
type server struct {
	stop func()
	did  chan string
}

func start(l *leases, name string, did chan string) *server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{did: did}
	var running sync.WaitGroup
	running.Go(func() {
		keeper(l, name).Run(ctx, "sweep", func(ctx context.Context) error {
			did <- name + " began"
			<-ctx.Done()
			if errors.Is(context.Cause(ctx), lease.ErrLost) {
				did <- name + " lost it"
			} else {
				did <- name + " ended"
			}
			return nil
		})
	})
	s.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	return s
}

func expect(t *testing.T, did chan string, want string) {
	t.Helper()
	if got := <-did; got != want {
		t.Fatalf("%s, not %s", got, want)
	}
}

func TestOneOfManyWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, did := newLeases(), make(chan string, 100)
		first := start(l, "first", did)
		expect(t, did, "first began")
		second, third := start(l, "second", did), start(l, "third", did)
		time.Sleep(time.Hour) // of the test's own clock
		synctest.Wait()
		if len(did) != 0 {
			t.Fatalf("within an hour %s", <-did)
		}
		stopped := time.Now()
		first.stop()
		expect(t, did, "first ended")
		next := <-did
		if took := time.Since(stopped); next == "first began" || took > lasts/3 {
			t.Errorf("%s, %s after the lease was dropped", next, took)
		}
		second.stop()
		third.stop()
		if h := l.holder("sweep"); h != "" {
			t.Errorf("%s still has the lease after all have stopped", h)
		}
	})
}

func TestDeadHolderIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, did := newLeases(), make(chan string, 100)
		dead := start(l, "dead", did)
		expect(t, did, "dead began")
		time.Sleep(time.Minute)
		l.set(func(l *leases) { l.stays = true })
		dead.stop()
		died := time.Now()
		expect(t, did, "dead ended")
		l.set(func(l *leases) { l.stays = false })
		next := start(l, "next", did)
		expect(t, did, "next began")
		if took := time.Since(died); took < lasts/2 || took > lasts+lasts/3 {
			t.Errorf("the next one began after %s", took)
		}
		next.stop()
	})
}

// Work must have been told to end before anybody else can have the lease, whatever keeps it from
// being renewed; and it is taken up again when the store is back.
func TestWorkEndsBeforeItsLease(t *testing.T) {
	never := make(chan struct{})
	for name, broken := range map[string]func(*leases){
		"away": func(l *leases) { l.away = true },
		"mute": func(l *leases) { l.hangs = never },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, did := newLeases(), make(chan string, 100)
				release := make(chan struct{}) // made in here, for the clock to wait for it
				s := start(l, "one", did)
				expect(t, did, "one began")
				time.Sleep(time.Minute + time.Second)
				synctest.Wait()
				var until time.Time
				l.set(func(l *leases) {
					until = l.held["sweep"].until
					if broken(l); l.hangs != nil {
						l.hangs = release
					}
				})
				expect(t, did, "one lost it")
				if left := time.Until(until); left <= 0 || left > lasts/2 {
					t.Errorf("it was told to end %s before the lease did", left)
				}
				l.set(func(l *leases) { l.away, l.hangs = false, nil })
				close(release)
				expect(t, did, "one began")
				s.stop()
			})
		})
	}
}

// A short fault that a renewal survives is no reason to end.
func TestShortFaultIsOutlived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, did := newLeases(), make(chan string, 100)
		s := start(l, "one", did)
		expect(t, did, "one began")
		for range 10 {
			l.set(func(l *leases) { l.away = true })
			time.Sleep(lasts/2 - lasts/10)
			l.set(func(l *leases) { l.away = false })
			time.Sleep(lasts)
		}
		synctest.Wait()
		if len(did) != 0 {
			t.Error(<-did)
		}
		s.stop()
	})
}

func TestUsurpedLeaseEndsWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, did := newLeases(), make(chan string, 100)
		s := start(l, "one", did)
		expect(t, did, "one began")
		l.set(func(l *leases) { l.held["sweep"] = entry{"other", time.Now().Add(time.Hour)} })
		usurped := time.Now()
		expect(t, did, "one lost it")
		if took := time.Since(usurped); took > lasts/3 {
			t.Errorf("it went on for %s", took)
		}
		s.stop()
		if h := l.holder("sweep"); h != "other" {
			t.Errorf("the other's lease is now %q's", h)
		}
	})
}

// The lease is renewed for as long as work takes to end that was told to.
func TestLeaseLastsUntilWorkReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLeases()
		ctx, cancel := context.WithCancel(t.Context())
		held, err := keeper(l, "slow").Try(ctx, "sweep", func(ctx context.Context) error {
			cancel()
			time.Sleep(10 * lasts)
			if held, err := keeper(l, "other").Try(context.WithoutCancel(ctx), "sweep", nil); held || err != nil {
				t.Errorf("another took it: %v, %v", held, err)
			}
			return ctx.Err()
		})
		if !held || !errors.Is(err, context.Canceled) || errors.Is(err, lease.ErrLost) || l.holder("sweep") != "" {
			t.Errorf("held %v, %v; then it is %q's", held, err, l.holder("sweep"))
		}
	})
}

func TestTry(t *testing.T) {
	errWork := errors.New("work failed")
	nothing := func(context.Context) error { return nil }
	for _, tt := range []struct {
		name  string
		store func(*leases)
		work  func(context.Context) error
		held  bool
		err   error
	}{
		{"free", func(*leases) {}, nothing, true, nil},
		{"fails", func(*leases) {}, func(context.Context) error { return errWork }, true, errWork},
		{"another's", func(l *leases) { l.held["a"] = entry{"other", time.Now().Add(time.Hour)} }, nothing, false, nil},
		{"another's that is over", func(l *leases) { l.held["a"] = entry{"other", time.Now()} }, nothing, true, nil},
		{"away", func(l *leases) { l.away = true }, nothing, false, errAway},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLeases()
			tt.store(l)
			began := false
			held, err := keeper(l, "one").Try(t.Context(), "a", func(ctx context.Context) error { began = true; return tt.work(ctx) })
			if held != tt.held || began != tt.held || !errors.Is(err, tt.err) {
				t.Errorf("held %v, began %v, %v", held, began, err)
			}
		})
	}
}

// One holder is one server: two of its workers never have the same lease.
func TestOneWorkerOfAServer(t *testing.T) {
	l := newLeases()
	k := keeper(l, "one")
	held, err := k.Try(t.Context(), "a", func(ctx context.Context) error {
		if held, err := k.Try(ctx, "a", nil); held || err != nil {
			t.Errorf("twice: %v, %v", held, err)
		}
		held, err := k.Try(ctx, "b", func(context.Context) error { return nil })
		if !held || err != nil {
			t.Errorf("another lease: %v, %v", held, err)
		}
		return nil
	})
	if !held || err != nil {
		t.Errorf("%v, %v", held, err)
	}
}

// Work that ends or fails is done again, at a walking pace, and a failure is told.
func TestRunGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		k := keeper(newLeases(), "one")
		k.Logger = slog.New(slog.NewTextHandler(&logged, nil))
		ctx, cancel := context.WithTimeout(t.Context(), 10*lasts+time.Second)
		defer cancel()
		n := 0
		k.Run(ctx, "sweep", func(context.Context) error {
			if n++; n == 5 {
				return errors.New("disk full")
			}
			return nil
		})
		if n != 31 {
			t.Errorf("done %d times within ten times the length of a lease", n)
		}
		if strings.Count(logged.String(), "disk full") != 1 {
			t.Errorf("logged: %s", logged.String())
		}
	})
}

func TestIdleCost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, did := newLeases(), make(chan string, 100)
		one, two := start(l, "one", did), start(l, "two", did)
		time.Sleep(time.Hour)
		synctest.Wait()
		if limit := 2 * int(time.Hour/(lasts/3)); l.takes > limit+2 {
			t.Errorf("the store was asked %d times within an hour", l.takes)
		}
		one.stop()
		two.stop()
	})
}
