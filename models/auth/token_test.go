package auth_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models"
	"candor/models/auth"
	"candor/models/store"
)

func TestIssueToken(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	client, secret, err := r.AddClient(ctx, "billing", []string{auth.ScopeRecords, auth.ScopeCustomers})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprint(client), secret) {
		t.Error("the secret itself is kept")
	}
	revoked, revokedSecret, err := r.AddClient(ctx, "old", []string{auth.ScopeRecords})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.RevokeClient(ctx, revoked.ID); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, id, secret, scope string
		granted                 string
		err                     error
	}{
		{"all it holds", client.ID, secret, "", "customers records", nil},
		{"one of them", client.ID, secret, "records", "records", nil},
		{"in any order", client.ID, secret, "records customers records", "customers records", nil},
		{"not held", client.ID, secret, "records sessions", "", auth.ErrInvalidScope},
		{"no such scope", client.ID, secret, "everything", "", auth.ErrInvalidScope},
		{"two spaces", client.ID, secret, "records  customers", "", auth.ErrInvalidScope},
		{"a space", client.ID, secret, " ", "", auth.ErrInvalidScope},
		{"wrong secret", client.ID, altered(secret), "", "", auth.ErrInvalidClient},
		{"no secret", client.ID, "", "", "", auth.ErrInvalidClient},
		{"the hash for the secret", client.ID, client.Secrets[0].Hash, "", "", auth.ErrInvalidClient},
		{"unknown client", "client_x", secret, "", "", auth.ErrInvalidClient},
		{"what unknown clients are compared with", "client_x", "nobody's secret", "", "", auth.ErrInvalidClient},
		{"revoked", revoked.ID, revokedSecret, "", "", auth.ErrInvalidClient},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token, err := r.IssueToken(ctx, tt.id, tt.secret, tt.scope)
			if !errors.Is(err, tt.err) || token.Scope != tt.granted {
				t.Fatalf("granted %q, %v; want %q, %v", token.Scope, err, tt.granted, tt.err)
			}
			if err != nil {
				return
			}
			grant, err := r.Authorize(ctx, token.Token)
			if err != nil || grant.Client != client.ID || !grant.Has(auth.ScopeRecords) || grant.Has(auth.ScopeSessions) {
				t.Errorf("grant %+v, %v", grant, err)
			}
			if grant.Has(auth.ScopeCustomers) != strings.Contains(tt.granted, "customers") {
				t.Error("the token grants another scope than it says")
			}
		})
	}
}

// claims are those of a token that is good now; tests spoil them.
func (r *rig) claims(client string) jwt.MapClaims {
	now := r.clock.time()
	return jwt.MapClaims{
		"iss": issuer, "sub": client, "aud": issuer, "client_id": client, "jti": "1", "scope": "records",
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
}

func (r *rig) forge(t *testing.T, method jwt.SigningMethod, key any, header map[string]any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	token.Header["typ"], token.Header["kid"] = "at+jwt", r.signer.KeyID()
	maps.Copy(token.Header, header)
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestAuthorizeRefuses tries each way in which a token can be wrong, most of them under the right signature.
func TestAuthorizeRefuses(t *testing.T) {
	r := newRig(t)
	good, client := r.bearer(t, auth.ScopeRecords)
	if _, err := r.Authorize(t.Context(), r.forge(t, jwt.SigningMethodEdDSA, r.key, nil, r.claims(client))); err != nil {
		t.Fatalf("the unspoilt token: %v", err)
	}
	with := func(name string, value any) jwt.MapClaims {
		c := r.claims(client)
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return c
	}
	eddsa := func(claims jwt.MapClaims) string { return r.forge(t, jwt.SigningMethodEdDSA, r.key, nil, claims) }
	header := func(name string, value any) string {
		return r.forge(t, jwt.SigningMethodEdDSA, r.key, map[string]any{name: value}, r.claims(client))
	}
	now := r.clock.time()
	for name, token := range map[string]string{
		"alg none":               r.forge(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, r.claims(client)),
		"HMAC by the public key": r.forge(t, jwt.SigningMethodHS256, []byte(r.signer.Public()), nil, r.claims(client)),
		"alg of another name":    header("alg", "ES256"),
		"typ JWT":                header("typ", "JWT"),
		"no typ":                 header("typ", nil),
		"typ of an entry":        header("typ", "candor-entry+jwt"),
		"unknown kid":            header("kid", "x"),
		"no kid":                 header("kid", nil),
		"another issuer":         eddsa(with("iss", "https://evil.example.test")),
		"no issuer":              eddsa(with("iss", nil)),
		"another audience":       eddsa(with("aud", "https://evil.example.test")),
		"no audience":            eddsa(with("aud", nil)),
		"expired":                eddsa(with("exp", now.Unix())),
		"no expiry":              eddsa(with("exp", nil)),
		"issued in the future":   eddsa(with("iat", now.Add(time.Minute).Unix())),
		"no time of issue":       eddsa(with("iat", nil)),
		"not yet valid":          eddsa(with("nbf", now.Add(time.Minute).Unix())),
		"no client":              eddsa(with("client_id", nil)),
		"subject not the client": eddsa(with("sub", "cus_1")),
		"no id":                  eddsa(with("jti", nil)),
		"no scope":               eddsa(with("scope", nil)),
		"unknown client":         eddsa(jwt.MapClaims{"iss": issuer, "sub": "x", "aud": issuer, "client_id": "x", "jti": "1", "scope": "records", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}),
		"no signature":           good[:strings.LastIndexByte(good, '.')+1],
		"two parts":              good[:strings.LastIndexByte(good, '.')],
		"four parts":             good + ".x",
		"a line break":           good[:len(good)-1] + "\n" + good[len(good)-1:],
		"padded":                 good + "=",
		"a blank":                " ",
		"dots":                   "..",
		"endless":                strings.Repeat("a", 1<<20),
	} {
		if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Authorize(t.Context(), ""); !errors.Is(err, auth.ErrNoToken) {
		t.Errorf("none at all: %v", err)
	}
}

func TestAuthorizeRefusesAlteredTokens(t *testing.T) {
	r := newRig(t)
	token, _ := r.bearer(t, auth.ScopeRecords)
	if _, err := r.Authorize(t.Context(), token); err != nil { // so that the real one is remembered
		t.Fatal(err)
	}
	eachAlteration(token, func(altered string) {
		if _, err := r.Authorize(t.Context(), altered); !errors.Is(err, auth.ErrInvalidToken) {
			t.Errorf("accepted %q", altered)
		}
	})
}

func TestAuthorizeVerifiesOnce(t *testing.T) {
	r := newRig(t)
	token, _ := r.bearer(t, auth.ScopeRecords)
	before := r.signer.asked.Load()
	for range 100 {
		if _, err := r.Authorize(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.signer.asked.Load() - before; n != 1 {
		t.Errorf("verified %d times", n)
	}
	if n := testing.AllocsPerRun(100, func() {
		if g, err := r.Authorize(context.Background(), token); err != nil || !g.Has(auth.ScopeRecords) {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("a remembered token costs %v allocations", n)
	}
}

func TestRememberedTokenEnds(t *testing.T) {
	r := newRig(t)
	token, _ := r.bearer(t, auth.ScopeRecords)
	if _, err := r.Authorize(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(auth.TokenLifetime)
	if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("after its time: %v", err)
	}
}

// TestRevokedClientStops revokes through another service over the same store, as another server would.
func TestRevokedClientStops(t *testing.T) {
	for _, maxAge := range []time.Duration{time.Second, 5 * time.Second} {
		t.Run(maxAge.String(), func(t *testing.T) { testRevokedClientStops(t, maxAge) })
	}
}

func testRevokedClientStops(t *testing.T, maxAge time.Duration) {
	r := newRig(t)
	r.config.MaxAge = maxAge
	r.Service = auth.New(r.config)
	token, client := r.bearer(t, auth.ScopeRecords)
	if _, err := r.Authorize(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := r.elsewhere().RevokeClient(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(maxAge - time.Millisecond)
	if _, err := r.Authorize(t.Context(), token); err != nil {
		t.Errorf("read anew too soon: %v", err)
	}
	r.clock.pass(time.Millisecond)
	if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("after %s: %v", maxAge, err)
	}
}

// A clock that was set back does not make what is known any younger.
func TestRevokedClientStopsThoughTheClockIsSetBack(t *testing.T) {
	r := newRig(t)
	token, client := r.bearer(t, auth.ScopeRecords)
	r.clock.pass(10 * time.Second)
	if _, err := r.Authorize(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := r.elsewhere().RevokeClient(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(-10 * time.Second)
	if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("%v", err)
	}
}

// clientStore is store.Clients under a name that is not that of its method.
type clientStore = store.Clients

// remembered is a client in memory.
type remembered struct {
	clientStore
	client store.Client
}

func (r remembered) Client(context.Context, string) (store.Client, error) { return r.client, nil }

// heldClients keeps those who read a client waiting, after having read it.
type heldClients struct {
	clientStore
	reads atomic.Int64
	read  chan struct{}
	let   chan struct{}
}

func (h *heldClients) Client(ctx context.Context, id string) (store.Client, error) {
	c, err := h.clientStore.Client(ctx, id)
	if h.reads.Add(1) == 1 {
		close(h.read)
	}
	<-h.let
	return c, err
}

// However many come when what is known of a client is out of date, it is read once.
func TestManyCallersReadAClientOnce(t *testing.T) {
	r := newRig(t)
	token, id := r.bearer(t, auth.ScopeRecords)
	client, err := r.config.Clients.Client(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	held := &heldClients{clientStore: remembered{client: client}}
	config := r.config
	config.Clients = held
	synctest.Test(t, func(t *testing.T) {
		held.read, held.let = make(chan struct{}), make(chan struct{})
		s := auth.New(config)
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() {
				if _, err := s.Authorize(t.Context(), token); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(held.let)
		callers.Wait()
	})
	if n := held.reads.Load(); n != 1 {
		t.Errorf("read %d times", n)
	}
}

// A read that began before a client was revoked here does not bring it back.
func TestRevokingHereOutlivesAnEarlierRead(t *testing.T) {
	r := newRig(t)
	token, client := r.bearer(t, auth.ScopeRecords)
	held := &heldClients{clientStore: r.config.Clients, read: make(chan struct{}), let: make(chan struct{})}
	config := r.config
	config.Clients = &firstHeld{clientStore: r.config.Clients, held: held}
	s := auth.New(config)
	var early sync.WaitGroup
	early.Go(func() { _, _ = s.Authorize(context.WithoutCancel(t.Context()), token) }) // may go either way
	<-held.read
	r.clock.pass(time.Millisecond)
	if err := s.RevokeClient(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	close(held.let)
	early.Wait()
	if _, err := s.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("%v", err)
	}
}

// firstHeld holds the first read only.
type firstHeld struct {
	clientStore
	once sync.Once
	held *heldClients
}

func (f *firstHeld) Client(ctx context.Context, id string) (c store.Client, err error) {
	reader := f.clientStore
	f.once.Do(func() { reader = f.held })
	return reader.Client(ctx, id)
}

// Who has stopped waiting is answered, whatever the store does.
func TestAuthorizeWaitsNoLongerThanItsCaller(t *testing.T) {
	r := newRig(t)
	token, _ := r.bearer(t, auth.ScopeRecords)
	held := &heldClients{clientStore: r.config.Clients, read: make(chan struct{}), let: make(chan struct{})}
	defer close(held.let)
	r.config.Clients = held
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-held.read; cancel() }()
	if _, err := auth.New(r.config).Authorize(ctx, token); models.KindOf(err) != models.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestRevokingHereStopsAtOnce(t *testing.T) {
	r := newRig(t)
	token, client := r.bearer(t, auth.ScopeRecords)
	if _, err := r.Authorize(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.RevokeClient(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("%v", err)
	}
	clients, err := r.Clients(t.Context())
	if err != nil || len(clients) != 1 || clients[0].RevokedAt.IsZero() {
		t.Errorf("clients %+v, %v", clients, err)
	}
}

func TestAddClientRefuses(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct {
		name   string
		scopes []string
	}{
		{"", []string{auth.ScopeRecords}},
		{" ", []string{auth.ScopeRecords}},
		{strings.Repeat("a", 101), []string{auth.ScopeRecords}},
		{"billing", nil},
		{"billing", []string{"everything"}},
		{"billing", []string{auth.ScopeRecords, ""}},
	} {
		if _, _, err := r.AddClient(t.Context(), tt.name, tt.scopes); err == nil {
			t.Errorf("%q with %q was added", tt.name, tt.scopes)
		}
	}
}

func FuzzTokens(f *testing.F) {
	r := newRig(f)
	token, _ := r.bearer(f, auth.ScopeRecords)
	served, err := r.Served("session", shown)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{token, served, "", "..", "a.b.c", token + served, "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := r.Authorize(t.Context(), text); err == nil && text != token {
			t.Errorf("accepted %q", text)
		}
		if _, err := r.OpenServed("session", text); err == nil && text != served {
			t.Errorf("accepted as served %q", text)
		}
	})
}
