package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	tessera "github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"
)

// batching is what Tessera lets its operator choose about a flush: after so many entries or so long a wait.
type batching struct {
	size uint
	age  time.Duration
}

func (s batching) String() string { return fmt.Sprintf("batches of %d or %s", s.size, s.age) }

// tesseraLog is Tessera's POSIX appender.
type tesseraLog struct {
	batching
	appender *tessera.Appender
	size     int
}

// best tries settings and gives a log with those that were fastest: one batch for all callers, halves and quarters
// of them, so that some wait while others are written, and Tessera's default of 256.
func best(b *testing.B, callers, size int) tesseraLog {
	b.Helper()
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard) // it tells about each new log
	var fastest tesseraLog
	var least time.Duration
	sizes := []int{callers, callers / 2, callers / 4, tessera.DefaultBatchMaxSize}
	slices.Sort(sizes)
	for _, n := range slices.Compact(sizes) {
		for _, age := range []time.Duration{2 * time.Millisecond, 10 * time.Millisecond, 50 * time.Millisecond} {
			if n > callers && age > 2*time.Millisecond {
				continue // it would wait for callers that there are not
			}
			log := newTessera(b, batching{uint(n), age}, size)
			appendMany(b, log, callers, callers)
			spent := appendMany(b, log, callers, turns*callers)
			b.Logf("tried %s: %.0f a second", log, float64(turns*callers)/spent.Seconds())
			if least == 0 || spent < least {
				fastest, least = log, spent
			}
		}
	}
	return fastest
}

func newTessera(b *testing.B, s batching, size int) tesseraLog {
	b.Helper()
	private, _, err := note.GenerateKey(rand.Reader, "tessera.example.test/log")
	if err != nil {
		b.Fatal(err)
	}
	signer := must(note.NewSigner(private))(b)
	ctx, stop := context.WithCancel(context.Background())
	driver := must(posix.New(ctx, posix.Config{Path: b.TempDir()}))(b)
	options := tessera.NewAppendOptions().WithCheckpointSigner(signer).WithBatching(s.size, s.age)
	log, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = shutdown(context.Background()) // it waits for a checkpoint; what was measured is over
		stop()
	})
	return tesseraLog{s, log, size}
}

var errRepeated = errors.New("taken for one that was there")

func (t tesseraLog) append(int) error {
	data := make([]byte, t.size)
	if _, err := rand.Read(data); err != nil { // different ones, as real entries are
		return err
	}
	index, err := t.appender.Add(context.Background(), tessera.NewEntry(data))()
	if err == nil && index.IsDup {
		err = errRepeated
	}
	return err
}
