package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store/file"
	"candor/models/store/sqlite"
)

const origin = "privacy.example.test/log"

// turns is how many appends each caller makes before the other log's turn comes: few enough that what else the
// machine does falls on both alike, and enough that the last, incomplete batch does not count.
const turns = 32

// appender is a log that takes one entry and returns when it is durable and integrated.
type appender interface {
	append(caller int) error
}

// BenchmarkAppendBesideTessera has as many callers append to Candor's log and to one of Tessera's POSIX appender,
// turn by turn in one run, both in the benchmark's own folder (TMPDIR says on which disk). Entries are of the same size;
// Candor's are signed, chained, opened by nobody but their owner, and projected, which Tessera's are not. Tessera is
// given the settings that served it best in a trial before. quality.md asks for a ratio of 1.
func BenchmarkAppendBesideTessera(b *testing.B) {
	for _, callers := range []int{64, 1024} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			ours, size := newCandor(b, callers)
			theirs := best(b, callers, size)
			b.Logf("entries of %d bytes; Tessera with %s", size, theirs)
			appended := 0
			var spent, tessera time.Duration
			for b.Loop() {
				n := turns * callers
				tessera += appendMany(b, theirs, callers, n)
				spent += appendMany(b, ours, callers, n)
				appended += n
			}
			b.ReportMetric(float64(appended)/spent.Seconds(), "appends/s")
			b.ReportMetric(float64(appended)/tessera.Seconds(), "tessera/s")
			b.ReportMetric(tessera.Seconds()/spent.Seconds(), "ratio")
		})
	}
}

// appendMany makes n appends and says how long they took.
func appendMany(b *testing.B, to appender, callers, n int) time.Duration {
	b.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	start := time.Now()
	for caller := range callers {
		group.Go(func() {
			for next.Add(1) <= int64(n) {
				if err := to.append(caller); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

// candor is the real sequencer over the embedded store.
type candor struct{ log *sequencer.Sequencer }

// newCandor makes a log in which every caller has a customer, and says how long its entries are.
func newCandor(b *testing.B, callers int) (candor, int) {
	b.Helper()
	dir := b.TempDir()
	data := must(sqlite.Open(b.Context(), filepath.Join(dir, "candor.db")))(b)
	b.Cleanup(func() { _ = data.Close() })
	keyStore := must(sqlite.OpenKeys(b.Context(), filepath.Join(dir, "keys.db")))(b)
	b.Cleanup(func() { _ = keyStore.Close() })
	set := must(keys.OpenFiles(filepath.Join(dir, "keys"), origin, rand.Reader))(b)
	c := candor{must(sequencer.New(b.Context(), sequencer.Config{
		Origin: origin, Log: data, Standings: data, Ring: keys.NewRing(keys.RingConfig{Store: keyStore, Master: set.Master}),
		Checkpoints: must(file.Checkpoints(filepath.Join(dir, "checkpoint")))(b), EntryKey: set.Entry, Checkpoint: set.Checkpoint,
		Public: []ledger.PublishedKey{
			{Key: set.Entry.Public(), Use: ledger.UseEntry}, {Key: set.Document.Public(), Use: ledger.UseDocument},
		},
		Verifier: must(ledger.NewVerifierKey(set.CheckpointVerifier))(b),
		Clock:    time.Now, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	}))(b)}
	running, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- c.log.Run(running) }()
	b.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			b.Error(err)
		}
	})
	appendMany(b, c, callers, callers) // keys made, caches warm
	last := must(c.log.Entry(b.Context(), c.log.Head().Size-1))(b)
	return c, len(last.Entry.Raw)
}

func (c candor) append(caller int) error {
	_, err := c.log.Append(context.Background(), sequencer.Event{
		Subject: fmt.Sprintf("cus_%d", caller),
		Propose: func(sequencer.Position) (ledger.Detail, error) {
			return ledger.Detail{
				Kind: ledger.ConsentGiven, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Purpose: "usage_analytics",
				State: string(models.Given), Channel: "web",
			}, nil
		},
	})
	return err
}

// must makes a function that ends the benchmark on an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(b testing.TB) T {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
}
