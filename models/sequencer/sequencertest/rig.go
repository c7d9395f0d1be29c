// Package sequencertest runs logs on fresh embedded stores, for tests of what stands on a log.
package sequencertest

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
	"candor/models/sequencer"
	"candor/models/store"
	"candor/models/store/file"
	"candor/models/store/sqlite"
)

// Origin is that of the log.
const Origin = "privacy.example.test/log"

// Rig is what the servers of one log share: stores, keys, and a clock that stands until the test moves it.
type Rig struct {
	Data        *sqlite.Store
	KeyStore    *sqlite.KeyStore
	Checkpoints store.Checkpoints
	Set         *keys.Set

	t   testing.TB
	mu  sync.Mutex
	now time.Time
}

// New makes one in a folder of the test's own; all is closed when the test ends.
func New(t testing.TB, now time.Time) *Rig {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	r := &Rig{t: t, now: now}
	var err error
	r.Data, err = sqlite.Open(ctx, filepath.Join(dir, "candor.db"))
	must(t, err)
	t.Cleanup(func() { must(t, r.Data.Close()) })
	r.KeyStore, err = sqlite.OpenKeys(ctx, filepath.Join(dir, "keys.db"))
	must(t, err)
	t.Cleanup(func() { must(t, r.KeyStore.Close()) })
	r.Checkpoints, err = file.Checkpoints(filepath.Join(dir, "checkpoint"))
	must(t, err)
	r.Set, err = keys.OpenFiles(filepath.Join(dir, "keys"), Origin, rand.Reader)
	must(t, err)
	return r
}

// Time is the clock's.
func (r *Rig) Time() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// Pass lets time go by.
func (r *Rig) Pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// Ring is that of one more server.
func (r *Rig) Ring() *keys.Ring {
	return keys.NewRing(keys.RingConfig{Store: r.KeyStore, Master: r.Set.Master})
}

// Start runs the log of one more server until the test ends. It knows the log's state as it was at most
// maxAge ago; 0 is the sequencer's own choice.
func (r *Rig) Start(ring *keys.Ring, maxAge time.Duration) *sequencer.Sequencer {
	r.t.Helper()
	verifier, err := ledger.NewVerifierKey(r.Set.CheckpointVerifier)
	must(r.t, err)
	s, err := sequencer.New(r.t.Context(), sequencer.Config{
		Origin: Origin, Log: r.Data, Standings: r.Data, Checkpoints: r.Checkpoints, Ring: ring,
		EntryKey: r.Set.Entry, Checkpoint: r.Set.Checkpoint, Verifier: verifier,
		Public: []ledger.PublishedKey{
			{Key: r.Set.Entry.Public(), Use: ledger.UseEntry}, {Key: r.Set.Document.Public(), Use: ledger.UseDocument},
		},
		MaxAge: maxAge, Clock: r.Time, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	})
	must(r.t, err)
	running, stop := context.WithCancel(context.WithoutCancel(r.t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(running) }()
	r.t.Cleanup(func() { stop(); must(r.t, <-done) })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
