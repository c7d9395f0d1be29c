package notice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/store"
)

// stored is store.Publications under a name that is not that of its method.
type stored = store.Publications

// watched can be away, and counts how often it is read.
type watched struct {
	stored
	mu    sync.Mutex
	away  error
	reads int
	gives []store.Publication // if set, what readers are given
}

func (w *watched) Publications(ctx context.Context, kind string) ([]store.Publication, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if kind != "notice" {
		return w.stored.Publications(ctx, kind)
	}
	w.reads++
	if w.away != nil || w.gives != nil {
		return w.gives, w.away
	}
	return w.stored.Publications(ctx, kind)
}

func TestAnotherServerPublishes(t *testing.T) {
	r := newRig(t)
	log := r.sequencer()
	one, two := r.service(r.Data, log), r.service(r.Data, log)
	check(t, one.Publish(t.Context(), r.version("privacy", 1, "We count.")))
	if _, err := two.Current("privacy"); !errors.Is(err, notice.ErrUnknown) {
		t.Fatalf("known before it was read: %v", err)
	}
	check(t, two.Refresh(t.Context()))
	mine, theirs := must[notice.Notice](t)(one.Current("privacy")), must[notice.Notice](t)(two.Current("privacy"))
	if mine.Ref("de") != theirs.Ref("de") || mine.Texts["de"] != theirs.Texts["de"] {
		t.Errorf("%+v is not %+v", theirs, mine)
	}
	// The next version may come from whichever, though it has not been told of the one before.
	check(t, two.Publish(t.Context(), r.version("privacy", 2, "We count more.")))
	check(t, one.Publish(t.Context(), r.version("privacy", 3, "We count most.")))
	if got := one.Versions("privacy"); len(got) != 3 || got[1].Texts["en"].Body != "We count more." {
		t.Errorf("versions: %+v", got)
	}
	if err := two.Publish(t.Context(), r.version("privacy", 3, "Other words.")); err == nil || !strings.Contains(err.Error(), "other words") {
		t.Errorf("other words for what another server has published: %v", err)
	}
}

func TestRefreshKeepsWhatItHas(t *testing.T) {
	r := newRig(t)
	log := r.sequencer()
	w := &watched{stored: r.Data}
	s := r.service(w, log)
	check(t, s.Publish(t.Context(), r.version("privacy", 1, "We count.")))
	errAway := errors.New("the store is away")
	for name, fault := range map[string]func(){
		"away": func() { w.away = errAway },
		"garbled": func() {
			w.gives = []store.Publication{{Kind: "notice", Key: "other", Version: 1, Content: []byte("{")}}
		},
		"a gap": func() {
			w.gives = []store.Publication{{Kind: "notice", Key: "other", Version: 2, Content: []byte("{}")}}
		},
		"older": func() { w.gives = []store.Publication{} },
	} {
		fault()
		err := s.Refresh(t.Context())
		if (err == nil) != (name == "older") || name == "away" && !errors.Is(err, errAway) {
			t.Errorf("%s: %v", name, err)
		}
		w.away, w.gives = nil, nil
		if n, err := s.Current("privacy"); err != nil || n.Texts["en"].Body != "We count." || len(s.Keys()) != 1 {
			t.Errorf("%s: then it is %+v, %v", name, n, err)
		}
	}
}

// What another server keeps only after its entry was seen is found; and when the time for that is over,
// the store is left alone.
func TestFollow(t *testing.T) {
	r := newRig(t)
	log := r.sequencer()
	w := &watched{stored: r.Data}
	one, two := r.service(r.Data, log), r.service(w, log)
	follow := func(seen uint64) int {
		t.Helper()
		before := w.reads
		check(t, two.Follow(t.Context(), seen))
		return w.reads - before
	}
	if follow(0) != 1 { // what was said before the start and is kept after it
		t.Error("not read after the start")
	}
	r.Pass(2 * time.Minute)
	if follow(0) != 0 {
		t.Error("read though there is no news")
	}
	if follow(7) != 1 {
		t.Error("not read though there is news")
	}
	check(t, one.Publish(t.Context(), r.version("privacy", 1, "We count.")))
	if follow(7) != 1 {
		t.Error("not read again")
	}
	check(t, errOf(two.Current("privacy")))
	r.Pass(2 * time.Minute)
	if follow(7) != 0 {
		t.Error("read for ever")
	}
	if follow(8) != 1 {
		t.Error("not read at the next news")
	}
}

func errOf(_ notice.Notice, err error) error { return err }

// Servers that start at the same moment with the same new files, each with a sequencer of its own, all
// succeed, and the log says everything once.
func TestServersStartAtOnce(t *testing.T) {
	r := newRig(t)
	const servers = 4
	logs := make([]*sequencer.Sequencer, servers)
	services := make([]*notice.Service, servers)
	for i := range servers {
		logs[i] = r.sequencer()
		services[i] = r.service(r.Data, logs[i])
	}
	errs := make([]error, servers)
	var publishing sync.WaitGroup
	for i, s := range services {
		publishing.Go(func() {
			for _, key := range []string{"analytics", "privacy"} {
				for v := 1; v <= 2; v++ {
					errs[i] = errors.Join(errs[i], s.Publish(t.Context(), r.version(key, v, fmt.Sprint("Text of ", v))))
				}
			}
		})
	}
	publishing.Wait()
	check(t, errors.Join(errs...))
	for what, n := range r.published(logs[0]) {
		if n != 2 { // versions
			t.Errorf("the log has %d entries about %s", n, what)
		}
	}
	for _, s := range services[1:] {
		for _, key := range s.Keys() {
			for v := 1; v <= 2; v++ {
				a, b := must[notice.Notice](t)(s.Version(key, v)), must[notice.Notice](t)(services[0].Version(key, v))
				if a.Texts["de"] != b.Texts["de"] || a.Texts["en"] != b.Texts["en"] {
					t.Errorf("%s %d: %+v is not %+v", key, v, a, b)
				}
			}
		}
	}
}

// raced is a store in which somebody else publishes just before.
type raced struct {
	stored
	before func()
}

func (r *raced) Publish(ctx context.Context, p store.Publication) error {
	r.before()
	return r.stored.Publish(ctx, p)
}

func TestOvertakenWhilePublishing(t *testing.T) {
	for _, tt := range []struct {
		name, theirs string
		ok           bool
	}{
		{"the same", "We count.", true},
		{"other words", "We do not count.", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			one, two := r.sequencer(), r.sequencer()
			faster := r.service(r.Data, two)
			s := r.service(&raced{stored: r.Data, before: func() {
				check(t, faster.Publish(t.Context(), r.version("privacy", 1, tt.theirs)))
			}}, one)
			err := s.Publish(t.Context(), r.version("privacy", 1, "We count."))
			if (err == nil) != tt.ok || err != nil && !strings.Contains(err.Error(), "other words") {
				t.Errorf("%v", err)
			}
			if n := must[notice.Notice](t)(s.Current("privacy")); n.Texts["en"].Body != tt.theirs {
				t.Errorf("in force is %q", n.Texts["en"].Body)
			}
		})
	}
}

// Readers are never kept waiting, nor shown less than there was.
func TestReadersBesideRefreshes(t *testing.T) {
	r := newRig(t)
	log := r.sequencer()
	one, two := r.service(r.Data, log), r.service(r.Data, log)
	check(t, one.Publish(t.Context(), r.version("privacy", 1, "We count.")))
	check(t, two.Refresh(t.Context()))
	stop := make(chan struct{})
	var working sync.WaitGroup
	for range 2 {
		working.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := two.Refresh(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
		working.Go(func() {
			for last := 0; last < 10; {
				n := len(two.Versions("privacy"))
				if n < last || n == 0 {
					t.Errorf("%d versions after %d", n, last)
					return
				}
				last = n
			}
		})
	}
	for v := 2; v <= 10; v++ {
		check(t, []*notice.Service{one, two}[v%2].Publish(t.Context(), r.version("privacy", v, "We count.")))
	}
	check(t, two.Refresh(t.Context()))
	close(stop)
	working.Wait()
}
