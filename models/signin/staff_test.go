package signin_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"candor/models/auth"
	"candor/models/signin"
)

// colleague is a member of staff's account at the provider.
type colleague struct {
	groups                       []string
	acr, nonce, issuer, audience string // in place of the right ones
	authTime                     int64
}

func (colleague) ID() string                        { return "s1" }
func (colleague) Userinfo([]string) ([]byte, error) { return json.Marshal(map[string]string{}) }

func (a colleague) Claims(_ []string, c *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	if a.nonce != "" {
		c.Nonce = a.nonce
	}
	if a.issuer != "" {
		c.Issuer = a.issuer
	}
	if a.audience != "" {
		c.Audience = jwt.ClaimStrings{a.audience}
	}
	return struct {
		*mockoidc.IDTokenClaims
		Name     string         `json:"name"`
		Email    string         `json:"email"`
		Access   map[string]any `json:"realm_access"`
		ACR      string         `json:"acr,omitempty"`
		AuthTime int64          `json:"auth_time,omitempty"`
	}{c, "Nadia Feld", "nadia@example.test", map[string]any{"roles": a.groups}, a.acr, a.authTime}, nil
}

const staffCallback = "https://privacy.example.test/staff/sign-in/company/callback"

// newStaffed is a rig whose staff sign in at a provider.
func newStaffed(t *testing.T, change func(p *signin.StaffProvider)) *provided {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	return staffedAt(t, m, change)
}

func staffedAt(t *testing.T, m *mockoidc.MockOIDC, change func(p *signin.StaffProvider)) *provided {
	t.Helper()
	t.Cleanup(func() { _ = m.Shutdown() })
	p := &provided{newRig(t), m}
	p.config.Staff = &signin.StaffProvider{
		Provider:   signin.Provider{Issuer: m.Issuer(), ClientID: m.ClientID, ClientSecret: m.ClientSecret, RedirectURL: staffCallback},
		RolesClaim: "realm_access.roles",
		Roles:      map[string][]string{"legal": {auth.RoleLegalEditor}, "heads": {auth.RoleLegalApprover, auth.RoleAuditor}},
	}
	change(p.config.Staff)
	p.Service = signin.New(p.config)
	return p
}

// come signs somebody in at the provider, and comes back.
func (p *provided) come(t *testing.T, who colleague) (string, signin.Callback) {
	t.Helper()
	p.oidc.QueueUser(who)
	address, pending, err := p.BeginStaff(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	back, err := response.Location()
	if err != nil || !strings.HasPrefix(back.String(), staffCallback) {
		t.Fatalf("the provider answers %d, %v", response.StatusCode, err)
	}
	return pending.Secret, signin.Callback{State: back.Query().Get("state"), Code: back.Query().Get("code")}
}

// Groups give roles, whatever else the account is in; a callback is good once.
func TestStaffAtTheProvider(t *testing.T) {
	p := newStaffed(t, func(*signin.StaffProvider) {})
	secret, back := p.come(t, colleague{groups: []string{"everybody", "legal", "heads"}})
	claims, err := p.FinishStaff(t.Context(), secret, back)
	roles := []string{auth.RoleLegalEditor, auth.RoleLegalApprover, auth.RoleAuditor}
	if err != nil || claims.Name != "Nadia Feld" || claims.Email != "nadia@example.test" || claims.Subject != "s1" || !slices.Equal(claims.Roles, roles) {
		t.Fatalf("%+v, %v", claims, err)
	}
	_, err = p.FinishStaff(t.Context(), secret, back)
	want(t, err, signin.ErrOIDCFailed)
}

func TestWhomTheProviderDoesNotLetIn(t *testing.T) {
	legal := []string{"legal"}
	for what, c := range map[string]struct {
		who  colleague
		want error
	}{
		"in no group that gives a role": {colleague{groups: []string{"everybody"}}, signin.ErrNoRole},
		"in no group":                   {colleague{}, signin.ErrNoRole},
		"another nonce":                 {colleague{groups: legal, nonce: "x"}, signin.ErrOIDCFailed},
		"another issuer":                {colleague{groups: legal, issuer: "https://elsewhere.example"}, signin.ErrOIDCFailed},
		"for another site":              {colleague{groups: legal, audience: "elsewhere"}, signin.ErrOIDCFailed},
	} {
		p := newStaffed(t, func(*signin.StaffProvider) {})
		secret, back := p.come(t, c.who)
		if _, err := p.FinishStaff(t.Context(), secret, back); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// forged runs a provider whose ID tokens somebody alters on the way.
func forged(t *testing.T, alter func(header, payload, signature string) string) *mockoidc.MockOIDC {
	t.Helper()
	m, err := mockoidc.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	err = m.AddMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/token") {
				next.ServeHTTP(w, r)
				return
			}
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			var tokens map[string]any
			if json.Unmarshal(answer.Body.Bytes(), &tokens) == nil && tokens["id_token"] != nil {
				parts := strings.Split(tokens["id_token"].(string), ".")
				tokens["id_token"] = alter(parts[0], parts[1], parts[2])
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(answer.Code)
			_ = json.NewEncoder(w).Encode(tokens)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start(listener, nil); err != nil {
		t.Fatal(err)
	}
	return m
}

// An ID token that nobody signed, or that is signed with what everybody can read, vouches for nobody (RFC 8725, section 3.1).
func TestAnUnsignedTokenLetsNobodyIn(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	none := encode([]byte(`{"alg":"none","typ":"JWT"}`))
	var clientSecret string
	for what, c := range map[string]struct {
		alter func(header, payload, signature string) string
		want  error
	}{
		"as it was signed":         {func(h, p, s string) string { return h + "." + p + "." + s }, nil},
		"algorithm none":           {func(_, p, _ string) string { return none + "." + p + "." }, signin.ErrOIDCFailed},
		"none, with a signature":   {func(_, p, s string) string { return none + "." + p + "." + s }, signin.ErrOIDCFailed},
		"no signature":             {func(h, p, _ string) string { return h + "." + p + "." }, signin.ErrOIDCFailed},
		"HMAC under the secret":    {func(_, p, _ string) string { return hmacToken(p, clientSecret) }, signin.ErrOIDCFailed},
		"another person's payload": {func(h, _, s string) string { return h + "." + encode([]byte(`{"sub":"s2"}`)) + "." + s }, signin.ErrOIDCFailed},
	} {
		m := forged(t, c.alter)
		clientSecret = m.ClientSecret
		p := staffedAt(t, m, func(*signin.StaffProvider) {})
		secret, back := p.come(t, colleague{groups: []string{"legal"}})
		if _, err := p.FinishStaff(t.Context(), secret, back); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// hmacToken is a token with that payload under a key that is no secret to the client.
func hmacToken(payload, secret string) string {
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + payload
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// The settings may ask how and when somebody was authenticated at the provider.
func TestHowStaffWereAuthenticated(t *testing.T) {
	strict := func(p *signin.StaffProvider) { p.ACR, p.MaxAge = "phr", time.Hour }
	now := time.Now().Unix()
	for what, c := range map[string]struct {
		who colleague
		ok  bool
	}{
		"as asked":         {colleague{acr: "phr", authTime: now - 60}, true},
		"otherwise":        {colleague{acr: "pwd", authTime: now - 60}, false},
		"it says not how":  {colleague{authTime: now - 60}, false},
		"too long ago":     {colleague{acr: "phr", authTime: now - 7200}, false},
		"it says not when": {colleague{acr: "phr"}, false},
	} {
		p := newStaffed(t, strict)
		c.who.groups = []string{"legal"}
		secret, back := p.come(t, c.who)
		if _, err := p.FinishStaff(t.Context(), secret, back); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A sign-in that was begun as a customer's is no member's, and the other way round.
func TestTheTwoSignInsAreApart(t *testing.T) {
	p := newStaffed(t, func(*signin.StaffProvider) {})
	p.config.OIDC = &p.config.Staff.Provider
	p.Service = signin.New(p.config)
	secret, back := p.come(t, colleague{groups: []string{"legal"}})
	_, err := p.FinishOIDC(t.Context(), secret, nobody, back)
	want(t, err, signin.ErrOIDCFailed)
}
