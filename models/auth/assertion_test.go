package auth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models"
	"candor/models/auth"
	"candor/models/store"
)

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// publicJWK is the public half of a key, as a client would write it.
func publicJWK(t testing.TB, kid string, key crypto.PublicKey) map[string]any {
	t.Helper()
	k := map[string]any{"kid": kid}
	switch p := key.(type) {
	case ed25519.PublicKey:
		k["kty"], k["crv"], k["x"] = "OKP", "Ed25519", encoded(p)
	case *ecdsa.PublicKey:
		point, err := p.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		size := (len(point) - 1) / 2
		k["kty"], k["crv"], k["x"], k["y"] = "EC", p.Curve.Params().Name, encoded(point[1:1+size]), encoded(point[1+size:])
	case *rsa.PublicKey:
		k["kty"], k["n"], k["e"] = "RSA", encoded(p.N.Bytes()), encoded(big.NewInt(int64(p.E)).Bytes())
	}
	return k
}

func jwkSet(t testing.TB, keys ...map[string]any) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// signers are keys of each kind that a client may have, made once: RSA keys take long.
type signers struct {
	ed  ed25519.PrivateKey
	ec  *ecdsa.PrivateKey
	rsa *rsa.PrivateKey
}

var makeSigners = sync.OnceValue(func() signers {
	_, ed, err1 := ed25519.GenerateKey(rand.Reader)
	ec, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	long, err3 := rsa.GenerateKey(rand.Reader, 2048)
	if err := errors.Join(err1, err2, err3); err != nil {
		panic(err)
	}
	return signers{ed, ec, long}
})

func (s signers) set(t testing.TB) []byte {
	return jwkSet(t, publicJWK(t, "ed", s.ed.Public()), publicJWK(t, "ec", &s.ec.PublicKey), publicJWK(t, "rsa", &s.rsa.PublicKey))
}

// signed is an assertion under a key; its header is what is given, and what is nil there is left out.
func signed(t testing.TB, method jwt.SigningMethod, key any, header map[string]any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	maps.Copy(token.Header, header)
	for name, value := range token.Header {
		if value == nil {
			delete(token.Header, name)
		}
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// assertion is the claims of one that is good now, each with another jti.
func (r *rig) assertion(client string) jwt.MapClaims {
	now := r.clock.time()
	return jwt.MapClaims{
		"iss": client, "sub": client, "aud": issuer, "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(), "jti": rand.Text(),
	}
}

func (r *rig) enrolKeys(t testing.TB, scopes ...string) (store.Client, signers) {
	t.Helper()
	keys := makeSigners()
	client, secret, err := r.Enrol(t.Context(), auth.Enrolment{Name: "rating", Scopes: scopes, JWKS: keys.set(t)})
	if err != nil || secret != "" {
		t.Fatalf("secret %q, %v", secret, err)
	}
	return client, keys
}

func (r *rig) issueTo(assertion, clientID string) error {
	_, err := r.Issue(context.Background(), auth.Credentials{ClientID: clientID, Assertion: assertion}, "")
	return err
}

// TestAssertions tries each way in which an assertion can be right or wrong, most under the right signature.
func TestAssertions(t *testing.T) {
	r := newRig(t)
	client, keys := r.enrolKeys(t, auth.ScopeRecords)
	other, _, err := r.AddClient(t.Context(), "other", []string{auth.ScopeCustomers})
	if err != nil {
		t.Fatal(err)
	}
	token, _ := r.bearer(t, auth.ScopeRecords)
	now := r.clock.time()
	with := func(name string, value any) string {
		c := r.assertion(client.ID)
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, c)
	}
	header := func(h map[string]any) string {
		h = maps.Clone(h)
		if _, ok := h["kid"]; !ok {
			h["kid"] = "ed"
		}
		return signed(t, jwt.SigningMethodEdDSA, keys.ed, h, r.assertion(client.ID))
	}
	by := func(method jwt.SigningMethod, key any, kid string) string {
		return signed(t, method, key, map[string]any{"kid": kid}, r.assertion(client.ID))
	}
	good := with("x", "y")
	for name, c := range map[string]struct {
		assertion string
		good      bool
	}{
		"EdDSA":                     {by(jwt.SigningMethodEdDSA, keys.ed, "ed"), true},
		"ES256":                     {by(jwt.SigningMethodES256, keys.ec, "ec"), true},
		"RS256":                     {by(jwt.SigningMethodRS256, keys.rsa, "rsa"), true},
		"PS256":                     {by(jwt.SigningMethodPS256, keys.rsa, "rsa"), true},
		"for the token endpoint":    {with("aud", issuer+"/oauth/token"), true},
		"for both":                  {with("aud", []string{issuer, issuer + "/oauth/token"}), true},
		"no typ":                    {header(map[string]any{"typ": nil}), true},
		"typ of the draft":          {header(map[string]any{"typ": "client-authentication+jwt"}), true},
		"no iat":                    {with("iat", nil), true},
		"iat a little ahead":        {with("iat", now.Add(20*time.Second).Unix()), true},
		"5 minutes":                 {with("exp", now.Add(5*time.Minute).Unix()), true},
		"alg none":                  {by(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "ed"), false},
		"HMAC by the public key":    {by(jwt.SigningMethodHS256, []byte(keys.ed.Public().(ed25519.PublicKey)), "ed"), false},
		"HMAC by the hash":          {by(jwt.SigningMethodHS256, []byte(other.Secrets[0].Hash), "ed"), false},
		"RS512":                     {by(jwt.SigningMethodRS512, keys.rsa, "rsa"), false},
		"another's kid":             {by(jwt.SigningMethodEdDSA, keys.ed, "ec"), false},
		"unknown kid":               {by(jwt.SigningMethodEdDSA, keys.ed, "x"), false},
		"no kid":                    {header(map[string]any{"kid": nil}), false},
		"kid a number":              {header(map[string]any{"kid": 1}), false},
		"signed by the server":      {by(jwt.SigningMethodEdDSA, r.key, "ed"), false},
		"alg of another name":       {header(map[string]any{"alg": "ES256"}), false},
		"typ of an access token":    {header(map[string]any{"typ": "at+jwt"}), false},
		"critical header":           {header(map[string]any{"crit": []string{"b64"}, "b64": false}), false},
		"another issuer":            {with("iss", other.ID), false},
		"another subject":           {with("sub", other.ID), false},
		"no issuer":                 {with("iss", nil), false},
		"no subject":                {with("sub", nil), false},
		"another audience":          {with("aud", "https://evil.example.test"), false},
		"for others, too":           {with("aud", []string{issuer, "https://evil.example.test"}), false},
		"no audience":               {with("aud", nil), false},
		"audience with a slash":     {with("aud", issuer+"/"), false},
		"expired":                   {with("exp", now.Unix()), false},
		"no expiry":                 {with("exp", nil), false},
		"expiry far ahead":          {with("exp", now.Add(6*time.Minute).Unix()), false},
		"expiry of words":           {with("exp", "tomorrow"), false},
		"endless expiry":            {with("exp", 1e300), false},
		"not yet valid":             {with("nbf", now.Add(time.Minute).Unix()), false},
		"issued in the future":      {with("iat", now.Add(time.Minute).Unix()), false},
		"no jti":                    {with("jti", nil), false},
		"an empty jti":              {with("jti", ""), false},
		"a long jti":                {with("jti", strings.Repeat("j", 257)), false},
		"unknown client":            {signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, r.assertion("client_x")), false},
		"a client without keys":     {signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, r.assertion(other.ID)), false},
		"an access token":           {token, false},
		"no signature":              {good[:strings.LastIndexByte(good, '.')+1], false},
		"two parts":                 {good[:strings.LastIndexByte(good, '.')], false},
		"padded":                    {good + "=", false},
		"a line break":              {good[:len(good)-1] + "\n" + good[len(good)-1:], false},
		"endless":                   {strings.Repeat("a", 1<<20), false},
		"nothing that is a JWT":     {"x", false},
		"a JSON array for claims":   {"eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.W10.AA", false},
		"duplicated dots":           {"..", false},
		"another's, with its own":   {signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed", "jwk": publicJWK(t, "ed", keys.ed.Public())}, r.assertion(other.ID)), false},
		"a key that it brings":      {signed(t, jwt.SigningMethodEdDSA, r.key, map[string]any{"kid": "mine", "jwk": publicJWK(t, "mine", r.key.Public())}, r.assertion(client.ID)), false},
		"a place to fetch its keys": {header(map[string]any{"kid": "x", "jku": "https://evil.example.test/jwks"}), false},
	} {
		err := r.issueTo(c.assertion, "")
		if ok := err == nil; ok != c.good || !ok && !errors.Is(err, auth.ErrInvalidClient) {
			t.Errorf("%s: %v, want it taken: %t", name, err, c.good)
		}
	}
	if err := r.issueTo(with("a", "b"), other.ID); !errors.Is(err, auth.ErrInvalidClient) {
		t.Errorf("beside another's client_id: %v", err)
	}
	if err := r.issueTo(with("a", "b"), client.ID); err != nil {
		t.Errorf("beside its own client_id: %v", err)
	}
	eachAlteration(good, func(altered string) {
		if r.issueTo(altered, "") == nil {
			t.Errorf("accepted %q", altered)
		}
	})
	if err := r.issueTo(good, ""); err != nil { // whatever was refused has not used it up
		t.Error(err)
	}
}

// An assertion is good once: on whatever server it comes again, at the same moment or as long as it lasts.
func TestAnAssertionIsGoodOnce(t *testing.T) {
	r := newRig(t)
	client, keys := r.enrolKeys(t, auth.ScopeRecords)
	claims := r.assertion(client.ID)
	claims["exp"] = r.clock.time().Add(5 * time.Minute).Unix()
	text := signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, claims)
	servers := []*auth.Service{r.Service, r.elsewhere()}
	var won atomic.Int64
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			_, err := servers[i%2].Issue(context.Background(), auth.Credentials{Assertion: text}, "")
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, auth.ErrInvalidClient) {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	if n := won.Load(); n != 1 {
		t.Errorf("taken %d times", n)
	}
	// The same jti under another signature is the same assertion; another client's is not.
	again := signed(t, jwt.SigningMethodES256, keys.ec, map[string]any{"kid": "ec"}, claims)
	second, _ := r.enrolKeys(t, auth.ScopeRecords)
	claims["iss"], claims["sub"] = second.ID, second.ID
	others := signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, claims)
	r.clock.pass(5*time.Minute - time.Second)
	if err := r.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{text, again} {
		if err := r.issueTo(text, ""); !errors.Is(err, auth.ErrInvalidClient) {
			t.Errorf("just before it ends: %v", err)
		}
	}
	if err := r.issueTo(others, ""); err != nil {
		t.Errorf("another client's: %v", err)
	}
}

// When it cannot be remembered that an assertion was used, it is not taken.
func TestAnAssertionThatCannotBeRememberedIsNotTaken(t *testing.T) {
	r := newRig(t)
	client, keys := r.enrolKeys(t, auth.ScopeRecords)
	r.config.Assertions = awayAssertions{r.config.Assertions}
	_, err := auth.New(r.config).Issue(t.Context(), auth.Credentials{
		Assertion: signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "ed"}, r.assertion(client.ID)),
	}, "")
	if models.KindOf(err) != models.Unavailable {
		t.Errorf("%v", err)
	}
}

type awayAssertions struct{ store.Assertions }

func (awayAssertions) UseAssertion(context.Context, string, time.Time) error {
	return models.Fail(models.Unavailable, "store_unavailable")
}

// A client changes its key: while both are registered both are good, then only the new one.
func TestKeysAreRotated(t *testing.T) {
	r := newRig(t)
	keys := makeSigners()
	client, _, err := r.Enrol(t.Context(), auth.Enrolment{Name: "rating", Scopes: []string{"records"}, JWKS: jwkSet(t, publicJWK(t, "1", keys.ed.Public()))})
	if err != nil {
		t.Fatal(err)
	}
	old := func() error {
		return r.issueTo(signed(t, jwt.SigningMethodEdDSA, keys.ed, map[string]any{"kid": "1"}, r.assertion(client.ID)), "")
	}
	next := func() error {
		return r.issueTo(signed(t, jwt.SigningMethodES256, keys.ec, map[string]any{"kid": "2"}, r.assertion(client.ID)), "")
	}
	both := jwkSet(t, publicJWK(t, "1", keys.ed.Public()), publicJWK(t, "2", &keys.ec.PublicKey))
	for _, step := range []struct {
		set       []byte
		old, next bool
	}{{nil, true, false}, {both, true, true}, {jwkSet(t, publicJWK(t, "2", &keys.ec.PublicKey)), false, true}} {
		if step.set != nil {
			if _, err := r.ReplaceKeys(t.Context(), client.ID, step.set, 0); err != nil {
				t.Fatal(err)
			}
		}
		if one, two := old(), next(); (one == nil) != step.old || (two == nil) != step.next {
			t.Errorf("old %v, new %v; want %t, %t", one, two, step.old, step.next)
		}
	}
	if err := r.elsewhere().RevokeClient(t.Context(), client.ID); err != nil {
		t.Fatal(err)
	}
	if err := next(); !errors.Is(err, auth.ErrInvalidClient) {
		t.Errorf("after it was revoked elsewhere: %v", err)
	}
}

func TestKeySetsRefused(t *testing.T) {
	r := newRig(t)
	keys := makeSigners()
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ed := func(change func(k map[string]any)) map[string]any {
		k := publicJWK(t, "k", keys.ed.Public())
		change(k)
		return k
	}
	offCurve := publicJWK(t, "k", &keys.ec.PublicKey)
	offCurve["y"] = offCurve["x"]
	weak := publicJWK(t, "k", &keys.rsa.PublicKey)
	weak["e"] = "Aw"
	six := make([]map[string]any, 6)
	for i := range six {
		six[i] = publicJWK(t, rand.Text(), keys.ed.Public())
	}
	for name, c := range map[string]struct {
		set  []byte
		code string
	}{
		"nothing":            {[]byte(""), "bad_jwk_set"},
		"no JSON":            {[]byte("{"), "bad_jwk_set"},
		"an array":           {[]byte("[]"), "bad_jwk_set"},
		"no keys":            {[]byte(`{"keys":[]}`), "bad_jwk_set"},
		"a key and no set":   {[]byte(`{"kty":"OKP"}`), "bad_jwk_set"},
		"six keys":           {jwkSet(t, six...), "bad_jwk_set"},
		"a long one":         {append(jwkSet(t, ed(func(map[string]any) {})), make([]byte, 40_000)...), "bad_jwk_set"},
		"no object":          {[]byte(`{"keys":[1]}`), "bad_jwk"},
		"a private key":      {jwkSet(t, ed(func(k map[string]any) { k["d"] = "x" })), "private_jwk"},
		"a shared key":       {jwkSet(t, map[string]any{"kty": "oct", "k": "c2VjcmV0"}), "private_jwk"},
		"for encryption":     {jwkSet(t, ed(func(k map[string]any) { k["use"] = "enc" })), "bad_jwk"},
		"for signing alone":  {jwkSet(t, ed(func(k map[string]any) { k["key_ops"] = []string{"sign"} })), "bad_jwk"},
		"of another alg":     {jwkSet(t, ed(func(k map[string]any) { k["alg"] = "ES256" })), "bad_jwk"},
		"an alg of secrets":  {jwkSet(t, ed(func(k map[string]any) { k["alg"] = "HS256" })), "bad_jwk"},
		"31 bytes":           {jwkSet(t, ed(func(k map[string]any) { k["x"] = encoded(make([]byte, 31)) })), "bad_jwk"},
		"not canonical":      {jwkSet(t, ed(func(k map[string]any) { k["x"] = k["x"].(string) + "=" })), "bad_jwk"},
		"another curve":      {jwkSet(t, publicJWK(t, "k", &p384.PublicKey)), "bad_jwk"},
		"off the curve":      {jwkSet(t, offCurve), "bad_jwk"},
		"RSA of 1,024 bits":  {jwkSet(t, publicJWK(t, "k", &short.PublicKey)), "bad_jwk"},
		"RSA's exponent 3":   {jwkSet(t, weak), "bad_jwk"},
		"the same kid twice": {jwkSet(t, ed(func(map[string]any) {}), publicJWK(t, "k", &keys.ec.PublicKey)), "jwk_twice"},
		"the same key twice": {jwkSet(t, ed(func(map[string]any) {}), publicJWK(t, "l", keys.ed.Public())), "jwk_twice"},
		"a very long kid":    {jwkSet(t, ed(func(k map[string]any) { k["kid"] = strings.Repeat("k", 129) })), "bad_jwk"},
	} {
		_, _, err := r.Enrol(t.Context(), auth.Enrolment{Name: "x", Scopes: []string{"records"}, JWKS: c.set})
		e, ok := errors.AsType[*models.Error](err)
		if !ok || e.Kind != models.Invalid || e.Code != c.code || e.Field != "jwks" {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if all, err := r.Clients(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("there are clients: %v, %v", all, err)
	}
	// One that has no kid is called by its thumbprint (RFC 8037, appendix A.3).
	client, _, err := r.Enrol(t.Context(), auth.Enrolment{
		Name: "x", Scopes: []string{"records"},
		JWKS: []byte(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`),
	})
	if err != nil || client.Keys[0].KeyID != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("%+v, %v", client.Keys, err)
	}
}
