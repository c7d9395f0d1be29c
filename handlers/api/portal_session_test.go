package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
)

type portalSession struct {
	ID, URL   string
	ExpiresAt time.Time `json:"expires_at"`
}

const portal = "/api/v1/portal-sessions"

func TestPortalSession(t *testing.T) {
	r := newRig(t)
	a := r.do(t, post(portal, `{"customer":"cus_1","return_url":"https://my.example.test/bills","locale":"ar","expires_in":60}`))
	got := decode[portalSession](t, a)
	if a.status != http.StatusCreated || a.header.Get("Location") != got.URL || !got.ExpiresAt.Equal(r.Time().Add(time.Minute)) {
		t.Errorf("%d %s", a.status, a.body)
	}
	secret, ok := strings.CutPrefix(got.URL, "https://privacy.example.test/sessions/")
	if !ok {
		t.Fatalf("url %q", got.URL)
	}
	link, err := r.Auth.CheckLink(t.Context(), secret)
	if err != nil || link.Customer != "cus_1" || link.Locale != "ar" || link.ReturnURL != "https://my.example.test/bills" {
		t.Errorf("%+v, %v", link, err)
	}
	if got := decode[portalSession](t, r.do(t, post(portal, `{"customer":"cus_1"}`))); !got.ExpiresAt.Equal(r.Time().Add(300 * time.Second)) {
		t.Errorf("by default it ends %v", got.ExpiresAt)
	}
}

func TestPortalSessionIsMadeOnce(t *testing.T) {
	r := newRig(t)
	body := `{"customer":"cus_1"}`
	first := decode[portalSession](t, r.do(t, post(portal, body).with("Idempotency-Key", "1")))
	if again := decode[portalSession](t, r.do(t, post(portal, body).with("Idempotency-Key", "1"))); again != first {
		t.Errorf("again: %+v, first %+v", again, first)
	}
	if other := decode[portalSession](t, r.do(t, post(portal, body).with("Idempotency-Key", "2"))); other.ID == first.ID {
		t.Error("another key gives the same link")
	}
	a := r.do(t, post(portal, `{"customer":"cus_1","locale":"de"}`).with("Idempotency-Key", "1"))
	if a.status != http.StatusUnprocessableEntity || a.code(t) != "idempotency_key_reused" {
		t.Errorf("another request under the key: %d %s", a.status, a.body)
	}
}

func TestPortalSessionRefused(t *testing.T) {
	r := newRig(t)
	for body, want := range map[string]struct {
		status      int
		code, field string
	}{
		`{`:                                     {400, "bad_json", ""},
		``:                                      {415, "unsupported_media_type", "Content-Type"},
		`[]`:                                    {400, "bad_json", ""},
		`null`:                                  {400, "bad_json", ""},
		`{"customer":"cus_1"}{}`:                {400, "bad_json", ""},
		"{\"customer\":\"\xff\"}":               {400, "bad_utf8", ""},
		`{}`:                                    {422, "required", "customer"},
		`{"customer":"cus_9"}`:                  {422, "unknown_customer", "customer"},
		`{"customer":1}`:                        {422, "wrong_type", "customer"},
		`{"customer":null}`:                     {422, "wrong_type", "customer"},
		`{"customer":"cus_1","customer":"a"}`:   {422, "duplicate_member", "customer"},
		`{"Customer":"cus_1"}`:                  {422, "unknown_member", "Customer"},
		`{"customer":"cus_1","x":1}`:            {422, "unknown_member", "x"},
		`{"customer":"cus_1","expires_in":0}`:   {422, "out_of_range", "expires_in"},
		`{"customer":"cus_1","expires_in":-1}`:  {422, "out_of_range", "expires_in"},
		`{"customer":"cus_1","expires_in":301}`: {422, "out_of_range", "expires_in"},
		`{"customer":"cus_1","expires_in":9223372036854775807}`:                  {422, "out_of_range", "expires_in"},
		`{"customer":"cus_1","expires_in":1e400}`:                                {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","expires_in":"60"}`:                                 {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","expires_in":1.5}`:                                  {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","expires_in":null}`:                                 {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","return_url":"https://evil.test/"}`:                 {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"javascript:alert(1)"}`:                {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"https://my.example.test.evil.test/"}`: {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"https://my.example.test@evil.test/"}`: {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"https:\\\\my.example.test/"}`:         {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"//my.example.test/"}`:                 {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"/consents"}`:                          {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"http://my.example.test/"}`:            {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"https://my.example.test:444/"}`:       {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","flow":"nowhere"}`:                                  {422, "unknown_flow", "flow"},
		`{"customer":"cus_1","flow":"/consents"}`:                                {422, "unknown_flow", "flow"},
		`{"customer":"cus_1","flow":"choices:usage_analytics"}`:                  {422, "unknown_flow", "flow"},
		`{"customer":"cus_1","flow":"choice"}`:                                   {422, "unknown_flow", "flow"},
		`{"customer":"cus_1","flow":"choice:nothing"}`:                           {422, "unknown_flow", "flow"},
		`{"customer":"cus_1","flow":"category:../staff"}`:                        {422, "unknown_flow", "flow"},
		`{"customer":"cus_1","flow":["choices"]}`:                                {422, "wrong_type", "flow"},
		`{"customer":"cus_1","locale":"../../etc"}`:                              {422, "bad_locale", "locale"},
	} {
		a := r.do(t, post(portal, body))
		if p := a.problem(t); a.status != want.status || a.code(t) != want.code || p.Field != want.field {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

type portalState struct {
	ID, Customer, State, Flow string
	ReturnURL                 string     `json:"return_url"`
	UsedAt                    *time.Time `json:"used_at"`
}

// What became of a link can be asked for, and never its secret.
func TestPortalSessionState(t *testing.T) {
	r := newRig(t)
	made := decode[portalSession](t, r.do(t, post(portal, `{"customer":"cus_1","flow":"choice:usage_analytics","return_url":"https://my.example.test/a"}`)))
	secret := made.URL[strings.LastIndex(made.URL, "/")+1:]
	state := func(id string) portalState {
		t.Helper()
		a := r.do(t, get(portal+"/"+id))
		if a.status != http.StatusOK || strings.Contains(a.body, secret) {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return decode[portalState](t, a)
	}
	if s := state(made.ID); s.State != "unused" || s.Customer != "cus_1" || s.Flow != "choice:usage_analytics" || s.ReturnURL != "https://my.example.test/a" || s.UsedAt != nil {
		t.Errorf("%+v", s)
	}
	session, cookie, err := r.Auth.UseLink(t.Context(), secret)
	if err != nil || session.ReturnURL != "https://my.example.test/a" {
		t.Fatalf("%+v, %v", session, err)
	}
	if s := state(made.ID); s.State != "used" || s.UsedAt == nil {
		t.Errorf("%+v", s)
	}
	for range 2 {
		if a := r.do(t, call{method: http.MethodDelete, path: portal + "/" + made.ID}); a.status != http.StatusNoContent {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if s := state(made.ID); s.State != "revoked" || s.UsedAt == nil {
		t.Errorf("%+v", s)
	}
	if _, err := r.Auth.Session(t.Context(), cookie); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("the session of a revoked link: %v", err)
	}
	other := decode[portalSession](t, r.do(t, post(portal, `{"customer":"cus_1"}`)))
	r.Pass(301 * time.Second)
	if s := state(other.ID); s.State != "expired" {
		t.Errorf("%+v", s)
	}
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if a := r.do(t, call{method: method, path: portal + "/ps_none"}); a.status != http.StatusNotFound || a.code(t) != "unknown_portal_session" {
			t.Errorf("%s of one that is not there: %d %s", method, a.status, a.body)
		}
	}
}
