package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/request"
	"candor/models/store"
)

// Once nothing is held any more that says who somebody is, no address and no account lets them in; who is signed in sees
// what became of what they asked.
func TestErasingWhoTheyAreEndsTheirWaysIn(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	visitor := s.signIn("customer", "cus_1")
	account := store.Identity{Key: "account", Customer: "cus_1", CreatedAt: time.Now().UTC().Truncate(time.Millisecond)}
	_, err := s.program.data.BindIdentity(ctx, account)
	check(t, err)
	asked, _, err := s.program.requests.Ask(ctx, request.Question{
		Customer: "cus_1", Kind: request.Erasure, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Channel: "web",
	})
	check(t, err)
	_, err = s.program.requests.Accept(ctx, asked.ID, request.By{Actor: ledger.Actor{Type: ledger.ActorStaff}}, request.Acceptance{
		Erase: []string{"identity", "contact"},
	})
	check(t, err)
	if got := visitor.status(http.MethodGet, "/requests/"+asked.ID, nil); got != http.StatusOK {
		t.Errorf("they cannot see what became of their request: %d", got)
	}
	account.Customer = "cus_2"
	if there, err := s.program.data.BindIdentity(ctx, account); err != nil || there.Customer != "cus_2" {
		t.Errorf("the account stands for %q still: %v", there.Customer, err)
	}
	holders, err := s.program.data.CustomersOfEmail(ctx, s.program.signInKeys().Email("cus_1@example.test"), 10)
	if err != nil || len(holders) != 0 {
		t.Errorf("the address is %v's still: %v", holders, err)
	}
}

// Who is deleted by the billing system leaves no copy of what was held behind, and no way in.
func TestADeletedCustomersArchivesEnd(t *testing.T) {
	s := newSite(t)
	visitor := s.signIn("customer", "cus_1")
	asked, _ := visitor.do(http.MethodPost, "/download", url.Values{"csrf": {visitor.field("/download", csrfField)}})
	download := asked.Header.Get("Location")
	if got := s.billingSystem(auth.ScopeCustomers).status(http.MethodDelete, "/api/v1/customers/cus_1", nil); got != http.StatusNoContent {
		t.Fatalf("DELETE is answered with %d", got)
	}
	if got := visitor.status(http.MethodGet, download+"/archive.zip", nil); got == http.StatusOK {
		t.Error("the archive can still be had")
	}
	archives, err := s.program.data.Archives(t.Context(), "cus_1")
	check(t, err)
	if len(archives) != 1 || archives[0].State != "expired" {
		t.Errorf("%+v", archives)
	}
	holders, err := s.program.data.CustomersOfEmail(t.Context(), s.program.signInKeys().Email("cus_1@example.test"), 10)
	if err != nil || len(holders) != 0 {
		t.Errorf("the address is %v's still: %v", holders, err)
	}
}

// An erasure that a person asked for takes with it why staff looked them up, as far as that is kept beside the log; with
// the proof of what they chose goes the rest of it: neither history nor evidence nor an archive says it any more.
func TestAnErasureTakesTheReasonsOfStaff(t *testing.T) {
	s := newSite(t)
	person, officer, auditor := s.signIn("customer", "cus_1"), s.looking(auth.RolePrivacyOfficer), s.signIn("staff", auth.RoleAuditor)
	const why = "Your letter of Tuesday about the zeppelin."
	where := officer.open("cus_1", "text", why)
	entry := fmt.Sprint(s.program.log.Head().Size - 1)
	_, page := person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "the history before", page, "zeppelin")

	form := url.Values{"csrf": {person.field("/requests", csrfField)}, "kind": {"erasure"}}
	if got := person.status(http.MethodPost, "/requests", form); got != http.StatusSeeOther {
		t.Fatalf("asking is answered with %d", got)
	}
	asked, err := s.program.data.RequestsOf(t.Context(), "cus_1")
	check(t, err)
	request := "/staff/requests/" + asked[0].ID
	response, page := officer.post(request+"/accept", url.Values{"erase": {"identity", "contact"}, "csrf": {officer.csrf}})
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("accepting is answered with %d: %s", response.StatusCode, attention(page))
	}
	response, page = officer.do(http.MethodGet, where, nil)
	if response.StatusCode == http.StatusOK || strings.Contains(page, "zeppelin") {
		t.Errorf("the look-up is answered with %d after the erasure", response.StatusCode)
	}
	if _, err := s.program.ring.Open(t.Context(), keys.LookUps("cus_1"), []byte("x"), nil); !errors.Is(err, keys.ErrDestroyed) {
		t.Errorf("the key to the reasons: %v", err)
	}

	check(t, s.program.log.Erase(t.Context(), "cus_1", []string{keys.EvidenceScope}))
	_, page = person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "the history afterwards", page, "not", "zeppelin")
	csrf := auditor.field("/staff/evidence/"+entry, csrfField)
	_, page = auditor.do(http.MethodPost, "/staff/evidence/"+entry, url.Values{"csrf": {csrf}, "reason": {"Audit 2026"}})
	pageShows(t, "the evidence afterwards", page, "not", "zeppelin")
}

// A file of a customer that staff fetch is an entry that the customer reads, before it is sent.
func TestAFileThatStaffFetchIsInTheHistory(t *testing.T) {
	s := newSite(t)
	client := s.billingSystem(auth.Scopes()...)
	record := `{"occurred_at":"2026-01-01T00:00:00Z","source":"billing","fields":{"number":"R-1"}}`
	if got := client.status(http.MethodPut, "/api/v1/customers/cus_1/records/invoices/i-1", record); got >= 300 {
		t.Fatalf("the record is answered with %d", got)
	}
	if got := client.status(http.MethodPut, "/api/v1/customers/cus_1/records/invoices/i-1/documents/bill.pdf", "%PDF-1.4"); got >= 300 {
		t.Fatalf("the file is answered with %d", got)
	}
	officer, person := s.looking(auth.RolePrivacyOfficer), s.signIn("customer", "cus_1")
	where := officer.open("cus_1", "text", "You asked us about the bill of January.")
	before := s.program.log.Head().Size
	response, file := officer.do(http.MethodGet, where+"/data/invoices/i-1/documents/bill.pdf", nil)
	if response.StatusCode != http.StatusOK || file != "%PDF-1.4" || s.program.log.Head().Size != before+1 {
		t.Fatalf("the file is answered with %d, %q, and has %d entries", response.StatusCode, file, s.program.log.Head().Size-before)
	}
	_, page := person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "the history", page, "You asked us about the bill of January.", "bill.pdf")
}
