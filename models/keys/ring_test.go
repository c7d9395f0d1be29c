package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"candor/models"
	"candor/models/store"
)

// memory is a key store that counts its calls and can be made to fail.
type memory struct {
	mu          sync.Mutex
	keys        map[store.Scope][]byte
	adds, reads int
	fail        error
	read        func() // called when a read has its answer, before it gives it
}

func newMemory() *memory { return &memory{keys: map[store.Scope][]byte{}} }

func (m *memory) AddKeys(_ context.Context, keys []store.WrappedKey) ([]store.WrappedKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.adds++
	if m.fail != nil {
		return nil, m.fail
	}
	var there []store.WrappedKey
	for _, key := range keys {
		if _, ok := m.keys[key.Scope]; !ok {
			m.keys[key.Scope] = key.Wrapped
		}
		there = append(there, store.WrappedKey{Scope: key.Scope, Wrapped: m.keys[key.Scope]})
	}
	return there, nil
}

func (m *memory) Keys(_ context.Context, scopes []store.Scope) (there []store.WrappedKey, err error) {
	m.mu.Lock()
	m.reads++
	for _, scope := range scopes {
		if wrapped, ok := m.keys[scope]; ok {
			there = append(there, store.WrappedKey{Scope: scope, Wrapped: wrapped})
		}
	}
	err, read := m.fail, m.read
	m.mu.Unlock()
	if read != nil {
		read()
	}
	return there, err
}

func (m *memory) ScopesOf(_ context.Context, customer string) (names []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for scope := range m.keys {
		if scope.Customer == customer {
			names = append(names, scope.Name)
		}
	}
	slices.Sort(names)
	return names, m.fail
}

func (m *memory) DestroyKeys(_ context.Context, scopes []store.Scope) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, scope := range scopes {
		delete(m.keys, scope)
	}
	return m.fail
}

func (m *memory) Ping(context.Context) error { return nil }

func (m *memory) Close() error { return nil }

func newMasterKey(t testing.TB) tink.AEAD {
	t.Helper()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	master, err := aead.New(handle)
	if err != nil {
		t.Fatal(err)
	}
	return master
}

func newTestRing(t testing.TB) (*Ring, *memory) {
	t.Helper()
	m := newMemory()
	return NewRing(RingConfig{Store: m, Master: newMasterKey(t)}), m
}

func seal(t testing.TB, r *Ring, scope store.Scope, text string) []byte {
	t.Helper()
	sealed, err := r.Seal(t.Context(), scope, []byte(text), []byte("place"))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

var (
	invoices = store.Scope{Customer: "cus_1", Name: "invoices"}
	foreign  = store.Scope{Customer: "cus_2", Name: "invoices"}
)

func TestWhatWasSealedIsOpenedInItsPlaceAlone(t *testing.T) {
	ctx := t.Context()
	r, m := newTestRing(t)
	for _, text := range []string{"", "a", string(bytes.Repeat([]byte("large"), 100_000))} {
		sealed := seal(t, r, invoices, text)
		// A byte or two stand in any ciphertext by chance.
		if len(text) > 8 && bytes.Contains(sealed, []byte(text[:8])) {
			t.Fatal("it is readable")
		}
		plain, err := r.Open(ctx, invoices, sealed, []byte("place"))
		if err != nil || string(plain) != text {
			t.Fatalf("opened %d bytes, %v", len(plain), err)
		}
		if _, err := r.Open(ctx, invoices, sealed, []byte("another place")); err == nil || errors.Is(err, ErrDestroyed) {
			t.Fatalf("moved to another place: %v", err)
		}
		// Another customer's or category's key does not open it.
		seal(t, r, foreign, "x")
		if _, err := r.Open(ctx, foreign, sealed, []byte("place")); err == nil {
			t.Fatal("another customer's key opened it")
		}
		for _, at := range []int{0, 5, len(sealed) - 1} {
			edited := bytes.Clone(sealed)
			edited[at] ^= 1
			if _, err := r.Open(ctx, invoices, edited, []byte("place")); err == nil || errors.Is(err, ErrDestroyed) {
				t.Fatalf("byte %d edited: %v", at, err)
			}
		}
	}
	// A ring that starts anew reads the same key from the store.
	sealed := seal(t, r, invoices, "text")
	again := NewRing(RingConfig{Store: m, Master: r.master})
	if plain, err := again.Open(ctx, invoices, sealed, []byte("place")); err != nil || string(plain) != "text" {
		t.Fatal(plain, err)
	}
}

func TestAWrappedKeyServesItsScopeAndMasterAlone(t *testing.T) {
	r, m := newTestRing(t)
	sealed := seal(t, r, invoices, "text")
	moved := newMemory()
	moved.keys[foreign] = m.keys[invoices]
	if _, err := NewRing(RingConfig{Store: moved, Master: r.master}).Open(t.Context(), foreign, sealed, []byte("place")); err == nil {
		t.Error("a key that was moved to another scope opened")
	}
	if _, err := NewRing(RingConfig{Store: m, Master: newMasterKey(t)}).Open(t.Context(), invoices, sealed, []byte("place")); err == nil {
		t.Error("another master opened a key")
	}
}

func TestADestroyedKeyOpensNothingEverAgain(t *testing.T) {
	ctx := t.Context()
	r, _ := newTestRing(t)
	if _, err := r.Open(ctx, invoices, []byte("anything"), nil); !errors.Is(err, ErrDestroyed) {
		t.Fatalf("a key that never was: %v", err)
	}
	sealed, kept := seal(t, r, invoices, "text"), seal(t, r, Evidence("cus_1"), "kept")
	if err := r.Destroy(ctx, invoices, LogScope); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); !errors.Is(err, ErrDestroyed) {
		t.Fatalf("after destruction: %v", err)
	}
	if models.KindOf(ErrDestroyed) != models.Gone {
		t.Fatal("not Gone")
	}
	// The customer comes back, and is given a new key: what was destroyed stays so.
	fresh := seal(t, r, invoices, "new")
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); !errors.Is(err, ErrDestroyed) {
		t.Fatalf("beside a new key: %v", err)
	}
	for scope, s := range map[store.Scope][]byte{invoices: fresh, Evidence("cus_1"): kept} {
		if _, err := r.Open(ctx, scope, s, []byte("place")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnotherProcessMayReplaceAKey(t *testing.T) {
	ctx := t.Context()
	r, m := newTestRing(t)
	seal(t, r, invoices, "old")
	other := NewRing(RingConfig{Store: m, Master: r.master})
	if err := other.Destroy(ctx, invoices); err != nil {
		t.Fatal(err)
	}
	sealed := seal(t, other, invoices, "new")
	if plain, err := r.Open(ctx, invoices, sealed, []byte("place")); err != nil || string(plain) != "new" {
		t.Fatal(string(plain), err)
	}
}

func TestForgettingAsksTheStoreAgain(t *testing.T) {
	ctx := t.Context()
	r, m := newTestRing(t)
	sealed := seal(t, r, invoices, "text")
	if err := m.DestroyKeys(ctx, []store.Scope{invoices}); err != nil {
		t.Fatal(err)
	}
	r.Forget(invoices)
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); !errors.Is(err, ErrDestroyed) {
		t.Fatal(err)
	}
}

// A reader that had the key from the store before its destruction must not leave it in memory after.
func TestAKeyReadBeforeItsDestructionIsNotKeptAfterIt(t *testing.T) {
	ctx := t.Context()
	r, m := newTestRing(t)
	sealed := seal(t, r, invoices, "text")
	r.Forget(invoices)
	m.read = func() {
		m.read = nil
		if err := r.Destroy(ctx, invoices); err != nil {
			t.Error(err)
		}
	}
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); err != nil {
		t.Fatalf("it was open already: %v", err)
	}
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); !errors.Is(err, ErrDestroyed) {
		t.Fatalf("the key was kept: %v", err)
	}
}

func TestEnsureMakesWhatIsMissingInOneWrite(t *testing.T) {
	ctx := t.Context()
	r, m := newTestRing(t)
	seal(t, r, invoices, "text")
	m.adds = 0
	scopes := []store.Scope{Evidence("cus_1"), invoices, Evidence("cus_2"), Evidence("cus_1"), LogScope}
	if err := r.Ensure(ctx, scopes...); err != nil {
		t.Fatal(err)
	}
	if m.adds != 1 || len(m.keys) != 4 {
		t.Fatalf("%d writes, %d keys", m.adds, len(m.keys))
	}
	m.reads = 0
	if err := r.Ensure(ctx, scopes...); err != nil || r.Ensure(ctx) != nil {
		t.Fatal(err)
	}
	for _, scope := range scopes {
		seal(t, r, scope, "text")
	}
	if m.adds != 1 || m.reads != 0 {
		t.Fatalf("%d writes, %d reads", m.adds, m.reads)
	}
	names, err := r.Scopes(ctx, "cus_1")
	if err != nil || !slices.Equal(names, []string{"evidence", "invoices"}) {
		t.Fatal(names, err)
	}
}

func TestOfRacingWritersAllUseOneKey(t *testing.T) {
	ctx := t.Context()
	_, m := newTestRing(t)
	master := newMasterKey(t)
	const n = 16
	sealed := make([][]byte, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r := NewRing(RingConfig{Store: m, Master: master})
			s, err := r.Seal(ctx, invoices, []byte("text"), nil)
			if err != nil {
				t.Error(err)
			}
			sealed[i] = s
		})
	}
	wg.Wait()
	r := NewRing(RingConfig{Store: m, Master: master})
	for _, s := range sealed {
		if _, err := r.Open(ctx, invoices, s, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStoreThatIsAwayIsSaidToBeAway(t *testing.T) {
	ctx := t.Context()
	r, m := newTestRing(t)
	sealed := seal(t, r, invoices, "text")
	away := models.Fail(models.Unavailable, "store_unavailable")
	m.fail = away
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); err != nil {
		t.Fatalf("an opened key needs no store: %v", err)
	}
	_, sealErr := r.Seal(ctx, foreign, nil, nil)
	_, openErr := r.Open(ctx, foreign, sealed, nil)
	_, scopesErr := r.Scopes(ctx, "cus_1")
	for _, err := range []error{sealErr, openErr, scopesErr, r.Ensure(ctx, foreign), r.Destroy(ctx, invoices)} {
		if !errors.Is(err, away) {
			t.Errorf("got %v", err)
		}
	}
	// Whether the destruction happened is unknown, so the key is not used from memory.
	if _, err := r.Open(ctx, invoices, sealed, []byte("place")); !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
}

func TestTheCacheIsBoundedAndKeepsWhatIsUsed(t *testing.T) {
	c := newCache(10 * shards)
	scope := func(i int) store.Scope { return store.Scope{Customer: fmt.Sprint("cus_", i), Name: "a"} }
	hot := scope(-1)
	c.keep(hot, opened{ids: []uint32{7}}, 0)
	for i := range 10_000 {
		c.keep(scope(i), opened{}, 0)
		if key, ok := c.find(hot); !ok || key.ids[0] != 7 {
			t.Fatalf("what is used all the time was pushed out after %d", i)
		}
	}
	held := 0
	for i := range c.shards {
		s := &c.shards[i]
		held += len(s.keys)
		if len(s.keys) != len(s.clock) || len(s.clock) > 10 {
			t.Fatalf("%d keys, %d on the clock", len(s.keys), len(s.clock))
		}
	}
	for i := range 10_000 {
		c.drop(scope(i))
	}
	c.keep(scope(0), opened{}, c.generation())
	if _, ok := c.find(scope(0)); !ok {
		t.Fatal("it no longer keeps anything")
	}
	if _, ok := c.find(hot); !ok || held < 5*shards {
		t.Fatalf("%d were held", held)
	}
}

func TestManyAtOnce(t *testing.T) {
	ctx := t.Context()
	m := newMemory()
	r := NewRing(RingConfig{Store: m, Master: newMasterKey(t), Cache: shards}) // so that keys are pushed out all the time
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				scope := store.Scope{Customer: fmt.Sprint("cus_", i%50), Name: "a"}
				if g == 0 && i%10 == 0 {
					if err := r.Destroy(ctx, scope); err != nil {
						t.Error(err)
					}
					continue
				}
				sealed, err := r.Seal(ctx, scope, []byte("text"), nil)
				if err != nil {
					t.Error(err)
					continue
				}
				plain, err := r.Open(ctx, scope, sealed, nil)
				if !errors.Is(err, ErrDestroyed) && (err != nil || string(plain) != "text") {
					t.Error(string(plain), err)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkSealWarm(b *testing.B) {
	r, _ := newTestRing(b)
	text := make([]byte, 300)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Seal(b.Context(), invoices, text, nil); err != nil {
				b.Error(err)
			}
		}
	})
}
