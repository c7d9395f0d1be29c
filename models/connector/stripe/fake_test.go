package stripe_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// object is one of Stripe's, as JSON.
type object = map[string]any

// fake is what stripe-mock cannot be: a Stripe that remembers, pages, fails, and changes under one's hands.
type fake struct {
	*httptest.Server

	mu      sync.Mutex
	lists   map[string][]object // by path, the newest first
	gone    map[string]bool
	asked   []string          // paths, in order
	failing []failure         // the next answers
	before  map[string]func() // what happens just before a path is answered, once
	behind  map[string]func() // what happens when a path's answer is made and not yet sent, once
	last    int               // the number of the request at which the client is gone; 0 for none
	leave   func()
	t       *testing.T
}

// failure is an answer in place of the true one.
type failure struct {
	status     int
	retryAfter string
}

func newFake(t *testing.T) *fake {
	f := &fake{lists: map[string][]object{}, gone: map[string]bool{}, before: map[string]func(){}, behind: map[string]func(){}, t: t}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// put adds an object to a listing, or replaces it there.
func (f *fake) put(path string, o object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, old := range f.lists[path] {
		if old["id"] == o["id"] {
			f.lists[path][i] = o
			return
		}
	}
	f.lists[path] = append([]object{o}, f.lists[path]...)
}

// drop takes one away.
func (f *fake) drop(path, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lists[path] = slices.DeleteFunc(f.lists[path], func(o object) bool { return o["id"] == id })
}

func (f *fake) fail(failures ...failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failing = append(f.failing, failures...)
}

// on has something happen once, before a path is answered.
func (f *fake) on(path string, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before[path] = do
}

// after has something happen once, when the answer is made and before it is sent.
func (f *fake) after(path string, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behind[path] = do
}

// onRequest has something happen at the request of a number, which is not answered.
func (f *fake) onRequest(number int, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last, f.leave = number, do
}

// times says how often a path was asked for.
func (f *fake) times(path string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, asked := range f.asked {
		if asked == path {
			n++
		}
	}
	return n
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked = append(f.asked, r.URL.Path)
	do := f.before[r.URL.Path]
	delete(f.before, r.URL.Path)
	leave := f.last > 0 && len(f.asked) >= f.last
	f.mu.Unlock()
	if leave {
		f.leave()
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if r.Method != http.MethodGet {
		f.t.Errorf("Stripe was told %s %s: the connector only reads", r.Method, r.URL.Path)
	}
	if r.Header.Get("Authorization") != "Bearer "+key {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.failing) > 0 {
		next := f.failing[0]
		f.failing = f.failing[1:]
		if next.retryAfter != "" {
			w.Header().Set("Retry-After", next.retryAfter)
		}
		w.WriteHeader(next.status)
		_, _ = w.Write([]byte(`{"error":{"type":"api_error","message":"jane@example.test is not well"}}`))
		return
	}
	if do != nil {
		f.mu.Unlock()
		do()
		f.mu.Lock()
	}
	answer := httptest.NewRecorder()
	f.answer(answer, r)
	if behind := f.behind[r.URL.Path]; behind != nil {
		delete(f.behind, r.URL.Path)
		f.mu.Unlock()
		behind()
		f.mu.Lock()
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (f *fake) answer(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	if list, ok := f.lists[path]; ok || isList(path) {
		f.list(w, r, path, list)
		return
	}
	parent, id := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
	for _, o := range f.lists[parent] {
		if o["id"] == id {
			_ = json.NewEncoder(w).Encode(f.expand(r, o, ""))
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte(`{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such thing"}}`))
}

func isList(path string) bool {
	return !strings.Contains(path, "/") || strings.HasSuffix(path, "/tax_ids") || strings.HasSuffix(path, "/event_summaries") || path == "billing/meters"
}

// list answers a page, as docs.stripe.com/api/pagination has it.
func (f *fake) list(w http.ResponseWriter, r *http.Request, path string, all []object) {
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil {
		limit = 10
	}
	limit = min(limit, f.pageSize())
	var data []object
	started, more := q.Get("starting_after") == "", false
	for _, o := range all {
		switch {
		case q.Get("customer") != "" && o["customer"] != q.Get("customer"):
		case !started:
			started = o["id"] == q.Get("starting_after")
		case len(data) == limit:
			more = true
		default:
			if since, err := strconv.Atoi(q.Get("created[gte]")); err != nil || o["created"].(int) >= since {
				data = append(data, f.expand(r, o, "data."))
			}
		}
	}
	if data == nil {
		data = []object{}
	}
	_ = json.NewEncoder(w).Encode(object{"object": "list", "url": "/v1/" + path, "has_more": more, "data": data})
}

// pageSize is small, so that a test needs few objects for many pages.
func (f *fake) pageSize() int { return 3 }

// expand puts a charge in the place of its id, if that was asked for.
func (f *fake) expand(r *http.Request, o object, prefix string) object {
	if r.URL.Query().Get("expand[0]") != prefix+"charge" {
		return o
	}
	for _, ch := range f.lists["charges"] {
		if ch["id"] == o["charge"] {
			o = clone(o)
			o["charge"] = ch
		}
	}
	return o
}

func clone(o object, changes ...object) object {
	c := maps.Clone(o)
	for _, change := range changes {
		maps.Copy(c, change)
	}
	return c
}
