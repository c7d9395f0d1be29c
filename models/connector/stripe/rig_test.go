package stripe_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/connector"
	"candor/models/connector/stripe"
	"candor/models/datamap"
	"candor/models/sequencer/sequencertest"
)

const (
	key    = "rk_test_0123456789"
	secret = "whsec_0123456789abcdef"
	other  = "whsec_fedcba9876543210"
)

// noon is when everything happens.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rig is the connector between a fake Stripe and the real store, keys and billing.
type rig struct {
	*testing.T
	*fake

	base    *sequencertest.Rig
	billing *billing.Service
	intake  *connector.Intake
	stripe  *stripe.Connector

	mu     sync.Mutex
	now    time.Time
	slept  []time.Duration
	events int
	dealt  map[string]int
}

func (r *rig) time() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// advance sets the clock on.
func (r *rig) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// sleep takes no time, and is remembered.
func (r *rig) sleep(ctx context.Context, d time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slept = append(r.slept, d)
	return ctx.Err()
}

func dataMap(t *testing.T, path string, changes ...string) *datamap.Map {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := datamap.Parse([]byte(strings.NewReplacer(changes...).Replace(string(raw))))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const saas = "../../../cmd/candor/operators/saas/datamap.yaml"

// newRig makes one; change may set what the connector is made with.
func newRig(t *testing.T, change ...func(*stripe.Config)) *rig {
	t.Helper()
	return newRigOf(t, dataMap(t, saas), change...)
}

func newRigOf(t *testing.T, m *datamap.Map, change ...func(*stripe.Config)) *rig {
	t.Helper()
	r := &rig{T: t, fake: newFake(t), base: sequencertest.New(t, noon), now: noon, dealt: map[string]int{}}
	r.billing = billing.New(billing.Config{Map: datamap.Hold(m), Customers: r.base.Data, Records: r.base.Data, Ring: r.base.Ring(), Clock: r.time})
	var err error
	r.intake, err = connector.NewIntake(connector.Config{
		Name: stripe.Name, Source: "billing", Map: datamap.Hold(m), Billing: r.billing, Store: r.base.Data, Clock: r.time,
		Watch: func(kind string, o connector.Outcome) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.dealt[kind+" "+string(o)]++
		},
	})
	r.must(err)
	c := stripe.Config{
		Intake: r.intake, Key: key, Secrets: []string{secret}, Reference: "metadata.ref", APIURL: r.URL,
		Transport: http.DefaultTransport, Sleep: r.sleep, Jitter: func() float64 { return 0 }, Clock: r.time,
	}
	for _, f := range change {
		f(&c)
	}
	r.stripe = stripe.New(c)
	return r
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// sign makes the header of a body, as Stripe does.
func sign(at time.Time, body []byte, secrets ...string) string {
	header := fmt.Sprintf("t=%d", at.Unix())
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
		header += ",v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	return header
}

// event is a body about an object.
func (r *rig) event(kind string, about object) []byte {
	r.mu.Lock()
	r.events++
	id := fmt.Sprintf("evt_%d", r.events)
	r.mu.Unlock()
	body, err := json.Marshal(object{
		"id": id, "object": "event", "type": kind, "livemode": false, "data": object{"object": about},
	})
	r.must(err)
	return body
}

func (r *rig) deliver(body []byte, header string) (connector.Received, error) {
	return r.stripe.Receive(r.Context(), connector.Delivery{
		Body: body, Header: func(name string) string {
			if name == "Stripe-Signature" {
				return header
			}
			return ""
		},
	})
}

// send delivers a signed event, which must be taken in, and gives what became of it.
func (r *rig) send(kind string, about object) connector.Outcome {
	r.Helper()
	body := r.event(kind, about)
	got, err := r.deliver(body, sign(r.time(), body, secret))
	r.must(err)
	return got.Outcome
}

// fields are those of a record; nil if there is none.
func (r *rig) fields(customer, category, id string) map[string]string {
	r.Helper()
	record, err := r.billing.Record(r.Context(), customer, category, id)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	r.must(err)
	return record.Fields
}

func (r *rig) wants(got, want any) {
	r.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.Errorf("got  %v\nwant %v", got, want)
	}
}

// customer puts one into the fake, whose reference here is the same with "ref-" before it.
func (r *rig) customer(id string) object {
	o := object{
		"id": id, "object": "customer", "created": int(noon.Unix()), "name": "Jane " + id, "email": id + "@example.test",
		"metadata": object{"ref": "ref-" + id}, "preferred_locales": []string{"fr"},
		"address": object{"line1": "1 Rue", "postal_code": "75001", "city": "Paris", "country": "FR"},
	}
	r.put("customers", o)
	return o
}

func (r *rig) invoice(id, customer string, changes ...object) object {
	o := clone(object{
		"id": id, "object": "invoice", "created": int(noon.Unix()), "customer": customer, "number": "R-" + id, "status": "open",
		"total": 4290, "total_excluding_tax": 3605, "subtotal": 3605, "currency": "eur", "due_date": int(noon.AddDate(0, 0, 14).Unix()),
		"status_transitions": object{"finalized_at": int(noon.Unix())}, "customer_email": "never@example.test",
	}, changes...)
	r.put("invoices", o)
	return o
}

func (r *rig) charge(id, customer string, changes ...object) object {
	o := clone(object{
		"id": id, "object": "charge", "created": int(noon.Unix()), "customer": customer, "amount": 4290, "currency": "eur",
		"status": "succeeded", "captured": true, "payment_method_details": object{"type": "card", "card": object{"last4": "4242"}},
	}, changes...)
	r.put("charges", o)
	return o
}

func (r *rig) paymentMethod(id, customer string, changes ...object) object {
	o := clone(object{
		"id": id, "object": "payment_method", "created": int(noon.Unix()), "customer": customer, "type": "card",
		"card": object{"brand": "visa", "last4": "4242", "exp_month": 3, "exp_year": 2027, "fingerprint": "abc"},
	}, changes...)
	r.put("payment_methods", o)
	return o
}

func profileOf(ref string) billing.Profile {
	return billing.Profile{Customer: models.Customer{Ref: ref}}
}
