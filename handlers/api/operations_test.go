package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/pb33f/libopenapi"

	"candor/handlers/api"
	"candor/handlers/authzen"
	"candor/handlers/handlerstest"
	"candor/models/auth"
	"candor/models/consent"
)

const (
	hook      = `{"url":"` + nowhere + `"}`
	firstHook = "/api/v1/webhooks/" + handlerstest.FirstWebhook
)

// nothing is the id of no request and no task: those that there are have ids that cannot be known here.
const nothing = "00000000-0000-8000-8000-000000000000"

// operations are one good call of each that needs a token, with the scope it needs.
func operations() map[string]call {
	return map[string]call{
		"customers GET":      get("/api/v1/customers"),
		"customer GET":       get("/api/v1/customers/cus_1"),
		"customer PUT":       put("/api/v1/customers/cus_1", `{"name":"Ann"}`),
		"consents GET":       get("/api/v1/customers/cus_1/consents"),
		"consent PUT":        put(told, `{"choice":"withdraw","channel":"phone","occurred_at":"2026-02-03T09:30:00Z"}`),
		"gpc POST":           post("/api/v1/customers/cus_1/gpc", `{"occurred_at":"2026-02-03T09:30:00Z"}`),
		"customer DELETE":    {method: http.MethodDelete, path: "/api/v1/customers/cus_1"},
		"record GET":         get(record),
		"record PUT":         put(record, invoice),
		"record DELETE":      {method: http.MethodDelete, path: record},
		"document PUT":       put(document+"a.pdf", "%PDF").with("Content-Type", "application/pdf"),
		"import POST":        post("/api/v1/records:import", `{"type":"customer","ref":"cus_1"}`).with("Content-Type", ndjson),
		"session POST":       post(portal, `{"customer":"cus_1"}`),
		"changes GET":        get("/api/v1/changes"),
		"webhooks GET":       get("/api/v1/webhooks"),
		"webhooks POST":      post("/api/v1/webhooks", hook),
		"webhook GET":        get(firstHook),
		"webhook PUT":        put(firstHook, hook),
		"webhook DELETE":     {method: http.MethodDelete, path: "/api/v1/webhooks/none"},
		"secret POST":        post(firstHook+"/rotate-secret", `{}`),
		"replay POST":        post(firstHook+"/replay", `{"after":0}`),
		"test POST":          {method: http.MethodPost, path: firstHook + "/test"},
		"deliveries GET":     get(firstHook + "/deliveries"),
		"redelivery POST":    {method: http.MethodPost, path: firstHook + "/deliveries/5/replay"},
		"session GET":        get(portal + "/ps_1"),
		"session DELETE":     {method: http.MethodDelete, path: portal + "/ps_1"},
		"request POST":       post("/api/v1/requests", `{"customer":"cus_1","kind":"erasure","channel":"phone"}`),
		"requests GET":       get("/api/v1/requests"),
		"request GET":        get("/api/v1/requests/" + nothing),
		"tasks GET":          get("/api/v1/tasks"),
		"task GET":           get("/api/v1/tasks/" + nothing),
		"task POST":          post("/api/v1/tasks/"+nothing+"/confirm", `{"outcome":"done"}`),
		"notices GET":        get("/api/v1/notices"),
		"notice GET":         get("/api/v1/notices/privacy"),
		"notice version GET": get("/api/v1/notices/privacy/versions/1"),
		"draft GET":          get("/api/v1/notices/privacy/draft"),
		"draft PUT":          put("/api/v1/notices/privacy/draft", `{"texts":{"de":{"title":"Datenschutz"}}}`),
	}
}

// scopes is the table of mount.go once more, as a person would write it down.
var scopes = map[string]string{
	"customers GET": auth.ScopeCustomers, "customer GET": auth.ScopeCustomers, "customer PUT": auth.ScopeCustomers,
	"consents GET": auth.ScopeConsentsRead, "changes GET": auth.ScopeConsentsRead,
	"record PUT": auth.ScopeRecords, "record DELETE": auth.ScopeRecords, "document PUT": auth.ScopeRecords, "import POST": auth.ScopeRecords,
	"request POST": auth.ScopeTasks, "requests GET": auth.ScopeTasks, "request GET": auth.ScopeTasks,
	"tasks GET": auth.ScopeTasks, "task GET": auth.ScopeTasks, "task POST": auth.ScopeTasks,
	"session POST": auth.ScopeSessions, "session GET": auth.ScopeSessions, "session DELETE": auth.ScopeSessions,
	"notices GET": auth.ScopeNoticesRead, "notice GET": auth.ScopeNoticesRead, "notice version GET": auth.ScopeNoticesRead,
	"draft GET": auth.ScopeNoticesWrite, "draft PUT": auth.ScopeNoticesWrite,
	"customer DELETE": auth.ScopeCustomers, "record GET": auth.ScopeRecords,
	"consent PUT": auth.ScopeConsentsWrite, "gpc POST": auth.ScopeConsentsWrite,
	"webhooks GET": auth.ScopeWebhooks, "webhooks POST": auth.ScopeWebhooks, "webhook GET": auth.ScopeWebhooks, "webhook PUT": auth.ScopeWebhooks,
	"webhook DELETE": auth.ScopeWebhooks, "secret POST": auth.ScopeWebhooks, "replay POST": auth.ScopeWebhooks, "test POST": auth.ScopeWebhooks,
	"deliveries GET": auth.ScopeWebhooks, "redelivery POST": auth.ScopeWebhooks,
}

func TestEveryCallNeedsItsScope(t *testing.T) {
	r := newRig(t)
	r.do(t, put(record, invoice))
	r.Choose(t, "cus_1", "usage_analytics", consent.Give) // entry 5, which is delivered anew
	r.do(t, operations()["draft PUT"])
	for name, c := range operations() {
		scope := scopes[name]
		for authorization, challenge := range map[string]string{
			"": `Bearer realm="candor"`, "Bearer x": `Bearer realm="candor", error="invalid_token"`, basic(r.client, r.secret): `Bearer realm="candor"`,
		} {
			if a := r.do(t, c.with("Authorization", authorization)); a.status != 401 || a.header.Get("WWW-Authenticate") != challenge {
				t.Errorf("%s with %.8q: %d %q", name, authorization, a.status, a.header.Get("WWW-Authenticate"))
			}
		}
		others := slices.DeleteFunc(auth.Scopes(), func(s string) bool { return s == scope })
		_, _, token := r.Client(t, others...)
		a := r.do(t, c.with("Authorization", "Bearer "+token))
		if p := a.problem(t); a.status != 403 || a.code(t) != "insufficient_scope" || !strings.Contains(p.Detail, scope) ||
			!strings.Contains(a.header.Get("WWW-Authenticate"), `scope="`+scope+`"`) {
			t.Errorf("%s with every other scope: %d %s", name, a.status, a.body)
		}
		_, _, token = r.Client(t, scope)
		if a := r.do(t, c.with("Authorization", "Bearer "+token)); a.status >= 300 && (a.status != 404 || !strings.Contains(c.path, nothing)) {
			t.Errorf("%s with its scope alone: %d %s", name, a.status, a.body)
		}
		r.do(t, put(record, invoice)) // what the DELETE took away
	}
}

// TestEveryRouteIsDescribed holds the routes that are mounted against the paths of openapi.yaml, both ways.
func TestEveryRouteIsDescribed(t *testing.T) {
	app := fiber.New()
	api.Mount(app, api.Deps{})
	authzen.Mount(app, authzen.Deps{})
	mounted := map[string]bool{}
	for _, route := range app.GetRoutes(true) {
		mounted[described(route.Path)] = true
	}
	document, err := libopenapi.NewDocument(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	model, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for path, item := range model.Model.Paths.PathItems.FromOldest() {
		if !mounted[path] {
			t.Errorf("%s is described and not mounted", path)
		}
		delete(mounted, path)
		count += item.GetOperations().Len()
	}
	for path := range mounted {
		t.Errorf("%s is mounted and not described", path)
	}
	if want := len(operations()) + len(questions) + 5; count != want {
		t.Errorf("%d operations are described, %d are tried", count, want)
	}
}

func described(path string) string {
	parts := strings.Split(strings.ReplaceAll(path, `\:`, "\x00"), "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "/"), "\x00", ":")
}

func TestOtherMethods(t *testing.T) {
	r := newRig(t)
	for name, c := range operations() {
		path, _, _ := strings.Cut(c.path, "?")
		a := r.do(t, call{method: http.MethodPatch, path: path})
		if a.status != http.StatusMethodNotAllowed || !strings.Contains(a.header.Get("Allow"), c.method) {
			t.Errorf("PATCH %s: %d, Allow %q, want %s in it", name, a.status, a.header.Get("Allow"), c.method)
		}
	}
}
