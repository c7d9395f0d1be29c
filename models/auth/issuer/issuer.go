// Package issuer fetches the public keys of an issuer of access tokens other than this server (RFC 7517), and keeps
// them. A request that is sent waits for the issuer for seconds at most, and not at all for a key that is known; an
// issuer that is away, or answers with something else than keys, takes none of the known ones away.
package issuer

import (
	"bytes"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
)

const (
	fetchLimit = 3 * time.Second
	maxAnswer  = 256 << 10 // bytes
	// refreshEvery is how long a key that the issuer has taken back may be good here, while the issuer can be reached.
	refreshEvery = 10 * time.Minute
	// unknownEvery is how often a key that is not known makes the issuer be asked at once: anybody can invent names.
	unknownEvery = 30 * time.Second
)

// Config says whose keys.
type Config struct {
	// URL is where the issuer publishes its JWK set (jwks_uri).
	URL    string
	Logger *slog.Logger
}

// Keys are the issuer's. It is safe for concurrent use.
type Keys struct {
	config  Config
	open    func() (keyfunc.Keyfunc, error)
	reading singleflight.Group
}

// New makes Keys, which are fetched when they are first asked for, and then again and again until ctx ends.
func New(ctx context.Context, c Config) *Keys {
	k := &Keys{config: c}
	k.open = sync.OnceValues(func() (keyfunc.Keyfunc, error) {
		return keyfunc.NewDefaultOverrideCtx(ctx, []string{c.URL}, keyfunc.Override{
			Client: client(), HTTPTimeout: fetchLimit, RateLimitWaitMax: fetchLimit, RefreshInterval: refreshEvery,
			RefreshUnknownKID:       rate.NewLimiter(rate.Every(unknownEvery), 1),
			RefreshErrorHandlerFunc: func(string) func(context.Context, error) { return k.failed },
		})
	})
	return k
}

// failed tells the operator. The keys that are known stay.
func (k *Keys) failed(_ context.Context, err error) {
	k.config.Logger.Warn("the trusted issuer's keys could not be fetched; those that are known stay good", "error", err)
}

// Key gives the public key under a key id, for an algorithm. One that is not known is asked for, once for all who want
// it at the same time.
func (k *Keys) Key(ctx context.Context, kid, algorithm string) (crypto.PublicKey, error) {
	answer := k.reading.DoChan(algorithm+" "+kid, func() (any, error) {
		keys, err := k.open()
		if err != nil {
			return nil, fmt.Errorf("read the trusted issuer's keys: %w", err)
		}
		token := &jwt.Token{Header: map[string]any{"kid": kid, "alg": algorithm}}
		return keys.KeyfuncCtx(context.WithoutCancel(ctx))(token)
	})
	select {
	case a := <-answer:
		return a.Val, a.Err
	case <-ctx.Done():
		return nil, fmt.Errorf("read the trusted issuer's keys: %w", ctx.Err())
	}
}

// client goes where the URL says and nowhere else.
func client() *http.Client {
	return &http.Client{
		Timeout: fetchLimit, Transport: careful{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// careful lets only answers pass that are not endless, and have keys: an empty set in the place of the keys is more
// likely a fault than the end of the issuer.
type careful struct{ http.RoundTripper }

func (c careful) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.RoundTripper.RoundTrip(r)
	if err != nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if len(body) > maxAnswer || json.Unmarshal(body, &set) != nil || len(set.Keys) == 0 {
		return nil, errors.New("the answer is not a JWK set with keys")
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
