package authzen_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/consent"
)

// The parts of questions to Candor itself.
const (
	rating    = `"subject":{"type":"service","id":"billing-rating"}`
	services  = `"subject":{"type":"service"}`
	customers = `"resource":{"type":"customer"}`
)

func purpose(name string) string { return `"action":{"name":"` + name + `"}` }

// about is a customer, or every one if ref is empty, and a category if there is one.
func about(ref, category string) string {
	members := []string{`"type":"customer"`}
	if ref != "" {
		members = append(members, `"id":"`+ref+`"`)
	}
	if category != "" {
		members = append(members, `"properties":{"category":"`+category+`"}`)
	}
	return `"resource":` + object(members...)
}

// search gives what a search finds.
func (r *rig) search(t testing.TB, path, request string) results {
	t.Helper()
	a := r.post(t, r.url+path, request)
	var got results
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return got
}

// pages follows a search to its end, a page after the other, and gives all that it finds.
func (r *rig) pages(t testing.TB, path, request string, limit int) (names []string) {
	t.Helper()
	page := fmt.Sprintf(`"page":{"limit":%d}`, limit)
	for {
		got := r.search(t, path, strings.TrimSuffix(request, "}")+","+page+"}")
		if len(got.Results) > limit {
			t.Fatalf("%d results on a page of %d", len(got.Results), limit)
		}
		names = append(names, got.names()...)
		if *got.Page.Next == "" {
			return names
		}
		page = `"page":{"token":"` + *got.Page.Next + `"}`
	}
}

// TestSearch asks who allows what. cus_1 has withdrawn their consent, cus_2 has given it; cus_3 objects.
func TestSearch(t *testing.T) {
	r := newRig(t)
	r.Customer(t, "cus_3")
	r.Choose(t, "cus_3", "fraud_prevention", consent.Object)
	revoked, _, _ := r.Client(t, auth.ScopeConsentsRead)
	if err := r.Auth.RevokeClient(t.Context(), revoked); err != nil {
		t.Fatal(err)
	}
	r.Client(t, auth.ScopeRecords)
	clients, err := r.Auth.ClientsWith(t.Context(), auth.ScopeConsentsRead)
	if err != nil || len(clients) != 1 {
		t.Fatal(clients, err)
	}
	for _, tt := range []struct {
		name, path, request string
		want                []string
	}{
		{"purposes allowed", actioning, object(rating, about("cus_2", "")), []string{"billing", "fraud_prevention", "usage_analytics"}},
		{"purposes allowed after a withdrawal", actioning, object(rating, about("cus_1", "")), []string{"billing", "fraud_prevention"}},
		{"purposes allowed after an objection", actioning, object(rating, about("cus_3", "")), []string{"billing"}},
		{"purposes allowed for a category", actioning, object(rating, about("cus_2", "usage_detail")), []string{"billing", "usage_analytics"}},
		{"purposes that use a category nobody knows", actioning, object(rating, about("cus_2", "nonsense")), nil},
		{"an action is passed over", actioning, object(rating, `"action":7`, about("cus_3", "")), []string{"billing"}},
		{"purposes for nobody", actioning, object(rating, about("cus_9", "")), nil},
		{"purposes for another type", actioning, object(rating, record1), nil},

		{"who has consented", resources, object(rating, purpose("usage_analytics"), customers), []string{"cus_2"}},
		{"who has consented, for a category", resources, object(rating, purpose("usage_analytics"), about("", "usage_detail")), []string{"cus_2"}},
		{"who has consented to what the purpose does not use", resources, object(rating, purpose("usage_analytics"), about("", "invoices")), nil},
		{"an id is passed over", resources, object(rating, purpose("usage_analytics"), about("cus_1", "")), []string{"cus_2"}},
		{"who has not objected", resources, object(rating, purpose("fraud_prevention"), customers), []string{"cus_1", "cus_2"}},
		{"who has a contract", resources, object(rating, purpose("billing"), customers), []string{"cus_1", "cus_2", "cus_3"}},
		{"unknown purpose", resources, object(rating, purpose("nonsense"), customers), nil},
		{"the purpose that stands for all of them", resources, object(rating, purpose("*"), customers), nil},
		{"resources of another type", resources, object(rating, purpose("billing"), anyOne), nil},

		{"who may ask", subjects, object(services, purpose("usage_analytics"), about("cus_2", "")), clients},
		{"nobody may", subjects, object(services, purpose("usage_analytics"), about("cus_1", "")), nil},
		{"nobody may ask about anything else", subjects, object(services, purpose("billing"), record1), nil},
		{"subjects of another type", subjects, object(anyUser, purpose("billing"), about("cus_2", "")), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := r.search(t, tt.path, tt.request)
			if !slices.Equal(got.names(), append([]string{}, tt.want...)) || *got.Page.Next != "" || got.Results == nil {
				t.Errorf("%v, then %q; want %v", got.names(), *got.Page.Next, tt.want)
			}
			if total := got.Page.Total; tt.path != resources && (total == nil || *total != len(tt.want)) {
				t.Errorf("total %v, want %d", total, len(tt.want))
			}
			if paged := r.pages(t, tt.path, tt.request, 1); !slices.Equal(paged, tt.want) {
				t.Errorf("one by one %v, want %v", paged, tt.want)
			}
		})
	}
	r.Pass(3 * 366 * 24 * time.Hour)
	_, _, r.token = r.Client(t, auth.ScopeConsentsRead)
	if got := r.search(t, resources, object(rating, purpose("usage_analytics"), customers)); len(got.Results) != 0 {
		t.Errorf("after the consent's time: %v", got.names())
	}
}

// TestSearchFollowsChoice searches right after each change: what was answered is found, saved or not.
func TestSearchFollowsChoice(t *testing.T) {
	r := newRig(t)
	for i := range 20 {
		action, want := consent.Give, []string{"cus_1", "cus_2"}
		if i%2 == 1 {
			action, want = consent.Withdraw, []string{"cus_2"}
		}
		r.Choose(t, "cus_1", "usage_analytics", action)
		if got := r.search(t, resources, object(rating, purpose("usage_analytics"), customers)); !slices.Equal(got.names(), want) {
			t.Fatalf("after %s: %v", action, got.names())
		}
	}
}

// TestPages follows a list that changes meanwhile: nobody is given twice, and nobody is left out who was there
// all along.
func TestPages(t *testing.T) {
	r := newRig(t)
	for i := range 250 {
		r.Customer(t, fmt.Sprintf("p_%03d", 2*i))
	}
	request := object(rating, purpose("billing"), customers)
	first := r.search(t, resources, request)
	if len(first.Results) != 100 || first.Page.Total != nil {
		t.Errorf("%d results of a page that was not limited", len(first.Results))
	}
	r.Customer(t, "p_001") // before the first page's end
	r.Customer(t, "p_401") // behind it
	names := append([]string(nil), first.names()...)
	for next := *first.Page.Next; next != ""; {
		got := r.search(t, resources, object(rating, purpose("billing"), customers, `"page":{"token":"`+next+`"}`))
		names, next = append(names, got.names()...), *got.Page.Next
	}
	if len(names) != 253 || !slices.IsSorted(names) || !slices.Contains(names, "p_401") || slices.Contains(names, "p_001") {
		t.Errorf("%d, %v", len(names), names)
	}
	for limit, want := range map[string]int{"1": 1, "250": 250, "5000": 254, "99999999999999999999": 254, "null": 100} {
		if got := r.search(t, resources, object(rating, purpose("billing"), customers, `"page":{"limit":`+limit+`}`)); len(got.Results) != want {
			t.Errorf("limit %s: %d results, want %d", limit, len(got.Results), want)
		}
	}
	none := r.search(t, resources, object(rating, purpose("billing"), customers, `"page":{"limit":0}`))
	if len(none.Results) != 0 || *none.Page.Next == "" {
		t.Errorf("limit 0: %d results, then %q", len(none.Results), *none.Page.Next)
	}
	begin := r.search(t, resources, object(rating, purpose("billing"), customers, `"page":{"token":"`+*none.Page.Next+`"}`))
	if len(begin.Results) != 100 || *begin.Page.Next == *none.Page.Next {
		t.Errorf("after a page of nothing %d results, and the token %q leads to %q", len(begin.Results), *none.Page.Next, *begin.Page.Next)
	}
}

// TestPageTokens sends tokens where they do not belong.
func TestPageTokens(t *testing.T) {
	r := newRig(t)
	query := []string{rating, purpose("billing"), `"resource":{"type":"customer","properties":{"a":1,"category":"invoices"}}`, `"context":{"x":[1,2],"y":3}`}
	ask := func(page string, members ...string) answer {
		return r.post(t, r.url+resources, object(append([]string{`"page":` + page}, members...)...))
	}
	var first results
	if err := json.Unmarshal([]byte(ask(`{"limit":1,"properties":{"b":1,"a":2}}`, query...).body), &first); err != nil || *first.Page.Next == "" {
		t.Fatal(err, first)
	}
	token := *first.Page.Next
	page := func(limit string) string { return `{"token":"` + token + `","properties":{"b":1,"a":2}` + limit + `}` }
	if strings.Contains(token, "cus_1") {
		t.Errorf("the token has the reference in clear: %s", token)
	}
	for name, a := range map[string]answer{
		"the limit as it was": ask(page(`,"limit":1`), query...),
		"no limit":            ask(page(``), query...),
		"written another way": ask(`{"properties": {"a":2, "b" : 1}, "token":"`+token+`"}`, query[3], query[1], query[0],
			`"resource" : {"properties":{"category":"invoices", "a":1}, "type":"customer"}`),
		"an id that is passed over": ask(page(``), rating, purpose("billing"), `"resource":{"type":"customer","id":"x","properties":{"a":1,"category":"invoices"}}`, query[3]),
	} {
		if wrong := found("customer", "cus_2")(a); wrong != "" {
			t.Errorf("%s: %s: %d %s", name, wrong, a.status, a.body)
		}
	}
	for name, a := range map[string]answer{
		"another limit":        ask(page(`,"limit":2`), query...),
		"another subject":      ask(page(``), `"subject":{"type":"service","id":"other"}`, query[1], query[2], query[3]),
		"another purpose":      ask(page(``), rating, purpose("usage_analytics"), query[2], query[3]),
		"another category":     ask(page(``), rating, query[1], about("", "usage_detail"), query[3]),
		"another context":      ask(page(``), rating, query[1], query[2]),
		"other properties":     ask(`{"token":"`+token+`"}`, query...),
		"another search":       r.post(t, r.url+subjects, object(append([]string{`"page":` + page(``)}, query...)...)),
		"no base64":            ask(`{"token":"!"}`, query...),
		"nothing in it":        ask(`{"token":"AAAA"}`, query...),
		"cut":                  ask(`{"token":"`+token[:len(token)-1]+`"}`, query...),
		"a cursor of the API":  ask(`{"token":"YWZ0ZXI6Y3VzXzE"}`, query...),
		"a number":             ask(`{"token":1}`, query...),
		"twice":                ask(`{"token":"","token":""}`, query...),
		"a list":               ask(`[]`, query...),
		"negative":             ask(`{"limit":-1}`, query...),
		"a fraction":           ask(`{"limit":1.5}`, query...),
		"a limit in words":     ask(`{"limit":"1"}`, query...),
		"properties no object": ask(`{"properties":1}`, query...),
		"a category twice":     r.post(t, r.url+actioning, object(rating, `"resource":{"type":"customer","id":"cus_1","properties":{"category":"a","category":"b"}}`)),
	} {
		if wrong := refused(a); wrong != "" {
			t.Errorf("%s: %s: %d %s", name, wrong, a.status, a.body)
		}
		if strings.Contains(a.body, "cus_") {
			t.Errorf("%s repeats a value: %s", name, a.body)
		}
	}
}

// TestSearchNeedsTheScope lets in who may ask for decisions.
func TestSearchNeedsTheScope(t *testing.T) {
	r := newRig(t)
	_, _, others := r.Client(t, slices.DeleteFunc(auth.Scopes(), func(s string) bool { return s == auth.ScopeConsentsRead })...)
	for _, path := range []string{subjects, resources, actioning} {
		for authorization, want := range map[string]int{"": http.StatusUnauthorized, "Bearer " + others: http.StatusForbidden} {
			if a := r.post(t, r.url+path, object(alice, read, record1), "Authorization", authorization); a.status != want || a.body == "" {
				t.Errorf("%s: %d %s", path, a.status, a.body)
			}
		}
	}
}
