package main

import (
	"bytes"
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/ledger"
)

var (
	shownSecret = regexp.MustCompile(`<bdi class="code copy">([A-Za-z0-9_-]{43})</bdi>`)
	shownClient = regexp.MustCompile(`<bdi class="code copy">(client_[A-Za-z0-9_-]{22})</bdi>`)
	endForm     = regexp.MustCompile(`action="(/staff/clients/[^"]+/secrets/[^"]+/end)"`)
)

// pageOf finds what a page shows.
func (v *visitor) pageOf(page string, pattern *regexp.Regexp) string {
	v.t.Helper()
	m := pattern.FindStringSubmatch(page)
	if m == nil {
		v.t.Fatalf("the page has no %s", pattern)
	}
	return html.UnescapeString(m[1])
}

// mayGetToken asks for a token as a client with a secret would.
func (s *site) mayGetToken(id, secret string) bool {
	s.t.Helper()
	status := s.anonymous().status(http.MethodPost, "/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret},
	})
	return status == http.StatusOK
}

// An administrator adds a client, changes its secret without a call being refused, ends the old one, and revokes it.
func TestStaffManageClients(t *testing.T) {
	var log bytes.Buffer
	s := newWatchedSite(t, slog.New(slog.NewJSONHandler(&log, nil)), "")
	admin := s.signIn("staff", auth.RoleAdmin)
	csrf := admin.field("/staff/clients/new", csrfField)
	form := func(more url.Values) url.Values {
		more.Set("csrf", csrf)
		return more
	}
	response, page := admin.do(http.MethodPost, "/staff/clients", form(url.Values{"name": {"Billing <b>"}, "scope": {"records", "consents:read"}}))
	if response.StatusCode != http.StatusCreated || response.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d, cached %q", response.StatusCode, response.Header.Get("Cache-Control"))
	}
	first, id := admin.pageOf(page, shownSecret), admin.pageOf(page, shownClient)
	own := "/staff/clients/" + id
	if !s.mayGetToken(id, first) {
		t.Fatal("the secret that was shown does not work")
	}
	for _, path := range []string{own, "/staff/clients"} {
		if _, page := admin.do(http.MethodGet, path, nil); strings.Contains(page, first) || !strings.Contains(page, "Billing &lt;b&gt;") {
			t.Errorf("%s shows the secret again, or not the name", path)
		}
	}

	_, page = admin.do(http.MethodPost, own+"/secrets", form(url.Values{"days": {"7"}}))
	second := admin.pageOf(page, shownSecret)
	if !s.mayGetToken(id, first) || !s.mayGetToken(id, second) {
		t.Error("while they overlap, one of the two secrets does not work")
	}
	if status := admin.status(http.MethodPost, own+"/secrets", form(url.Values{"days": {"7"}})); status != http.StatusConflict {
		t.Errorf("a third secret: %d", status)
	}
	_, page = admin.do(http.MethodGet, own, nil)
	ends := endForm.FindAllStringSubmatch(page, -1)
	if len(ends) != 2 {
		t.Fatalf("%d secrets can be ended", len(ends))
	}
	response, _ = admin.do(http.MethodPost, ends[1][1], form(url.Values{}))
	if response.StatusCode != http.StatusSeeOther || s.mayGetToken(id, first) || !s.mayGetToken(id, second) {
		t.Error("after the old secret was ended it works, or the new one does not")
	}

	client := &visitor{site: s, token: s.tokenOf(id, second)}
	if status := client.status(http.MethodDelete, "/api/v1/customers/cus_1/records/invoices/none", nil); status != http.StatusNoContent {
		t.Fatalf("before: %d", status)
	}
	if status := admin.status(http.MethodGet, own+"/revoke", nil); status != http.StatusOK || !s.mayGetToken(id, second) {
		t.Error("asking whether to revoke has revoked, or is not answered")
	}
	if status := admin.status(http.MethodPost, own+"/revoke", form(url.Values{})); status != http.StatusSeeOther || s.mayGetToken(id, second) {
		t.Errorf("revoked: %d", status)
	}
	if status := client.status(http.MethodDelete, "/api/v1/customers/cus_1/records/invoices/none", nil); status != http.StatusUnauthorized {
		t.Errorf("its token after that: %d", status)
	}
	if out := log.String(); strings.Contains(out, first) || strings.Contains(out, second) {
		t.Error("the operator's log has a secret in it")
	}
	did := []string{ledger.ClientAdded, ledger.ClientChanged, ledger.ClientChanged, ledger.ClientRevoked}
	if said := s.said(id); !slices.Equal(said, did) {
		t.Errorf("the log says %q", said)
	}
}

func (s *site) tokenOf(id, secret string) string {
	s.t.Helper()
	token, err := s.program.auth.IssueToken(s.t.Context(), id, secret, "")
	check(s.t, err)
	return token.Token
}

// What is filled in wrongly is said beside the form, which keeps what was written, and changes nothing.
func TestStaffClientFormsRefuse(t *testing.T) {
	s := newSite(t)
	admin := s.signIn("staff", auth.RoleAdmin)
	csrf := admin.field("/staff/clients/new", csrfField)
	client, secret, err := s.program.auth.AddClient(t.Context(), "Rating", []string{"records"})
	check(t, err)
	own := "/staff/clients/" + client.ID
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		status int
		words  string
	}{
		"no name":          {"/staff/clients", url.Values{"scope": {"records"}}, 422, `aria-invalid="true"`},
		"a long name":      {"/staff/clients", url.Values{"name": {strings.Repeat("n", 101)}, "scope": {"records"}}, 422, "nnnn"},
		"no scope":         {"/staff/clients", url.Values{"name": {"Typed <i>"}}, 422, "Typed &lt;i&gt;"},
		"an unknown scope": {"/staff/clients", url.Values{"name": {"x"}, "scope": {"everything"}}, 422, `role="alert"`},
		"no keys in a set": {"/staff/clients", url.Values{"name": {"x"}, "scope": {"records"}, "keys": {`{"keys":[]}`}}, 422, "JWK set"},
		"a private key":    {"/staff/clients", url.Values{"name": {"x"}, "scope": {"records"}, "keys": {`{"keys":[{"kty":"OKP","kid":"k","d":"x"}]}`}}, 422, "private half"},
		"days too many":    {own + "/secrets", url.Values{"days": {"91"}}, 422, "from 0 to 90"},
		"days below none":  {own + "/secrets", url.Values{"days": {"-1"}}, 422, "from 0 to 90"},
		"days of none":     {own + "/secrets", url.Values{"days": {"many"}}, 422, "from 0 to 90"},
		"the last secret":  {own + "/secrets/" + client.Secrets[0].ID + "/end", url.Values{}, 409, "only secret"},
		"no such secret":   {own + "/secrets/none/end", url.Values{}, 404, "<h1"},
		"no such client":   {"/staff/clients/none/revoke", url.Values{}, 404, "<h1"},
		"keys that are no": {own + "/keys", url.Values{"keys": {"{}"}}, 422, "JWK set"},
		"an escaped id":    {"/staff/clients/%ff%00%2f/secrets", url.Values{"days": {"1"}}, 404, "<h1"},
	} {
		c.form.Set("csrf", csrf)
		response, page := admin.do(http.MethodPost, c.path, c.form)
		if response.StatusCode != c.status || !strings.Contains(page, c.words) {
			t.Errorf("%s: %d, and %q is on the page: %t", name, response.StatusCode, c.words, strings.Contains(page, c.words))
		}
	}
	all, err := s.program.auth.Clients(t.Context())
	check(t, err)
	if len(all) != 1 || !s.mayGetToken(client.ID, secret) || len(all[0].Secrets) != 1 {
		t.Errorf("something was changed: %+v", all)
	}
}

// A client that has keys of its own gets no secret, and its page leads to its keys.
func TestStaffAddAClientWithKeys(t *testing.T) {
	s := newSite(t)
	admin := s.signIn("staff", auth.RoleAdmin)
	set := `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026-11","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`
	response, _ := admin.do(http.MethodPost, "/staff/clients", url.Values{
		"csrf": {admin.field("/staff/clients/new", csrfField)}, "name": {"Rating"}, "scope": {"consents:read"}, "keys": {set},
	})
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", response.StatusCode)
	}
	_, page := admin.do(http.MethodGet, response.Header.Get("Location"), nil)
	if !strings.Contains(page, "2026-11") || shownSecret.MatchString(page) {
		t.Error("its page does not name its key, or shows a secret")
	}
}

// Each role is shown those pages that it may see, and no others.
func TestStaffNavigationFollowsTheTable(t *testing.T) {
	s := newSite(t)
	for _, role := range auth.Roles() {
		_, page := s.signIn("staff", role).do(http.MethodGet, "/staff", nil)
		if !strings.Contains(page, `href="/staff" aria-current="page"`) {
			t.Errorf("%s has no navigation", role)
		}
		if has := strings.Contains(page, `href="/staff/clients"`); has != auth.May(role, auth.ManageClients) {
			t.Errorf("%s is shown API clients: %t", role, has)
		}
	}
}

// Whatever scope a client can be given, the form says in words what it lets the client do.
func TestEveryScopeIsExplained(t *testing.T) {
	s := newSite(t)
	admin := s.signIn("staff", auth.RoleAdmin)
	_, page := admin.do(http.MethodGet, "/staff/clients/new", nil)
	for _, scope := range auth.Scopes() {
		if !regexp.MustCompile(`value="` + scope + `"><span>[^<]{4,}<br>`).MatchString(page) {
			t.Errorf("%s is not explained", scope)
		}
	}
	var metadata struct {
		Scopes []string `json:"scopes_supported"`
	}
	_, body := s.anonymous().do(http.MethodGet, "/.well-known/oauth-authorization-server", nil)
	check(t, json.Unmarshal([]byte(body), &metadata))
	if strings.Join(metadata.Scopes, " ") != strings.Join(auth.Scopes(), " ") {
		t.Errorf("the metadata has %v", metadata.Scopes)
	}
}
