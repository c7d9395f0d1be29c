package main

import (
	"net/http"
	"testing"
	"time"

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
