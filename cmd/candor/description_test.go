package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"candor/handlers/api"
	"candor/handlers/handlerstest"
	"candor/models/auth"
)

// operation is what the description says of one call, with its own examples.
type operation struct {
	method, path string // the path with its parameters in braces
	scopes       []string
	parameters   []parameter
	media        string // of the body; empty if there is none
	example      any    // of the body: a JSON value, or a string of another media type
	success      []int
}

type parameter struct {
	name, in string
	required bool
	example  string
}

func (o operation) name() string { return o.method + " " + o.path }

func (o operation) reads() bool { return o.method == http.MethodGet }

// streams says whether the body is read as it comes, so that nobody can tell whether it is the same again: what it says
// is done again, and that leads to the same.
func (o operation) streams() bool { return o.media == "application/x-ndjson" }

// described reads every operation of the description. One without an example of something that a caller must send
// fails the test.
func described(t *testing.T) []operation {
	t.Helper()
	document, err := libopenapi.NewDocument(api.OpenAPI)
	check(t, err)
	model, err := document.BuildV3Model()
	check(t, err)
	var all []operation
	for path, item := range model.Model.Paths.PathItems.FromOldest() {
		for method, o := range item.GetOperations().FromOldest() {
			op := operation{method: strings.ToUpper(method), path: path}
			for _, s := range o.Security {
				for _, scopes := range s.Requirements.FromOldest() {
					op.scopes = append(op.scopes, scopes...)
				}
			}
			op.readParameters(t, append(slices.Clone(item.Parameters), o.Parameters...))
			op.readBody(t, o.RequestBody)
			op.readAnswers(t, o.Responses)
			all = append(all, op)
		}
	}
	return all
}

func (o *operation) readParameters(t *testing.T, parameters []*v3.Parameter) {
	for _, p := range parameters {
		read := parameter{name: p.Name, in: p.In, required: p.Required != nil && *p.Required}
		if p.Example != nil {
			read.example = p.Example.Value
		}
		if read.required && read.example == "" {
			t.Errorf("%s: the parameter %s has no example", o.name(), p.Name)
		}
		o.parameters = append(o.parameters, read)
	}
}

func (o *operation) readBody(t *testing.T, body *v3.RequestBody) {
	if body == nil {
		return
	}
	for media, content := range body.Content.FromOldest() {
		example := exampleOf(content)
		if example == nil {
			t.Errorf("%s: the body %s has no example", o.name(), media)
			continue
		}
		if o.media == "" {
			o.media = media
			check(t, example.Decode(&o.example))
		}
	}
}

func (o *operation) readAnswers(t *testing.T, responses *v3.Responses) {
	for code, response := range responses.Codes.FromOldest() {
		if !strings.HasPrefix(code, "2") {
			continue
		}
		var status int
		_, err := fmt.Sscan(code, &status)
		check(t, err)
		o.success = append(o.success, status)
		for media, content := range response.Content.FromOldest() {
			if media == "application/json" && exampleOf(content) == nil {
				t.Errorf("%s: the answer %s has no example", o.name(), code)
			}
		}
	}
	if len(o.success) == 0 {
		t.Errorf("%s: no success is described", o.name())
	}
}

// decoder is a value of the description's YAML.
type decoder interface{ Decode(into any) error }

// exampleOf is the first example of a body; nil if there is none.
func exampleOf(content *v3.MediaType) decoder {
	if content.Example != nil {
		return content.Example
	}
	if content.Examples != nil {
		for _, e := range content.Examples.FromOldest() {
			return e.Value
		}
	}
	return nil
}

// asked is a request in the making.
type asked struct {
	operation
	values map[string]string // of the parameters in the path
	query  url.Values
	header http.Header
	body   []byte
}

// ask makes the request of an operation's own examples.
func (o operation) ask(values map[string]string) asked {
	a := asked{operation: o, values: map[string]string{}, query: url.Values{}, header: http.Header{}}
	for _, p := range o.parameters {
		switch {
		case p.in == "path":
			a.values[p.name] = p.example
			if v, ok := values[p.name]; ok {
				a.values[p.name] = v
			}
		case p.in == "query" && p.required:
			a.query.Set(p.name, p.example)
		}
	}
	if o.media != "" {
		a.header.Set("Content-Type", strings.Replace(o.media, "*/*", "application/pdf", 1))
		a.body = encode(o.media, o.example)
	}
	return a
}

func encode(media string, value any) []byte {
	if text, ok := value.(string); ok && media != "application/json" {
		return []byte(text)
	}
	if fields, ok := value.(map[string]any); ok && media == "application/x-www-form-urlencoded" {
		form := url.Values{}
		for name, v := range fields {
			form.Set(name, fmt.Sprint(v))
		}
		return []byte(form.Encode())
	}
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was decoded from YAML
	}
	return raw
}

func (a asked) target() string {
	path := a.path
	for name, value := range a.values {
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	if len(a.query) > 0 {
		path += "?" + a.query.Encode()
	}
	return path
}

// with is the same request with one header set.
func (a asked) with(name, value string) asked {
	a.header = a.header.Clone()
	a.header.Set(name, value)
	return a
}

// world is the whole program, which is called as its description says, and held to it.
type world struct {
	*site

	url    string
	tokens map[string]string // by scopes
	client struct{ id, secret string }
	rules  validator.Validator
	calls  int

	operations []operation
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{site: newSite(t), tokens: map[string]string{}, operations: described(t)}
	w.url = handlerstest.Listen(t, w.app)
	document, err := libopenapi.NewDocument(api.OpenAPI)
	check(t, err)
	rules, errs := validator.NewValidator(document, config.WithoutSecurityValidation())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	w.rules = rules
	client, secret, err := w.program.auth.AddClient(t.Context(), "Every scope", auth.Scopes())
	check(t, err)
	w.client.id, w.client.secret = client.ID, secret
	return w
}

// token is one that grants these scopes and nothing else.
func (w *world) token(scopes ...string) string {
	w.t.Helper()
	key := strings.Join(scopes, " ")
	if w.tokens[key] == "" {
		issued, err := w.program.auth.IssueToken(w.t.Context(), w.client.id, w.client.secret, key)
		check(w.t, err)
		w.tokens[key] = issued.Token
	}
	return w.tokens[key]
}

// authorized is the request as one that may be made.
func (w *world) authorized(a asked) asked {
	if len(a.scopes) > 0 {
		return a.with("Authorization", "Bearer "+w.token(a.scopes...))
	}
	if a.path == "/oauth/token" {
		request := http.Request{Header: http.Header{}}
		request.SetBasicAuth(w.client.id, w.client.secret)
		return a.with("Authorization", request.Header.Get("Authorization"))
	}
	return a
}

func (w *world) request(a asked) *http.Request {
	w.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), a.method, w.url+a.target(), bytes.NewReader(a.body))
	check(w.t, err)
	maps.Copy(request.Header, a.header)
	return request
}

// answered is what came back.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// do makes a request and holds the answer to the description: it is one that is described, and no fault of the server.
func (w *world) do(a asked) answered {
	w.t.Helper()
	w.calls++
	request := w.request(a)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatalf("%s %.200s: %v", a.method, a.target(), err)
	}
	raw, err := io.ReadAll(response.Body)
	check(w.t, err)
	check(w.t, response.Body.Close())
	if response.StatusCode >= http.StatusInternalServerError {
		w.t.Errorf("%s: %s %.200s %.200q: %d %s", a.name(), a.method, a.target(), a.body, response.StatusCode, raw)
	}
	w.hold(a, request, response, raw)
	return answered{response.StatusCode, response.Header, raw}
}

func (w *world) hold(a asked, request *http.Request, response *http.Response, raw []byte) {
	w.t.Helper()
	if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusMethodNotAllowed {
		return // the path may be none that is described
	}
	response.Body = io.NopCloser(bytes.NewReader(raw))
	if ok, errs := w.rules.ValidateHttpResponse(request, response); !ok {
		for _, e := range errs {
			w.t.Errorf("%s %.200s answers %d, which is not as described: %s: %s\n%.500s",
				a.name(), a.target(), response.StatusCode, e.Message, e.Reason, raw)
		}
	}
}

// forbidden says whether the description rules a request out.
func (w *world) forbidden(a asked) bool {
	ok, _ := w.rules.ValidateHttpRequestSync(w.request(a))
	return !ok
}

// forbiddenQuery says whether the description rules its query out.
func (w *world) forbiddenQuery(a asked) bool {
	ok, _ := w.rules.GetParameterValidator().ValidateQueryParams(w.request(a))
	return !ok
}
