package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
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
		`{"customer":"cus_1","expires_in":9223372036854775807}`:   {422, "out_of_range", "expires_in"},
		`{"customer":"cus_1","expires_in":1e400}`:                 {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","expires_in":"60"}`:                  {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","expires_in":1.5}`:                   {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","expires_in":null}`:                  {422, "wrong_type", "expires_in"},
		`{"customer":"cus_1","return_url":"https://evil.test/"}`:  {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","return_url":"javascript:alert(1)"}`: {422, "return_url_not_allowed", "return_url"},
		`{"customer":"cus_1","locale":"../../etc"}`:               {422, "bad_locale", "locale"},
	} {
		a := r.do(t, post(portal, body))
		if p := a.problem(t); a.status != want.status || a.code(t) != want.code || p.Field != want.field {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}
