package api_test

import (
	"net/http"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/consent"
)

// questions are one good call of each operation of AuthZEN's, and answers that they may get.
var questions = map[string]call{
	"evaluation": post("/access/v1/evaluation",
		`{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_1","properties":{"category":"usage_detail"}}}`),
	"evaluations": post("/access/v1/evaluations",
		`{"subject":{"type":"service","id":"s"},"resource":{"type":"customer","id":"cus_1"},"evaluations":[{"action":{"name":"billing"}},{"action":{"name":"nonsense"}},{}]}`),
	"search subject":  post("/access/v1/search/subject", `{"subject":{"type":"service"},"action":{"name":"billing"},"resource":{"type":"customer","id":"cus_1"}}`),
	"search resource": post("/access/v1/search/resource", `{"subject":{"type":"service","id":"s"},"action":{"name":"billing"},"resource":{"type":"customer"},"page":{"limit":1}}`),
	"search action":   post("/access/v1/search/action", `{"subject":{"type":"service","id":"s"},"resource":{"type":"customer","id":"cus_1"}}`),
}

// Each of AuthZEN's operations answers as it is described: what it decides, what it finds, and what it refuses, as plain
// text and with the challenge that every operation has.
func TestDecisionsAreAsDescribed(t *testing.T) {
	r := newRig(t)
	r.Customer(t, "cus_2")
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	_, _, others := r.Client(t, auth.ScopeRecords)
	for name, question := range questions {
		for what, tt := range map[string]struct {
			call   call
			status int
			media  string
		}{
			"good":                 {question.with("X-Request-ID", "x"), http.StatusOK, "application/json"},
			"nothing asked":        {post(question.path, `{}`), http.StatusBadRequest, "text/plain"},
			"no JSON":              {post(question.path, `{`), http.StatusBadRequest, "text/plain"},
			"another content type": {question.with("Content-Type", "text/plain"), http.StatusBadRequest, "text/plain"},
			"too large":            {post(question.path, `{"x":"`+strings.Repeat("x", 2<<20)+`"}`), http.StatusRequestEntityTooLarge, "text/plain"},
			"compressed":           {question.with("Content-Encoding", "gzip"), http.StatusUnsupportedMediaType, ""},
			"no token":             {question.with("Authorization", ""), http.StatusUnauthorized, "text/plain"},
			"another scope":        {question.with("Authorization", "Bearer "+others), http.StatusForbidden, "text/plain"},
		} {
			a := r.do(t, tt.call)
			if a.status != tt.status || !strings.HasPrefix(a.header.Get("Content-Type"), tt.media) || a.body == "" {
				t.Errorf("%s, %s: %d %s %s", name, what, a.status, a.header.Get("Content-Type"), a.body)
			}
			if challenged := a.header.Get("WWW-Authenticate") != ""; challenged != (tt.status == http.StatusUnauthorized || tt.status == http.StatusForbidden) {
				t.Errorf("%s, %s: the challenge is %q", name, what, a.header.Get("WWW-Authenticate"))
			}
		}
	}
	r.do(t, get("/.well-known/authzen-configuration"))
}
