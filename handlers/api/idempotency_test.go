package api_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/api"
	"candor/models"
	"candor/models/billing"
	"candor/models/consent"
)

const keyHeader = "Idempotency-Key"

// TestANamedWriteIsAnsweredAsTheFirst tells the answers apart by what has changed in between.
func TestANamedWriteIsAnsweredAsTheFirst(t *testing.T) {
	r := newRig(t)
	named := put("/api/v1/customers/cus_1", `{"name":"Ann"}`).with(keyHeader, "k1")
	first := r.do(t, named)
	if first.status != http.StatusOK || first.header.Get("Idempotent-Replayed") != "" {
		t.Fatalf("%d %v %s", first.status, first.header, first.body)
	}
	r.do(t, put("/api/v1/customers/cus_1", `{"name":"Bea"}`))
	again := r.do(t, named)
	if again.status != first.status || again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" ||
		again.header.Get("Content-Type") != first.header.Get("Content-Type") {
		t.Errorf("again: %d %v %s", again.status, again.header, again.body)
	}
	if now := r.do(t, get("/api/v1/customers/cus_1")); now.body == first.body {
		t.Errorf("the repeated request was carried out: %s", now.body)
	}
	for name, other := range map[string]call{
		"body":   put("/api/v1/customers/cus_1", `{"name":"Cid"}`),
		"path":   put("/api/v1/customers/cus_2", `{"name":"Ann"}`),
		"method": {method: http.MethodDelete, path: record},
	} {
		if a := r.do(t, other.with(keyHeader, "k1")); a.status != 422 || a.code(t) != "idempotency_key_reused" || a.problem(t).Field != keyHeader {
			t.Errorf("another %s under the key: %d %s", name, a.status, a.body)
		}
	}
	_, _, token := r.Client(t)
	if a := r.do(t, named.with("Authorization", "Bearer "+token)); a.header.Get("Idempotent-Replayed") != "" || a.status != http.StatusOK {
		t.Errorf("another client's key is another key: %d %v", a.status, a.header)
	}
	r.Pass(24 * time.Hour)
	r.renew(t)
	if a := r.do(t, named); a.status != http.StatusOK || a.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("after a day: %d %v", a.status, a.header)
	}
}

// renew takes a new token: the one from before is over.
func (r *rig) renew(t *testing.T) {
	t.Helper()
	issued, err := r.Auth.IssueToken(t.Context(), r.client, r.secret, "")
	if err != nil {
		t.Fatal(err)
	}
	r.token = issued.Token
}

// The answer, with the secret that is shown once, was lost in a crash: what was named is not made a second time.
func TestARepeatedWebhookIsOneThoughItsAnswerWasLost(t *testing.T) {
	r := newRig(t)
	named := post("/api/v1/webhooks", `{"url":"`+nowhere+`"}`).with(keyHeader, "k1")
	first := r.do(t, named)
	if err := r.Store.ForgetWrites(t.Context(), r.Time().Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	again := r.do(t, named)
	if first.status != http.StatusCreated || again.status != first.status || again.body != first.body || again.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%d %s\nand then %d %v %s", first.status, first.body, again.status, again.header, again.body)
	}
	for name, other := range map[string]call{
		"another name": named.with(keyHeader, "k2"), "no name": post("/api/v1/webhooks", `{"url":"`+nowhere+`"}`),
	} {
		if a := r.do(t, other); a.status != http.StatusCreated || a.body == first.body {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestARefusalIsRepeatedToo(t *testing.T) {
	r := newRig(t)
	named := put("/api/v1/customers/cus_1", `{"nonsense":"x"}`).with(keyHeader, "k").with("Accept-Language", "de")
	first := r.do(t, named)
	again := r.do(t, named)
	if first.status != 422 || again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" ||
		again.header.Get("Content-Language") != "de" || again.code(t) != "unknown_member" {
		t.Errorf("first %d %s, again %d %v %s", first.status, first.body, again.status, again.header, again.body)
	}
}

// TestEveryWriteMayBeNamed calls every operation twice under one key: the second time it is answered as the first, or, for
// the two that say so, by their own means.
func TestEveryWriteMayBeNamed(t *testing.T) {
	r := newRig(t)
	r.do(t, put(record, invoice))
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	for name, c := range operations() {
		if c.method == http.MethodGet {
			continue
		}
		c = c.with(keyHeader, "the same for all? "+name)
		first, again := r.do(t, c), r.do(t, c)
		own := name == "import POST" || name == "session POST"
		if first.status >= 300 && !strings.Contains(c.path, nothing) || again.status != first.status || again.body != first.body || (again.header.Get("Idempotent-Replayed") == "true") == own {
			t.Errorf("%s: %d %s, again %d %v %s", name, first.status, first.body, again.status, again.header, again.body)
		}
		r.do(t, put(record, invoice)) // what a DELETE took away
	}
}

// TestOfManyEqualWritesOneIsCarriedOut has two servers over one store, and a write that waits until all others have been
// turned away.
func TestOfManyEqualWritesOneIsCarriedOut(t *testing.T) {
	const others = 15
	r := newRig(t)
	slow := &slowBilling{Billing: r.Billing, entered: make(chan struct{}), leave: make(chan struct{})}
	var urls []string
	for range 2 {
		d := r.deps()
		d.Billing = slow
		urls = append(urls, r.Serve(t, func(app fiber.Router) { api.Mount(app, d) }))
	}
	send := func(i int) answer {
		other := *r
		other.url = urls[i%len(urls)]
		return other.do(t, put("/api/v1/customers/cus_1", `{"name":"Ann"}`).with(keyHeader, "k"))
	}
	first := make(chan answer, 1)
	go func() { first <- send(0) }()
	<-slow.entered
	var all sync.WaitGroup
	for i := range others {
		all.Go(func() {
			if a := send(i); a.status != http.StatusConflict || a.code(t) != "idempotency_key_running" || a.header.Get("Retry-After") != "1" {
				t.Errorf("while the first is carried out: %d %v %s", a.status, a.header, a.body)
			}
		})
	}
	all.Wait()
	close(slow.leave)
	done := <-first
	for i := range others {
		if a := send(i); a.status != http.StatusOK || a.body != done.body {
			t.Errorf("afterwards: %d %s", a.status, a.body)
		}
	}
	if n := slow.calls.Load(); n != 1 {
		t.Errorf("carried out %d times", n)
	}
}

// TestAFaultIsNotKept: what the server could not do is done when it can.
func TestAFaultIsNotKept(t *testing.T) {
	r := newRig(t)
	d := r.deps()
	failing := &slowBilling{Billing: r.Billing, fail: true}
	d.Billing = failing
	r.url = r.Serve(t, func(app fiber.Router) { api.Mount(app, d) })
	named := put(record, invoice).with(keyHeader, "k")
	response, err := http.DefaultClient.Do(r.request(t, named))
	if err != nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("%v %v", response, err)
	}
	_ = response.Body.Close()
	failing.fail = false
	if a := r.do(t, named); a.status != http.StatusNoContent || a.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
}

// TestAnAttemptThatDiedBlocksNobodyForLong leaves a claim behind as a crash does.
func TestAnAttemptThatDiedBlocksNobodyForLong(t *testing.T) {
	r := newRig(t)
	d := r.deps()
	dying := &slowBilling{Billing: r.Billing, entered: make(chan struct{}), leave: make(chan struct{})}
	d.Billing = dying
	live := r.url
	r.url = r.Serve(t, func(app fiber.Router) { api.Mount(app, d) })
	named := put(record, invoice).with(keyHeader, "k")
	lost := make(chan answer, 1)
	dead := *r
	go func() { lost <- dead.do(t, named) }()
	<-dying.entered
	r.url = live
	if a := r.do(t, named); a.status != http.StatusConflict {
		t.Fatalf("%d %s", a.status, a.body)
	}
	r.Pass(time.Minute)
	if a := r.do(t, named); a.status != http.StatusNoContent || a.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("after its minute: %d %s", a.status, a.body)
	}
	close(dying.leave)
	if a := <-lost; a.status != http.StatusNoContent {
		t.Errorf("the attempt that came back late: %d %s", a.status, a.body)
	}
	if a := r.do(t, named); a.status != http.StatusNoContent || a.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("from then on: %d %v", a.status, a.header)
	}
}

// slowBilling counts writes, and makes them wait or fail.
type slowBilling struct {
	api.Billing
	entered, leave chan struct{} // the first write closes the one and waits for the other
	once           sync.Once
	fail           bool
	calls          atomic.Int64
}

func (b *slowBilling) wait() error {
	b.calls.Add(1)
	if b.fail {
		return models.Fail(models.Unavailable, "store_unavailable")
	}
	if b.entered != nil {
		b.once.Do(func() {
			close(b.entered)
			<-b.leave
		})
	}
	return nil
}

func (b *slowBilling) PutCustomer(ctx context.Context, p billing.Profile) error {
	if err := b.wait(); err != nil {
		return err
	}
	return b.Billing.PutCustomer(ctx, p)
}

func (b *slowBilling) PutRecord(ctx context.Context, rec models.Record) error {
	if err := b.wait(); err != nil {
		return err
	}
	return b.Billing.PutRecord(ctx, rec)
}
