package mongo

import (
	"sync"
	"testing"

	"candor/models/store"
	"candor/models/store/mongo/mongotest"
	"candor/models/store/storetest"
)

// places gives each place of a test a database of its own.
type places struct {
	mu   sync.Mutex
	urls map[string]string
}

func (p *places) url(t *testing.T, place string) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.urls == nil {
		p.urls = map[string]string{}
	}
	if p.urls[place] == "" {
		p.urls[place] = mongotest.Start(t)
	}
	return p.urls[place]
}

func TestStore(t *testing.T) {
	var p places
	storetest.Run(t, func(t *testing.T, place string) store.Data { return openData(t, p.url(t, place)) })
}

func TestKeys(t *testing.T) {
	var p places
	storetest.RunKeys(t, func(t *testing.T, place string) store.Keys { return openKeys(t, p.url(t, place)) })
}

func TestCheckpoints(t *testing.T) {
	var p places
	storetest.RunCheckpoints(t, func(t *testing.T, place string) store.Checkpoints {
		k := openKeys(t, p.url(t, place))
		t.Cleanup(func() { k.Close() })
		return k
	})
}

func openData(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openKeys(t testing.TB, url string) *KeyStore {
	t.Helper()
	k, err := OpenKeys(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
