package mongo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

// The collections of the key store.
const (
	keysName        = "keys"
	checkpointsName = "checkpoints"
)

// KeyStore is the key store in a database of its own, with the saved checkpoint that all servers share.
type KeyStore struct{ d *database }

var (
	_ store.Keys        = (*KeyStore)(nil)
	_ store.Checkpoints = (*KeyStore)(nil)
)

// OpenKeys connects to the database that the URL's path names; it may be on other servers than the data.
func OpenKeys(ctx context.Context, url string) (*KeyStore, error) {
	d, err := openDatabase(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return &KeyStore{d}, nil
}

// Ping asks the primary.
func (k *KeyStore) Ping(ctx context.Context) error { return k.d.ping(ctx) }

// Close ends the connections.
func (k *KeyStore) Close() error { return k.d.close() }

type wrappedKey struct {
	ID       string `bson:"_id"` // path(customer, name)
	Customer string `bson:"customer"`
	Name     string `bson:"name"`
	Wrapped  []byte `bson:"wrapped"`
}

func (d wrappedKey) give() store.WrappedKey {
	return store.WrappedKey{Scope: store.Scope{Customer: d.Customer, Name: d.Name}, Wrapped: d.Wrapped}
}

func scopeName(s store.Scope) string { return path(s.Customer, s.Name) }

func scopeNames(scopes []store.Scope) []string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = scopeName(s)
	}
	return names
}

// AddKeys inserts what is missing, and reads what is there then: an _id that is taken is a key that somebody
// else was faster to add.
func (k *KeyStore) AddKeys(ctx context.Context, keys []store.WrappedKey) ([]store.WrappedKey, error) {
	scopes := make([]store.Scope, len(keys))
	first := make(map[store.Scope]bool, len(keys))
	var docs []any
	for i, key := range keys {
		scopes[i] = key.Scope
		if !first[key.Scope] {
			first[key.Scope] = true
			docs = append(docs, wrappedKey{ID: scopeName(key.Scope), Customer: key.Customer, Name: key.Name, Wrapped: blob(key.Wrapped)})
		}
	}
	for part := range slices.Chunk(docs, most) {
		_, err := k.d.on(keysName).InsertMany(ctx, part, options.InsertMany().SetOrdered(false))
		if err != nil && !allTaken(err) {
			return nil, failure(err)
		}
	}
	found, err := k.Keys(ctx, scopes)
	if err != nil {
		return nil, err
	}
	there := make(map[store.Scope]store.WrappedKey, len(found))
	for _, key := range found {
		there[key.Scope] = key
	}
	out := make([]store.WrappedKey, len(keys))
	for i, scope := range scopes {
		key, ok := there[scope]
		if !ok {
			return nil, unavailable(errDestroyed)
		}
		out[i] = key
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// errDestroyed is the cause when a key was destroyed while it was being added.
var errDestroyed = errors.New("a key was destroyed while it was being added")

// allTaken says whether a write failed for nothing but documents that are there already.
func allTaken(err error) bool {
	bulk, ok := errors.AsType[mongo.BulkWriteException](err)
	if !ok || bulk.WriteConcernError != nil {
		return false
	}
	return !slices.ContainsFunc(bulk.WriteErrors, func(e mongo.BulkWriteError) bool { return !mongo.IsDuplicateKeyError(e.WriteError) })
}

// Keys gives those that are there.
func (k *KeyStore) Keys(ctx context.Context, scopes []store.Scope) ([]store.WrappedKey, error) {
	var keys []store.WrappedKey
	for part := range slices.Chunk(scopeNames(scopes), most) {
		docs, err := all[wrappedKey](ctx, k.d.on(keysName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: part}}}})
		found, err := convert(docs, err, wrappedKey.give)
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

// ScopesOf lists the names of a customer's keys.
func (k *KeyStore) ScopesOf(ctx context.Context, customer string) ([]string, error) {
	docs, err := all[wrappedKey](ctx, k.d.on(keysName), bson.D{{Key: "_id", Value: below(customer)}},
		options.Find().SetProjection(bson.D{{Key: "wrapped", Value: 0}}))
	names, err := convert(docs, err, func(d wrappedKey) string { return d.Name })
	slices.SortFunc(names, strings.Compare)
	return names, err
}

// DestroyKeys deletes the documents. How long the servers' files, their oplog and backups still hold them
// is the operator's to know: docs/operations.md says it.
func (k *KeyStore) DestroyKeys(ctx context.Context, scopes []store.Scope) error {
	if len(scopes) == 0 {
		return nil
	}
	return k.d.removeAll(ctx, keysName, "_id", scopeNames(scopes))
}
