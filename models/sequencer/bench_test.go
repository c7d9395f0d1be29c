package sequencer_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/sequencer"

	_ "modernc.org/sqlite" // the yardstick uses it bare
)

// BenchmarkAppend measures durable appends by many callers beside a yardstick in the same run: bare
// Ed25519 signing of as many messages on all cores, and bare inserts of rows as large in batches of
// as many as there are callers (at most MaxBatch). It reports the ratio of the two throughputs.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			w := newWorld(b)
			w.log = w.data
			s, _ := w.start()
			appendMany(b, s, callers, callers) // keys made, caches warm
			b.ResetTimer()
			start := time.Now()
			appendMany(b, s, callers, b.N)
			ours := time.Since(start)
			b.StopTimer()
			bare := yardstick(b, b.N, min(callers, sequencer.MaxBatch))
			b.ReportMetric(float64(b.N)/ours.Seconds(), "appends/s")
			b.ReportMetric(float64(b.N)/bare.Seconds(), "bare/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
		})
	}
}

func appendMany(b *testing.B, s *sequencer.Sequencer, callers, n int) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for next.Add(1) <= int64(n) {
				if _, err := s.Append(context.Background(), choose(fmt.Sprintf("cus_%d", c), "usage_analytics", ledger.EventID{})); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// yardstick is the least that n durable signed rows cost.
func yardstick(b *testing.B, n, batch int) time.Duration {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	must(b, err)
	defer func() { must(b, db.Close()) }()
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(b.Context(), "CREATE TABLE rows (seq INTEGER PRIMARY KEY, entry BLOB, sealed BLOB)")
	must(b, err)
	_, key, err := ed25519.GenerateKey(nil)
	must(b, err)
	message, sealed := make([]byte, 500), make([]byte, 400)
	start := time.Now()
	for from := 0; from < n; from += batch {
		size := min(batch, n-from)
		signAll(key, message, size)
		tx, err := db.BeginTx(b.Context(), nil)
		must(b, err)
		insert, err := tx.PrepareContext(b.Context(), "INSERT INTO rows VALUES (?, ?, ?)")
		must(b, err)
		for i := range size {
			_, err := insert.ExecContext(b.Context(), from+i, message, sealed)
			must(b, err)
		}
		must(b, tx.Commit())
	}
	return time.Since(start)
}

func signAll(key ed25519.PrivateKey, message []byte, n int) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				ed25519.Sign(key, message)
			}
		})
	}
	wg.Wait()
}
