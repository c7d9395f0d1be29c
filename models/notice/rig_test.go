package notice_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/store"
	"candor/models/store/file"
	"candor/models/store/sqlite"
)

const origin = "privacy.example.test/log"

// rig is one store, for any number of servers.
type rig struct {
	testing.TB
	data        *sqlite.Store
	set         *keys.Set
	keyStore    *sqlite.KeyStore
	checkpoints store.Checkpoints

	mu  sync.Mutex
	now time.Time
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		check(tb, err)
		return v
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func newRig(t *testing.T) *rig {
	t.Helper()
	dir := t.TempDir()
	r := &rig{TB: t, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	r.data = must[*sqlite.Store](t)(sqlite.Open(t.Context(), filepath.Join(dir, "candor.db")))
	r.keyStore = must[*sqlite.KeyStore](t)(sqlite.OpenKeys(t.Context(), filepath.Join(dir, "keys.db")))
	t.Cleanup(func() { check(t, r.data.Close()); check(t, r.keyStore.Close()) })
	r.set = must[*keys.Set](t)(keys.OpenFiles(filepath.Join(dir, "keys"), origin, rand.Reader))
	var err error
	r.checkpoints, err = file.Checkpoints(filepath.Join(dir, "checkpoint"))
	check(t, err)
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// sequencer is that of one more server.
func (r *rig) sequencer() *sequencer.Sequencer {
	r.Helper()
	verifier, err := ledger.NewVerifierKey(r.set.CheckpointVerifier)
	check(r, err)
	s := must[*sequencer.Sequencer](r)(sequencer.New(r.Context(), sequencer.Config{
		Origin: origin, Log: r.data, Standings: r.data, Checkpoints: r.checkpoints,
		Ring:     keys.NewRing(keys.RingConfig{Store: r.keyStore, Master: r.set.Master}),
		EntryKey: r.set.Entry, Checkpoint: r.set.Checkpoint, Verifier: verifier,
		Public: []ledger.PublishedKey{
			{Key: r.set.Entry.Public(), Use: ledger.UseEntry}, {Key: r.set.Document.Public(), Use: ledger.UseDocument},
		},
		Clock: r.clock, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	}))
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	r.Cleanup(func() { cancel(); check(r, <-done) })
	return s
}

func (r *rig) service(p store.Publications, log notice.Log) *notice.Service {
	r.Helper()
	return must[*notice.Service](r)(notice.New(r.Context(), p, log, r.clock))
}

// version is a notice in two languages.
func (r *rig) version(key string, n int, body string) notice.Notice {
	return notice.Notice{
		Key: key, Version: n, EffectiveAt: time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC),
		Texts: map[string]notice.Text{
			"en": {Title: key, Summary: "What we do.", Body: body}, "de": {Title: key, Summary: "Was wir tun.", Body: body},
		},
	}
}

// published counts the entries of the log that publish a notice or a purpose, by what they say.
func (r *rig) published(s *sequencer.Sequencer) map[string]int {
	r.Helper()
	check(r, s.Refresh(r.Context()))
	out := map[string]int{}
	for _, seq := range must[[]uint64](r)(r.data.Public(r.Context(), 0, 1000)) {
		detail := must[sequencer.Result](r)(s.Entry(r.Context(), seq)).Detail
		switch detail.Kind {
		case ledger.NoticePublished:
			out[detail.Notice.Key+" "+detail.Notice.Locale]++
		case ledger.PurposeChanged:
			out[detail.Purpose]++
		}
	}
	return out
}
