package issuer_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"candor/models/auth/issuer"
)

// server is an issuer that publishes its keys; what it answers can be changed.
type server struct {
	*httptest.Server
	asked  atomic.Int64
	answer atomic.Value // http.HandlerFunc
}

func newServer(t *testing.T, kids ...string) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.answer.Load().(http.HandlerFunc)(w, r)
	}))
	t.Cleanup(s.Close)
	s.publish(kids...)
	return s
}

func key(kid string) ed25519.PublicKey {
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, kid)
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

func (s *server) publish(kids ...string) {
	var keys []string
	for _, kid := range kids {
		keys = append(keys, fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","kid":%q,"x":%q}`, kid, base64.RawURLEncoding.EncodeToString(key(kid))))
	}
	s.says(`{"keys":[` + strings.Join(keys, ",") + `]}`)
}

func (s *server) says(body string) {
	s.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
}

func (s *server) keys(t *testing.T) *issuer.Keys {
	t.Helper()
	return issuer.New(t.Context(), issuer.Config{URL: s.URL + "/jwks", Logger: slog.New(slog.DiscardHandler)})
}

func has(t *testing.T, k *issuer.Keys, kid string) bool {
	t.Helper()
	got, err := k.Key(t.Context(), kid, "EdDSA")
	return err == nil && key(kid).Equal(got)
}

// The issuer is asked at the first need, not before, and not again for a key that is known.
func TestKeysAreFetchedOnce(t *testing.T) {
	s := newServer(t, "a", "b")
	k := s.keys(t)
	if n := s.asked.Load(); n != 0 {
		t.Errorf("asked %d times before anybody needed a key", n)
	}
	for range 10 {
		if !has(t, k, "a") || !has(t, k, "b") {
			t.Fatal("a published key is not known")
		}
	}
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// A new key is taken in when it is first named; the old one has gone with the set it was in.
func TestARotationIsPickedUp(t *testing.T) {
	s := newServer(t, "old")
	k := s.keys(t)
	if !has(t, k, "old") {
		t.Fatal("not known at first")
	}
	s.publish("new")
	var callers sync.WaitGroup
	for range 20 { // all who need it at that moment get it
		callers.Go(func() {
			if !has(t, k, "new") {
				t.Error("the new key is not picked up")
			}
		})
	}
	callers.Wait()
	if has(t, k, "old") {
		t.Error("the key that was taken back is still good")
	}
}

// Whoever invents names of keys does not make us ask for each.
func TestUnknownKeysDoNotFloodTheIssuer(t *testing.T) {
	s := newServer(t, "a")
	k := s.keys(t)
	for i := range 200 {
		if has(t, k, fmt.Sprintf("invented-%d", i)) {
			t.Fatal("an invented key is known")
		}
	}
	if !has(t, k, "a") {
		t.Error("the known key is not")
	}
	if n := s.asked.Load(); n > 2 {
		t.Errorf("the issuer was asked %d times", n)
	}
}

// Whatever the issuer answers that is not keys, those that are known stay.
func TestAFailingIssuerTakesNoKeysAway(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an error":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"a page":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"an empty object": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") },
		"an empty set":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys":[]}`) },
		"a broken key": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"!"}]}`)
		},
		"an endless set": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"keys":[{"kty":"OKP","x":"`+strings.Repeat("a", 300<<10)+`"}]}`)
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"nothing":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, "a")
			k := s.keys(t)
			if !has(t, k, "a") {
				t.Fatal("not known at first")
			}
			s.answer.Store(answer)
			if has(t, k, "b") {
				t.Error("a key is known that the issuer does not have")
			}
			if n := s.asked.Load(); n < 2 { // an aborted answer is asked for twice
				t.Errorf("the issuer was asked %d times", n)
			}
			if !has(t, k, "a") {
				t.Error("the known key has gone")
			}
		})
	}
}

// An issuer that was away at first is found later.
func TestAnIssuerThatWasAwayIsFoundLater(t *testing.T) {
	s := newServer(t, "a")
	up := s.answer.Load()
	s.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	var once sync.Once
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answer.Load().(http.HandlerFunc)(w, r)
		once.Do(func() { s.answer.Store(up) })
	})
	if k := s.keys(t); !has(t, k, "a") {
		t.Error("it is not asked again")
	}
}

// Who has stopped waiting is answered though the issuer is silent, and so is who needs a key that is known.
func TestASilentIssuerHoldsNobodyUp(t *testing.T) {
	s := newServer(t, "a")
	k := s.keys(t)
	if !has(t, k, "a") {
		t.Fatal("not known at first")
	}
	waiting, let := make(chan struct{}), make(chan struct{})
	defer close(let)
	s.answer.Store(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(waiting); <-let }))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-waiting; cancel() }()
	if _, err := k.Key(ctx, "b", "EdDSA"); err == nil {
		t.Error("a key came from a silent issuer")
	}
	if !has(t, k, "a") {
		t.Error("the known key has to wait")
	}
}
