package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	lookups "candor/models/access"
	"candor/models/auth"
	"candor/models/billing"
)

// looking is a member of staff at the pages to look customers up.
type looking struct {
	*visitor
	csrf string
}

func (s *site) looking(role string) looking {
	s.t.Helper()
	v := s.signIn("staff", role)
	return looking{v, v.field("/staff/customers", csrfField)}
}

// post sends a form of theirs.
func (l looking) post(path string, fields url.Values) (*http.Response, string) {
	l.t.Helper()
	if fields == nil {
		fields = url.Values{}
	}
	fields.Set("csrf", l.csrf)
	return l.do(http.MethodPost, path, fields)
}

// open looks a customer up and gives the look-up's address.
func (l looking) open(customer, kind, reason string) string {
	l.t.Helper()
	response, page := l.post("/staff/look-ups", url.Values{"customer": {customer}, "kind": {kind}, "reason": {reason}})
	if response.StatusCode != http.StatusSeeOther {
		l.t.Fatalf("not opened: %d\n%s", response.StatusCode, page)
	}
	return response.Header.Get("Location")
}

// pageShows fails the test unless a page has all of the words, and none of those after "not".
func pageShows(t *testing.T, what, page string, words ...string) {
	t.Helper()
	wanted := true
	for _, word := range words {
		if word == "not" {
			wanted = false
			continue
		}
		if strings.Contains(page, word) != wanted {
			t.Errorf("%s: %q is there: %v\n%s", what, word, !wanted, page)
		}
	}
}

// An officer finds a customer, says why, sees everything masked, and unmasks one value. The customer sees who looked at
// what and why, and no address is in a URL or in the server's log.
func TestStaffLookACustomerUp(t *testing.T) {
	var logged bytes.Buffer
	s := newWatchedSite(t, slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})), "")
	check(t, s.program.billing.PutCustomer(t.Context(), billing.Profile{
		Customer: customer("cus_1"), Name: "Theodora Quistgaard", Email: "theodora@example.test", Phone: "+49 40 5550123", Address: "Elbweg 12, Hamburg",
	}))
	officer := s.looking(auth.RolePrivacyOfficer)
	secrets := []string{"Theodora", "Quistgaard", "theodora@example.test", "5550123", "Elbweg"}

	_, page := officer.post("/staff/customers", url.Values{"customer": {"theodora@example.test"}})
	pageShows(t, "found", page, "cus_1", "T••• Q•••", "not", "Theodora", "Quistgaard", "theodora@example")
	_, page = officer.post("/staff/customers", url.Values{"customer": {"theodor@example.test"}})
	pageShows(t, "a mistake", page, "Nobody was found", "not", "cus_1", "theodor@example")
	response, page := officer.post("/staff/look-ups", url.Values{"customer": {"cus_1"}, "kind": {"ticket"}, "reason": {"whatever"}})
	if response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a reason that is none was answered with %d", response.StatusCode)
	}
	pageShows(t, "a reason that is none", page, "ticket number", "whatever")
	where := officer.open("cus_1", "text", "You called about a letter that did not arrive.")

	for _, path := range []string{"", "/data/identity", "/data/contact", "/data/contact/profile"} {
		response, page := officer.do(http.MethodGet, where+path, nil)
		if response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s was answered with %d, %s", path, response.StatusCode, response.Header.Get("Cache-Control"))
		}
		pageShows(t, path, page, append([]string{"cus_1", "You called about a letter", "not"}, secrets...)...)
	}
	_, page = officer.post(where+"/data/contact/profile", url.Values{"field": {"address"}})
	pageShows(t, "unmasked", page, "Elbweg 12", "not", "Theodora", "theodora@example", "5550123")
	if status, _ := officer.post(where+"/data/contact/profile", url.Values{"field": {"shoes"}}); status.StatusCode != http.StatusNotFound {
		t.Errorf("a value that is not there was answered with %d", status.StatusCode)
	}

	person := s.signIn("customer", "cus_1")
	_, page = person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "the customer's history", page, "Privacy officer", "You called about a letter that did not arrive.", "unmasked", "masked", "not", "Ingrid Solheim")
	if n := strings.Count(page, `class="event"`); n != 1 {
		t.Errorf("one look-up is %d events", n)
	}
	_, page = person.do(http.MethodGet, "/", nil)
	pageShows(t, "the customer's overview", page, "You called about a letter that did not arrive.")

	if status, _ := officer.post(where+"/end", nil); status.StatusCode != http.StatusSeeOther {
		t.Errorf("ending it was answered with %d", status.StatusCode)
	}
	response, page = officer.do(http.MethodGet, where+"/data/contact", nil)
	if response.StatusCode != http.StatusGone {
		t.Errorf("after its end it was answered with %d", response.StatusCode)
	}
	pageShows(t, "after its end", page, "is over", "not", "Elbweg")
	for _, secret := range append(secrets, "theodor%40", "theodora%40") {
		if strings.Contains(logged.String(), secret) {
			t.Errorf("the server's log holds %q", secret)
		}
	}
}

// What anybody else gets of an officer's look-up.
func TestALookUpIsNobodyElses(t *testing.T) {
	s := newSite(t)
	officer := s.looking(auth.RolePrivacyOfficer)
	where := officer.open("cus_1", "ticket", "CARE-1")
	admin := s.looking(auth.RoleAdmin)
	for _, path := range []string{where, where + "/data/contact", where + "/data/contact/profile", where + "/data/contact/profile/documents/a.pdf"} {
		for who, expect := range map[*visitor]int{
			admin.visitor: http.StatusNotFound, s.signIn("staff", auth.RoleAuditor): http.StatusForbidden, s.signIn("staff", auth.RoleLegalEditor): http.StatusForbidden,
			s.signIn("staff", auth.RoleLegalApprover): http.StatusForbidden, s.signIn("customer", "cus_1"): http.StatusForbidden, s.anonymous(): http.StatusUnauthorized,
		} {
			if got := who.status(http.MethodGet, path, nil); got != expect {
				t.Errorf("%s was answered with %d, not %d", path, got, expect)
			}
		}
	}
	if status, _ := admin.post(where+"/data/contact/profile", url.Values{"field": {"email"}}); status.StatusCode != http.StatusNotFound {
		t.Errorf("another's form was answered with %d", status.StatusCode)
	}
	_, page := s.signIn("staff", auth.RoleAuditor).do(http.MethodGet, "/staff/accesses", nil)
	pageShows(t, "what the auditor sees", page, "cus_1", "Privacy officer", "not", "CARE-1", "Person cus_1")
}

var action = regexp.MustCompile(`action="(/staff/emergencies/[^"]+)/approve"`)

// In an emergency an administrator asks, an officer approves, and the customer sees both.
func TestASecondPersonOpensTheWayInAnEmergency(t *testing.T) {
	s := newSite(t)
	admin, officer := s.looking(auth.RoleAdmin), s.looking(auth.RolePrivacyOfficer)
	_, page := admin.post("/staff/customers", url.Values{"customer": {"cus_1"}})
	pageShows(t, "whoever may not look people up", page, "Ask a second person", "not", "Open for 30 minutes")
	if to := admin.open("cus_1", "text", "The bank must be told the mandate today."); to != "/staff/customers" {
		t.Fatalf("led to %s", to)
	}
	_, page = admin.do(http.MethodGet, "/staff/emergencies", nil)
	pageShows(t, "whoever asked", page, "Someone else must decide", "not", "/approve")
	_, page = officer.do(http.MethodGet, "/staff/emergencies", nil)
	pageShows(t, "the second person", page, "The bank must be told the mandate today.", "Sam Okafor", "not", "Person cus_1")
	m := action.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("there is nothing to approve")
	}
	where := strings.Replace(m[1], "/staff/emergencies", "/staff/customers", 1)
	for what, expect := range map[string]int{"": http.StatusConflict, "/data/contact": http.StatusConflict} {
		if got := admin.status(http.MethodGet, where+what, nil); got != expect {
			t.Errorf("before anybody approved it was answered with %d", got)
		}
	}
	if response, _ := admin.post(m[1]+"/approve", nil); response.StatusCode != http.StatusForbidden {
		t.Errorf("approving one's own was answered with %d", response.StatusCode)
	}
	person := s.signIn("customer", "cus_1")
	_, page = person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "before", page, "asked to look at your data in an emergency", "nothing was shown")
	for range 2 { // a double click
		if response, _ := officer.post(m[1]+"/approve", nil); response.StatusCode != http.StatusSeeOther {
			t.Errorf("approving was answered with %d", response.StatusCode)
		}
	}
	_, page = admin.do(http.MethodGet, where, nil)
	pageShows(t, "the way is open", page, "Emergency", "The bank must be told the mandate today.")
	_, page = admin.post(where+"/data/contact/profile", url.Values{"field": {"email"}})
	pageShows(t, "unmasked", page, "cus_1@example.test")
	_, page = person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "the customer's history", page, "looked at your data in an emergency: Administrator", "A second person had approved it: Privacy officer", "The bank must be told", "not", "Sam Okafor", "Ingrid")
	if response, _ := officer.post(m[1]+"/end", nil); response.StatusCode != http.StatusSeeOther {
		t.Errorf("ending it was answered with %d", response.StatusCode)
	}
	if got := admin.status(http.MethodGet, where, nil); got != http.StatusGone {
		t.Errorf("after its end it was answered with %d", got)
	}
}

// The time is the server's, and not the page's.
func TestALookUpEndsByTheClock(t *testing.T) {
	s := newSite(t)
	officer := s.looking(auth.RolePrivacyOfficer)
	where := officer.open("cus_1", "ticket", "CARE-1")
	id := where[strings.LastIndex(where, "/")+1:]
	l, err := s.program.data.LookUp(t.Context(), id)
	check(t, err)
	before := l.Revision
	l.EndsAt, l.Revision = l.EndsAt.Add(-lookups.Lifetime), before+1
	check(t, s.program.data.UpdateLookUp(t.Context(), l, before))
	if got := officer.status(http.MethodGet, where, nil); got != http.StatusGone {
		t.Errorf("answered with %d", got)
	}
}
