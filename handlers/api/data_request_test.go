package api_test

import (
	"net/http"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/request"
)

// asked is what these tests read of a request.
type asked struct {
	ID, Customer, Kind, State, Channel string
	ReceivedAt                         string `json:"received_at"`
	DueAt                              string `json:"due_at"`
	ConfirmBy                          string `json:"confirm_by"`
	Systems                            []struct {
		ClientID string `json:"client_id"`
		State    string
	}
}

type given struct {
	ID, Kind, Customer, State, Note string
	Rectification                   struct{ Category, Field, Value string }
	Erasure                         struct {
		Categories []string
		Kept       []struct{ Category, Ground, Until string }
	}
}

// accept is what an officer does on their page.
func (r *rig) accept(t testing.TB, id string) {
	t.Helper()
	by := request.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: auth.RolePrivacyOfficer}}
	if _, err := r.Requests.Accept(t.Context(), id, by, request.Acceptance{Erase: []string{"usage_detail", "identity"}}); err != nil {
		t.Fatal(err)
	}
}

// A billing system passes on what a customer asked by phone, every system is given a task, and who has confirmed is seen. Days end
// where the operator is, in Berlin.
func TestFromARequestToItsConfirmations(t *testing.T) {
	r := newRig(t)
	r.do(t, put("/api/v1/customers/cus_2", `{"name":"Ben","jurisdiction":"US-CA"}`))
	crm, _, token := r.Client(t, auth.ScopeTasks)
	a := r.do(t, post("/api/v1/requests", `{"customer":"cus_2","kind":"erasure","channel":"phone","occurred_at":"2026-02-27T10:00:00+01:00"}`))
	made := decode[asked](t, a)
	if a.status != 201 || made.State != "open" || made.ReceivedAt != "2026-02-27T09:00:00.000Z" || made.DueAt != "2026-04-13T21:59:59.999Z" ||
		made.ConfirmBy != "2026-03-13T22:59:59.999Z" || a.header.Get("Location") != "/api/v1/requests/"+made.ID {
		t.Fatalf("%d %s", a.status, a.body)
	}
	again := r.do(t, post("/api/v1/requests", `{"customer":"cus_2","kind":"erasure","channel":"phone"}`))
	if again.status != 200 || decode[asked](t, again).ID != made.ID {
		t.Fatalf("asked again: %d %s", again.status, again.body)
	}
	r.accept(t, made.ID)

	mine := decode[struct{ Tasks []given }](t, r.do(t, get("/api/v1/tasks?state=open")))
	if len(mine.Tasks) != 1 || mine.Tasks[0].Kind != "request.erasure" || len(mine.Tasks[0].Erasure.Categories) != 1 || mine.Tasks[0].Erasure.Categories[0] != "identity" {
		t.Fatalf("%+v", mine)
	}
	task := "/api/v1/tasks/" + mine.Tasks[0].ID
	_, _, stranger := r.Client(t, auth.ScopeTasks) // was not there when it was asked
	for _, c := range []call{get(task), post(task+"/confirm", `{"outcome":"done"}`)} {
		if a := r.do(t, c.with("Authorization", "Bearer "+stranger)); a.status != 404 || a.code(t) != "unknown_task" {
			t.Errorf("another system: %d %s", a.status, a.body)
		}
	}
	for range 2 {
		a := r.do(t, post(task+"/confirm", `{"outcome":"done","completed_at":"2026-03-01T11:00:00Z","note":"Gone."}`))
		if got := decode[given](t, a); a.status != 200 || got.State != "done" || got.Note != "Gone." {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := r.do(t, post(task+"/confirm", `{"outcome":"not_held"}`)); a.status != 409 || a.code(t) != "task_confirmed" {
		t.Errorf("%d %s", a.status, a.body)
	}
	half := decode[asked](t, r.do(t, get("/api/v1/requests/"+made.ID)))
	if half.State != "accepted" || len(half.Systems) != 2 {
		t.Fatalf("%+v", half)
	}
	for _, s := range half.Systems {
		if want := map[bool]string{true: "open", false: "done"}[s.ClientID == crm]; s.State != want {
			t.Errorf("%s is %s, want %s", s.ClientID, s.State, want)
		}
	}
	r.do(t, post(task+"/confirm", `{"outcome":"not_held"}`).with("Authorization", "Bearer "+token))
	if whole := decode[asked](t, r.do(t, get("/api/v1/requests/"+made.ID))); whole.State != "answered" {
		t.Fatalf("%+v", whole)
	}
}

func TestWhatIsAskedIsNotGivenBack(t *testing.T) {
	r := newRig(t)
	a := r.do(t, post("/api/v1/requests", `{"customer":"cus_1","kind":"rectification","channel":"paper","category":"contact","field":"email","value":"secret@example.test","text":"private words"}`))
	made := decode[asked](t, a)
	r.accept(t, made.ID)
	for _, c := range []call{get("/api/v1/requests"), get("/api/v1/requests/" + made.ID)} {
		if a := r.do(t, c); strings.Contains(a.body, "secret@") || strings.Contains(a.body, "private") || !strings.Contains(a.body, made.ID) {
			t.Errorf("%s", a.body)
		}
	}
	mine := decode[struct{ Tasks []given }](t, r.do(t, get("/api/v1/tasks")))
	if got := mine.Tasks[0].Rectification; got.Field != "email" || got.Value != "secret@example.test" {
		t.Errorf("the task says %+v", got)
	}
}

func TestRequestsInPages(t *testing.T) {
	r := newRig(t)
	for _, ground := range request.RestrictionGrounds() {
		r.do(t, post("/api/v1/requests", `{"customer":"cus_1","kind":"restriction","channel":"api","ground":"`+ground+`"}`))
	}
	seen := map[string]bool{}
	path := "/api/v1/requests?limit=3"
	for pages := 0; path != ""; pages++ {
		list := decode[struct {
			Requests []asked
			Next     string `json:"next_cursor"`
		}](t, r.do(t, get(path)))
		for _, one := range list.Requests {
			seen[one.ID] = true
		}
		if path = ""; list.Next != "" {
			path = "/api/v1/requests?limit=3&cursor=" + list.Next
		}
		if pages > 3 {
			t.Fatal("the pages do not end")
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d requests in all pages", len(seen))
	}
	for _, bad := range []string{"/api/v1/requests?state=x", "/api/v1/requests?cursor=YWZ0ZXI6eA", "/api/v1/tasks?state=x", "/api/v1/tasks?cursor=YWZ0ZXI6eA"} {
		if a := r.do(t, get(bad)); a.status != 400 && a.status != 422 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

func TestWhatIsAskedWronglyIsRefusedByName(t *testing.T) {
	r := newRig(t)
	for body, field := range map[string]string{
		`{"kind":"erasure","channel":"phone"}`:                                                             "customer",
		`{"customer":"cus_1","channel":"phone"}`:                                                           "kind",
		`{"customer":"cus_1","kind":"erasure"}`:                                                            "channel",
		`{"customer":"cus_1","kind":"erasure","channel":"pigeon"}`:                                         "channel",
		`{"customer":"cus_1","kind":"erasure","channel":"web","categories":[null]}`:                        "categories",
		`{"customer":"cus_1","kind":"erasure","channel":"web","occurred_at":"yesterday"}`:                  "occurred_at",
		`{"customer":"cus_1","kind":"release","channel":"web"}`:                                            "kind",
		`{"customer":"cus_1","kind":"rectification","channel":"web","category":"contact","field":"email"}`: "value",
	} {
		a := r.do(t, post("/api/v1/requests", body))
		if p := a.problem(t); a.status < 400 || a.status >= 500 || p.Field != field {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := r.do(t, call{method: http.MethodGet, path: "/api/v1/requests?state=open"}); strings.Contains(a.body, "cus_1") {
		t.Error("something was opened")
	}
}
