package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"candor/models/consent"
)

type customer struct {
	Ref, Name, Email, Phone, Address, Locale, Jurisdiction string
	CustomerNumber                                         string `json:"customer_number"`
	UpdatedAt                                              string `json:"updated_at"`
}

func TestCustomer(t *testing.T) {
	r := newRig(t)
	const body = `{"name":"Zoë","email":"zoe@example.test","phone":"555-0100","address":"1 Street","customer_number":"77","locale":"de","jurisdiction":"DE"}`
	want := customer{"cus_2", "Zoë", "zoe@example.test", "555-0100", "1 Street", "de", "DE", "77", "2026-03-01T12:00:00.000Z"}
	for range 2 {
		if got := decode[customer](t, r.do(t, put("/api/v1/customers/cus_2", body))); got != want {
			t.Errorf("put: %+v", got)
		}
	}
	a := r.do(t, get("/api/v1/customers/cus_2"))
	if got := decode[customer](t, a); got != want {
		t.Errorf("get: %+v", got)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("personal data with Cache-Control %q", got)
	}
	if got := decode[customer](t, r.do(t, put("/api/v1/customers/cus_2", `{}`))); got != (customer{Ref: "cus_2", UpdatedAt: want.UpdatedAt}) {
		t.Errorf("what was left out is still held: %+v", got)
	}
	if a := r.do(t, get("/api/v1/customers/cus_9")); a.status != http.StatusNotFound || a.code(t) != "unknown_customer" {
		t.Errorf("unknown: %d %s", a.status, a.body)
	}
}

func TestCustomerReferencesAreDecoded(t *testing.T) {
	r := newRig(t)
	if got := decode[customer](t, r.do(t, put("/api/v1/customers/a%3Ab%2Dc", `{}`))); got.Ref != "a:b-c" {
		t.Errorf("%q", got.Ref)
	}
	for path, code := range map[string]string{
		"/api/v1/customers/a%2Fb": "bad_reference", "/api/v1/customers/%FF": "bad_path", "/api/v1/customers/a%20b": "bad_reference",
	} {
		a := r.do(t, put(path, `{}`))
		if p := a.problem(t); a.code(t) != code || p.Field != "ref" {
			t.Errorf("%s: %d %+v", path, a.status, p)
		}
	}
}

type customers struct {
	Customers []customer
	Next      string `json:"next_cursor"`
}

func TestCustomerList(t *testing.T) {
	r := newRig(t)
	for i := 2; i <= 5; i++ {
		r.Customer(t, fmt.Sprintf("cus_%d", i))
	}
	var seen []string
	path := "/api/v1/customers?limit=2"
	for range 4 {
		list := decode[customers](t, r.do(t, get(path)))
		for _, c := range list.Customers {
			seen = append(seen, c.Ref)
		}
		if list.Next == "" {
			break
		}
		path = "/api/v1/customers?limit=2&cursor=" + list.Next
	}
	if got := fmt.Sprint(seen); got != "[cus_1 cus_2 cus_3 cus_4 cus_5]" {
		t.Errorf("pages hold %s", got)
	}
	if got := len(decode[customers](t, r.do(t, get("/api/v1/customers"))).Customers); got != 5 {
		t.Errorf("%d customers", got)
	}
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=501": "limit", "limit=x": "limit", "limit=1e2": "limit", "cursor=x": "cursor", "cursor=YWZ0ZXI6Y3VzXzE%0A": "cursor", "cursor=YWZ0ZXI6": "cursor",
	} {
		if a := r.do(t, get("/api/v1/customers?"+query)); a.status/100 != 4 || a.problem(t).Field != field {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

// TestDeletedCustomerStaysProved: everything that is held goes, and what they chose stands.
func TestDeletedCustomerStaysProved(t *testing.T) {
	r := newRig(t)
	r.do(t, put("/api/v1/customers/cus_1", `{"name":"Ann","email":"ann@example.test","locale":"fr","jurisdiction":"US-CA"}`))
	r.do(t, put(record, invoice))
	r.do(t, put(document+"a.pdf", "%PDF").with("Content-Type", "application/pdf"))
	chosen := r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	gone := call{method: http.MethodDelete, path: "/api/v1/customers/cus_1"}
	for range 2 {
		if a := r.do(t, gone); a.status != http.StatusNoContent {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := r.do(t, get("/api/v1/customers/cus_1")); a.body != `{"ref":"cus_1","updated_at":"2026-03-01T12:00:00.000Z"}` {
		t.Errorf("%s", a.body)
	}
	if a := r.do(t, get(record)); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
	if tallies, err := r.Store.Tallies(t.Context(), "cus_1"); err != nil || len(tallies) != 0 {
		t.Errorf("%v, %v", tallies, err)
	}
	if entry, err := r.Log.EntryOf(t.Context(), "cus_1", chosen.Entry); err != nil || entry.Detail.State != "given" {
		t.Errorf("%+v, %v", entry.Detail, err)
	}
	if d, err := r.Consents.Decide(t.Context(), "cus_1", "usage_analytics", ""); err != nil || !d.Allowed {
		t.Errorf("%+v, %v", d, err)
	}
	r.do(t, put(record, invoice)) // and can be sent again, under the key that was never destroyed
	if a := r.do(t, get(record)); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	gone.path = "/api/v1/customers/cus_9"
	if a := r.do(t, gone); a.status != http.StatusNotFound || a.code(t) != "unknown_customer" {
		t.Errorf("%d %s", a.status, a.body)
	}
}
