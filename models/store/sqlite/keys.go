package sqlite

import (
	"context"
	_ "embed" // the schema
	"errors"
	"fmt"

	"candor/models/store"
)

// KeyStore is the key store in one file.
type KeyStore struct{ d *database }

var _ store.Keys = (*KeyStore)(nil)

//go:embed keys.sql
var keySchema string

func keyLayout() layout {
	return layout{
		application: 0x4364724b, // "CdrK"
		steps:       []string{keySchema},
		pragmas:     []string{"cache_size(-2048)", "secure_delete(1)"},
	}
}

// OpenKeys opens the key store, making the file with mode 0600 if there is none. The folder must exist.
func OpenKeys(ctx context.Context, path string) (*KeyStore, error) {
	d, err := openDatabase(ctx, path, keyLayout())
	if err != nil {
		return nil, err
	}
	k := &KeyStore{d}
	// A process that ended between a destruction and the emptying of the log left this to do. If
	// another process is reading, that process empties it.
	if err := k.emptyLog(ctx); err != nil && !errors.Is(err, errReaders) {
		return nil, errors.Join(err, d.close())
	}
	return k, nil
}

// Ping reads from the file.
func (k *KeyStore) Ping(ctx context.Context) error { return k.d.ping(ctx) }

// Close waits for the write under way and closes the file.
func (k *KeyStore) Close() error { return k.d.close() }

// AddKeys writes what is missing, in one durable transaction.
func (k *KeyStore) AddKeys(ctx context.Context, keys []store.WrappedKey) ([]store.WrappedKey, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	there := make([]store.WrappedKey, len(keys))
	err := k.d.write(ctx, durable, func(w writing) error {
		for i, key := range keys {
			there[i] = store.WrappedKey{Scope: key.Scope}
			err := w.scan(`SELECT wrapped FROM scopes JOIN slots USING (slot) WHERE customer = ? AND name = ?`,
				[]any{key.Customer, key.Name}, &there[i].Wrapped)
			if err == nil {
				continue
			}
			if !errors.Is(err, store.ErrNotFound) {
				return err
			}
			there[i].Wrapped = key.Wrapped
			if _, err := w.exec(`INSERT INTO slots (wrapped) VALUES (?)`, blob(key.Wrapped)); err != nil {
				return err
			}
			_, err = w.exec(`INSERT INTO scopes (customer, name, slot) VALUES (?, ?, last_insert_rowid())`, key.Customer, key.Name)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return there, nil
}

// Keys gives those that are there, with one statement.
func (k *KeyStore) Keys(ctx context.Context, scopes []store.Scope) ([]store.WrappedKey, error) {
	names, err := list(scopes)
	if err != nil || len(scopes) == 0 {
		return nil, err
	}
	return all(ctx, k.d, func(row scanner) (key store.WrappedKey, err error) {
		err = row.Scan(&key.Customer, &key.Name, &key.Wrapped)
		return key, err
	}, `SELECT customer, name, wrapped FROM json_each(?) AS asked
		CROSS JOIN scopes ON customer = asked.value ->> 'Customer' AND name = asked.value ->> 'Name'
		JOIN slots USING (slot) ORDER BY asked.key`, names)
}

// ScopesOf lists the names of a customer's keys.
func (k *KeyStore) ScopesOf(ctx context.Context, customer string) ([]string, error) {
	return all(ctx, k.d, value[string], `SELECT name FROM scopes WHERE customer = ? ORDER BY name`, customer)
}

// errReaders is the cause when a reader has kept the log file from being emptied for too long.
var errReaders = errors.New("somebody kept reading the key store, so that its write-ahead log still holds what was destroyed")

// DestroyKeys overwrites the keys where they are, and then empties the write-ahead log, which holds
// older copies of the same pages. Scopes without a key are destroyed again without harm, so a caller
// who is told Unavailable calls again.
func (k *KeyStore) DestroyKeys(ctx context.Context, scopes []store.Scope) error {
	err := k.d.write(ctx, durable, func(w writing) error {
		for _, scope := range scopes {
			if err := destroy(w, scope); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return k.emptyLog(ctx)
}

func (k *KeyStore) emptyLog(ctx context.Context) error {
	return k.d.alone(ctx, func(w writing) error {
		var busy, pages, moved int
		if err := w.scan(`PRAGMA wal_checkpoint(TRUNCATE)`, nil, &busy, &pages, &moved); err != nil {
			return fmt.Errorf("empty the write-ahead log: %w", err)
		}
		if busy != 0 {
			return unavailable(errReaders)
		}
		return nil
	})
}

func destroy(w writing, scope store.Scope) error {
	var slot int64
	err := w.scan(`SELECT slot FROM scopes WHERE customer = ? AND name = ?`, []any{scope.Customer, scope.Name}, &slot)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := w.exec(`UPDATE slots SET wrapped = zeroblob(length(wrapped)) WHERE slot = ?`, slot); err != nil {
		return err
	}
	_, err = w.exec(`DELETE FROM scopes WHERE slot = ? AND customer = ? AND name = ?`, slot, scope.Customer, scope.Name)
	return err
}
