package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/web"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/staff"
	"candor/models/staffact"
)

// site is the whole program in process, with two customers and everybody on the staff.
type site struct {
	t       *testing.T
	program *program
	app     *fiber.App
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newWatchedSite(t, slog.New(slog.DiscardHandler), "")
}

// newWatchedSite is one that logs, and is traced if there is a collector.
func newWatchedSite(t *testing.T, logger *slog.Logger, collector string) *site {
	t.Helper()
	dir := t.TempDir()
	s := settings{
		BaseURL: "http://127.0.0.1", Origin: "privacy.example.com/log", Store: "sqlite:" + filepath.Join(dir, "candor.db"),
		PerSecond: 1_000_000, OTLPEndpoint: collector, ReturnOrigins: []string{"https://my.example.com"},
		signInSettings: signInSettings{ShowMail: true, StepUpAfter: 15 * time.Minute},
	}
	s.complete()
	p, err := open(t.Context(), s, os.DirFS("operators/utility"), logger)
	check(t, err)
	t.Cleanup(func() { check(t, p.close()) })
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	p.background(ctx, "make archives", p.export.Run)
	for _, ref := range []string{"cus_1", "cus_2"} {
		check(t, p.billing.PutCustomer(t.Context(), billing.Profile{Customer: customer(ref), Name: "Person " + ref, Email: ref + "@example.test"}))
	}
	app, err := p.site(&web.Demo{Customers: []frontend.DemoCustomer{{Ref: "cus_1"}}, Roles: auth.Roles(), Staff: p.demoStaff})
	check(t, err)
	return &site{t, p, app}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// visitor is a browser, or a program if it has a token.
type visitor struct {
	*site
	cookie, token string
	// signal has the browser send Global Privacy Control.
	signal bool
}

func (s *site) anonymous() *visitor { return &visitor{site: s} }

func (s *site) signIn(field, who string) *visitor {
	s.t.Helper()
	v := s.anonymous()
	response, _ := v.do(http.MethodPost, "/demo/sign-in", url.Values{field: {who}})
	if response.StatusCode != http.StatusSeeOther || len(response.Cookies()) == 0 {
		s.t.Fatalf("sign-in as %s was answered with %d", who, response.StatusCode)
	}
	v.cookie = response.Cookies()[0].String()
	return v
}

func (s *site) billingSystem(scopes ...string) *visitor {
	s.t.Helper()
	client, secret, err := s.program.auth.AddClient(s.t.Context(), "Test", scopes)
	check(s.t, err)
	token, err := s.program.auth.IssueToken(s.t.Context(), client.ID, secret, "")
	check(s.t, err)
	return &visitor{site: s, token: token.Token}
}

// do makes a request; a body of url.Values is a form, a string JSON.
func (v *visitor) do(method, path string, body any) (*http.Response, string) {
	v.t.Helper()
	var reader io.Reader
	contentType := ""
	switch b := body.(type) {
	case url.Values:
		reader, contentType = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	case string:
		reader, contentType = strings.NewReader(b), "application/json"
	}
	request := httptest.NewRequestWithContext(v.t.Context(), method, path, reader)
	request.Host = "127.0.0.1"
	request.Header.Set("Accept", "text/html")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if v.cookie != "" {
		request.Header.Set("Cookie", strings.ReplaceAll(strings.Split(v.cookie, ";")[0], ",", "; "))
	}
	if v.token != "" {
		request.Header.Set("Authorization", "Bearer "+v.token)
	}
	if v.signal {
		request.Header.Set("Sec-GPC", "1")
	}
	response, err := v.app.Test(request, int(time.Minute.Milliseconds()))
	check(v.t, err)
	defer func() { check(v.t, response.Body.Close()) }()
	raw, err := io.ReadAll(response.Body)
	check(v.t, err)
	return response, string(raw)
}

func (v *visitor) status(method, path string, body any) int {
	v.t.Helper()
	response, _ := v.do(method, path, body)
	return response.StatusCode
}

var (
	csrfField   = regexp.MustCompile(`name="csrf" value="([^"]+)"`)
	servedField = regexp.MustCompile(`(?s)action="/consents/usage_analytics".*?name="served" value="([^"]+)"`)
)

// field finds a hidden input's value on a page.
func (v *visitor) field(path string, pattern *regexp.Regexp) string {
	v.t.Helper()
	_, page := v.do(http.MethodGet, path, nil)
	m := pattern.FindStringSubmatch(page)
	if m == nil {
		v.t.Fatalf("%s has no %s", path, pattern)
	}
	return m[1]
}

// rule is who gets past the door of a route. Anything but 401 and 403 means that they got past.
type rule struct {
	anonymous, customer, staff, client bool
	role, also, third                  string // the only ones of the staff's that get in; empty for any
	except                             string // the only one of the staff's that does not; empty for none
}

// letsIn says whether it lets in a member of staff in a role.
func (r rule) letsIn(role string) bool {
	return r.staff && r.except != role && (r.role == "" || r.role == role || r.also == role || r.third == role)
}

// withRoles is a member of staff who has those roles, signed in, and has read and passed what they must.
func (s *site) withRoles(roles ...string) *visitor {
	s.t.Helper()
	m, err := s.program.staff.Add(s.t.Context(), staffact.CommandLine, staff.Joining{
		Name: "Nadia Feld", Email: "nadia@example.test", Origin: staff.OriginLocal, Roles: roles,
	})
	check(s.t, err)
	secret, _, err := s.program.staff.Enter(s.t.Context(), m.ID, auth.MethodPasskey)
	check(s.t, err)
	return &visitor{site: s, cookie: "candor_session=" + secret}
}

var (
	everybody     = rule{anonymous: true, customer: true, staff: true, client: true}
	customersOnly = rule{customer: true}
	staffOnly     = rule{staff: true}
	adminOnly     = rule{staff: true, role: auth.RoleAdmin}
	mapReaders    = rule{staff: true, except: auth.RoleAdmin}
	officersOnly  = rule{staff: true, role: auth.RolePrivacyOfficer}
	keepers       = rule{staff: true, role: auth.RoleAdmin, also: auth.RolePrivacyOfficer, third: auth.RoleAuditor}
	overseers     = rule{staff: true, role: auth.RolePrivacyOfficer, also: auth.RoleAuditor}
	trainers      = rule{staff: true, except: auth.RoleLegalEditor}
	lookersOnly   = rule{staff: true, role: auth.RolePrivacyOfficer, also: auth.RoleAdmin}
	textReaders   = rule{staff: true, except: auth.RoleAdmin}
	editorsOnly   = rule{staff: true, role: auth.RoleLegalEditor}
	clientsOnly   = rule{client: true}
	ownFormOnly   = rule{} // without the session's token nobody gets past
)

// access is every route there is and who may use it, to be read by a person. A route without a row
// fails the test.
var access = map[string]rule{
	"GET /":               everybody,
	"GET /data/:category": customersOnly,
	"GET /data/:category/:record/documents/:name": customersOnly,
	"GET /consents":                                        customersOnly,
	"POST /consents/:purpose":                              ownFormOnly,
	"GET /history":                                         customersOnly,
	"GET /check":                                           customersOnly,
	"GET /check.json":                                      customersOnly,
	"GET /download":                                        customersOnly,
	"POST /download":                                       ownFormOnly,
	"GET /download/:id":                                    customersOnly,
	"GET /download/:id/archive.zip":                        customersOnly,
	"GET /receipts/:seq":                                   customersOnly,
	"GET /requests":                                        customersOnly,
	"POST /requests":                                       ownFormOnly,
	"GET /requests/new/:kind":                              customersOnly,
	"GET /requests/:id":                                    customersOnly,
	"GET /staff/requests":                                  overseers,
	"GET /staff/requests/:id":                              officersOnly,
	"POST /staff/requests/:id/accept":                      ownFormOnly,
	"POST /staff/requests/:id/refuse":                      ownFormOnly,
	"POST /staff/requests/:id/extend":                      ownFormOnly,
	"POST /staff/requests/:id/answer":                      ownFormOnly,
	"GET /notices/:key":                                    everybody,
	"GET /notices/:key/versions/:version":                  everybody,
	"GET /sessions/:token":                                 everybody,
	"POST /sessions/:token":                                everybody,
	"POST /sessions/:token/fresh":                          everybody,
	"POST /sign-in/email":                                  everybody,
	"GET /sign-in/code":                                    everybody,
	"POST /sign-in/code":                                   everybody,
	"GET /sign-in/people":                                  everybody,
	"POST /sign-in/people":                                 everybody,
	"GET /sign-in/company":                                 everybody,
	"GET /sign-in/company/callback":                        everybody,
	"GET /account/sessions":                                customersOnly,
	"POST /account/sessions/end-others":                    ownFormOnly,
	"POST /account/sessions/:id/end":                       ownFormOnly,
	"GET /account/confirm":                                 customersOnly,
	"POST /account/confirm":                                ownFormOnly,
	"GET /account/confirm/company":                         customersOnly,
	"GET /demo/mail":                                       everybody,
	"POST /sign-out":                                       ownFormOnly,
	"POST /demo/sign-in":                                   everybody,
	"GET /staff":                                           staffOnly,
	"GET /staff/customers":                                 lookersOnly,
	"POST /staff/customers":                                ownFormOnly,
	"POST /staff/look-ups":                                 ownFormOnly,
	"GET /staff/customers/:lookup":                         lookersOnly,
	"POST /staff/customers/:lookup/end":                    ownFormOnly,
	"GET /staff/customers/:lookup/data/:category":          lookersOnly,
	"GET /staff/customers/:lookup/data/:category/:record":  lookersOnly,
	"POST /staff/customers/:lookup/data/:category/:record": ownFormOnly,
	"GET /staff/customers/:lookup/data/:category/:record/documents/:name": lookersOnly,
	"GET /staff/emergencies":                                           lookersOnly,
	"POST /staff/emergencies/:lookup/approve":                          ownFormOnly,
	"POST /staff/emergencies/:lookup/refuse":                           ownFormOnly,
	"POST /staff/emergencies/:lookup/end":                              ownFormOnly,
	"GET /staff/accesses":                                              overseers,
	"GET /staff/notices":                                               textReaders,
	"GET /staff/notices/:key":                                          textReaders,
	"GET /staff/notices/:key/compare":                                  textReaders,
	"POST /staff/notices/:key/import":                                  ownFormOnly,
	"GET /staff/notices/:key/versions/:version/export":                 textReaders,
	"POST /staff/notices/:key/versions":                                ownFormOnly,
	"GET /staff/notices/:key/versions/:version/edit":                   editorsOnly,
	"POST /staff/notices/:key/versions/:version/edit":                  editorsOnly,
	"POST /staff/notices/:key/versions/:version/text":                  ownFormOnly,
	"GET /staff/notices/:key/versions/:version/preview":                textReaders,
	"POST /staff/notices/:key/versions/:version/preview":               editorsOnly,
	"GET /staff/notices/:key/versions/:version/checklist":              textReaders,
	"POST /staff/notices/:key/versions/:version/checklist":             ownFormOnly,
	"GET /staff/notices/:key/versions/:version/review":                 textReaders,
	"POST /staff/notices/:key/versions/:version/comments":              ownFormOnly,
	"POST /staff/notices/:key/versions/:version/submit":                ownFormOnly,
	"POST /staff/notices/:key/versions/:version/return":                ownFormOnly,
	"POST /staff/notices/:key/versions/:version/approve":               ownFormOnly,
	"POST /staff/notices/:key/versions/:version/schedule":              ownFormOnly,
	"POST /staff/notices/:key/versions/:version/withdraw":              ownFormOnly,
	"GET /staff/data-map":                                              mapReaders,
	"GET /staff/data-map/versions":                                     mapReaders,
	"GET /staff/data-map/record":                                       mapReaders,
	"GET /staff/data-map/record.csv":                                   mapReaders,
	"GET /staff/data-map/record.json":                                  mapReaders,
	"GET /staff/data-map/edit/:group":                                  mapReaders,
	"GET /staff/data-map/edit/:group/:key":                             mapReaders,
	"GET /staff/data-map/new/:group":                                   officersOnly,
	"POST /staff/data-map/draft":                                       ownFormOnly,
	"POST /staff/data-map/edit/:group":                                 ownFormOnly,
	"POST /staff/data-map/edit/:group/:key":                            ownFormOnly,
	"POST /staff/data-map/new/:group":                                  ownFormOnly,
	"POST /staff/data-map/resume":                                      officersOnly,
	"POST /staff/data-map/submit":                                      ownFormOnly,
	"POST /staff/data-map/withdraw":                                    ownFormOnly,
	"POST /staff/data-map/return":                                      ownFormOnly,
	"POST /staff/data-map/approve":                                     ownFormOnly,
	"POST /staff/data-map/schedule":                                    ownFormOnly,
	"GET /staff/sign-in":                                               everybody,
	"POST /staff/sign-in/passkey/options":                              everybody,
	"POST /staff/sign-in/passkey":                                      everybody,
	"GET /staff/sign-in/company":                                       everybody,
	"GET /staff/sign-in/company/callback":                              everybody,
	"GET /staff/enrol/:token":                                          everybody,
	"POST /staff/enrol/:token/options":                                 everybody,
	"POST /staff/enrol/:token":                                         everybody,
	"GET /staff/account":                                               staffOnly,
	"POST /staff/account/sessions/end-others":                          ownFormOnly,
	"POST /staff/account/sessions/:session/end":                        ownFormOnly,
	"POST /staff/account/passkeys/options":                             ownFormOnly,
	"POST /staff/account/passkeys":                                     ownFormOnly,
	"POST /staff/account/passkeys/:passkey/remove":                     ownFormOnly,
	"POST /staff/account/passkeys/:passkey/name":                       ownFormOnly,
	"GET /staff/people":                                                keepers,
	"GET /staff/people/new":                                            adminOnly,
	"POST /staff/people":                                               ownFormOnly,
	"GET /staff/people/:id":                                            keepers,
	"POST /staff/people/:id/roles":                                     ownFormOnly,
	"POST /staff/people/:id/link":                                      ownFormOnly,
	"POST /staff/people/:id/end":                                       ownFormOnly,
	"POST /staff/people/:id/reopen":                                    ownFormOnly,
	"POST /staff/people/:id/sessions/:session/end":                     ownFormOnly,
	"GET /staff/clients":                                               adminOnly,
	"POST /staff/clients":                                              ownFormOnly,
	"GET /staff/clients/new":                                           adminOnly,
	"GET /staff/clients/:id":                                           adminOnly,
	"POST /staff/clients/:id/secrets":                                  ownFormOnly,
	"POST /staff/clients/:id/secrets/:secret/end":                      ownFormOnly,
	"POST /staff/clients/:id/keys":                                     ownFormOnly,
	"GET /staff/clients/:id/revoke":                                    adminOnly,
	"POST /staff/clients/:id/revoke":                                   ownFormOnly,
	"GET /assets/:name":                                                everybody,
	"GET /log/checkpoint":                                              everybody,
	"GET /log/tile/*":                                                  everybody,
	"GET /log/vkey":                                                    everybody,
	"GET /log/vkeys":                                                   everybody,
	"GET /log/disclosures":                                             everybody,
	"GET /log/disclosures/:seq":                                        everybody,
	"GET /.well-known/jwks.json":                                       everybody,
	"GET /.well-known/security.txt":                                    everybody,
	"GET /.well-known/oauth-authorization-server":                      everybody,
	"GET /.well-known/gpc.json":                                        everybody,
	"GET /.well-known/authzen-configuration":                           everybody,
	"GET /healthz":                                                     everybody,
	"GET /readyz":                                                      everybody,
	"GET /oauth/jwks":                                                  everybody,
	"GET /api/openapi.yaml":                                            everybody,
	"GET /api/v1/customers":                                            clientsOnly,
	"GET /api/v1/customers/:ref":                                       clientsOnly,
	"PUT /api/v1/customers/:ref":                                       clientsOnly,
	"GET /api/v1/customers/:ref/consents":                              clientsOnly,
	"PUT /api/v1/customers/:ref/records/:category/:id":                 clientsOnly,
	"DELETE /api/v1/customers/:ref/records/:category/:id":              clientsOnly,
	"GET /receipts/:seq/shown":                                         customersOnly,
	"GET /receipts/:seq/notice.txt":                                    customersOnly,
	"GET /receipts/:seq/wording.txt":                                   customersOnly,
	"GET /staff/evidence":                                              overseers,
	"GET /staff/evidence/:seq":                                         overseers,
	"GET /staff/evidence/texts/:hash":                                  overseers,
	"POST /staff/evidence/:seq":                                        ownFormOnly,
	"GET /staff/training":                                              staffOnly,
	"GET /staff/training/:key":                                         staffOnly,
	"POST /staff/training/:key":                                        ownFormOnly,
	"GET /staff/attestations":                                          trainers,
	"GET /staff/attestations.csv":                                      trainers,
	"GET /staff/requirements":                                          trainers,
	"POST /staff/requirements":                                         ownFormOnly,
	"GET /staff/requirements/:key/versions/:version":                   trainers,
	"POST /staff/requirements/:key/versions/:version/edit":             officersOnly,
	"POST /staff/requirements/:key/versions/:version/text":             ownFormOnly,
	"POST /staff/requirements/:key/versions/:version/comments":         ownFormOnly,
	"POST /staff/requirements/:key/versions/:version/submit":           ownFormOnly,
	"POST /staff/requirements/:key/versions/:version/return":           ownFormOnly,
	"POST /staff/requirements/:key/versions/:version/approve":          ownFormOnly,
	"POST /staff/requirements/:key/versions/:version/schedule":         ownFormOnly,
	"POST /staff/requirements/:key/versions/:version/withdraw":         ownFormOnly,
	"PUT /api/v1/customers/:ref/records/:category/:id/documents/:name": clientsOnly,
	"POST /api/v1/records\\:import":                                    clientsOnly,
	"POST /api/v1/portal-sessions":                                     clientsOnly,
	"GET /api/v1/portal-sessions/:id":                                  clientsOnly,
	"DELETE /api/v1/portal-sessions/:id":                               clientsOnly,
	"POST /api/v1/requests":                                            clientsOnly,
	"GET /api/v1/requests":                                             clientsOnly,
	"GET /api/v1/requests/:id":                                         clientsOnly,
	"GET /api/v1/tasks":                                                clientsOnly,
	"GET /api/v1/tasks/:id":                                            clientsOnly,
	"POST /api/v1/tasks/:id/confirm":                                   clientsOnly,
	"GET /api/v1/notices":                                              clientsOnly,
	"GET /api/v1/notices/:key":                                         clientsOnly,
	"GET /api/v1/notices/:key/draft":                                   clientsOnly,
	"PUT /api/v1/notices/:key/draft":                                   clientsOnly,
	"GET /api/v1/notices/:key/versions/:version":                       clientsOnly,
	"DELETE /api/v1/customers/:ref":                                    clientsOnly,
	"PUT /api/v1/customers/:ref/consents/:purpose":                     clientsOnly,
	"POST /api/v1/customers/:ref/gpc":                                  clientsOnly,
	"GET /api/v1/customers/:ref/records/:category/:id":                 clientsOnly,
	"GET /api/v1/changes":                                              clientsOnly,
	"GET /api/v1/webhooks":                                             clientsOnly,
	"POST /api/v1/webhooks":                                            clientsOnly,
	"GET /api/v1/webhooks/:id":                                         clientsOnly,
	"PUT /api/v1/webhooks/:id":                                         clientsOnly,
	"DELETE /api/v1/webhooks/:id":                                      clientsOnly,
	"POST /api/v1/webhooks/:id/rotate-secret":                          clientsOnly,
	"POST /api/v1/webhooks/:id/replay":                                 clientsOnly,
	"POST /api/v1/webhooks/:id/test":                                   clientsOnly,
	"GET /api/v1/webhooks/:id/deliveries":                              clientsOnly,
	"POST /api/v1/webhooks/:id/deliveries/:log_index/replay":           clientsOnly,
	"POST /access/v1/evaluation":                                       clientsOnly,
	"POST /access/v1/evaluations":                                      clientsOnly,
	"POST /access/v1/search/subject":                                   clientsOnly,
	"POST /access/v1/search/resource":                                  clientsOnly,
	"POST /access/v1/search/action":                                    clientsOnly,
}

// The token endpoint has a door of its own: client credentials.
const tokenEndpoint = "POST /oauth/token"

// A method that an address does not take is refused as such (RFC 9110, section 15.5.6), and does nothing.
func TestOtherMethodsAreRefusedAsSuch(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/consents", "/consents/usage_analytics", "/sessions/x", "/log/checkpoint", "/log/tile/0/000", "/healthz"} {
		if status := s.anonymous().status(http.MethodDelete, path, nil); status != http.StatusMethodNotAllowed {
			t.Errorf("DELETE %s: %d, want 405", path, status)
		}
	}
}

func TestEveryRouteLetsInWhomItShould(t *testing.T) {
	s := newSite(t)
	visitors := map[string]*visitor{
		"anonymous": s.anonymous(), "customer": s.signIn("customer", "cus_1"), "client": s.billingSystem(auth.Scopes()...),
	}
	for _, role := range auth.Roles() {
		visitors[role] = s.signIn("staff", role)
	}
	// Who has two roles may what either may, and nothing else.
	several := map[string][]string{
		"an editor who approves": {auth.RoleLegalEditor, auth.RoleLegalApprover}, "an auditor who administers": {auth.RoleAuditor, auth.RoleAdmin},
	}
	for who, roles := range several {
		visitors[who] = s.withRoles(roles...)
	}
	seen := map[string]bool{}
	for _, route := range s.app.GetRoutes(true) {
		name := route.Method + " " + route.Path
		if route.Method == http.MethodHead || name == tokenEndpoint || seen[name] {
			continue
		}
		seen[name] = true
		want, ok := access[name]
		if !ok {
			if status := s.anonymous().status(route.Method, example(route.Path), nil); status != http.StatusMethodNotAllowed {
				t.Errorf("%s has no row in the table of access, and is answered with %d", name, status)
			}
			continue
		}
		for who, v := range visitors {
			expected := map[string]bool{"anonymous": want.anonymous, "customer": want.customer, "client": want.client}
			may, known := expected[who]
			if !known {
				roles, ok := several[who]
				if !ok {
					roles = []string{who}
				}
				may = slices.ContainsFunc(roles, want.letsIn)
			}
			status := v.status(route.Method, example(route.Path), bodyFor(route.Method))
			if past := status != http.StatusUnauthorized && status != http.StatusForbidden; past != may {
				t.Errorf("%s as %s: %d, but getting in is %t", name, who, status, may)
			}
		}
	}
	for name := range access {
		if !seen[name] {
			t.Errorf("the table of access has %s, which is not served", name)
		}
	}
}

// example fills a route's parameters in.
func example(path string) string {
	return strings.NewReplacer(":category", "invoices", ":record", "r", ":name", "n.pdf", ":purpose", "usage_analytics",
		":id", "x", ":seq", "0", ":key", "privacy", ":version", "1", ":token", "t", ":ref", "cus_1", "*", "0/000", `\:`, ":").Replace(path)
}

func bodyFor(method string) any {
	if method == http.MethodGet || method == http.MethodDelete {
		return nil
	}
	return url.Values{}
}

// Every page of one customer, asked for with what belongs to another, is not there.
func TestAnotherCustomersThingsAreNotThere(t *testing.T) {
	s := newSite(t)
	one, two := s.signIn("customer", "cus_1"), s.signIn("customer", "cus_2")
	form := url.Values{"csrf": {one.field("/consents", csrfField)}, "served": {one.field("/consents", servedField)}, "choice": {"give"}}
	if status := one.status(http.MethodPost, "/consents/usage_analytics", form); status != http.StatusSeeOther {
		t.Fatalf("the choice was answered with %d", status)
	}
	_, page := one.do(http.MethodGet, "/consents", nil)
	receipt := regexp.MustCompile(`/receipts/\d+`).FindString(page)
	response, _ := one.do(http.MethodPost, "/download", url.Values{"csrf": form["csrf"]})
	download := response.Header.Get("Location")
	client := s.billingSystem(auth.ScopeRecords)
	client.do(http.MethodPut, "/api/v1/customers/cus_1/records/invoices/i-1",
		`{"occurred_at":"2026-01-01T00:00:00Z","source":"billing","fields":{"number":"1"}}`)
	if status := client.status(http.MethodPut, "/api/v1/customers/cus_1/records/invoices/i-1/documents/bill.pdf", "%PDF-1.4"); status >= 300 {
		t.Fatalf("the document was answered with %d", status)
	}
	for _, path := range []string{
		receipt, receipt + ".json", receipt + ".jwt", receipt + ".tlog-proof", download, download + "/archive.zip",
		"/data/invoices/i-1/documents/bill.pdf",
	} {
		if status := one.status(http.MethodGet, path, nil); status >= 400 && status != http.StatusConflict {
			t.Errorf("%s: %d for its owner", path, status)
		}
		if status := two.status(http.MethodGet, path, nil); status != http.StatusNotFound {
			t.Errorf("%s: %d for another customer, want 404", path, status)
		}
	}
	// A token of what one customer was shown serves no other.
	form.Set("csrf", two.field("/consents", csrfField))
	if status := two.status(http.MethodPost, "/consents/usage_analytics", form); status != http.StatusConflict {
		t.Errorf("a choice with another's served token: %d, want 409", status)
	}
}

// Bad forms get a clear page and change nothing.
func TestBadFormsChangeNothing(t *testing.T) {
	s := newSite(t)
	v := s.signIn("customer", "cus_1")
	csrf, served := v.field("/consents", csrfField), v.field("/consents", servedField)
	good := func(change func(url.Values)) url.Values {
		f := url.Values{"csrf": {csrf}, "served": {served}, "choice": {"give"}}
		change(f)
		return f
	}
	const path = "/consents/usage_analytics"
	for name, c := range map[string]struct {
		path string
		form url.Values
		want int
	}{
		"no csrf":              {path, good(func(f url.Values) { f.Del("csrf") }), http.StatusForbidden},
		"another csrf":         {path, good(func(f url.Values) { f.Set("csrf", csrf[1:]+"A") }), http.StatusForbidden},
		"no served":            {path, good(func(f url.Values) { f.Del("served") }), http.StatusConflict},
		"an altered served":    {path, good(func(f url.Values) { f.Set("served", altered(served)) }), http.StatusConflict},
		"served for another":   {"/consents/marketing_email", good(func(url.Values) {}), http.StatusConflict},
		"no choice":            {path, good(func(f url.Values) { f.Del("choice") }), http.StatusUnprocessableEntity},
		"an unknown choice":    {path, good(func(f url.Values) { f.Set("choice", "agree") }), http.StatusUnprocessableEntity},
		"a choice not offered": {"/consents/billing", good(func(f url.Values) { f.Set("choice", "withdraw") }), http.StatusUnprocessableEntity},
		"an unknown purpose":   {"/consents/nothing", good(func(f url.Values) { f.Set("choice", "withdraw") }), http.StatusNotFound},
		"bad UTF-8":            {path, good(func(f url.Values) { f.Set("choice", "\xff\xfe") }), http.StatusUnprocessableEntity},
		"too large":            {path, good(func(f url.Values) { f.Set("more", strings.Repeat("x", 65<<10)) }), http.StatusRequestEntityTooLarge},
		"a bad date":           {"/download", good(func(f url.Values) { f.Set("from", "yesterday") }), http.StatusUnprocessableEntity},
		"dates swapped":        {"/download", good(func(f url.Values) { f.Set("from", "2026-02-01"); f.Set("to", "2026-01-01") }), http.StatusUnprocessableEntity},
		"an unknown category":  {"/download", good(func(f url.Values) { f.Set("category", "nothing") }), http.StatusUnprocessableEntity},
		"an unknown person":    {"/demo/sign-in", url.Values{"customer": {"nobody"}}, http.StatusUnprocessableEntity},
		"an unknown role":      {"/demo/sign-in", url.Values{"staff": {"king"}}, http.StatusUnprocessableEntity},
	} {
		before := s.program.log.Head().Size
		response, page := v.do(http.MethodPost, c.path, c.form)
		if response.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, response.StatusCode, c.want)
		}
		if !strings.Contains(page, "<h1") || strings.Contains(page, "error.") {
			t.Errorf("%s: the answer is not a page that says what happened", name)
		}
		if after := s.program.log.Head().Size; after != before {
			t.Errorf("%s: the log grew", name)
		}
	}
	// A withdrawal needs no served token, and is recorded.
	if status := v.status(http.MethodPost, path, url.Values{"csrf": {csrf}, "choice": {"withdraw"}}); status != http.StatusSeeOther {
		t.Errorf("a withdrawal without a served token: %d, want 303", status)
	}
}

func altered(token string) string {
	i := len(token) / 2
	b := byte('A')
	if token[i] == b {
		b = 'B'
	}
	return token[:i] + string(b) + token[i+1:]
}

// A form that another site's page sends is refused, whatever it carries.
func TestForeignOriginsAreRefused(t *testing.T) {
	s := newSite(t)
	for header, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/demo/sign-in", strings.NewReader("customer=cus_1"))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set(header, value)
		response, err := s.app.Test(request)
		check(t, err)
		check(t, response.Body.Close())
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s is answered with %d, want 403", header, value, response.StatusCode)
		}
	}
}

// A one-time link lets in once; reading it, as mail scanners do, uses nothing up.
func TestOneTimeLink(t *testing.T) {
	s := newSite(t)
	client := s.billingSystem(auth.ScopeSessions)
	response, body := client.do(http.MethodPost, "/api/v1/portal-sessions", `{"customer":"cus_1","locale":"ar"}`)
	if response.StatusCode != http.StatusCreated {
		t.Fatalf("%d: %s", response.StatusCode, body)
	}
	var link struct{ URL string }
	check(t, json.Unmarshal([]byte(body), &link))
	u, err := url.Parse(link.URL)
	check(t, err)
	v := s.anonymous()
	for range 3 {
		response, page := v.do(http.MethodGet, u.Path, nil)
		if response.StatusCode != http.StatusOK || !strings.Contains(page, `lang="ar"`) || len(response.Cookies()) != 1 {
			t.Fatalf("reading the link: %d, in the link's language: %t", response.StatusCode, strings.Contains(page, `lang="ar"`))
		}
	}
	response, _ = v.do(http.MethodPost, u.Path, url.Values{})
	if response.StatusCode != http.StatusSeeOther || len(response.Cookies()) != 2 {
		t.Fatalf("using the link: %d with %d cookies, want 303 with the session and the link's language", response.StatusCode, len(response.Cookies()))
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if status := v.status(method, u.Path, bodyFor(method)); status != http.StatusGone {
			t.Errorf("%s of the used link: %d, want 410", method, status)
		}
	}
}

// Whatever can be read can be asked for without its content.
func TestHeadAnswersWhatGetDoes(t *testing.T) {
	s := newSite(t)
	v := s.signIn("customer", "cus_1")
	for _, path := range []string{"/", "/consents", "/notices/privacy", "/log/checkpoint", "/api/openapi.yaml", "/healthz"} {
		response, body := v.do(http.MethodHead, path, nil)
		if response.StatusCode != http.StatusOK || body != "" {
			t.Errorf("HEAD %s: %d with %d bytes", path, response.StatusCode, len(body))
		}
	}
}

// What a choice shows is what its entry says, and decisions follow at once.
func TestAChoiceIsRecordedAsShown(t *testing.T) {
	s := newSite(t)
	v := s.signIn("customer", "cus_1")
	served := v.field("/consents", servedField)
	form := url.Values{"csrf": {v.field("/consents", csrfField)}, "served": {served}, "choice": {"give"}}
	if status := v.status(http.MethodPost, "/consents/usage_analytics", form); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	var shown struct {
		Notice struct {
			Version int    `json:"version"`
			SHA256  string `json:"sha256"`
		} `json:"notice"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(served, ".")[1])
	check(t, err)
	check(t, json.Unmarshal(payload, &shown))
	client := s.billingSystem(auth.ScopeConsentsRead)
	_, body := client.do(http.MethodPost, "/access/v1/evaluation",
		`{"subject":{"type":"service","id":"x"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_1"}}`)
	var decision struct {
		Decision bool
		Context  struct {
			Reason        string
			LogIndex      uint64 `json:"log_index"`
			NoticeVersion int    `json:"notice_version"`
			MaxAge        int    `json:"max_age"`
		}
	}
	check(t, json.Unmarshal([]byte(body), &decision))
	entry, err := s.program.log.Entry(t.Context(), decision.Context.LogIndex)
	check(t, err)
	if !decision.Decision || decision.Context.Reason != "consent_given" || decision.Context.MaxAge != 1 ||
		decision.Context.NoticeVersion != entry.Detail.Notice.Version || entry.Detail.Purpose != "usage_analytics" {
		t.Errorf("the decision is %s, the entry says %+v", body, entry.Detail)
	}
	if shown.Notice.SHA256 != "" && shown.Notice.SHA256 != entry.Detail.Notice.SHA256 {
		t.Errorf("shown was %s, the entry says %s", shown.Notice.SHA256, entry.Detail.Notice.SHA256)
	}
}

func customer(ref string) models.Customer { return models.Customer{Ref: ref} }
