package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/keys"
	"candor/models/store"
)

// ask asks for an archive and waits until it is settled.
func (r *rig) ask(s *Service, request Request) store.Archive {
	r.Helper()
	must[store.Archive](r)(s.Ask(r.Context(), request))
	stop := r.run(s)
	defer stop()
	return r.await()
}

func TestAskedForAndFetched(t *testing.T) {
	r := newRig(t)
	s := r.service()
	a := r.ask(s, Request{Customer: ada, Locale: "en"})
	if a.State != StateReady || a.Done != 506 || a.Total != 506 || !a.ExpiresAt.Equal(r.Time().Add(Lifetime)) {
		t.Fatalf("archive: %+v", a)
	}
	raw := r.read(s, a, 0, -1)
	if int64(len(raw)) != a.Bytes {
		t.Errorf("it has %d bytes, not %d", len(raw), a.Bytes)
	}
	u := unzip(t, raw)
	lines := evidence(t, u.file("consents/log.jsonl"))
	if len(lines) != 1 || !bytes.Contains(lines[0].Detail, []byte(`"kind":"download.created"`)) {
		t.Errorf("the archive does not hold the entry of its own making: %s", lines)
	}
	kept := must[store.Archive](t)(s.Status(t.Context(), ada, a.ID))
	if got := must[Request](t)(s.Requested(t.Context(), kept)); got.Customer != ada || got.Locale != "en" {
		t.Errorf("it was asked for with %+v", got)
	}
	if list := must[[]store.Archive](t)(s.List(t.Context(), ada)); len(list) != 1 || list[0].ID != a.ID {
		t.Errorf("list: %+v", list)
	}
}

// What the store holds of an archive tells nothing: neither what was asked nor what was found.
func TestStoreHoldsOnlySealed(t *testing.T) {
	r := newRig(t)
	s := r.service()
	a := r.ask(s, Request{Customer: ada, Categories: []string{"identity"}})
	kept := must[store.Archive](t)(r.Data.Archive(t.Context(), a.ID))
	chunk := must[[]byte](t)(r.Data.Chunk(t.Context(), kept.Attempt, 0))
	if bytes.Contains(kept.Request, []byte("identity")) || bytes.Contains(chunk, []byte("index.html")) || bytes.HasPrefix(chunk, []byte("PK")) {
		t.Error("the store can read it")
	}
	// Nor can a chunk be put in another's place.
	check(t, r.Data.PutChunk(t.Context(), kept.Attempt, 1, chunk))
	if _, err := r.ring.Open(t.Context(), scope(a), chunk, place(kept.Attempt, "1")); err == nil {
		t.Error("chunk 0 opens as chunk 1")
	}
}

func TestAnyPartOfAnArchive(t *testing.T) {
	r := newRig(t)
	r.documents(3, 200<<10)
	s := r.service()
	a := r.ask(s, Request{Customer: ada})
	if a.Chunks < 3 {
		t.Fatalf("the archive has only %d chunks", a.Chunks)
	}
	whole := r.read(s, a, 0, -1)
	unzip(t, whole)
	size := a.Bytes
	for _, part := range [][2]int64{
		{0, 0},
		{0, 1},
		{size, 0},
		{size, -1},
		{size - 1, -1},
		{size - 1, 1},
		{chunkSize - 1, 2},
		{chunkSize, 1},
		{chunkSize, chunkSize},
		{chunkSize + 5, chunkSize},
		{1, size - 1},
		{2*chunkSize - 1, -1},
	} {
		end := part[0] + part[1]
		if part[1] < 0 {
			end = size
		}
		if got := r.read(s, a, part[0], part[1]); !bytes.Equal(got, whole[part[0]:end]) {
			t.Errorf("%d bytes from %d on are not those of the file", part[1], part[0])
		}
	}
	for _, part := range [][2]int64{{-1, 1}, {size + 1, -1}, {size, 1}, {0, size + 1}, {5, size}, {1 << 62, 1 << 62}} {
		if _, err := s.Reader(t.Context(), ada, a.ID, part[0], part[1]); !errors.Is(err, ErrRange) {
			t.Errorf("%d bytes from %d on: %v", part[1], part[0], err)
		}
	}
}

// documents gives ada bills of random bytes, which no compression makes smaller.
func (r *rig) documents(n, size int) {
	r.Helper()
	source := rand.NewChaCha8([32]byte{1})
	for i := range n {
		content := make([]byte, size)
		must[int](r)(source.Read(content))
		check(r, r.billing.PutDocument(r.Context(), models.Document{
			Customer: ada, Category: "invoices", Record: "inv:1", Name: fmt.Sprintf("scan %d.pdf", i), MediaType: "application/pdf", Content: content,
		}))
	}
}

func TestForeignArchiveIsNotFound(t *testing.T) {
	r := newRig(t)
	s := r.service()
	a := r.ask(s, Request{Customer: ada})
	for _, id := range []string{a.ID, "nothing", ""} {
		_, errStatus := s.Status(t.Context(), bo, id)
		_, errReader := s.Reader(t.Context(), bo, id, 0, -1)
		if models.KindOf(errStatus) != models.NotFound || models.KindOf(errReader) != models.NotFound {
			t.Errorf("%q: %v, %v", id, errStatus, errReader)
		}
	}
}

func TestOneAtATimeForACustomer(t *testing.T) {
	r := newRig(t)
	s := r.service()
	request := Request{Customer: ada, Categories: []string{"tax", "identity"}, Locale: "de"}
	first := must[store.Archive](t)(s.Ask(t.Context(), request))
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			a, err := s.Ask(context.WithoutCancel(t.Context()), Request{Customer: ada, Categories: []string{"identity", "tax"}, Locale: "de"})
			if err != nil || a.ID != first.ID {
				t.Errorf("asked again: %s, %v", a.ID, err)
			}
		})
	}
	asking.Wait()
	if _, err := s.Ask(t.Context(), Request{Customer: ada}); !errors.Is(err, ErrRunning) {
		t.Errorf("asked for another: %v", err)
	}
	if _, err := s.Reader(t.Context(), ada, first.ID, 0, -1); !errors.Is(err, ErrNotReady(StatePreparing)) {
		t.Errorf("read before it is ready: %v", err)
	}
	must[store.Archive](t)(s.Ask(t.Context(), Request{Customer: bo}))
	stop := r.run(s)
	r.await()
	r.await()
	stop()
	if a := must[store.Archive](t)(s.Ask(t.Context(), request)); a.ID == first.ID {
		t.Error("asked after it was ready, the same one came")
	}
}

// slow is records that come only when they are let.
type slow struct {
	Records
	reached chan struct{}
	let     chan struct{}
	once    sync.Once
}

func (s *slow) Each(ctx context.Context, customer, category string, from, to time.Time, fn func(models.Record) error) error {
	s.once.Do(func() { close(s.reached) })
	select {
	case <-s.let:
		return s.Records.Each(ctx, customer, category, from, to, fn)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A server that is stopped lets the next one go on at once, and its own Run ends.
func TestStoppedWhileMaking(t *testing.T) {
	r := newRig(t)
	held := &slow{Records: r.billing, reached: make(chan struct{}), let: make(chan struct{})}
	r.sources.Records = held
	s := r.service()
	a := must[store.Archive](t)(s.Ask(t.Context(), Request{Customer: ada}))
	stop := r.run(s)
	<-held.reached
	stop()
	if got := must[store.Archive](t)(s.Status(t.Context(), ada, a.ID)); got.State != StatePreparing {
		t.Fatalf("after the stop it is %s", got.State)
	}
	close(held.let)
	next := r.service()
	stop = r.run(next)
	if done := r.await(); done.ID != a.ID || done.State != StateReady {
		t.Errorf("settled: %+v", done)
	}
	stop()
}

// broken is records that cannot be read.
type broken struct{ Records }

func (broken) Each(context.Context, string, string, time.Time, time.Time, func(models.Record) error) error {
	return errors.New("disk on fire")
}

func TestFailureLeavesNothing(t *testing.T) {
	r := newRig(t)
	r.sources.Records = broken{r.billing}
	s := r.service()
	a := r.ask(s, Request{Customer: ada})
	if a.State != StateFailed || a.Bytes != 0 || a.Chunks != 0 {
		t.Fatalf("settled: %+v", a)
	}
	r.isDestroyed(a)
	if _, err := s.Reader(t.Context(), ada, a.ID, 0, -1); !errors.Is(err, ErrNotReady(StateFailed)) {
		t.Errorf("reading it: %v", err)
	}
	if got := must[Request](t)(s.Requested(t.Context(), a)); got.Customer != ada {
		t.Errorf("what it was asked for with: %+v", got)
	}
	if log := r.logged.String(); !strings.Contains(log, "disk on fire") || strings.Contains(log, ada) || strings.Contains(log, "Ada") {
		t.Errorf("the log: %s", log)
	}
	r.sources.Records = r.billing
	if again := r.ask(s, Request{Customer: ada}); again.State != StateReady {
		t.Errorf("asked again: %+v", again)
	}
}

// isDestroyed wants nothing of an archive to be left: no key, no chunk.
func (r *rig) isDestroyed(a store.Archive) {
	r.Helper()
	names := must[[]string](r)(r.KeyStore.ScopesOf(r.Context(), a.Customer))
	if slices.Contains(names, keys.Archive(a.Customer, a.ID).Name) {
		r.Error("its key is still there")
	}
	if _, err := r.Data.Chunk(r.Context(), a.Attempt, 0); !errors.Is(err, store.ErrNotFound) {
		r.Errorf("its first chunk: %v", err)
	}
}

func TestExpiry(t *testing.T) {
	r := newRig(t)
	s := r.service()
	a := r.ask(s, Request{Customer: ada})
	reading := must[io.ReadCloser](t)(s.Reader(t.Context(), ada, a.ID, 0, -1))
	r.Pass(Lifetime - time.Second)
	r.read(s, a, 0, 10)
	r.Pass(time.Second)
	// From that moment on it is over, whether or not anybody has come to destroy it.
	if got := must[store.Archive](t)(s.Status(t.Context(), ada, a.ID)); got.State != StateExpired {
		t.Errorf("it is %s", got.State)
	}
	if list := must[[]store.Archive](t)(s.List(t.Context(), ada)); list[0].State != StateExpired {
		t.Errorf("in the list it is %s", list[0].State)
	}
	if _, err := s.Reader(t.Context(), ada, a.ID, 0, -1); models.KindOf(err) != models.Gone {
		t.Errorf("reading it: %v", err)
	}
	stop := r.run(s)
	if done := r.await(); done.State != StateExpired || done.ID != a.ID || done.Request != nil {
		t.Errorf("settled: %+v", done)
	}
	stop()
	r.isDestroyed(a)
	if _, err := io.ReadAll(reading); err == nil {
		t.Error("a download that had begun went on")
	}
}

func TestManyCustomersAtOnce(t *testing.T) {
	r := newRig(t)
	s := r.service()
	var customers []string
	var lines strings.Builder
	for i := range 12 {
		ref := fmt.Sprintf("many_%d", i)
		customers = append(customers, ref)
		fmt.Fprintf(&lines, `{"type":"customer","ref":%q,"name":"Name of %s"}`+"\n", ref, ref)
	}
	r.load(t.Context(), strings.NewReader(lines.String()))
	stop := r.run(s)
	defer stop()
	var asking sync.WaitGroup
	for _, ref := range customers {
		asking.Go(func() {
			if _, err := s.Ask(context.WithoutCancel(t.Context()), Request{Customer: ref}); err != nil {
				t.Errorf("%s: %v", ref, err)
			}
		})
	}
	asking.Wait()
	for range customers {
		a := r.await()
		name := []byte("Name of " + a.Customer)
		if !bytes.Contains(unzip(t, r.read(s, a, 0, -1)).file("data/identity.json"), name) {
			t.Errorf("%s was given another archive", a.Customer)
		}
	}
}
