package main

import (
	"net/http"
	"testing"

	"candor/models/auth"
)

// What is nearly the address of something is not its address: a program whose id is empty or ".." must not remove a whole
// customer.
func TestNearlyAnAddressIsNone(t *testing.T) {
	s := newSite(t)
	program := s.billingSystem(auth.ScopeCustomers, auth.ScopeRecords)
	for _, try := range []struct {
		method, path string
		body         any
		want         int
	}{
		{http.MethodDelete, "/api/v1/customers/cus_1/", nil, http.StatusNotFound},
		{http.MethodDelete, "/api/v1/customers/cus_1/records/invoices/", nil, http.StatusNotFound},
		{http.MethodDelete, "/API/v1/customers/cus_1", nil, http.StatusNotFound},
		{http.MethodPut, "/api/v1/customers/%2E%2E", `{}`, http.StatusUnprocessableEntity},
	} {
		if got := program.status(try.method, try.path, try.body); got != try.want {
			t.Errorf("%s %s: %d, want %d", try.method, try.path, got, try.want)
		}
	}
	if got := program.status(http.MethodGet, "/api/v1/customers/cus_1", nil); got != http.StatusOK {
		t.Errorf("the customer is gone: %d", got)
	}
}
