package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"candor/models/editorial"
	"candor/models/feed"
	"candor/models/ledger"
	"candor/models/request"
)

// passing are the tables of a store that hold nothing anybody asked to be kept: answers that are repeated, work that
// is shared out, and what is saved behind the answer.
var passing = []string{"counters", "standings", "named_writes", "leases"}

// state is a digest of everything that is kept, but for what passes.
func (w *world) state() string {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(w.program.settings.Store, "sqlite:")+"?mode=ro")
	check(w.t, err)
	defer func() { check(w.t, db.Close()) }()
	sum := sha256.New()
	for _, table := range names(w.t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		if slices.Contains(passing, table) {
			continue
		}
		fmt.Fprintln(sum, table)
		for _, row := range rowsOf(w.t, db, table) {
			fmt.Fprintln(sum, row)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func rowsOf(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
	check(t, err)
	defer func() { check(t, rows.Close()) }()
	columns, err := rows.Columns()
	check(t, err)
	var all []string
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		check(t, rows.Scan(into...))
		all = append(all, fmt.Sprintf("%x", row))
	}
	check(t, rows.Err())
	slices.Sort(all)
	return all
}

// bodies are no JSON, or none that anything could be made of.
var bodies = []string{
	``, ` `, `{`, `}`, `[]`, `[{}]`, `"x"`, `1`, `null`, `true`, `{} {}`, `{/**/}`, `{'a':1}`, `{"a":1,"a":2}`, `{"nonsense":"x"}`,
	`{"__proto__":{"a":1}}`, "{\"name\":\"\xc3\x28\"}", "\xef\xbb\xbf{}", "\x00", `{"a":1e999999}`, `{"a":"\ud800"}`, `<xml/>`, `a=b&c=d`,
	strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000), strings.Repeat("[", 200_000),
	`{"` + strings.Repeat("a", 100_000) + `":"x"}`,
}

// values are put in the place of each member of a body.
var values = []any{
	nil, true, -1, 0, 1.5, 1e300, "", " ", "x", "nonsense", "é\u202e", "\x00", "<script>", "../..", "' OR 1=1 --", "4111 1111 1111 1111",
	strings.Repeat("a", 5_000), "2999-01-01T00:00:00Z", "2026-13-45T00:00:00Z",
	[]any{},
	[]any{nil},
	[]any{"x", "x"},
	map[string]any{},
	map[string]any{"$ne": nil},
}

// headers are as no caller should send them.
var headers = []map[string]string{
	{"Content-Type": "text/plain"},
	{"Content-Type": "application/json;charset"},
	{"Content-Type": "multipart/form-data; boundary=x"},
	{"Content-Type": ";"},
	{"Content-Encoding": "gzip"},
	{"Idempotency-Key": strings.Repeat("k", 256)},
	{"Idempotency-Key": "é"},
	{"Accept-Language": "\x80;;q=a"},
	{"Accept": "nonsense"},
	{"X-Request-ID": strings.Repeat("x", 2_000)},
}

// parts take the place of what a path names.
var parts = []string{"%00", "%FF", "..%2F..", "a%0Ab", strings.Repeat("a", 300), "%F0%9F%98%80", "a%20b", "%3Cscript%3E", "%25", "*", "-1", "99999999999999999999"}

// TestMalformedRequests takes every operation that is described and sends it what is malformed, missing, oversized or
// not allowed, made from its own examples. What the description forbids is refused, nothing is changed by what is
// refused, no answer is a fault of the server, and every answer is one that is described.
func TestMalformedRequests(t *testing.T) {
	w := newWorld(t)
	for _, o := range w.operations {
		w.t = t
		base := w.authorized(o.ask(w.values(o)))
		before := w.state()
		refused := func(what string, a asked, must bool) {
			got := w.do(a)
			if must && got.status < http.StatusBadRequest {
				t.Errorf("%s, %s: %.200s %.300q is answered with %d: %.300s", o.name(), what, a.target(), a.body, got.status, got.body)
			}
			if got.status >= http.StatusBadRequest || o.reads() {
				return
			}
			before = w.state() // it was good enough
		}
		w.sendUnauthorised(base, refused)
		w.sendBadHeaders(base, refused)
		w.sendBadParameters(base, refused)
		w.sendBadBodies(base, refused)
		if after := w.state(); after != before {
			t.Errorf("%s: something was changed by what was refused", o.name())
		}
	}
	t.Logf("%d requests", w.calls)
}

type send func(what string, a asked, must bool)

// sendUnauthorised sends the request with no token, with none of ours, and with every scope but its own.
func (w *world) sendUnauthorised(a asked, send send) {
	if len(a.scopes) == 0 {
		return
	}
	for _, authorization := range []string{"", "Bearer", "Bearer x", "Bearer a.b.c", "Basic eDp5", "Bearer " + strings.Repeat("a", 3_000)} {
		send("with "+authorization, a.with("Authorization", authorization), true)
	}
	if others := w.othersThan(a.scopes); len(others) > 0 {
		send("with other scopes", a.with("Authorization", "Bearer "+w.token(others...)), true)
	}
}

func (w *world) sendBadHeaders(a asked, send send) {
	for _, header := range headers {
		bad := a
		for name, value := range header {
			bad = bad.with(name, value)
		}
		send("a bad header", bad, header["Content-Type"] != "" && strings.HasPrefix(a.media, "application/") || header["Content-Encoding"] != "" && len(a.body) > 0)
	}
}

func (w *world) sendBadParameters(a asked, send send) {
	for _, p := range a.parameters {
		for _, bad := range parts {
			changed := a
			switch p.in {
			case "path":
				changed.values = maps.Clone(a.values)
				changed.values[p.name] = bad
				send("a bad "+p.name, changed, false)
			case "query":
				changed.query = maps.Clone(a.query)
				changed.query.Set(p.name, strings.NewReplacer("%00", "\x00", "%FF", "\xff").Replace(bad))
				send("a bad "+p.name, changed, w.forbiddenQuery(changed))
			}
		}
	}
}

func (w *world) sendBadBodies(a asked, send send) {
	if a.media == "" {
		return
	}
	isJSON := a.media == "application/json"
	for _, body := range bodies {
		bad := a
		bad.body = []byte(body)
		if isJSON { // any bytes are a file, and refused lines are no refused import
			send("a bad body", bad, w.forbidden(bad))
		}
	}
	large := a
	large.body = bytes.Repeat([]byte(" "), 11<<20)
	if isJSON || a.media == "*/*" {
		send("too large a body", large, true)
	}
	if isJSON {
		for what, body := range variants(a.example) {
			bad := a
			bad.body = encode(a.media, body)
			send(what, bad, w.forbidden(bad))
		}
	}
}

// variants are all that can be made of an example with one member left out, added, or of another value.
func variants(example any) map[string]any {
	out := map[string]any{}
	object, ok := example.(map[string]any)
	if !ok {
		return out
	}
	put := func(what, name string, value any) {
		changed := maps.Clone(object)
		changed[name] = value
		out[what] = changed
	}
	put("with a member that is not known", "nonsense", 1)
	for name, member := range object {
		without := maps.Clone(object)
		delete(without, name)
		out["without "+name] = without
		for i, value := range values {
			put(fmt.Sprintf("%s as value %d", name, i), name, value)
		}
		for what, inner := range variants(member) {
			put(name+": "+what, name, inner)
		}
	}
	return out
}

// othersThan are all scopes but these.
func (w *world) othersThan(scopes []string) []string {
	client, err := w.program.data.Client(w.t.Context(), w.client.id)
	check(w.t, err)
	return slices.DeleteFunc(client.Scopes, func(s string) bool { return slices.Contains(scopes, s) })
}

// TestExamplesOfTheDescription: each operation does what it is described to do with its own examples, and a write that
// is sent again under its Idempotency-Key is answered alike and done once.
func TestExamplesOfTheDescription(t *testing.T) {
	w := newWorld(t)
	for _, o := range w.operations {
		t.Run(o.name(), func(t *testing.T) {
			w.t = t
			a := w.authorized(o.ask(w.values(o))).with("Idempotency-Key", "of "+o.name())
			first := w.do(a)
			if !slices.Contains(o.success, first.status) {
				t.Fatalf("%s %q: %d %s", a.target(), a.body, first.status, first.body)
			}
			if o.reads() || len(o.scopes) == 0 {
				return
			}
			before := w.state()
			again := w.do(a)
			if again.status != first.status || !bytes.Equal(again.body, first.body) {
				t.Errorf("sent again: %d %s, at first %d %s", again.status, again.body, first.status, first.body)
			}
			if w.state() != before && !o.streams() {
				t.Error("sent again, it changed something")
			}
		})
	}
}

// TestOutOfOrder: whatever comes in whatever order is answered, and as described.
func TestOutOfOrder(t *testing.T) {
	w := newWorld(t)
	operations := slices.Clone(w.operations)
	known := map[string]map[string]string{}
	for _, o := range operations {
		known[o.path] = w.values(o)
	}
	order := rand.New(rand.NewPCG(1, 2)) // the same each time
	for range 6 {
		order.Shuffle(len(operations), func(i, j int) { operations[i], operations[j] = operations[j], operations[i] })
		for _, o := range operations {
			w.do(w.authorized(o.ask(known[o.path])))
		}
	}
}

// values are what the path of an operation names: what is made for it under the addresses above it.
func (w *world) values(o operation) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	if strings.HasPrefix(o.path, "/api/v1/customers/{ref}") || strings.HasPrefix(o.path, "/api/v1/notices") || !strings.Contains(o.path, "{") {
		w.makeExamples()
		return out
	}
	if strings.HasPrefix(o.path, "/api/v1/tasks/") {
		w.makeExamples()
		out["id"] = w.makeTask()
		return out
	}
	collection, _, _ := strings.Cut(o.path, "/{")
	for _, maker := range w.operations {
		if maker.path != collection || maker.method != http.MethodPost {
			continue
		}
		w.makeExamples()
		made := w.do(w.authorized(maker.ask(nil)))
		var thing struct{ ID string }
		check(w.t, json.Unmarshal(made.body, &thing))
		out["id"] = thing.ID
	}
	if collection == "/api/v1/webhooks" {
		w.leadNowhere(out["id"])
		out["log_index"] = w.change()
	}
	return out
}

// leadNowhere has a webhook lead to this machine, which is not called: no test asks who the example's name is.
func (w *world) leadNowhere(id string) {
	w.t.Helper()
	e, err := w.program.data.Endpoint(w.t.Context(), id)
	check(w.t, err)
	e.URL, e.Revision = "https://127.0.0.1/", e.Revision+1
	check(w.t, w.program.data.UpdateEndpoint(w.t.Context(), e, e.Revision-1))
}

// change has somebody decide something, and gives the entry that says so.
func (w *world) change() string {
	w.t.Helper()
	for _, o := range w.operations {
		if o.method == http.MethodPut && o.path == "/api/v1/customers/{ref}/consents/{purpose}" {
			w.do(w.authorized(o.ask(nil)))
		}
	}
	page, err := w.program.feed.Read(w.t.Context(), feed.Query{Limit: 1})
	check(w.t, err)
	if len(page.Changes) == 0 {
		w.t.Fatal("the examples change nothing")
	}
	return strconv.FormatUint(page.Changes[0].LogIndex, 10)
}

// makeExamples makes the customer and the record that examples are about.
func (w *world) makeExamples() {
	w.t.Helper()
	for _, o := range w.operations {
		if o.method == http.MethodPut && (o.path == "/api/v1/customers/{ref}" || o.path == "/api/v1/customers/{ref}/records/{category}/{id}") {
			w.do(w.authorized(o.ask(nil)))
		}
	}
	by := editorial.By{Actor: ledger.Actor{Type: ledger.ActorService, ID: w.client.id}}
	_, err := w.program.editorial.Start(w.t.Context(), by, editorial.KindNotice, "partner_sharing")
	check(w.t, err)
}

// makeTask gives the id of a task that the client was given, for a request that is accepted.
func (w *world) makeTask() string {
	w.t.Helper()
	for _, o := range w.operations {
		if o.method != http.MethodPost || o.path != "/api/v1/requests" {
			continue
		}
		var made struct{ ID string }
		check(w.t, json.Unmarshal(w.do(w.authorized(o.ask(nil))).body, &made))
		by := request.By{Actor: ledger.Actor{Type: ledger.ActorStaff}}
		if _, err := w.program.requests.Accept(w.t.Context(), made.ID, by, request.Acceptance{}); !errors.Is(err, request.ErrDecided) {
			check(w.t, err)
		}
	}
	tasks, err := w.program.requests.PageTasks(w.t.Context(), w.client.id, "", 0, 100)
	check(w.t, err)
	return tasks[len(tasks)-1].ID
}
