package authzen_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/authzen"
	"candor/handlers/authzen/consents"
	"candor/handlers/handlerstest"
	"candor/models"
	"candor/models/auth"
	"candor/models/consent"
)

// rig serves decisions about cus_1, who gave, then withdrew their consent to usage_analytics, and about
// cus_2, who has given it.
type rig struct {
	*handlerstest.Rig
	url, token string
	withdrawn  consent.Outcome
}

func newRig(t testing.TB) *rig {
	r := &rig{Rig: handlerstest.New(t)}
	r.Customer(t, "cus_1")
	r.Customer(t, "cus_2")
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	r.withdrawn = r.Choose(t, "cus_1", "usage_analytics", consent.Withdraw)
	r.Choose(t, "cus_2", "usage_analytics", consent.Give)
	_, _, r.token = r.Client(t, auth.ScopeConsentsRead)
	r.url = r.serve(t, r.Decider())
	return r
}

func (r *rig) serve(t testing.TB, d authzen.Decider) string {
	return r.Serve(t, func(app fiber.Router) {
		authzen.Mount(app, authzen.Deps{Decider: d, Auth: r.Auth, Scope: auth.ScopeConsentsRead, Problems: r.Problems, BaseURL: handlerstest.BaseURL, MaxAge: 1})
	})
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (r *rig) post(t testing.TB, url, body string, header ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.token)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(raw)}
}

const (
	single = "/access/v1/evaluation"
	batch  = "/access/v1/evaluations"
)

// ask writes a question; category may be empty.
func ask(customer, purpose, category string) string {
	properties := ""
	if category != "" {
		properties = `,"properties":{"category":"` + category + `"}`
	}
	return `{"subject":{"type":"service","id":"billing-rating"},"action":{"name":"` + purpose + `"},` +
		`"resource":{"type":"customer","id":"` + customer + `"` + properties + `}}`
}

func TestEvaluation(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct{ name, question, want string }{
		{"withdrawn", ask("cus_1", "usage_analytics", "usage_detail"), `{"decision":false,"context":{"reason":"consent_withdrawn","log_index":` + number(r.withdrawn.Entry) + `,"notice_version":1,"max_age":1}}`},
		{"given", ask("cus_2", "usage_analytics", "usage_detail"), `{"decision":true,"context":{"reason":"consent_given","log_index":` + number(r.withdrawn.Entry+1) + `,"notice_version":1,"max_age":1}}`},
		{"contract", ask("cus_1", "billing", ""), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
		{"legitimate interests", ask("cus_1", "fraud_prevention", "invoices"), `{"decision":true,"context":{"reason":"legitimate_interests","max_age":1}}`},
		{"category not covered", ask("cus_2", "usage_analytics", "invoices"), `{"decision":false,"context":{"reason":"category_not_covered","max_age":1}}`},
		{"no such category", ask("cus_2", "usage_analytics", "nonsense"), `{"decision":false,"context":{"reason":"category_not_covered","max_age":1}}`},
		{"unknown purpose", ask("cus_1", "nonsense", ""), `{"decision":false,"context":{"reason":"unknown_purpose","max_age":1}}`},
		{"unknown customer", ask("cus_9", "billing", ""), `{"decision":false,"context":{"reason":"unknown_customer","max_age":1}}`},
		{"another type of resource", strings.Replace(ask("cus_2", "billing", ""), `"customer"`, `"invoice"`, 1), `{"decision":false,"context":{"reason":"unknown_customer","max_age":1}}`},
		{"escapes", strings.Replace(ask("cus_2", "billing", ""), `"cus_2"`, `"c\u0075s_2"`, 1), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
		{"escaped names", strings.Replace(ask("cus_2", "billing", ""), `"action"`, `"\u0061ction"`, 1), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
		{"white space", strings.NewReplacer(":", " :\n\t", ",", " , ", "{", "{ ", "}", " }").Replace(ask("cus_2", "usage_analytics", "usage_detail")), `{"decision":true,"context":{"reason":"consent_given","log_index":` + number(r.withdrawn.Entry+1) + `,"notice_version":1,"max_age":1}}`},
		{"unknown members", strings.Replace(ask("cus_2", "billing", ""), `{"subject"`, `{"futureField":{"nested":[true,null,{"a":"}\"]"}]},"foo":1e5,"subject"`, 1), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
		{"context", strings.Replace(ask("cus_2", "billing", ""), `{"subject"`, `{"context":{"time":"2025-06-27T18:03-07:00"},"subject"`, 1), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
		{"other properties", strings.Replace(ask("cus_2", "billing", ""), `"cus_2"`, `"cus_2","properties":{"owner":"bob","n":[1]}`, 1), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
		{"null for what is absent", strings.Replace(strings.Replace(ask("cus_2", "billing", ""), `"cus_2"`, `"cus_2","properties":null`, 1), `{"subject"`, `{"context":null,"subject"`, 1), `{"decision":true,"context":{"reason":"contract","max_age":1}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, path := range []string{single, batch} { // without evaluations, a batch is a single one
				a := r.post(t, r.url+path, tt.question)
				if a.status != http.StatusOK || a.body != tt.want || a.header.Get("Content-Type") != "application/json" {
					t.Errorf("%s: %d %s %s\nwant %s", path, a.status, a.header.Get("Content-Type"), a.body, tt.want)
				}
			}
		})
	}
}

func number(n uint64) string {
	raw, _ := json.Marshal(n)
	return string(raw)
}

// TestDecisionFollowsChoice asks right after each change.
func TestDecisionFollowsChoice(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct {
		action  consent.Action
		purpose string
		want    string
	}{
		{consent.Give, "usage_analytics", "consent_given"},
		{consent.Withdraw, "usage_analytics", "consent_withdrawn"},
		{consent.Object, "fraud_prevention", "objected"},
		{consent.Lift, "fraud_prevention", "legitimate_interests"},
	} {
		r.Choose(t, "cus_1", tt.purpose, tt.action)
		if a := r.post(t, r.url+single, ask("cus_1", tt.purpose, "")); !strings.Contains(a.body, `"reason":"`+tt.want+`"`) {
			t.Errorf("after %s: %s", tt.action, a.body)
		}
	}
	r.Pass(3 * 366 * 24 * time.Hour)
	_, _, r.token = r.Client(t)
	if a := r.post(t, r.url+single, ask("cus_2", "usage_analytics", "")); !strings.Contains(a.body, `"decision":false,"context":{"reason":"consent_expired"`) {
		t.Errorf("after the consent's time: %s", a.body)
	}
}

// malformed are requests that the certification scenario wants answered with 400, and more.
var malformed = map[string]string{
	"empty":                   ``,
	"blank":                   ` `,
	"not JSON":                `{`,
	"trailing data":           ask("cus_1", "billing", "") + `{}`,
	"an array":                `[]`,
	"a string":                `"x"`,
	"null":                    `null`,
	"no UTF-8":                strings.Replace(ask("cus_1", "billing", ""), "cus_1", "\xff", 1),
	"endless nesting":         strings.Repeat("[", 100_000),
	"missing subject":         `{"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"missing action":          `{"subject":{"type":"user","id":"alice"},"resource":{"type":"customer","id":"cus_1"}}`,
	"missing resource":        `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"}}`,
	"subject missing type":    `{"subject":{"id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"subject missing id":      `{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"action missing name":     `{"subject":{"type":"user","id":"alice"},"action":{},"resource":{"type":"customer","id":"cus_1"}}`,
	"resource missing type":   `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"id":"cus_1"}}`,
	"resource missing id":     `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer"}}`,
	"subject a string":        `{"subject":"alice","action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"subject null":            `{"subject":null,"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"action name a number":    `{"subject":{"type":"user","id":"alice"},"action":{"name":123},"resource":{"type":"customer","id":"cus_1"}}`,
	"resource id null":        `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":null}}`,
	"context a string":        `{"context":"x","subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"properties a string":     `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","properties":"x"}}`,
	"subject twice":           `{"subject":{"type":"user","id":"alice"},"subject":{"type":"user","id":"bob"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1"}}`,
	"id twice":                `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","id":"cus_2"}}`,
	"properties twice":        `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","properties":{},"properties":null}}`,
	"category twice":          `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","properties":{"category":"a","category":"b"}}}`,
	"category null":           `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","properties":{"category":null}}}`,
	"category empty":          `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","properties":{"category":""}}}`,
	"category a list":         `{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"customer","id":"cus_1","properties":{"category":["a"]}}}`,
	"names in the wrong case": `{"Subject":{"type":"user","id":"alice"},"Action":{"name":"read"},"Resource":{"type":"customer","id":"cus_1"}}`,
}

func TestMalformedEvaluation(t *testing.T) {
	r := newRig(t)
	for name, body := range malformed {
		for _, path := range []string{single, batch} {
			a := r.post(t, r.url+path, body)
			if a.status != http.StatusBadRequest || a.body == "" || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
				t.Errorf("%s, %s: %d %q", path, name, a.status, a.body)
			}
			if strings.Contains(a.body, "alice") {
				t.Errorf("%s repeats a value: %q", name, a.body)
			}
		}
	}
	for _, contentType := range []string{"", "text/plain", "application/jsonp", "application/json;charset", "application/problem+json"} {
		if a := r.post(t, r.url+single, ask("cus_1", "billing", ""), "Content-Type", contentType); a.status != http.StatusBadRequest {
			t.Errorf("Content-Type %q: %d", contentType, a.status)
		}
	}
	for _, contentType := range []string{"application/json; charset=utf-8", "Application/JSON"} {
		if a := r.post(t, r.url+single, ask("cus_1", "billing", ""), "Content-Type", contentType); a.status != http.StatusOK {
			t.Errorf("Content-Type %q: %d", contentType, a.status)
		}
	}
	if a := r.post(t, r.url+single, `{"x":"`+strings.Repeat("a", 2<<20)+`"}`); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("2 MB: %d", a.status)
	}
}

func TestWhoMayAsk(t *testing.T) {
	r := newRig(t)
	_, _, records := r.Client(t, auth.ScopeRecords)
	question := ask("cus_1", "billing", "")
	for _, tt := range []struct {
		authorization string
		status        int
		challenge     string
	}{
		{"", 401, `Bearer realm="candor"`},
		{"Basic " + r.token, 401, `Bearer realm="candor"`},
		{"Bearer x", 401, `Bearer realm="candor", error="invalid_token"`},
		{"Bearer " + records, 403, `Bearer realm="candor", error="insufficient_scope", scope="consents:read"`},
		{"bearer " + r.token, 200, ""},
	} {
		for _, path := range []string{single, batch} {
			a := r.post(t, r.url+path, question, "Authorization", tt.authorization)
			if a.status != tt.status || a.header.Get("WWW-Authenticate") != tt.challenge || a.body == "" {
				t.Errorf("%.10q: %d %q %q", tt.authorization, a.status, a.header.Get("WWW-Authenticate"), a.body)
			}
		}
	}
	if a := r.post(t, r.url+single, question, "Authorization", "", "Accept-Language", "de"); a.body == "" || strings.Contains(a.body, "error.") {
		t.Errorf("no words for it: %q", a.body)
	}
}

func TestRequestID(t *testing.T) {
	r := newRig(t)
	for _, body := range []string{ask("cus_1", "billing", ""), "{"} {
		a := r.post(t, r.url+single, body, "X-Request-ID", "bfe9eb29-ab87 (1)")
		if got := a.header.Get("X-Request-ID"); got != "bfe9eb29-ab87 (1)" {
			t.Errorf("%q", got)
		}
	}
}

func TestEvaluations(t *testing.T) {
	r := newRig(t)
	const (
		given     = `{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_2"}}`
		withdrawn = `{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_1"}}`
	)
	for _, tt := range []struct{ name, request, want string }{
		{"none", strings.Replace(given, `{"subject"`, `{"evaluations":[],"subject"`, 1), "true"},
		{"in order", `{"evaluations":[` + given + `,` + withdrawn + `,` + given + `]}`, "[true false true]"},
		{"defaults", `{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"evaluations":[{"resource":{"type":"customer","id":"cus_2"}},{"resource":{"type":"customer","id":"cus_2"},"action":{"name":"nonsense"}}]}`, "[true false]"},
		{"the type from the default", `{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"resource":{"type":"customer"},"evaluations":[{"resource":{"id":"cus_2"}},{"resource":{"id":"cus_1"}}]}`, "[true false]"},
		{"not the properties", `{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_2","properties":{"category":"invoices"}},"evaluations":[{},{"resource":{"id":"cus_2"}}]}`, "[false true]"},
		{"one that cannot be read", `{"evaluations":[` + given + `,{},7,{"subject":1},` + given + `]}`, "[true false false false true]"},
		{"execute_all", `{"options":{"evaluations_semantic":"execute_all","other":1},"evaluations":[` + withdrawn + `,` + given + `]}`, "[false true]"},
		{"deny_on_first_deny", `{"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[` + given + `,` + withdrawn + `,` + given + `]}`, "[true false]"},
		{"a fault denies", `{"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[` + given + `,{},` + given + `]}`, "[true false]"},
		{"permit_on_first_permit", `{"options":{"evaluations_semantic":"permit_on_first_permit"},"evaluations":[` + withdrawn + `,` + given + `,` + given + `]}`, "[false true]"},
		{"white space", "{ \"evaluations\" : [ " + given + " ,\n" + withdrawn + " ] }", "[true false]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := r.post(t, r.url+batch, tt.request)
			if got := decisions(t, a); a.status != http.StatusOK || got != tt.want {
				t.Errorf("%d %s\n%s", a.status, got, a.body)
			}
		})
	}
	for name, request := range map[string]string{
		"no array":               `{"evaluations":{}}`,
		"null":                   `{"evaluations":null}`,
		"unknown semantic":       `{"options":{"evaluations_semantic":"any"},"evaluations":[` + given + `]}`,
		"semantic of wrong type": `{"options":{"evaluations_semantic":1},"evaluations":[` + given + `]}`,
		"options of wrong type":  `{"options":[],"evaluations":[` + given + `]}`,
		"default of wrong type":  `{"subject":"alice","evaluations":[` + given + `]}`,
		"too many":               `{"evaluations":[` + strings.Repeat(`{},`, 1000) + `{}]}`,
	} {
		if a := r.post(t, r.url+batch, request); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %.100s", name, a.status, a.body)
		}
	}
}

// decisions writes the decisions of an answer, which must be JSON: "true", or "[true false]".
func decisions(t *testing.T, a answer) string {
	t.Helper()
	var all struct {
		Decision    *bool
		Evaluations []struct{ Decision *bool }
	}
	if err := json.Unmarshal([]byte(a.body), &all); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	if all.Decision != nil {
		return word(*all.Decision)
	}
	var words []string
	for _, e := range all.Evaluations {
		words = append(words, word(e.Decision != nil && *e.Decision))
	}
	return "[" + strings.Join(words, " ") + "]"
}

func word(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// away decides while the store is away.
type away struct{}

func (away) Decide(context.Context, string, string, string) (consent.Decision, error) {
	return consent.Decision{Allowed: true}, models.Fail(models.Unavailable, "unavailable")
}

func TestNoDecisionIsNo(t *testing.T) {
	r := newRig(t)
	a := r.post(t, r.serve(t, &consents.Decider{Decisions: away{}})+single, ask("cus_2", "billing", ""))
	if a.status != http.StatusOK || !strings.HasPrefix(a.body, `{"decision":false,"context":{"error":{"status":503,`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	decisions(t, a)
}

// listener decides nothing and keeps what it is asked.
type listener struct {
	authzen.Decider
	asked []authzen.Question
}

func (l *listener) Evaluate(_ context.Context, q authzen.Question) (authzen.Decision, error) {
	for _, part := range []*string{ // a question is part of a request that will be gone
		&q.Subject.Type, &q.Subject.ID, (*string)(&q.Subject.Properties), &q.Action.Name, (*string)(&q.Action.Properties),
		&q.Resource.Type, &q.Resource.ID, (*string)(&q.Resource.Properties), &q.Context,
	} {
		*part = strings.Clone(*part)
	}
	l.asked = append(l.asked, q)
	return authzen.Decision{}, nil
}

// TestWhatIsAsked holds what reaches the decider against what was sent: defaults, what overrides them, and what a request
// of its kind passes over.
func TestWhatIsAsked(t *testing.T) {
	r := newRig(t)
	const (
		subject = `"subject":{"type":"a","id":"b","properties":{"c":1}}`
		context = `"context":{"d":2}`
	)
	whole := authzen.Question{
		Subject: authzen.Entity{Type: "a", ID: "b", Properties: `{"c":1}`}, Action: authzen.Action{Name: "read"},
		Resource: authzen.Entity{Type: "record", ID: "record-1"}, Context: `{"d":2}`,
	}
	other := whole
	other.Subject, other.Action, other.Context = authzen.Entity{Type: "a", ID: "x"}, authzen.Action{Name: "e", Properties: `{"f":{}}`}, `{}`
	for _, tt := range []struct {
		name, path, request string
		want                []authzen.Question
	}{
		{"one", single, object(subject, read, record1, context), []authzen.Question{whole}},
		{"one, with what means nothing there", single, object(subject, read, record1, context, `"evaluations":7,"options":"x","page":[]`), []authzen.Question{whole}},
		{"defaults", batch, object(subject, read, context, each(object(record1))), []authzen.Question{whole}},
		{"none but defaults", batch, object(subject, read, record1, context, each()), []authzen.Question{whole}},
		{"what overrides them", batch, object(subject, read, record1, context,
			each(object(), object(`"subject":{"id":"x"}`, `"action":{"name":"e","properties":{"f":{}}}`, `"context":{}`))), []authzen.Question{whole, other}},
		{"a batch in a batch", batch, object(subject, read, record1, context, each(object(`"evaluations":7,"options":7`))), []authzen.Question{whole}},
		{
			"a default that is wrong and not used", batch, object(`"action":{"name":7}`, `"resource":{"id":"x","id":"y"}`, each(object(subject, read, record1, context))),
			[]authzen.Question{whole},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &listener{}
			if a := r.post(t, r.serve(t, l)+tt.path, tt.request); a.status != http.StatusOK || !slices.Equal(l.asked, tt.want) {
				t.Errorf("%d %s: asked %+v, want %+v", a.status, a.body, l.asked, tt.want)
			}
		})
	}
}
