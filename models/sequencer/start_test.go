package sequencer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
	"candor/models/store/file"
)

// edited is a log that somebody has changed behind our back.
type edited struct {
	store.Log
	entry  func(*store.Entry)
	hashes func(seq uint64, hashes []byte) []byte
	size   func(uint64) uint64
}

func (e *edited) Size(ctx context.Context) (uint64, error) {
	n, err := e.Log.Size(ctx)
	if e.size != nil {
		n = e.size(n)
	}
	return n, err
}

func (e *edited) Read(ctx context.Context, seq uint64, limit int) ([]store.Entry, error) {
	entries, err := e.Log.Read(ctx, seq, limit)
	for i := range entries {
		if e.entry != nil {
			e.entry(&entries[i])
		}
	}
	return entries, err
}

func (e *edited) Hashes(ctx context.Context, seqs []uint64) ([][]byte, error) {
	blobs, err := e.Log.Hashes(ctx, seqs)
	for i := range blobs {
		if e.hashes != nil {
			blobs[i] = e.hashes(seqs[i], append([]byte(nil), blobs[i]...))
		}
	}
	return blobs, err
}

// A log that is not the one that was published is refused at start, and says why.
func TestStartRefuses(t *testing.T) {
	const last = 11 // of 12 entries
	flip := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	for name, c := range map[string]struct {
		change func(t *testing.T, w *world)
		why    string
	}{
		"an older copy of the store": {func(_ *testing.T, w *world) {
			w.log = &edited{Log: w.data, size: func(n uint64) uint64 { return n - 1 }}
		}, "older copy"},
		"an empty store": {func(_ *testing.T, w *world) {
			w.log = &edited{Log: w.data, size: func(uint64) uint64 { return 0 }}
		}, "older copy"},
		"no saved checkpoint": {func(t *testing.T, w *world) {
			must(t, os.Remove(filepath.Join(w.dir, "checkpoint")))
			var err error
			w.checkpoints, err = file.Checkpoints(filepath.Join(w.dir, "checkpoint"))
			must(t, err)
		}, "no saved checkpoint"},
		"an edited last entry": {func(_ *testing.T, w *world) {
			w.log = &edited{Log: w.data, entry: func(e *store.Entry) {
				if e.Seq == last {
					e.Raw = flip(append([]byte(nil), e.Raw...))
				}
			}}
		}, "entry 11"},
		"an edited last entry with its hash": {func(_ *testing.T, w *world) {
			w.log = &edited{
				Log: w.data,
				entry: func(e *store.Entry) {
					if e.Seq == last {
						e.Raw = reSigned(e.Raw)
						leaf := ledger.LeafHash(e.Raw)
						e.Hashes = append(leaf[:], e.Hashes[32:]...)
					}
				},
				hashes: func(_ uint64, hashes []byte) []byte { return hashes },
			}
		}, "entry 11"},
		"an edited right edge": {func(_ *testing.T, w *world) {
			w.log = &edited{Log: w.data, hashes: func(_ uint64, hashes []byte) []byte { return flip(hashes) }}
		}, "not those that were published"},
		"other keys": {func(t *testing.T, w *world) {
			other := newWorld(t)
			checkpoint := w.set.Checkpoint
			verifier := w.set.CheckpointVerifier
			w.set = other.set
			w.set.Checkpoint, w.set.CheckpointVerifier = checkpoint, verifier
		}, "put back the keys"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s, stop := w.start()
			for n := range 10 {
				_, err := s.Append(t.Context(), choose("cus_1", fmt.Sprintf("p%d", n), ledger.EventID{}))
				must(t, err)
			}
			stop()
			c.change(t, w)
			_, err := w.open()
			if err == nil {
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.why) {
				t.Fatalf("refused with %q, want a word of %q", err, c.why)
			}
		})
	}
}

// reSigned changes the signature's last bytes to another canonical encoding.
func reSigned(raw []byte) []byte {
	out := append([]byte(nil), raw...)
	i := len(out) - 2
	if out[i] == 'A' {
		out[i] = 'B'
	} else {
		out[i] = 'A'
	}
	return out
}

// What an unreadable head must never do is begin the chain anew.
func TestUnreadableHeadStartsNothing(t *testing.T) {
	w := newWorld(t)
	_, stop := w.start()
	stop()
	w.faults.Gone(true)
	if _, err := w.open(); models.KindOf(err) != models.Unavailable {
		t.Fatalf("opened with %v, want an error of kind unavailable", err)
	}
	w.faults.Gone(false)
	s, _ := w.start()
	if n := len(w.verify(s)); n != 2 {
		t.Fatalf("the log has %d entries, want 2", n)
	}
}

func TestScrubFindsAnEditedEntry(t *testing.T) {
	w := newWorld(t)
	s, stop := w.start()
	for n := range 10 {
		_, err := s.Append(t.Context(), choose("cus_1", fmt.Sprintf("p%d", n), ledger.EventID{}))
		must(t, err)
	}
	stop()
	w.log = &edited{Log: w.data, entry: func(e *store.Entry) {
		if e.Seq == 5 {
			e.Raw = reSigned(e.Raw)
		}
	}}
	s, err := w.open()
	must(t, err) // it is not at the end, and not read at start
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Scrub(ctx, 0) }()
	for s.Fault() == nil && ctx.Err() == nil {
		select {
		case <-t.Context().Done():
			t.Fatal("the scrub found nothing")
		default:
		}
	}
	cancel()
	<-done
	if !strings.Contains(s.Fault().Error(), "entry 5") {
		t.Errorf("found %q, want entry 5", s.Fault())
	}
}

// watched tells of each checkpoint that is saved.
type watched struct {
	store.Checkpoints
	saved chan uint64
}

func (w *watched) AdvanceCheckpoint(ctx context.Context, size uint64, note []byte) error {
	err := w.Checkpoints.AdvanceCheckpoint(ctx, size, note)
	w.saved <- size
	return err
}

// What was appended just before a crash is published after the start without anybody asking: until
// then a restored backup that lacks it could take it back unnoticed.
func TestWhatACrashLeftUnpublishedIsPublished(t *testing.T) {
	w := newWorld(t)
	_, stop := w.start()
	stop()
	path := filepath.Join(w.dir, "checkpoint")
	before, err := os.ReadFile(path)
	must(t, err)
	s, stop := w.start()
	must(t, appendOne(s))
	stop()
	must(t, os.WriteFile(path, before, 0o600)) // as if the crash had come between the two
	again, err := file.Checkpoints(path)
	must(t, err)
	saved := make(chan uint64, 8)
	w.checkpoints = &watched{again, saved}
	_, _ = w.start()
	if size := <-saved; size != 3 {
		t.Errorf("%d entries were published, want 3", size)
	}
}
