package signin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"candor/models/auth"
	"candor/models/signin"
	"candor/models/store"
)

// account is somebody's at the provider.
type account struct {
	subject, customer string
	nonce             string // in place of the right one
	authTime          int64
}

func (a account) ID() string                        { return a.subject }
func (a account) Userinfo([]string) ([]byte, error) { return json.Marshal(map[string]string{}) }

func (a account) Claims(_ []string, c *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	if a.nonce != "" {
		c.Nonce = a.nonce
	}
	return struct {
		*mockoidc.IDTokenClaims
		Customer string `json:"customer_ref,omitempty"`
		AuthTime int64  `json:"auth_time,omitempty"`
	}{c, a.customer, a.authTime}, nil
}

// provided is a rig with a provider that runs until the test ends.
type provided struct {
	*rig
	oidc *mockoidc.MockOIDC
}

const callback = "https://privacy.example.test/sign-in/company/callback"

func newProvided(t *testing.T) *provided {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	p := &provided{newRig(t), m}
	p.config.OIDC = &signin.Provider{
		Issuer: m.Issuer(), ClientID: m.ClientID, ClientSecret: m.ClientSecret, Claim: "customer_ref", RedirectURL: callback,
	}
	p.Service = signin.New(p.config)
	return p
}

// begin sends a browser to the provider, where somebody signs in, and gives what it comes back with.
func (p *provided) begin(t *testing.T, who account, confirm store.Session) (string, signin.Callback) {
	t.Helper()
	p.oidc.QueueUser(who)
	address, pending, err := p.BeginOIDC(t.Context(), confirm, signin.Asking{Network: "a", Target: "/download"})
	if err != nil {
		t.Fatal(err)
	}
	return pending.Secret, p.at(t, address)
}

// at is what the provider answers at an address.
func (p *provided) at(t *testing.T, address string) signin.Callback {
	t.Helper()
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
	if err != nil || !strings.HasPrefix(back.String(), callback) {
		t.Fatalf("the provider answers %d, %v", response.StatusCode, err)
	}
	q := back.Query()
	return signin.Callback{State: q.Get("state"), Code: q.Get("code")}
}

var nobody store.Session

func TestOIDC(t *testing.T) {
	p := newProvided(t)
	secret, back := p.begin(t, account{subject: "s1", customer: "cus_1"}, nobody)
	entered, err := p.FinishOIDC(t.Context(), secret, nobody, back)
	if err != nil || entered.Session.Customer != "cus_1" || entered.Session.Method != auth.MethodOIDC {
		t.Fatalf("%+v, %v", entered, err)
	}
	_, err = p.FinishOIDC(t.Context(), secret, nobody, back)
	want(t, err, signin.ErrOIDCFailed)
}

// The provider checks PKCE: with another browser's verifier the code is worth nothing. So is it with another state.
func TestOIDCIsBoundToItsBrowser(t *testing.T) {
	p := newProvided(t)
	who := account{subject: "s1", customer: "cus_1"}
	mine, _ := p.begin(t, who, nobody)
	_, stolen := p.begin(t, who, nobody)
	_, err := p.FinishOIDC(t.Context(), mine, nobody, stolen) // its state is not mine
	want(t, err, signin.ErrOIDCFailed)

	secret, own := p.begin(t, who, nobody)
	_, err = p.FinishOIDC(t.Context(), secret, nobody, signin.Callback{State: own.State, Code: stolen.Code})
	want(t, err, signin.ErrOIDCFailed)

	address, pending, err := p.BeginOIDC(t.Context(), nobody, asking("a"))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") == "" || q.Get("redirect_uri") != callback || q.Get("prompt") != "" {
		t.Errorf("the browser is sent to %s", address)
	}
	for _, bad := range []signin.Callback{{}, {State: q.Get("state") + "A"}, {Code: "x"}} {
		_, err = p.FinishOIDC(t.Context(), pending.Secret, nobody, bad)
		want(t, err, signin.ErrOIDCFailed)
	}
	for _, other := range []string{"", "x", strings.Repeat("A", 43)} {
		_, err = p.FinishOIDC(t.Context(), other, nobody, signin.Callback{State: q.Get("state"), Code: "x"})
		want(t, err, signin.ErrOIDCFailed)
	}
}

func TestOIDCRefusesWhatDoesNotFit(t *testing.T) {
	p := newProvided(t)
	for name, c := range map[string]struct {
		who    account
		change func(*signin.Callback)
		want   error
	}{
		"another nonce":          {account{subject: "s1", customer: "cus_1", nonce: "x"}, nil, signin.ErrOIDCFailed},
		"no customer":            {account{subject: "s1"}, nil, signin.ErrOIDCStranger},
		"an unknown customer":    {account{subject: "s1", customer: "cus_9"}, nil, signin.ErrOIDCStranger},
		"a code of nobody":       {account{subject: "s1", customer: "cus_1"}, func(b *signin.Callback) { b.Code = "x" }, signin.ErrOIDCFailed},
		"denied":                 {account{subject: "s1", customer: "cus_1"}, func(b *signin.Callback) { b.Error = "access_denied" }, signin.ErrOIDCDenied},
		"another issuer's":       {account{subject: "s1", customer: "cus_1"}, func(b *signin.Callback) { b.Issuer = "https://evil.example" }, signin.ErrOIDCFailed},
		"the right issuer's own": {account{subject: "s1", customer: "cus_1"}, func(b *signin.Callback) { b.Issuer = p.oidc.Issuer() }, nil},
	} {
		secret, back := p.begin(t, c.who, nobody)
		if c.change != nil {
			c.change(&back)
		}
		if _, err := p.FinishOIDC(t.Context(), secret, nobody, back); c.want != nil || err != nil {
			t.Run(name, func(t *testing.T) { want(t, err, c.want) })
		}
	}
	secret, back := p.begin(t, account{subject: "s1", customer: "cus_1"}, nobody)
	p.pass(10 * time.Minute)
	_, err := p.FinishOIDC(t.Context(), secret, nobody, back)
	want(t, err, signin.ErrOIDCFailed)
}

// An account stays that of the customer whom it named first.
func TestOIDCBindsTheAccount(t *testing.T) {
	p := newProvided(t)
	p.customer(t, "cus_2", "Jonas", "jonas@example.test")
	secret, back := p.begin(t, account{subject: "s1", customer: "cus_1"}, nobody)
	if _, err := p.FinishOIDC(t.Context(), secret, nobody, back); err != nil {
		t.Fatal(err)
	}
	secret, back = p.begin(t, account{subject: "s1", customer: "cus_2"}, nobody)
	_, err := p.FinishOIDC(t.Context(), secret, nobody, back)
	want(t, err, signin.ErrOIDCStranger)
	if log := p.log.String(); !strings.Contains(log, "another customer") || strings.Contains(log, "cus_") || strings.Contains(log, "s1") {
		t.Errorf("the log says %q", log)
	}
	secret, back = p.begin(t, account{subject: "s2", customer: "cus_2"}, nobody)
	if _, err := p.FinishOIDC(t.Context(), secret, nobody, back); err != nil {
		t.Errorf("another account: %v", err)
	}
}

// To confirm a session the person has to have signed in anew, as the same customer.
func TestOIDCConfirms(t *testing.T) {
	p := newProvided(t)
	p.customer(t, "cus_2", "Jonas", "jonas@example.test")
	secret, session, err := p.auth.SignIn(t.Context(), "cus_1", "", auth.MethodLink)
	if err != nil {
		t.Fatal(err)
	}
	p.config.StepUpAfter = time.Second // the provider's tokens are of this moment
	p.Service = signin.New(p.config)
	p.pass(2 * time.Second)
	now := p.time().Unix()
	for name, c := range map[string]struct {
		who  account
		as   store.Session
		want error
	}{
		"somebody else":         {account{subject: "s2", customer: "cus_2", authTime: now}, session, signin.ErrOIDCStranger},
		"in another session":    {account{subject: "s1", customer: "cus_1", authTime: now}, nobody, signin.ErrOIDCStranger},
		"signed in long before": {account{subject: "s1", customer: "cus_1", authTime: now - 600}, session, signin.ErrOIDCFailed},
		"when is not said":      {account{subject: "s1", customer: "cus_1"}, session, signin.ErrOIDCFailed},
	} {
		pending, back := p.begin(t, c.who, session)
		_, err := p.FinishOIDC(t.Context(), pending, c.as, back)
		t.Run(name, func(t *testing.T) { want(t, err, c.want) })
	}
	pending, back := p.begin(t, account{subject: "s1", customer: "cus_1", authTime: now}, session)
	entered, err := p.FinishOIDC(t.Context(), pending, session, back)
	if err != nil || entered.Secret != "" || entered.Target != "/download" {
		t.Fatalf("%+v, %v", entered, err)
	}
	if now, err := p.auth.Session(t.Context(), secret); err != nil || p.MustProve(now) {
		t.Errorf("%+v, %v", now, err)
	}
	address, _, err := p.BeginOIDC(t.Context(), session, asking("a"))
	if err != nil || !strings.Contains(address, "prompt=login") || !strings.Contains(address, "max_age=0") {
		t.Errorf("%s, %v", address, err)
	}
}

// A provider that is away keeps nobody from starting, and is asked again when somebody comes.
func TestOIDCProviderAway(t *testing.T) {
	p := newProvided(t)
	provider := &signin.Provider{Issuer: "http://127.0.0.1:1", ClientID: "c", ClientSecret: "s", RedirectURL: callback}
	p.config.OIDC = provider
	away := signin.New(p.config)
	_, _, err := away.BeginOIDC(t.Context(), nobody, asking("a"))
	want(t, err, signin.ErrProviderDown)
	provider.Issuer, provider.ClientID, provider.ClientSecret = p.oidc.Issuer(), p.oidc.ClientID, p.oidc.ClientSecret
	if _, _, err := away.BeginOIDC(t.Context(), nobody, asking("a")); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}
