package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"candor/models/store"
	"candor/models/store/file"
	"candor/models/store/mongo"
	"candor/models/store/sqlite"
)

// storeForms is how a store is named.
const storeForms = "sqlite:FOLDER/candor.db or mongodb://HOSTS/DATABASE"

// embedded says whether a URL names a file that one process has to itself.
func embedded(address string) bool { return strings.HasPrefix(address, "sqlite:") }

// knownStore says whether a URL names a store of a kind that there is.
func knownStore(address string) bool {
	return embedded(address) || strings.HasPrefix(address, "mongodb://") || strings.HasPrefix(address, "mongodb+srv://")
}

// keyStoreBeside is the key store that belongs to a data store where nothing else is said: keys.db beside
// a file, and beside a database one whose name ends in -keys.
func keyStoreBeside(address string) string {
	if embedded(address) {
		return "sqlite:" + filepath.Join(filepath.Dir(storePath(address)), "keys.db")
	}
	place, options, _ := strings.Cut(address, "?")
	if options != "" {
		options = "?" + options
	}
	return place + "-keys" + options
}

// withoutSecret is a URL as it may be shown.
func withoutSecret(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Redacted()
	}
	return strings.SplitN(address, ":", 2)[0] + ":…"
}

// storePath is the file of an embedded store.
func storePath(address string) string { return strings.TrimPrefix(address, "sqlite:") }

// makeFolder makes the folder that a file is to be in.
func makeFolder(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

// takeLock makes this process the only one on an embedded store's log.
func takeLock(address string) (*file.Lock, error) {
	path := storePath(address)
	if err := makeFolder(path); err != nil {
		return nil, err
	}
	lock, err := file.TakeLock(path + ".lock")
	if errors.Is(err, file.ErrHeld) {
		return nil, fmt.Errorf("open the log: another candor runs on %s: stop that one first, or name another folder for this one", filepath.Dir(path))
	}
	return lock, err
}

// openDataStore opens the data store that a URL names. On an error the store is nothing, and not one
// that is nothing.
func openDataStore(ctx context.Context, address string) (store.Data, error) {
	if !embedded(address) {
		data, err := mongo.Open(ctx, address)
		if err != nil {
			return nil, err
		}
		return data, nil
	}
	if err := makeFolder(storePath(address)); err != nil {
		return nil, err
	}
	data, err := sqlite.Open(ctx, storePath(address))
	if err != nil {
		return nil, err
	}
	return data, nil
}

// openKeyStore opens the key store that a URL names.
func openKeyStore(ctx context.Context, address string) (store.Keys, error) {
	if !embedded(address) {
		keyStore, err := mongo.OpenKeys(ctx, address)
		if err != nil {
			return nil, err
		}
		return keyStore, nil
	}
	if err := makeFolder(storePath(address)); err != nil {
		return nil, err
	}
	keyStore, err := sqlite.OpenKeys(ctx, storePath(address))
	if err != nil {
		return nil, err
	}
	return keyStore, nil
}

// openCheckpoints opens the saved checkpoint: a key store that many servers share keeps it; an embedded
// one has a file for it.
func openCheckpoints(keyStore store.Keys, path string) (store.Checkpoints, error) {
	if shared, ok := keyStore.(store.Checkpoints); ok {
		return shared, nil
	}
	return file.Checkpoints(path)
}
