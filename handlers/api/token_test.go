package api_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/models/auth"
)

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope       string `json:"scope"`
	Error       string `json:"error"`
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

func (r *rig) askToken(t *testing.T, authorization, form string) (answer, tokenAnswer) {
	t.Helper()
	a := r.do(t, post("/oauth/token", form).with("Content-Type", "application/x-www-form-urlencoded").with("Authorization", authorization))
	var got tokenAnswer
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Errorf("%v: %s", err, a.body)
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Pragma") != "no-cache" {
		t.Errorf("may be cached: %v", a.header)
	}
	return a, got
}

func TestToken(t *testing.T) {
	r := newRig(t)
	const grant = "grant_type=client_credentials"
	posted := grant + "&client_id=" + r.client + "&client_secret=" + r.secret
	for name, tt := range map[string]struct{ authorization, form, scope string }{
		"basic":                            {basic(r.client, r.secret), grant + "&scope=records", "records"},
		"basic with the same id":           {basic(r.client, r.secret), grant + "&scope=records&client_id=" + r.client, "records"},
		"scheme in another case":           {strings.Replace(basic(r.client, r.secret), "Basic", "bAsIc", 1), grant + "&scope=records", "records"},
		"post":                             {"", posted + "&scope=records", "records"},
		"what is not known is passed over": {"", posted + "&scope=records&audience=x", "records"},
		"an empty scope is none":           {"", posted + "&scope=", "customers records sessions consents:read consents:write notices:read notices:write webhooks tasks"},
	} {
		a, got := r.askToken(t, tt.authorization, tt.form)
		if a.status != http.StatusOK || got.TokenType != "Bearer" || got.Scope != tt.scope || got.ExpiresIn < 1 || got.ExpiresIn > 900 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if a := r.do(t, put(record, invoice).with("Authorization", "Bearer "+got.AccessToken)); a.status != http.StatusNoContent {
			t.Errorf("%s: the token does not work: %d %s", name, a.status, a.body)
		}
	}
}

const assertionType = "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"

// A client signs who it is, by what the server says of itself, and its assertion is taken once.
func TestTokenByAssertion(t *testing.T) {
	r := newRig(t)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	client, _, err := r.Auth.Enrol(t.Context(), auth.Enrolment{Name: "rating", Scopes: []string{"records"}, JWKS: []byte(
		`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	meta := decode[struct {
		Issuer     string   `json:"issuer"`
		Methods    []string `json:"token_endpoint_auth_methods_supported"`
		Algorithms []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	}](t, r.do(t, get("/.well-known/oauth-authorization-server").with("Authorization", "")))
	if !slices.Contains(meta.Methods, "private_key_jwt") || !slices.Contains(meta.Algorithms, "EdDSA") || slices.Contains(meta.Algorithms, "none") {
		t.Errorf("%+v", meta)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": client.ID, "sub": client.ID, "aud": meta.Issuer, "jti": "1", "exp": r.Time().Add(time.Minute).Unix(),
	})
	token.Header["kid"] = "1"
	assertion, err := token.SignedString(private)
	if err != nil {
		t.Fatal(err)
	}
	form := "grant_type=client_credentials" + assertionType + "&client_assertion=" + assertion
	a, got := r.askToken(t, "", form)
	if a.status != http.StatusOK || got.Scope != "records" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := r.do(t, put(record, invoice).with("Authorization", "Bearer "+got.AccessToken)); a.status != http.StatusNoContent {
		t.Errorf("the token does not work: %d %s", a.status, a.body)
	}
	if a, got := r.askToken(t, "", form); a.status != http.StatusUnauthorized || got.Error != "invalid_client" || !strings.Contains(a.body, "used before") {
		t.Errorf("again: %d %s", a.status, a.body)
	}
}

func TestTokenRefused(t *testing.T) {
	r := newRig(t)
	const grant = "grant_type=client_credentials"
	right := basic(r.client, r.secret)
	for name, tt := range map[string]struct {
		authorization, form string
		status              int
		code                string
	}{
		"nothing":            {"", "", 401, "invalid_client"},
		"no credentials":     {"", grant, 401, "invalid_client"},
		"wrong secret":       {basic(r.client, "x"), grant, 401, "invalid_client"},
		"unknown client":     {basic("x", r.secret), grant, 401, "invalid_client"},
		"not base64":         {"Basic %%%", grant, 401, "invalid_client"},
		"no colon":           {"Basic eA==", grant, 401, "invalid_client"},
		"bad form encoding":  {"Basic " + base64.StdEncoding.EncodeToString([]byte("%zz:x")), grant, 401, "invalid_client"},
		"another scheme":     {"Bearer " + r.token, grant, 401, "invalid_client"},
		"two ways":           {right, grant + "&client_secret=" + r.secret, 400, "invalid_request"},
		"two ids":            {right, grant + "&client_id=x", 400, "invalid_request"},
		"no grant type":      {right, "scope=records", 400, "invalid_request"},
		"another grant type": {right, "grant_type=password", 400, "unsupported_grant_type"},
		"twice":              {right, grant + "&" + grant, 400, "invalid_request"},
		"unknown twice":      {right, grant + "&x=1&x=2", 400, "invalid_request"},
		"no form":            {right, grant + "&%zz", 400, "invalid_request"},
		"unknown scope":      {right, grant + "&scope=everything", 400, "invalid_scope"},
		"an assertion, too":  {right, grant + assertionType + "&client_assertion=x", 400, "invalid_request"},
		"a secret, too":      {"", grant + assertionType + "&client_assertion=x&client_secret=x", 400, "invalid_request"},
		"another kind of it": {"", grant + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:saml2-bearer&client_assertion=x", 400, "invalid_request"},
		"no kind of it":      {"", grant + "&client_assertion=x", 400, "invalid_request"},
		"no assertion":       {"", grant + assertionType, 400, "invalid_request"},
		"a bad assertion":    {"", grant + assertionType + "&client_assertion=a.b.c", 401, "invalid_client"},
		"an access token":    {"", grant + assertionType + "&client_assertion=" + r.token, 401, "invalid_client"},
		"too large":          {right, grant + "&x=" + strings.Repeat("a", 20_000), 413, "invalid_request"},
	} {
		a, got := r.askToken(t, tt.authorization, tt.form)
		if a.status != tt.status || got.Error != tt.code || got.AccessToken != "" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if a.status == 401 && !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: challenge %q", name, a.header.Get("WWW-Authenticate"))
		}
	}
	a := r.do(t, post("/oauth/token", `{"grant_type":"client_credentials"}`))
	if a.status != http.StatusBadRequest || !strings.Contains(a.body, "invalid_request") {
		t.Errorf("JSON: %d %s", a.status, a.body)
	}
}

func TestMetadata(t *testing.T) {
	r := newRig(t)
	meta := decode[map[string]any](t, r.do(t, get("/.well-known/oauth-authorization-server").with("Authorization", "")))
	if meta["issuer"] != "https://privacy.example.test" || meta["token_endpoint"] != "https://privacy.example.test/oauth/token" {
		t.Errorf("%v", meta)
	}
	a := r.do(t, get("/oauth/jwks").with("Authorization", ""))
	if a.status != http.StatusOK || strings.Contains(a.body, `"d"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.do(t, get("/api/openapi.yaml").with("Authorization", "")); a.status != http.StatusOK || !strings.HasPrefix(a.body, "openapi: 3.1") {
		t.Errorf("%d %.50s", a.status, a.body)
	}
}
