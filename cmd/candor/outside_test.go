package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"candor/frontend"
	"candor/handlers/web"
	"candor/models/auth"
)

// A real issuer's tokens open what their client holds here, on servers of their own over one store, until the client is
// revoked at one of them.
func TestTokensOfATrustedIssuer(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":%q}]}`, base64.RawURLEncoding.EncodeToString(public))
	}))
	defer login.Close()
	dir := t.TempDir()
	s := settings{
		BaseURL: "http://127.0.0.1", Origin: "privacy.example.com/log", Store: "sqlite:" + filepath.Join(dir, "candor.db"),
		PerSecond: 1_000_000, TrustedIssuer: login.URL, TrustedJWKS: login.URL + "/jwks",
	}
	s.complete()
	p, err := open(t.Context(), s, os.DirFS("operators/utility"), slog.New(slog.DiscardHandler))
	check(t, err)
	t.Cleanup(func() { check(t, p.close()) })
	app, err := p.site(&web.Demo{Customers: []frontend.DemoCustomer{{Ref: "cus_1"}}, Roles: auth.Roles(), Staff: p.demoStaff})
	check(t, err)
	here := &site{t, p, app}
	elsewhere, err := openData(t.Context(), s, os.DirFS("operators/utility"), slog.New(slog.DiscardHandler)) // another process on the store
	check(t, err)
	t.Cleanup(func() { check(t, elsewhere.close()) })

	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": login.URL, "sub": "crm/prod", "client_id": "crm/prod", "aud": "http://127.0.0.1", "scope": "records openid",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(), "jti": rand.Text(),
	})
	token.Header["typ"], token.Header["kid"] = "at+jwt", "1"
	text, err := token.SignedString(private)
	check(t, err)
	crm := &visitor{site: here, token: text}
	remove := func() int { return crm.status(http.MethodDelete, "/api/v1/customers/cus_1/records/invoices/none", nil) }
	if status := remove(); status != http.StatusUnauthorized {
		t.Errorf("before it is enrolled: %d", status)
	}

	admin := here.signIn("staff", auth.RoleAdmin)
	csrf := admin.field("/staff/clients/new", csrfField)
	response, _ := admin.do(http.MethodPost, "/staff/clients", url.Values{
		"csrf": {csrf}, "name": {"CRM"}, "scope": {"records"}, "outside": {"crm/prod"},
	})
	own := response.Header.Get("Location")
	if status := admin.status(http.MethodGet, own, nil); response.StatusCode != http.StatusSeeOther || status != http.StatusOK {
		t.Fatalf("%d to %q, which is %d", response.StatusCode, own, status)
	}
	if grant, err := elsewhere.auth.Authorize(t.Context(), text); err != nil || grant.Client != "outside:crm/prod" {
		t.Fatalf("on the other server: %+v, %v", grant, err)
	}
	check(t, elsewhere.auth.RevokeClient(t.Context(), "outside:crm/prod"))
	if _, err := elsewhere.auth.Authorize(t.Context(), text); err == nil {
		t.Error("it goes on where it was revoked")
	}
	if status := admin.status(http.MethodGet, own, nil); status != http.StatusOK {
		t.Errorf("its page: %d", status)
	}
	if status := crm.status(http.MethodGet, "/api/v1/customers", nil); status != http.StatusUnauthorized && status != http.StatusForbidden {
		t.Errorf("what it never held: %d", status)
	}
}
