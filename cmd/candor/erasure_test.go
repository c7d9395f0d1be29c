package main

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"candor/models/auth"
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
