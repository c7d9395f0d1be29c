package sqlite

import (
	"path/filepath"
	"testing"

	"candor/models/store"
	"candor/models/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, place string) store.Data {
		return openData(t, filepath.Join(place, "candor.db"))
	})
}

func TestKeys(t *testing.T) {
	storetest.RunKeys(t, func(t *testing.T, place string) store.Keys {
		return openKeys(t, filepath.Join(place, "keys.db"))
	})
}

func openData(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openKeys(t testing.TB, path string) *KeyStore {
	t.Helper()
	k, err := OpenKeys(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
