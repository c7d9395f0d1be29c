package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"candor/handlers/api"
	"candor/handlers/authzen"
	"candor/handlers/handlerstest"
	"candor/models/store"
	"candor/models/webhook"
)

// nowhere is where nobody listens.
const nowhere = "http://127.0.0.1:9/hook"

// rig serves the API with cus_1 and a webhook known, and holds every answer against openapi.yaml.
type rig struct {
	*handlerstest.Rig
	url           string
	client, token string
	secret        string
	description   validator.Validator
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{Rig: handlerstest.New(t), description: description(t)}
	r.Customer(t, "cus_1")
	link := store.Link{ID: "ps_1", Hash: "h", Customer: "cus_1", CreatedAt: r.Time(), ExpiresAt: r.Time().Add(time.Minute)}
	if err := r.Store.CreateLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Webhooks.Create(t.Context(), webhook.Input{URL: nowhere}); err != nil {
		t.Fatal(err)
	}
	r.client, r.secret, r.token = r.Client(t)
	r.url = r.Serve(t, func(app fiber.Router) {
		api.Mount(app, r.deps())
		authzen.Mount(app, r.decisions())
	})
	return r
}

func (r *rig) deps() api.Deps {
	return api.Deps{
		Auth: r.Auth, Billing: r.Billing, Consents: r.Consents, Notices: r.Notices, Drafts: r.Drafts, Feed: r.Feed, Webhooks: r.Webhooks, Requests: r.Requests, Problems: r.Problems, Named: r.Named,
		BaseURL: handlerstest.BaseURL,
	}
}

func (r *rig) decisions() authzen.Deps {
	return authzen.Deps{
		Decider: r.Decider(), Auth: r.Auth, Scope: api.DecisionScope(), Problems: r.Problems, BaseURL: handlerstest.BaseURL, MaxAge: 1,
	}
}

func description(t testing.TB) validator.Validator {
	t.Helper()
	document, err := libopenapi.NewDocument(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return v
}

func TestDescriptionIsValid(t *testing.T) {
	if ok, errs := description(t).ValidateDocument(); !ok {
		for _, e := range errs {
			t.Error(e.Message, e.Reason)
		}
	}
}

// call is a request to be made.
type call struct {
	method, path string
	body         string
	header       map[string]string // beside, or instead of, those that every call has; empty takes one away
}

type answer struct {
	status int
	header http.Header
	body   string
}

// problem is a problem document as a program reads it.
type problem struct {
	Type, Title, Detail, Field, Instance string
	Status                               int
}

func (a answer) problem(t testing.TB) problem {
	t.Helper()
	var p problem
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q: %d %s", got, a.status, a.body)
		return p
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Error(err)
	}
	if p.Status != a.status || strings.HasPrefix(p.Detail, "error.") || strings.HasPrefix(p.Title, "problem.") || strings.Contains(p.Detail, "{{") {
		t.Errorf("%d %s", a.status, a.body)
	}
	return p
}

func (a answer) code(t testing.TB) string {
	t.Helper()
	return strings.TrimPrefix(a.problem(t).Type, "urn:candor:problem:")
}

// do makes a call and holds the answer against the description.
func (r *rig) do(t testing.TB, c call) answer {
	t.Helper()
	request := r.request(t, c)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	response.Body = io.NopCloser(bytes.NewReader(raw))
	r.hold(t, c, request, response, raw)
	return answer{response.StatusCode, response.Header, string(raw)}
}

func (r *rig) request(t testing.TB, c call) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), c.method, r.url+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+r.token)
	if c.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		if request.Header.Set(name, value); value == "" {
			request.Header.Del(name)
		}
	}
	return request
}

// hold checks an answer of a described operation; an address or method that is none must be refused.
func (r *rig) hold(t testing.TB, c call, request *http.Request, response *http.Response, raw []byte) {
	t.Helper()
	if response.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s %s: %d %s", c.method, c.path, response.StatusCode, raw)
	}
	if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusMethodNotAllowed {
		answer{response.StatusCode, response.Header, string(raw)}.problem(t)
		return
	}
	ok, errs := r.description.ValidateHttpResponse(request, response)
	for _, e := range errs {
		if !ok {
			t.Errorf("%s %s answers %d, which is not as described: %s: %s\n%s", c.method, c.path, response.StatusCode, e.Message, e.Reason, raw)
		}
	}
}

func get(path string) call        { return call{method: http.MethodGet, path: path} }
func put(path, body string) call  { return call{method: http.MethodPut, path: path, body: body} }
func post(path, body string) call { return call{method: http.MethodPost, path: path, body: body} }
func (c call) with(name, v string) call {
	header := maps.Clone(c.header)
	if header == nil {
		header = map[string]string{}
	}
	header[name] = v
	c.header = header
	return c
}

// decode reads an answer of status 200 or 201.
func decode[T any](t testing.TB, a answer) (v T) {
	t.Helper()
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
