package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"candor/models/consent"
)

type changesPage struct {
	Changes []struct {
		LogIndex      uint64 `json:"log_index"`
		Kind          string
		Customer      string
		Purpose       string
		State         string
		PreviousState string `json:"previous_state"`
		Channel       string
		Notice        *struct {
			Key     string
			Version int
		}
	}
	Last uint64
}

// decide has cus_1 give and withdraw one consent, raise and lift an objection.
func decide(t testing.TB, r *rig) {
	t.Helper()
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	r.Choose(t, "cus_1", "fraud_prevention", consent.Object)
	r.Choose(t, "cus_1", "usage_analytics", consent.Withdraw)
	r.Choose(t, "cus_1", "fraud_prevention", consent.Lift)
}

func TestChangesAreReadOnFromAnyPosition(t *testing.T) {
	r := newRig(t)
	decide(t, r)
	whole := decode[changesPage](t, r.do(t, get("/api/v1/changes")))
	var told []string
	for _, c := range whole.Changes {
		told = append(told, strings.Join([]string{c.Kind, c.Customer, c.Purpose, c.State, c.PreviousState, c.Channel}, " "))
		if c.Notice == nil || c.Notice.Key != c.Purpose || c.Notice.Version != 1 {
			t.Errorf("the notice of entry %d is %v", c.LogIndex, c.Notice)
		}
	}
	want := []string{
		"consent.given cus_1 usage_analytics given never_asked web", "objection.raised cus_1 fraud_prevention objected permitted web",
		"consent.withdrawn cus_1 usage_analytics withdrawn given web", "objection.lifted cus_1 fraud_prevention permitted objected web",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told\n%s", strings.Join(told, "\n"))
	}
	if last := r.Log.Head().Size - 1; whole.Last != last {
		t.Errorf("last is %d, the log's last entry %d", whole.Last, last)
	}
	for after := range whole.Last + 1 {
		path := "/api/v1/changes?limit=1&after=" + strconv.FormatUint(after, 10)
		page := decode[changesPage](t, r.do(t, get(path)))
		if n := len(page.Changes); n != 1 && after < whole.Changes[3].LogIndex || n == 1 && page.Last != page.Changes[0].LogIndex {
			t.Errorf("%s: %+v", path, page)
		}
		for _, c := range whole.Changes {
			if c.LogIndex > after {
				if page.Changes[0].LogIndex != c.LogIndex {
					t.Errorf("%s begins with %+v, want %+v", path, page.Changes[0], c)
				}
				break
			}
		}
	}
}

func TestChangesAreFiltered(t *testing.T) {
	r := newRig(t)
	decide(t, r)
	for query, want := range map[string]int{
		"purpose=usage_analytics": 2, "purpose=fraud_prevention&purpose=usage_analytics": 4, "purpose=billing": 0,
		"kind=consent.*": 2, "kind=consent.given&kind=objection.lifted": 2, "kind=consent.given&purpose=fraud_prevention": 0, "kind=request.*": 0,
	} {
		page := decode[changesPage](t, r.do(t, get("/api/v1/changes?"+query)))
		if len(page.Changes) != want || page.Last != r.Log.Head().Size-1 {
			t.Errorf("%s: %d changes, last %d; want %d, %d", query, len(page.Changes), page.Last, want, r.Log.Head().Size-1)
		}
	}
	for query, want := range map[string]string{
		"after=x": "after bad_position", "after=-1": "after bad_position", "after=99999": "after beyond_log", "after=9007199254740992": "after bad_position",
		"limit=0": "limit out_of_range", "limit=1001": "limit out_of_range", "wait=61": "wait out_of_range", "wait=x": "wait out_of_range",
		"purpose=nonsense": "purpose unknown_purpose", "kind=key.added": "kind unknown_kind", "kind=*": "kind unknown_kind", "kind=consent.": "kind unknown_kind",
	} {
		a := r.do(t, get("/api/v1/changes?"+query))
		if p := a.problem(t); a.status != http.StatusUnprocessableEntity || p.Field+" "+a.code(t) != want {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

func TestALongPollEndsWithTheFirstChange(t *testing.T) {
	r := newRig(t)
	after := r.Log.Head().Size - 1
	done := make(chan answer, 1)
	go func() {
		done <- r.do(t, get("/api/v1/changes?wait=60&purpose=usage_analytics&after="+strconv.FormatUint(after, 10)))
	}()
	r.Choose(t, "cus_1", "fraud_prevention", consent.Object) // passed over
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	if page := decode[changesPage](t, <-done); len(page.Changes) != 1 || page.Changes[0].Kind != "consent.given" {
		t.Errorf("%+v", page)
	}
}

// event is a server-sent event.
type event struct{ id, kind, data string }

// events reads a stream until it ends or ctx does.
func (r *rig) events(ctx context.Context, t testing.TB, c call) <-chan event {
	t.Helper()
	request := r.request(t, c.with("Accept", "text/event-stream")).WithContext(ctx)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("%d %s", response.StatusCode, got)
	}
	out := make(chan event)
	go func() {
		defer close(out)
		defer response.Body.Close()
		var e event
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.kind = value
			case "data":
				e.data = value
			case "":
				if e.id != "" {
					select {
					case out <- e:
					case <-ctx.Done():
						return
					}
				}
				e = event{}
			}
		}
	}()
	return out
}

func TestAStreamTellsWhatComesAndGoesOn(t *testing.T) {
	r := newRig(t)
	decide(t, r)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	stream := r.events(ctx, t, get("/api/v1/changes?limit=1"))
	var last string
	for range 4 {
		e := <-stream
		var change struct {
			LogIndex uint64 `json:"log_index"`
			Kind     string
		}
		if err := json.Unmarshal([]byte(e.data), &change); err != nil || strconv.FormatUint(change.LogIndex, 10) != e.id || change.Kind != e.kind {
			t.Errorf("%+v: %v", e, err)
		}
		last = e.id
	}
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	if e := <-stream; e.kind != "consent.given" {
		t.Errorf("what comes later: %+v", e)
	}
	leave()
	ctx, leave = context.WithCancel(t.Context())
	defer leave()
	again := r.events(ctx, t, get("/api/v1/changes?after=0").with("Last-Event-ID", last))
	if e := <-again; e.kind != "consent.given" || e.id <= last {
		t.Errorf("after %s: %+v", last, e)
	}
	for _, id := range []string{"x", "99999"} {
		a := r.do(t, get("/api/v1/changes").with("Accept", "text/event-stream").with("Last-Event-ID", id))
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("Last-Event-ID %s: %d", id, a.status)
		}
	}
}

func TestAStreamEndsWithItsToken(t *testing.T) {
	for name, end := range map[string]func(r *rig){
		"expired": func(r *rig) { r.Pass(time.Hour) },
		"revoked": func(r *rig) {
			if err := r.Auth.RevokeClient(t.Context(), r.client); err != nil {
				t.Fatal(err)
			}
			r.Pass(time.Minute) // more than what is known of a client may be old
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			decide(t, r)
			stream := r.events(t.Context(), t, get("/api/v1/changes"))
			for range 4 {
				<-stream
			}
			end(r)
			r.Choose(t, "cus_1", "usage_analytics", consent.Give)
			if e, ok := <-stream; ok {
				t.Errorf("told to a token that is over: %+v", e)
			}
		})
	}
}
