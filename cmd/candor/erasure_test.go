package main

import (
	"net/http"
	"testing"

	"candor/models/ledger"
	"candor/models/request"
)

// Once nothing is held any more that says who somebody is, nobody is signed in as them, and no address lets them in.
func TestErasingWhoTheyAreEndsTheirSessions(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	erased, other := s.signIn("customer", "cus_1"), s.signIn("customer", "cus_2")
	asked, _, err := s.program.requests.Ask(ctx, request.Question{
		Customer: "cus_1", Kind: request.Erasure, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Channel: "web",
	})
	check(t, err)
	_, err = s.program.requests.Accept(ctx, asked.ID, request.By{Actor: ledger.Actor{Type: ledger.ActorStaff}}, request.Acceptance{
		Erase: []string{"identity", "contact"},
	})
	check(t, err)
	if got := erased.status(http.MethodGet, "/consents", nil); got != http.StatusUnauthorized {
		t.Errorf("they are still signed in: %d", got)
	}
	if got := other.status(http.MethodGet, "/consents", nil); got != http.StatusOK {
		t.Errorf("another customer was signed out: %d", got)
	}
}
