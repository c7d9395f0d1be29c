package auth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models/auth"
)

const outside = "https://login.example.test"

// knownKeys are an outside issuer's, without the issuer.
type knownKeys map[string]crypto.PublicKey

func (k knownKeys) Key(_ context.Context, kid, _ string) (crypto.PublicKey, error) {
	key, ok := k[kid]
	if !ok {
		return nil, errors.New("no such key")
	}
	return key, nil
}

// outsideRig trusts an issuer whose keys are those of makeSigners, and has enrolled its client crm.
func outsideRig(t testing.TB, more knownKeys) *rig {
	t.Helper()
	r := newRig(t)
	keys := makeSigners()
	known := knownKeys{"ed": keys.ed.Public(), "ec": &keys.ec.PublicKey, "rsa": &keys.rsa.PublicKey}
	maps.Copy(known, more)
	r.config.Outside = &auth.Outside{Issuer: outside, Audience: issuer, Keys: known}
	r.Service = auth.New(r.config)
	if _, secret, err := r.Enrol(t.Context(), auth.Enrolment{Name: "CRM", Scopes: []string{"records", "customers"}, Outside: "crm"}); err != nil || secret != "" {
		t.Fatalf("secret %q, %v", secret, err)
	}
	return r
}

func (r *rig) outsideClaims() jwt.MapClaims {
	now := r.clock.time()
	return jwt.MapClaims{
		"iss": outside, "sub": "crm", "aud": []string{"https://others.example.test", issuer}, "client_id": "crm", "jti": "1",
		"scope": "openid records consents:read", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
}

func TestOutsideTokens(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := outsideRig(t, knownKeys{"short": &short.PublicKey, "p384": &p384.PublicKey, "shared": []byte("secret")})
	keys := makeSigners()
	own, ownClient := r.bearer(t, auth.ScopeRecords)
	make1 := func(method jwt.SigningMethod, key any, header map[string]any, claims jwt.MapClaims) string {
		h := map[string]any{"typ": "at+jwt", "kid": "rsa"}
		maps.Copy(h, header)
		return signed(t, method, key, h, claims)
	}
	with := func(name string, value any) string {
		c := r.outsideClaims()
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return make1(jwt.SigningMethodRS256, keys.rsa, nil, c)
	}
	header := func(name string, value any) string {
		return make1(jwt.SigningMethodRS256, keys.rsa, map[string]any{name: value}, r.outsideClaims())
	}
	by := func(method jwt.SigningMethod, key any, kid string) string {
		return make1(method, key, map[string]any{"kid": kid}, r.outsideClaims())
	}
	onlyAZP, onlySub := r.outsideClaims(), r.outsideClaims()
	delete(onlyAZP, "client_id")
	onlyAZP["azp"], onlyAZP["sub"] = "crm", "user-1"
	delete(onlySub, "client_id")
	now := r.clock.time()
	for name, c := range map[string]struct {
		token string
		good  bool
	}{
		"RS256":                     {by(jwt.SigningMethodRS256, keys.rsa, "rsa"), true},
		"PS256":                     {by(jwt.SigningMethodPS256, keys.rsa, "rsa"), true},
		"ES256":                     {by(jwt.SigningMethodES256, keys.ec, "ec"), true},
		"EdDSA":                     {by(jwt.SigningMethodEdDSA, keys.ed, "ed"), true},
		"typ in full":               {header("typ", "application/AT+JWT"), true},
		"the client in azp":         {make1(jwt.SigningMethodRS256, keys.rsa, nil, onlyAZP), true},
		"the client in sub":         {make1(jwt.SigningMethodRS256, keys.rsa, nil, onlySub), true},
		"a little ahead":            {with("nbf", now.Add(3*time.Second).Unix()), true},
		"typ JWT":                   {header("typ", "JWT"), false},
		"no typ":                    {header("typ", nil), false},
		"typ of an ID token":        {header("typ", "id+jwt"), false},
		"a critical header":         {header("crit", []string{"x"}), false},
		"no kid":                    {header("kid", nil), false},
		"unknown kid":               {header("kid", "x"), false},
		"another's kid":             {header("kid", "ed"), false},
		"alg none":                  {by(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "rsa"), false},
		"HMAC under a shared key":   {by(jwt.SigningMethodHS256, []byte("secret"), "shared"), false},
		"RSA of 1,024 bits":         {by(jwt.SigningMethodRS256, short, "short"), false},
		"ES384":                     {by(jwt.SigningMethodES384, p384, "p384"), false},
		"RS512":                     {by(jwt.SigningMethodRS512, keys.rsa, "rsa"), false},
		"signed by this server":     {make1(jwt.SigningMethodEdDSA, r.key, map[string]any{"kid": r.signer.KeyID()}, r.outsideClaims()), false},
		"another issuer":            {with("iss", "https://evil.example.test"), false},
		"an issuer with a slash":    {with("iss", outside+"/"), false},
		"no issuer":                 {with("iss", nil), false},
		"this server as issuer":     {with("iss", issuer), false},
		"another audience":          {with("aud", "https://others.example.test"), false},
		"no audience":               {with("aud", nil), false},
		"expired":                   {with("exp", now.Add(-time.Minute).Unix()), false},
		"expired just now":          {with("exp", now.Unix()), false},
		"no expiry":                 {with("exp", nil), false},
		"not yet valid":             {with("nbf", now.Add(time.Minute).Unix()), false},
		"issued in the future":      {with("iat", now.Add(time.Minute).Unix()), false},
		"no scope":                  {with("scope", nil), false},
		"none of our scopes":        {with("scope", "openid profile"), false},
		"a list of scopes":          {with("scope", []string{"records"}), false},
		"scopes it does not hold":   {with("scope", "sessions webhooks"), true}, // and that grant nothing: below
		"a client not enrolled":     {with("client_id", "hr"), false},
		"one of ours by its id":     {with("client_id", ownClient), false},
		"one of ours by a prefix":   {with("client_id", "outside:crm"), false},
		"a client id with blanks":   {with("client_id", "crm "), false},
		"no client":                 {with("client_id", strings.Repeat("c", 129)), false},
		"padded":                    {with("x", "y") + "=", false},
		"no signature":              {own[:strings.LastIndexByte(own, '.')+1], false},
		"ours, for a client there":  {r.forge(t, jwt.SigningMethodEdDSA, r.key, nil, r.claims("outside:crm")), true}, // nobody but us signs that
		"an assertion for a client": {signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, r.assertion("crm")), false},
	} {
		grant, err := r.Authorize(t.Context(), c.token)
		if ok := err == nil; ok != c.good || !ok && !errors.Is(err, auth.ErrInvalidToken) {
			t.Errorf("%s: %v, want it taken: %t", name, err, c.good)
		}
		if grant.Has(auth.ScopeConsentsRead) || grant.Has(auth.ScopeSessions) || grant.Has(auth.ScopeWebhooks) || grant.Has(auth.ScopeCustomers) {
			t.Errorf("%s: it grants what the client does not hold here, or was not asked for", name)
		}
		if err == nil && grant.Client != "outside:crm" {
			t.Errorf("%s: it is %s", name, grant.Client)
		}
	}
	if grant, err := r.Authorize(t.Context(), own); err != nil || grant.Client != ownClient {
		t.Errorf("a token of ours: %+v, %v", grant, err)
	}
	good := with("x", "y")
	eachAlteration(good, func(altered string) {
		if _, err := r.Authorize(t.Context(), altered); err == nil {
			t.Errorf("accepted %q", altered)
		}
	})
}

// A token of an outside issuer is revoked here, on every server, whatever the issuer thinks of it.
func TestOutsideClientsAreRevokedHere(t *testing.T) {
	r := outsideRig(t, nil)
	token := signed(t, jwt.SigningMethodES256, makeSigners().ec, map[string]any{"typ": "at+jwt", "kid": "ec"}, r.outsideClaims())
	if grant, err := r.Authorize(t.Context(), token); err != nil || !grant.Has(auth.ScopeRecords) {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := r.Authorize(context.Background(), token); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("a remembered token costs %v allocations", n)
	}
	if err := r.elsewhere().RevokeClient(t.Context(), "outside:crm"); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(time.Second)
	if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("%v", err)
	}
	// It does not come back by being enrolled anew.
	if _, _, err := r.Enrol(t.Context(), auth.Enrolment{Name: "CRM", Scopes: []string{"records"}, Outside: "crm"}); !errors.Is(err, auth.ErrClientExists) {
		t.Errorf("enrolled again: %v", err)
	}
}

// Without a trusted issuer none is trusted.
func TestNoOutsideIssuerIsTrustedUnlessItIsSaid(t *testing.T) {
	r := outsideRig(t, nil)
	r.config.Outside = nil
	token := signed(t, jwt.SigningMethodES256, makeSigners().ec, map[string]any{"typ": "at+jwt", "kid": "ec"}, r.outsideClaims())
	if _, err := auth.New(r.config).Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("%v", err)
	}
}

func TestOutsideEnrolmentRefused(t *testing.T) {
	r := outsideRig(t, nil)
	for name, e := range map[string]auth.Enrolment{
		"blanks":    {Outside: "a b"},
		"too long":  {Outside: strings.Repeat("a", 129)},
		"not ASCII": {Outside: "é"},
		"with keys": {Outside: "x", JWKS: makeSigners().set(t)},
	} {
		e.Name, e.Scopes = "x", []string{"records"}
		if _, _, err := r.Enrol(t.Context(), e); err == nil {
			t.Errorf("%s: it was enrolled", name)
		}
	}
	if _, _, err := r.NewSecret(t.Context(), "outside:crm", 0); !errors.Is(err, auth.ErrNoSecrets) {
		t.Errorf("a secret: %v", err)
	}
	if _, err := r.ReplaceKeys(t.Context(), "outside:crm", makeSigners().set(t), 0); err == nil {
		t.Error("it was given keys")
	}
}
