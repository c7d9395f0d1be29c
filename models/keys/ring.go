package keys

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/sync/errgroup"

	"candor/models"
	"candor/models/store"
)

// ErrDestroyed says that the key under which something was sealed is no more, or never was.
var ErrDestroyed = models.Fail(models.Gone, "key_destroyed")

// RingConfig is what a Ring needs.
type RingConfig struct {
	Store  store.Keys
	Master tink.AEAD // seals the keys themselves; may be a KMS
	// Cache is how many opened keys stay in memory, at about 1.5 KB each; 0 means 20,000.
	Cache int
}

// Ring seals and opens with the encryption keys, one Tink key set (AES-256-GCM) for each scope. It is
// safe for concurrent use.
//
// Opened keys stay in memory. Destroy takes them out of this Ring's memory before it returns; another
// process that has one opened keeps it until it is pushed out or Forget is called there.
type Ring struct {
	store  store.Keys
	master tink.AEAD
	cache  *cache
}

// NewRing makes a Ring.
func NewRing(c RingConfig) *Ring {
	if c.Cache <= 0 {
		c.Cache = 20_000
	}
	return &Ring{store: c.Store, master: c.Master, cache: newCache(c.Cache)}
}

// Ensure makes the keys that are missing, all of them in one durable write, and leaves all opened.
func (r *Ring) Ensure(ctx context.Context, scopes ...store.Scope) error {
	_, err := r.ensure(ctx, scopes)
	return err
}

// Load opens those of the keys that exist, with one question to the key store for all that are not in memory, and makes
// none: who goes on to open what is sealed under many keys need not wait for each.
func (r *Ring) Load(ctx context.Context, scopes ...store.Scope) error {
	missing := make(map[store.Scope]struct{})
	for _, scope := range scopes {
		if _, ok := r.cache.find(scope); !ok {
			missing[scope] = struct{}{}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err := r.load(ctx, slices.Collect(maps.Keys(missing)))
	return err
}

// Seal encrypts under the scope's key, making the key if there is none. The associated data says
// where the result belongs; Open succeeds with the same only, so that what is sealed cannot be moved.
func (r *Ring) Seal(ctx context.Context, scope store.Scope, plaintext, associated []byte) ([]byte, error) {
	key, ok := r.cache.find(scope)
	if !ok {
		opened, err := r.ensure(ctx, []store.Scope{scope})
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		key = opened[scope]
	}
	sealed, err := key.aead.Encrypt(plaintext, associated)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal made. ErrDestroyed if the key it was sealed under is no more, whether or not
// the scope has been given a new one since; any other error that is not the store's means that the
// bytes or their place have been changed.
func (r *Ring) Open(ctx context.Context, scope store.Scope, sealed, associated []byte) ([]byte, error) {
	key, ok := r.cache.find(scope)
	if !ok || !key.made(sealed) {
		// What is in memory may be older than what another process has made since.
		opened, err := r.load(ctx, []store.Scope{scope})
		if err != nil {
			return nil, fmt.Errorf("open what is sealed: %w", err)
		}
		if key, ok = opened[scope]; !ok || !key.made(sealed) {
			return nil, ErrDestroyed
		}
	}
	plaintext, err := key.aead.Decrypt(sealed, associated)
	if err != nil {
		return nil, fmt.Errorf("open what is sealed: %w", err)
	}
	return plaintext, nil
}

// Destroy removes the keys from the key store's files and from memory. A scope without a key is no
// error. After an error some of them may be there still: call it again.
func (r *Ring) Destroy(ctx context.Context, scopes ...store.Scope) error {
	err := r.store.DestroyKeys(ctx, scopes)
	r.Forget(scopes...)
	return models.Wrap("destroy keys", err)
}

// Forget drops keys from memory, so that their next use asks the key store whether they still exist.
func (r *Ring) Forget(scopes ...store.Scope) {
	for _, scope := range scopes {
		r.cache.drop(scope)
	}
}

// Scopes lists the names of a customer's keys in order.
func (r *Ring) Scopes(ctx context.Context, customer string) ([]string, error) {
	names, err := r.store.ScopesOf(ctx, customer)
	return names, models.Wrap("list keys", err)
}

// opened is a key that is ready to use.
type opened struct {
	aead tink.AEAD
	ids  []uint32 // of the keys in the set
}

// made says whether the key set holds the key that made sealed: Tink writes a 1 and the key's id before
// what it encrypts. Anything that is not so written is left to Decrypt to refuse.
func (o opened) made(sealed []byte) bool {
	if len(sealed) < 5 || sealed[0] != 1 {
		return true
	}
	return slices.Contains(o.ids, binary.BigEndian.Uint32(sealed[1:5]))
}

// ensure gives the opened key of every scope.
func (r *Ring) ensure(ctx context.Context, scopes []store.Scope) (map[store.Scope]opened, error) {
	all := make(map[store.Scope]opened, len(scopes))
	var missing []store.Scope
	for _, scope := range scopes {
		if _, twice := all[scope]; twice {
			continue
		}
		key, ok := r.cache.find(scope)
		if !ok {
			missing = append(missing, scope)
		}
		all[scope] = key
	}
	if len(missing) == 0 {
		return all, nil
	}
	found, err := r.load(ctx, missing)
	if err != nil {
		return nil, err
	}
	missing = slices.DeleteFunc(missing, func(s store.Scope) bool {
		key, ok := found[s]
		all[s] = key
		return ok
	})
	return all, r.make(ctx, missing, all)
}

// load opens those of the scopes that have a key in the store.
func (r *Ring) load(ctx context.Context, scopes []store.Scope) (map[store.Scope]opened, error) {
	generation := r.cache.generation()
	wrapped, err := r.store.Keys(ctx, scopes)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	found := make(map[store.Scope]opened, len(wrapped))
	return found, r.keep(wrapped, generation, found)
}

// make makes a key for each scope. Where another writer was first, that one's key is used.
func (r *Ring) make(ctx context.Context, scopes []store.Scope, into map[store.Scope]opened) error {
	if len(scopes) == 0 {
		return nil
	}
	fresh := make([]store.WrappedKey, len(scopes))
	for i, scope := range scopes {
		wrapped, err := r.wrapNew(scope)
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		fresh[i] = store.WrappedKey{Scope: scope, Wrapped: wrapped}
	}
	generation := r.cache.generation()
	there, err := r.store.AddKeys(ctx, fresh)
	if err != nil {
		return fmt.Errorf("add keys: %w", err)
	}
	return r.keep(there, generation, into)
}

// keep unwraps keys that were read at a generation of the cache, on all cores, and leaves them in memory.
func (r *Ring) keep(wrapped []store.WrappedKey, generation uint64, into map[store.Scope]opened) error {
	found := make([]opened, len(wrapped))
	workers := min(runtime.GOMAXPROCS(0), len(wrapped))
	var g errgroup.Group
	for n := range workers {
		g.Go(func() error {
			for i := n; i < len(wrapped); i += workers {
				key, err := r.unwrap(wrapped[i])
				if err != nil {
					return fmt.Errorf("unwrap key: %w", err)
				}
				found[i] = key
				r.cache.keep(wrapped[i].Scope, key, generation)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, w := range wrapped {
		into[w.Scope] = found[i]
	}
	return nil
}

func (r *Ring) wrapNew(scope store.Scope) ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), r.master, place(scope))
	return out.Bytes(), err
}

func (r *Ring) unwrap(w store.WrappedKey) (opened, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(w.Wrapped)), r.master, place(w.Scope))
	if err != nil {
		return opened{}, fmt.Errorf("the master key does not open the key store: put back the folder of keys that it was made with, or the key store that belongs to this folder: %w", err)
	}
	o := opened{}
	for _, key := range handle.KeysetInfo().GetKeyInfo() {
		o.ids = append(o.ids, key.GetKeyId())
	}
	o.aead, err = aead.New(handle)
	return o, err
}

// place binds a wrapped key to its scope. References hold no zero byte.
func place(scope store.Scope) []byte {
	return []byte("candor key\x00" + scope.Customer + "\x00" + scope.Name)
}
