package main

import (
	"net/http"
	"strings"
	"testing"

	"candor/handlers/api"
	"candor/models/auth"
)

// Every operation that is served to programs lets in a client with the one scope that the table names, and a
// client with any other does not get past the door. What the table leaves open is named here.
func TestEveryOperationNeedsItsScopeAndNoOther(t *testing.T) {
	s := newSite(t)
	holders := map[string]*visitor{}
	for _, scope := range auth.Scopes() {
		holders[scope] = s.billingSystem(scope)
	}
	open := map[string]bool{
		"POST /oauth/token": true, "GET /oauth/jwks": true, "GET /.well-known/oauth-authorization-server": true, "GET /api/openapi.yaml": true,
	}
	if api.DecisionScope() != auth.ScopeConsentsRead { // what the others need is written down in handlers/api
		t.Errorf("decisions need %q", api.DecisionScope())
	}
	tried := map[api.Operation]bool{}
	for _, route := range s.app.GetRoutes(true) {
		forPrograms := strings.HasPrefix(route.Path, "/api/") || strings.HasPrefix(route.Path, "/access/") || strings.HasPrefix(route.Path, "/oauth/")
		if !forPrograms || route.Method == http.MethodHead || s.refusedAsOtherMethod(route.Method, route.Path) {
			continue
		}
		operation, ok := operationOf(route.Method, route.Path)
		if !ok {
			t.Errorf("%s %s has no row in the table of scopes", route.Method, route.Path)
			continue
		}
		tried[operation] = true
		if operation.Scope == "" {
			if !open[route.Method+" "+route.Path] {
				t.Errorf("%s %s needs no token", route.Method, route.Path)
			}
			continue
		}
		for scope, holder := range holders {
			status := holder.status(route.Method, example(route.Path), bodyFor(route.Method))
			if past := status != http.StatusUnauthorized && status != http.StatusForbidden; past != (scope == operation.Scope) {
				t.Errorf("%s %s with the scope %s: %d", route.Method, route.Path, scope, status)
			}
		}
	}
	for _, operation := range api.Operations() {
		if !tried[operation] && operation.Path != "/.well-known/oauth-authorization-server" {
			t.Errorf("%+v is in the table and not served", operation)
		}
	}
}

// operationOf is the row of the table that a route is under.
func operationOf(method, path string) (api.Operation, bool) {
	for _, o := range api.Operations() {
		prefix, rest := strings.CutSuffix(o.Path, "*")
		if o.Method == method && (o.Path == path || rest && strings.HasPrefix(path, prefix)) {
			return o, true
		}
	}
	return api.Operation{}, false
}

// refusedAsOtherMethod says whether a route is there only to say that its path does not take the method.
func (s *site) refusedAsOtherMethod(method, path string) bool {
	return s.anonymous().status(method, example(path), nil) == http.StatusMethodNotAllowed
}
