package auth_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/keys"
	"candor/models/store/sqlite"
)

const issuer = "https://privacy.example.test"

// clock is a time that a test moves.
type clock struct{ now atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.now.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) time() time.Time      { return time.Unix(0, c.now.Load()).UTC() }
func (c *clock) pass(d time.Duration) { c.now.Add(int64(d)) }

// counting is a signer that knows how often its public key was asked for: once for each verification.
type counting struct {
	keys.Signer
	asked atomic.Int64
}

func (c *counting) Public() ed25519.PublicKey { c.asked.Add(1); return c.Signer.Public() }

// rig is a service over a real store, with one customer, cus_1.
type rig struct {
	*auth.Service
	config auth.Config
	clock  *clock
	signer *counting
	key    ed25519.PrivateKey
}

// elsewhere is another server over the same store.
func (r *rig) elsewhere() *auth.Service { return auth.New(r.config) }

// altered is another secret than the one given, whichever that is.
func altered(secret string) string {
	if secret[0] == 'A' {
		return "B" + secret[1:]
	}
	return "A" + secret[1:]
}

func newRig(t testing.TB) *rig {
	t.Helper()
	ctx := context.Background()
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "candor.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.PutCustomers(ctx, []models.Customer{{Ref: "cus_1"}}); err != nil {
		t.Fatal(err)
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{clock: newClock(), signer: &counting{Signer: keys.NewSigner(private)}, key: private}
	r.config = auth.Config{
		Sessions: s, Clients: s, Assertions: s, Customers: s, Signer: r.signer, Secret: make([]byte, 32), Issuer: issuer,
		ReturnOrigins: []string{"https://my.example.test"}, Clock: r.clock.time, Random: rand.Reader,
	}
	r.Service = auth.New(r.config)
	return r
}

// bearer gives a client's access token for a scope.
func (r *rig) bearer(t testing.TB, scopes ...string) (token, client string) {
	t.Helper()
	c, secret, err := r.AddClient(context.Background(), "billing", scopes)
	if err != nil {
		t.Fatal(err)
	}
	a, err := r.IssueToken(context.Background(), c.ID, secret, "")
	if err != nil {
		t.Fatal(err)
	}
	return a.Token, c.ID
}
