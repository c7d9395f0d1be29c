package authzen_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"candor/handlers/authzen"
	"candor/handlers/handlerstest"
)

// fixture is the policy and the data that the certification scenario asks for
// (openid/authzen, certification/authorization-api-1_0-scenario.md, section 1).
type fixture struct{}

// The data: what is known of whom and of what, under the names of their properties.
var (
	users   = map[string]string{"alice": "", "bob": "admin"}                  // role
	records = map[string]string{"record-1": "active", "record-2": "archived"} // status
	actions = []string{"delete", "read", "write"}                             // in order
	sorted  = map[string][]string{"user": {"alice", "bob"}, "record": {"record-1", "record-2"}}
)

func (fixture) Evaluate(_ context.Context, q authzen.Question) (authzen.Decision, error) {
	role, user := users[q.Subject.ID]
	status, record := records[q.Resource.ID]
	if q.Subject.Type != "user" || q.Resource.Type != "record" || !user || !record {
		return authzen.Decision{}, nil
	}
	role, status = property(q.Subject.Properties, "role", role), property(q.Resource.Properties, "status", status)
	switch q.Action.Name {
	case "read":
		return authzen.Decision{Allowed: true}, nil
	case "write":
		if status == "archived" {
			return authzen.Decision{Allowed: role == "admin", Reason: "archived"}, nil
		}
		return authzen.Decision{Allowed: q.Subject.ID == "alice"}, nil
	case "delete":
		return authzen.Decision{Allowed: property(q.Action.Properties, "soft", false) && status == "active"}, nil
	}
	return authzen.Decision{}, nil
}

// property is one that was sent, or else the one that is known.
func property[T any](p authzen.Properties, name string, known T) T {
	var sent map[string]any
	_ = json.Unmarshal([]byte(p), &sent)
	if v, ok := sent[name].(T); ok {
		return v
	}
	return known
}

func (f fixture) Subjects(ctx context.Context, q authzen.Question, p authzen.Page) (authzen.Found, error) {
	return f.search(ctx, sorted[q.Subject.Type], p, func(id string) authzen.Question { q.Subject.ID = id; return q })
}

func (f fixture) Resources(ctx context.Context, q authzen.Question, p authzen.Page) (authzen.Found, error) {
	return f.search(ctx, sorted[q.Resource.Type], p, func(id string) authzen.Question { q.Resource.ID = id; return q })
}

func (f fixture) Actions(ctx context.Context, q authzen.Question, p authzen.Page) (authzen.Found, error) {
	return f.search(ctx, actions, p, func(name string) authzen.Question { q.Action.Name = name; return q })
}

func (f fixture) search(ctx context.Context, all []string, p authzen.Page, with func(string) authzen.Question) (authzen.Found, error) {
	var found authzen.Found
	for _, id := range all {
		d, err := f.Evaluate(ctx, with(id))
		if err != nil || !d.Allowed || id <= p.After {
			continue
		}
		if found.More = len(found.IDs) == p.Limit; found.More {
			break
		}
		found.IDs, found.Next = append(found.IDs, id), id
	}
	return found, nil
}

// expectation says what is wrong with an answer; nothing, if it is as the scenario wants it.
type expectation func(a answer) string

const (
	subjects  = "/access/v1/search/subject"
	resources = "/access/v1/search/resource"
	actioning = "/access/v1/search/action"
)

// The parts of which the scenario's requests are made.
const (
	alice    = `"subject":{"type":"user","id":"alice"}`
	bob      = `"subject":{"type":"user","id":"bob"}`
	admin    = `"subject":{"type":"user","id":"bob","properties":{"role":"admin"}}`
	anyUser  = `"subject":{"type":"user"}`
	read     = `"action":{"name":"read"}`
	write    = `"action":{"name":"write"}`
	soft     = `"action":{"name":"delete","properties":{"soft":true}}`
	hard     = `"action":{"name":"delete","properties":{"soft":false}}`
	record1  = `"resource":{"type":"record","id":"record-1"}`
	record2  = `"resource":{"type":"record","id":"record-2"}`
	active   = `"resource":{"type":"record","id":"record-1","properties":{"status":"active"}}`
	archived = `"resource":{"type":"record","id":"record-2","properties":{"status":"archived"}}`
	anyOne   = `"resource":{"type":"record"}`
	at       = `"context":{"time":"2025-06-27T18:03-07:00","ip":"192.168.1.1"}`
)

// object puts members together.
func object(members ...string) string { return "{" + strings.Join(members, ",") + "}" }

// each puts the questions of a batch together.
func each(questions ...string) string { return `"evaluations":[` + strings.Join(questions, ",") + `]` }

func permitted(a answer) string { return decided(a, "true") }
func denied(a answer) string    { return decided(a, "false") }

// decided wants one decision, a boolean, and a context that is an object if there is any.
func decided(a answer, want string) string {
	var body map[string]json.RawMessage
	var context map[string]any
	switch err := json.Unmarshal([]byte(a.body), &body); {
	case a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" || err != nil:
		return "want 200 and JSON"
	case string(body["decision"]) != want:
		return "want the decision " + want
	case body["context"] != nil && (json.Unmarshal(body["context"], &context) != nil || context == nil):
		return "want an object as context"
	}
	return ""
}

// all wants as many decisions, in this order, and none beside them. A question mark stands for either.
func all(want ...string) expectation {
	return func(a answer) string {
		var body map[string]json.RawMessage
		var items []json.RawMessage
		if err := json.Unmarshal([]byte(a.body), &body); err != nil || body["decision"] != nil {
			return "want JSON, and no decision beside the evaluations"
		}
		if err := json.Unmarshal(body["evaluations"], &items); err != nil || len(items) != len(want) {
			return "want as many evaluations as were asked for"
		}
		for i, item := range items {
			one := a
			one.body = string(item)
			if want[i] == "?" && permitted(one) != "" && denied(one) != "" || want[i] != "?" && decided(one, want[i]) != "" {
				return "want the decisions " + strings.Join(want, " ")
			}
		}
		return ""
	}
}

func refused(a answer) string {
	if a.status != http.StatusBadRequest || a.body == "" || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		return "want 400 and a message"
	}
	return ""
}

// results is the answer to a search as a program reads it.
type results struct {
	Page *struct {
		Next  *string `json:"next_token"`
		Count *int
		Total *int
	}
	Results []map[string]string
}

func (r results) names() []string {
	names := []string{}
	for _, e := range r.Results {
		names = append(names, e["id"]+e["name"])
	}
	return names
}

// found wants entities of a type, these among them, or nothing at all if there are none of these; of no type
// means actions.
func found(kind string, want ...string) expectation {
	return func(a answer) string {
		var r results
		err := json.Unmarshal([]byte(a.body), &r)
		if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" || err != nil || r.Results == nil {
			return "want 200, JSON and results"
		}
		if r.Page == nil || r.Page.Next == nil || r.Page.Count == nil || *r.Page.Count != len(r.Results) {
			return "want a page with a token and the right count"
		}
		for _, e := range r.Results {
			if e["type"] != kind || (e["id"] == "") == (e["name"] == "") || (kind == "") != (e["id"] == "") {
				return "want entities of the type that was asked for"
			}
		}
		for _, name := range want {
			if !slices.Contains(r.names(), name) {
				return "want " + name + " among the results"
			}
		}
		if len(want) == 0 && len(r.Results) > 0 {
			return "want no results"
		}
		return ""
	}
}

// TestCertification sends every request of the certification scenario, under the number of its section there.
func TestCertification(t *testing.T) {
	r := newRig(t)
	r.url = r.serve(t, fixture{})
	for _, tt := range []struct {
		section, path, request string
		want                   expectation
	}{
		// Basic
		{"c-2-2-1 permit decision", single, object(alice, read, record1), permitted},
		{"c-2-2-2 deny decision", single, object(bob, write, record1), denied},
		{"c-1-4 rule 2", single, object(alice, write, record1), permitted},
		{"c-1-4 rule 3", single, object(bob, read, record1), permitted},
		{"c-2-2-3 request with optional context", single, object(alice, read, record1, at), permitted},
		{"c-2-2-4 deny based on properties", single, object(alice, write, archived), denied},
		{"c-2-2-5 permit based on subject properties", single, object(admin, write, archived), permitted},
		{"c-2-2-6 permit based on action properties", single, object(alice, soft, record1), permitted},
		{"c-2-2-7 deny based on action properties", single, object(alice, hard, record1), denied},
		{"c-2-2-8 request with additional properties", single, object(
			`"subject":{"type":"user","id":"alice","properties":{"department":"Sales","role":"manager"}}`,
			`"action":{"name":"read","properties":{"method":"GET"}}`,
			`"resource":{"type":"record","id":"record-1","properties":{"status":"active","owner":"bob"}}`), permitted},
		{"c-2-2-9 request with unknown fields", single, object(alice, read, record1, `"foo":"bar"`, `"futureField":{"nested":true}`), permitted},
		{"c-2-4-1 missing subject", single, object(read, record1), refused},
		{"c-2-4-1 missing action", single, object(alice, record1), refused},
		{"c-2-4-1 missing resource", single, object(alice, read), refused},
		{"c-2-4-2 subject missing type", single, object(`"subject":{"id":"alice"}`, read, record1), refused},
		{"c-2-4-2 subject missing id", single, object(anyUser, read, record1), refused},
		{"c-2-4-2 action missing name", single, object(alice, `"action":{}`, record1), refused},
		{"c-2-4-2 resource missing type", single, object(alice, read, `"resource":{"id":"record-1"}`), refused},
		{"c-2-4-2 resource missing id", single, object(alice, read, anyOne), refused},
		{"c-2-4-4 malformed JSON", single, `{"subject":`, refused},
		{"c-2-4-5 empty request body", single, ``, refused},
		{"c-2-4-6 subject is a string", single, object(`"subject":"alice"`, read, record1), refused},
		{"c-2-4-6 action.name is a number", single, object(alice, `"action":{"name":123}`, record1), refused},

		// Batch
		{"c-3-2-1 evaluations array", batch, object(alice, read, each(object(record1), object(record2))), all("?", "?")},
		{"c-3-2-2 fixture decisions", batch, object(bob, record1, each(object(read), object(write))), all("true", "false")},
		{"c-3-2-3 properties", batch, object(alice, write, each(object(active), object(archived))), all("true", "false")},
		{"c-3-2-4 subject properties", batch, object(write, archived, each(object(alice), object(admin))), all("false", "true")},
		{"c-3-2-5 no defaults", batch, object(each(object(alice, read, record1), object(bob, write, record1))), all("true", "false")},
		{"c-3-2-6 context inheritance", batch, object(alice, read, at,
			each(object(record1), object(record2, `"context":{"time":"2025-06-27T19:00-07:00","source":"batch-override"}`))), all("?", "?")},
		{"c-3-2-7 default value merging", batch, object(alice, write, anyOne,
			each(object(`"resource":{"id":"record-1","properties":{"status":"active"}}`), object(archived))), all("true", "false")},
		{
			"c-3-3 length and order", batch, object(bob, record1, each(object(write), object(read), object(write), object(read), object(write))),
			all("false", "true", "false", "true", "false"),
		},
		{"c-3-4-1 evaluation-level errors", batch, object(alice, read, each(object(record1), object())), all("true", "false")},
		{"c-3-4-1 malformed JSON", batch, `{"evaluations":[`, refused},
		{"c-3-4-2 missing evaluations array", batch, object(alice, read, record1), permitted},
		{"c-3-4-3 empty evaluations array", batch, object(alice, read, record1, each()), permitted},

		// Search
		{"c-4-2-1 subject search", subjects, object(anyUser, read, record1), found("user", "alice", "bob")},
		{"c-4-2-2 subject search with context", subjects, object(anyUser, read, record1, at), found("user", "alice", "bob")},
		{"c-4-2-3 subject id is ignored", subjects, object(alice, read, record1), found("user", "alice", "bob")},
		{"c-4-2-4 subject search with resource properties", subjects, object(anyUser, write, archived), found("user", "bob")},
		{"c-4-3-1 resource search", resources, object(alice, read, anyOne), found("record", "record-1")},
		{"c-4-3-2 resource id is ignored", resources, object(alice, read, record2), found("record", "record-1")},
		{"c-4-3-3 resource search with subject properties", resources, object(admin, write, anyOne), found("record", "record-2")},
		{"c-4-4-1 action search", actioning, object(alice, record1), found("", "read", "write")},
		{"c-4-4-2 action search with context", actioning, object(alice, record1, at), found("", "read", "write")},
		{"c-4-4-3 action search with properties", actioning, object(admin, archived), found("", "write")},
		{"c-4-5-1 page limit", subjects, object(anyUser, read, record1, `"page":{"limit":1}`), found("user", "alice")},
		{"c-4-6-1 unknown entity identifier", actioning, object(`"subject":{"type":"user","id":"nonexistent-user"}`, record1), found("")},
		{"c-4-6-2 unknown entity type", subjects, object(`"subject":{"type":"spaceship"}`, read, record1), found("spaceship")},
		{"c-4-7-1 subject search, missing action", subjects, object(anyUser, record1), refused},
		{"c-4-7-1 resource search, missing subject", resources, object(read, anyOne), refused},
		{"c-4-7-1 action search, missing resource", actioning, object(alice), refused},
		{"c-4-7-2 subject search, resource missing id", subjects, object(anyUser, read, anyOne), refused},
		{"c-4-7-2 resource search, subject missing id", resources, object(anyUser, read, anyOne), refused},
	} {
		t.Run(tt.section, func(t *testing.T) {
			for range 3 { // c-2-6 idempotency
				a := r.post(t, r.url+tt.path, tt.request, "X-Request-ID", "certification (1)")
				if wrong := tt.want(a); wrong != "" {
					t.Fatalf("%s: %d %s", wrong, a.status, a.body)
				}
				if got := a.header.Get("X-Request-ID"); got != "certification (1)" { // c-2-5-1
					t.Errorf("X-Request-ID %q", got)
				}
			}
		})
	}
}

// TestCertificationOfTransport holds every endpoint to sections 2.4.3, 2.5 and 5.
func TestCertificationOfTransport(t *testing.T) {
	r := newRig(t)
	r.url = r.serve(t, fixture{})
	for _, path := range []string{single, batch, subjects, resources, actioning} {
		request := object(alice, read, record1)
		for _, contentType := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", ""} {
			if wrong := refused(r.post(t, r.url+path, request, "Content-Type", contentType)); wrong != "" { // c-2-4-3
				t.Errorf("%s with %q: %s", path, contentType, wrong)
			}
		}
		if a := r.post(t, r.url+path, request); a.status != http.StatusOK { // c-2-5-2
			t.Errorf("%s without X-Request-ID: %d %s", path, a.status, a.body)
		}
		for name, body := range malformed {
			if strings.HasPrefix(body, `{"`) {
				continue // about members that a search does without
			}
			if wrong := refused(r.post(t, r.url+path, body)); wrong != "" {
				t.Errorf("%s, %s: %s", path, name, wrong)
			}
		}
	}
}

// TestCertificationOfPages follows section 4.5.2: the next page is asked for with nothing but its token.
func TestCertificationOfPages(t *testing.T) {
	r := newRig(t)
	r.url = r.serve(t, fixture{})
	for _, tt := range []struct {
		path, request string
		kind          string
		want          []string
	}{
		{subjects, object(anyUser, read, record1), "user", []string{"alice", "bob"}},
		{resources, object(alice, read, anyOne), "record", []string{"record-1", "record-2"}},
		{actioning, object(alice, record1), "", []string{"read", "write"}},
	} {
		page := `"page":{"limit":1}`
		for i, want := range tt.want {
			a := r.post(t, r.url+tt.path, strings.TrimSuffix(tt.request, "}")+","+page+"}")
			if wrong := found(tt.kind, want)(a); wrong != "" {
				t.Fatalf("%s: %s: %s", tt.path, wrong, a.body)
			}
			var got results
			if err := json.Unmarshal([]byte(a.body), &got); err != nil {
				t.Fatal(err)
			}
			if last := i == len(tt.want)-1; len(got.Results) != 1 || (*got.Page.Next == "") != last {
				t.Errorf("%s: %s", tt.path, a.body)
			}
			page = `"page":{"token":"` + *got.Page.Next + `"}`
		}
	}
}

// TestCertificationOfDiscovery holds the metadata to section 6.
func TestCertificationOfDiscovery(t *testing.T) {
	r := newRig(t)
	response, err := http.Get(r.url + "/.well-known/authzen-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var got map[string]string
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %s", response.StatusCode, response.Header.Get("Content-Type"))
	}
	if got["policy_decision_point"] != handlerstest.BaseURL {
		t.Errorf("%v", got)
	}
	delete(got, "policy_decision_point")
	for name, path := range map[string]string{
		"access_evaluation_endpoint": single, "access_evaluations_endpoint": batch, "search_subject_endpoint": subjects,
		"search_resource_endpoint": resources, "search_action_endpoint": actioning,
	} {
		u, err := url.Parse(got[name])
		if err != nil || u.Scheme != "https" || u.RawQuery != "" || got[name] != handlerstest.BaseURL+path {
			t.Errorf("%s: %q", name, got[name])
		}
		delete(got, name)
	}
	if len(got) != 0 {
		t.Errorf("and %v", got)
	}
}
