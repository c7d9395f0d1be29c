package observed

import (
	"context"

	"candor/models/store"
)

// Keys gives the key store, observed. If it keeps the checkpoint too, so does what is given.
func Keys(inner store.Keys, watch Watch) store.Keys {
	k := &keys{inner, watch}
	if checkpoints, ok := inner.(store.Checkpoints); ok {
		return struct {
			*keys
			store.Checkpoints
		}{k, checkpoints}
	}
	return k
}

type keys struct {
	inner store.Keys
	watch Watch
}

// AddKeys is observed.
func (k *keys) AddKeys(ctx context.Context, keys []store.WrappedKey) (_ []store.WrappedKey, err error) {
	ctx, end := k.watch(ctx, "keys", "AddKeys")
	defer end(&err)
	return k.inner.AddKeys(ctx, keys)
}

// Keys is observed.
func (k *keys) Keys(ctx context.Context, scopes []store.Scope) (_ []store.WrappedKey, err error) {
	ctx, end := k.watch(ctx, "keys", "Keys")
	defer end(&err)
	return k.inner.Keys(ctx, scopes)
}

// ScopesOf is observed.
func (k *keys) ScopesOf(ctx context.Context, customer string) (_ []string, err error) {
	ctx, end := k.watch(ctx, "keys", "ScopesOf")
	defer end(&err)
	return k.inner.ScopesOf(ctx, customer)
}

// DestroyKeys is observed.
func (k *keys) DestroyKeys(ctx context.Context, scopes []store.Scope) (err error) {
	ctx, end := k.watch(ctx, "keys", "DestroyKeys")
	defer end(&err)
	return k.inner.DestroyKeys(ctx, scopes)
}

// Ping is observed.
func (k *keys) Ping(ctx context.Context) (err error) {
	ctx, end := k.watch(ctx, "keys", "Ping")
	defer end(&err)
	return k.inner.Ping(ctx)
}

func (k *keys) Close() error { return k.inner.Close() }
