package webhook_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"candor/models"
	"candor/models/keys"
	"candor/models/store"
	"candor/models/webhook"
)

// read checks a message's shape and gives its log index and kind.
func (c call) read(t testing.TB) (seq uint64, kind string) {
	t.Helper()
	var m struct {
		Type      string
		Timestamp string
		Data      struct {
			LogIndex uint64 `json:"log_index"`
			Kind     string
			Customer string
			Time     string
		}
	}
	must(t, json.Unmarshal(c.body, &m))
	if m.Type != m.Data.Kind || m.Timestamp != m.Data.Time || m.Data.Customer == "" || c.header.Get("Content-Type") != "application/json" {
		t.Errorf("a message %s, of type %s", c.body, c.header.Get("Content-Type"))
	}
	return m.Data.LogIndex, m.Type
}

// verify says whether a message is signed with a secret, as the specification's own library reads it.
func (c call) verify(t testing.TB, secret string) bool {
	t.Helper()
	w := give(standardwebhooks.NewWebhook(secret))(t)
	return w.VerifyIgnoringTimestamp(c.body, c.header) == nil
}

// verifyPublic says whether a signature v1a of a message is good under a public key.
func (c call) verifyPublic(t testing.TB, public string) bool {
	t.Helper()
	key := give(base64.StdEncoding.DecodeString(strings.TrimPrefix(public, "whpk_")))(t)
	signed := fmt.Appendf(nil, "%s.%s.%s", c.id(), c.header.Get("Webhook-Timestamp"), c.body)
	return slices.ContainsFunc(strings.Split(c.header.Get("Webhook-Signature"), " "), func(s string) bool {
		text, ok := strings.CutPrefix(s, "v1a,")
		raw, err := base64.StdEncoding.DecodeString(text)
		return ok && err == nil && ed25519.Verify(key, signed, raw)
	})
}

func TestEachChangeIsSentOnceInOrderAndSigned(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	everything, some := newReceiver(t), newReceiver(t)
	e, secret, err := s.Create(t.Context(), webhook.Input{URL: everything.url})
	must(t, err)
	_, _, err = s.Create(t.Context(), webhook.Input{URL: some.url, Kinds: []string{"consent.withdrawn"}, Purposes: []string{"usage_analytics"}})
	must(t, err)
	r.decide("cus_1", 3)
	r.decide("cus_2", 3)
	last := uint64(0)
	ids := map[string]bool{}
	for range 6 {
		c := <-everything.calls
		seq, _ := c.read(t)
		if seq <= last || ids[c.id()] {
			t.Errorf("entry %d after %d, id %s", seq, last, c.id())
		}
		last, ids[c.id()] = seq, true
		if !c.verify(t, secret) || !c.verifyPublic(t, e.PublicKeys[0]) || c.verify(t, "whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 32))) {
			t.Errorf("the signatures %s", c.header.Get("Webhook-Signature"))
		}
	}
	for range 2 {
		c := <-some.calls
		if _, kind := c.read(t); kind != "consent.withdrawn" || ids[c.id()] {
			t.Errorf("%s, id %s", kind, c.id())
		}
	}
	r.delivered(s, e.ID, webhook.Delivered)
}

func TestWhatFailsIsTriedLaterAndLaterAndTheRestWaits(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	failing := newReceiver(t, status(500), status(302, "Location", "/elsewhere"), status(429, "Retry-After", "600"), status(503, "Retry-After", "99999999"), status(404), status(200))
	e, _, err := s.Create(t.Context(), webhook.Input{URL: failing.url})
	must(t, err)
	r.decide("cus_1", 2)
	first := <-failing.calls
	for i, wait := range []struct{ least, most time.Duration }{
		{4 * time.Second, 6 * time.Second},
		{12 * time.Second, 18 * time.Second},
		{10 * time.Minute, 10 * time.Minute},
		{6 * time.Hour, 6 * time.Hour},
		{324 * time.Second, 486 * time.Second},
	} {
		if got := r.pass(); got < wait.least || got > wait.most {
			t.Errorf("after failure %d it waits %v, want %v to %v", i+1, got, wait.least, wait.most)
		}
		again := <-failing.calls
		if again.id() != first.id() || string(again.body) != string(first.body) || again.header.Get("Webhook-Timestamp") <= first.header.Get("Webhook-Timestamp") {
			t.Errorf("attempt %d: %v", i+2, again.header)
		}
	}
	if next := <-failing.calls; next.id() == first.id() {
		t.Error("the next change came under the same id")
	}
	d := r.delivered(s, e.ID, webhook.Delivered)
	list := give(s.Deliveries(t.Context(), e.ID, d.Seq, 9))(t)
	if len(list) != 1 || list[0].Attempts != 6 || list[0].Code != 200 || list[0].Problem != "" || !list[0].NextAt.IsZero() {
		t.Errorf("%+v", list)
	}
}

func TestWhatFailsForTwoDaysIsGivenUpAndThenTheEndpoint(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	broken := newReceiver(t, status(500))
	e, _, err := s.Create(t.Context(), webhook.Input{URL: broken.url})
	must(t, err)
	r.decide("cus_1", 3)
	first := <-broken.calls
	tried := time.Duration(0)
	for tried < 48*time.Hour {
		tried += r.pass()
		<-broken.calls
	}
	if tried != 48*time.Hour {
		t.Errorf("it was tried for %v", tried)
	}
	second := <-broken.calls // the next one, which fails as well
	if reason := <-r.ended; reason != webhook.Failing || second.id() == first.id() {
		t.Errorf("it was disabled because of %q", reason)
	}
	stands := give(s.Endpoint(t.Context(), e.ID))(t)
	list := give(s.Deliveries(t.Context(), e.ID, 1<<53, 9))(t)
	if stands.State != webhook.Disabled || stands.Reason != webhook.Failing || len(list) != 2 || list[1].State != webhook.Failed {
		t.Errorf("%+v %+v", stands, list)
	}
	broken.answer(status(200))
	give(s.Update(t.Context(), e.ID, webhook.Input{URL: broken.url, State: webhook.Enabled}))(t)
	if again := <-broken.calls; again.id() != second.id() {
		t.Error("enabled again, it does not go on where it stopped")
	}
	<-broken.calls
	r.delivered(s, e.ID, webhook.Delivered)
	d := give(s.Redeliver(t.Context(), e.ID, list[1].Seq))(t) // what was given up can be had
	if again := <-broken.calls; again.id() != first.id() || d.State != webhook.Delivered || d.Attempts != list[1].Attempts+1 {
		t.Errorf("replayed: %+v", d)
	}
}

func TestGoneDisablesAtOnce(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	gone := newReceiver(t, status(410))
	e, _, err := s.Create(t.Context(), webhook.Input{URL: gone.url})
	must(t, err)
	r.decide("cus_1", 2)
	<-gone.calls
	if reason := <-r.ended; reason != webhook.Gone {
		t.Errorf("disabled because of %q", reason)
	}
	if e = give(s.Endpoint(t.Context(), e.ID))(t); e.State != webhook.Disabled || e.Reason != webhook.Gone {
		t.Errorf("%+v", e)
	}
	gone.answer(status(200))
	give(s.Update(t.Context(), e.ID, webhook.Input{URL: gone.url}))(t)
	<-gone.calls
	<-gone.calls
}

func TestAnOldSecretSignsBesideTheNewOneForAWhile(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	receiver := newReceiver(t)
	e, old, err := s.Create(t.Context(), webhook.Input{URL: receiver.url})
	must(t, err)
	oldPublic := e.PublicKeys[0]
	e, fresh, err := s.Rotate(t.Context(), e.ID, time.Hour)
	must(t, err)
	if len(e.PublicKeys) != 2 || e.PublicKeys[1] != oldPublic || fresh == old {
		t.Errorf("%v", e.PublicKeys)
	}
	r.decide("cus_1", 1)
	c := <-receiver.calls
	if !c.verify(t, old) || !c.verify(t, fresh) || !c.verifyPublic(t, oldPublic) || !c.verifyPublic(t, e.PublicKeys[0]) {
		t.Errorf("in between: %s", c.header.Get("Webhook-Signature"))
	}
	r.Pass(time.Hour)
	r.decide("cus_1", 1)
	c = <-receiver.calls
	if c.verify(t, old) || !c.verify(t, fresh) || c.verifyPublic(t, oldPublic) || !c.verifyPublic(t, e.PublicKeys[0]) {
		t.Errorf("afterwards: %s", c.header.Get("Webhook-Signature"))
	}
	if e = give(s.Endpoint(t.Context(), e.ID))(t); len(e.PublicKeys) != 1 {
		t.Errorf("afterwards: %v", e.PublicKeys)
	}
	stored := give(r.Data.Endpoint(t.Context(), e.ID))(t)
	raw := give(base64.StdEncoding.DecodeString(strings.TrimPrefix(fresh, "whsec_")))(t)
	if bytes.Contains(stored.Secrets, raw) || bytes.Contains(stored.Secrets, []byte(fresh)) {
		t.Error("the secret is in the store")
	}
}

func TestASlowEndpointDelaysNoOther(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	release := make(chan struct{})
	slow, fast := newReceiver(t, func(http.ResponseWriter) { <-release }), newReceiver(t)
	t.Cleanup(func() { close(release) })
	for _, url := range []string{slow.url, fast.url} {
		_, _, err := s.Create(t.Context(), webhook.Input{URL: url})
		must(t, err)
	}
	r.decide("cus_1", 20)
	<-slow.calls
	for range 20 {
		<-fast.calls
	}
	if len(slow.calls) > 0 {
		t.Error("a second message was sent before the first was answered")
	}
}

// TestAnotherServerGoesOn stops a service while a message waits to be sent again; another one on the same store has it.
func TestAnotherServerGoesOn(t *testing.T) {
	r := newRig(t)
	first, stop := r.serve(r.config(true))
	receiver := newReceiver(t, status(200), status(500), status(200))
	e, _, err := first.Create(t.Context(), webhook.Input{URL: receiver.url})
	must(t, err)
	r.decide("cus_1", 1)
	<-receiver.calls
	r.decide("cus_1", 2)
	failed := <-receiver.calls
	<-r.armed
	stop()
	r.decide("cus_1", 1)
	second, _ := r.serve(r.config(true))
	if wait := r.pass(); wait < time.Second {
		t.Errorf("the wait was forgotten: %v", wait)
	}
	if again := <-receiver.calls; again.id() != failed.id() {
		t.Error("what failed was lost")
	}
	<-receiver.calls
	<-receiver.calls
	r.delivered(second, e.ID, webhook.Delivered)
	if len(receiver.calls) > 0 {
		t.Error("something was sent twice")
	}
}

func TestWhatIsErasedIsNotSentAnyMore(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	receiver := newReceiver(t, status(500), status(200))
	_, _, err := s.Create(t.Context(), webhook.Input{URL: receiver.url})
	must(t, err)
	r.decide("cus_1", 1)
	r.decide("cus_2", 1)
	<-receiver.calls
	must(t, r.ring.Destroy(t.Context(), keys.Evidence("cus_1")))
	r.pass()
	if c := <-receiver.calls; strings.Contains(string(c.body), "cus_1") {
		t.Errorf("sent after erasure: %s", c.body)
	}
}

// Attempts are those of one change. What was erased while no server ran leaves neither its wait nor its attempts to the next.
func TestTheNextChangeDoesNotInheritTheAttemptsOfAnErasedOne(t *testing.T) {
	r := newRig(t)
	first, stop := r.serve(r.config(true))
	receiver := newReceiver(t, status(500), status(500), status(200))
	e, _, err := first.Create(t.Context(), webhook.Input{URL: receiver.url})
	must(t, err)
	r.decide("cus_1", 1)
	<-receiver.calls
	r.pass()
	<-receiver.calls
	<-r.armed
	stop()
	r.decide("cus_2", 1)
	must(t, r.ring.Destroy(t.Context(), keys.Evidence("cus_1")))
	second, _ := r.serve(r.config(true))
	<-receiver.calls // at once: nothing has made it wait
	if d := r.delivered(second, e.ID, webhook.Delivered); d.Attempts != 1 || !d.FirstAt.Equal(d.LastAt) {
		t.Errorf("its first attempt is called attempt %d since %s", d.Attempts, d.FirstAt)
	}
}

func TestReplay(t *testing.T) {
	r := newRig(t)
	s, _ := r.serve(r.config(true))
	receiver := newReceiver(t)
	r.decide("cus_1", 2)
	e, _, err := s.Create(t.Context(), webhook.Input{URL: receiver.url}) // from now
	must(t, err)
	start := e.Progress.Cursor
	r.decide("cus_1", 2)
	third, fourth := <-receiver.calls, <-receiver.calls
	give(s.Replay(t.Context(), e.ID, start))(t)
	if a, b := <-receiver.calls, <-receiver.calls; a.id() != third.id() || b.id() != fourth.id() {
		t.Error("a replay is under other ids")
	}
	give(s.Replay(t.Context(), e.ID, 0))(t)
	for range 4 {
		<-receiver.calls
	}
	if _, err := s.Replay(t.Context(), e.ID, 999); models.KindOf(err) != models.Invalid {
		t.Errorf("beyond the log: %v", err)
	}
	d := give(s.Try(t.Context(), e.ID))(t)
	if c := <-receiver.calls; d.Code != 204 || d.State != webhook.Delivered || !strings.Contains(string(c.body), `"webhook.test"`) {
		t.Errorf("%+v %s", d, c.body)
	}
	if _, err := s.Redeliver(t.Context(), e.ID, 0); models.KindOf(err) != models.NotFound {
		t.Errorf("an entry that is no change: %v", err)
	}
}

// halfway is a store that dies between the two writes of which an endpoint is made.
type halfway struct{ store.Webhooks }

func (halfway) CreateEndpoint(context.Context, store.Endpoint) error {
	return models.Fail(models.Unavailable, "store_unavailable")
}

// Whoever repeats under a name what may have been lost gets the endpoint that there is, or that was begun; whoever says
// something else gets another.
func TestANamedEndpointIsMadeOnce(t *testing.T) {
	r := newRig(t)
	cfg := r.config(false)
	named := webhook.Input{URL: "https://billing.example.test/", Named: []string{"client", "key"}}
	cfg.Store = halfway{r.Data}
	if _, _, err := webhook.New(cfg).Create(t.Context(), named); err == nil {
		t.Fatal("made though the store is away")
	}
	s := webhook.New(r.config(false))
	first, secret, err := s.Create(t.Context(), named)
	must(t, err)
	again, same, err := s.Create(t.Context(), named)
	must(t, err)
	if again.ID != first.ID || same != secret || secret == "" {
		t.Errorf("%s and then %s", first.ID, again.ID)
	}
	for _, in := range []webhook.Input{{URL: named.URL}, {URL: named.URL, Named: []string{"client", "other"}}, {URL: named.URL + "x", Named: named.Named}} {
		if other, _, err := s.Create(t.Context(), in); err != nil || other.ID == first.ID {
			t.Errorf("%+v: %s, %v", in, other.ID, err)
		}
	}
}

// TestAddressesThatAreNotPublicAreRefusedWhenCalled: whatever was allowed when the endpoint was made, or its name led to.
func TestAddressesThatAreNotPublicAreRefusedWhenCalled(t *testing.T) {
	r := newRig(t)
	receiver := newReceiver(t)
	s := webhook.New(r.config(true))
	e, _, err := s.Create(t.Context(), webhook.Input{URL: strings.Replace(receiver.url, "127.0.0.1", "localhost", 1)})
	must(t, err)
	strict, _ := r.serve(r.config(false))
	r.decide("cus_1", 1)
	d := r.delivered(strict, e.ID, webhook.Waiting)
	if d.Problem != "refused_address" || d.Code != 0 || len(receiver.calls) > 0 {
		t.Errorf("%+v", d)
	}
	if d := give(strict.Try(t.Context(), e.ID))(t); d.Problem != "refused_address" || len(receiver.calls) > 0 {
		t.Errorf("a test: %+v", d)
	}
}

func TestWhatCannotBeAnEndpoint(t *testing.T) {
	r := newRig(t)
	s := webhook.New(r.config(false))
	for url, code := range map[string]string{
		"": "bad_webhook_url", "x": "bad_webhook_url", "http://billing.example.test/": "bad_webhook_url", "ftp://billing.example.test/": "bad_webhook_url",
		"https://user:secret@billing.example.test/": "bad_webhook_url", "https://billing.example.test/#a": "bad_webhook_url", "https:///x": "bad_webhook_url",
		"https://billing.example.test:99999/": "bad_webhook_url", "https://billing.example.test:0/": "bad_webhook_url",
		"https://billing.example.test/a b": "bad_webhook_url", "https:billing.example.test": "bad_webhook_url", "http://127.0.0.1/": "bad_webhook_url",
		"https://127.0.0.1/": "private_address", "https://localhost/": "private_address", "https://[::1]/": "private_address",
		"https://169.254.169.254/latest/meta-data/": "private_address", "https://[::ffff:10.0.0.1]/": "private_address",
		"https://" + strings.Repeat("a", 2000) + ".test/": "bad_webhook_url",
	} {
		_, _, err := s.Create(t.Context(), webhook.Input{URL: url})
		if e, ok := errors.AsType[*models.Error](err); !ok || e.Code != code || e.Field != "url" {
			t.Errorf("%s: %v, want %s", url, err, code)
		}
	}
	good := "https://billing.example.test/hook?x=1"
	for field, in := range map[string]webhook.Input{
		"kinds": {URL: good, Kinds: []string{"key.added"}}, "purposes": {URL: good, Purposes: []string{"nonsense"}},
		"description": {URL: good, Description: strings.Repeat("ä", 201)}, "state": {URL: good, State: "paused"},
	} {
		_, _, err := s.Create(t.Context(), in)
		if e, ok := errors.AsType[*models.Error](err); !ok || e.Kind != models.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for range 100 {
		_, _, err := s.Create(t.Context(), webhook.Input{URL: good, State: webhook.Disabled})
		must(t, err)
	}
	if _, _, err := s.Create(t.Context(), webhook.Input{URL: good}); models.KindOf(err) != models.Conflict {
		t.Errorf("the 101st: %v", err)
	}
	for name, call := range map[string]func(ctx context.Context) error{
		"read":    func(ctx context.Context) error { _, err := s.Endpoint(ctx, "x"); return err },
		"update":  func(ctx context.Context) error { _, err := s.Update(ctx, "x", webhook.Input{URL: good}); return err },
		"rotate":  func(ctx context.Context) error { _, _, err := s.Rotate(ctx, "x", 0); return err },
		"replay":  func(ctx context.Context) error { _, err := s.Replay(ctx, "x", 0); return err },
		"try":     func(ctx context.Context) error { _, err := s.Try(ctx, "x"); return err },
		"list":    func(ctx context.Context) error { _, err := s.Deliveries(ctx, "x", 9, 9); return err },
		"deliver": func(ctx context.Context) error { _, err := s.Redeliver(ctx, "x", 0); return err },
	} {
		if err := call(t.Context()); !errors.Is(err, webhook.ErrNotFound) {
			t.Errorf("%s what is not there: %v", name, err)
		}
	}
}
