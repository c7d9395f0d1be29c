package stripe_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/connector"
	"candor/models/connector/stripe"
)

func TestAnEventBringsTheNewestStateAndNothingElse(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	in := r.invoice("in_1", "cus_1")
	r.invoice("in_1", "cus_1", object{"status": "paid"}) // it has changed since the event was made
	r.wants(r.send("invoice.finalized", in), connector.Held)
	r.wants(r.fields("ref-cus_1", "invoices", "in_1"),
		"map[currency:EUR due_on:2026-03-15 issued_on:2026-03-01 number:R-in_1 status:paid total:4290]")
	profile, err := r.billing.Customer(t.Context(), "ref-cus_1") // whom nobody had sent an event about
	r.must(err)
	r.wants([]string{profile.Name, profile.Email, profile.Locale, profile.Address},
		[]string{"Jane cus_1", "cus_1@example.test", "fr", "1 Rue\n75001 Paris\nFR"})
}

func TestAnEventIsDealtWithOnce(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	body := r.event("invoice.paid", r.invoice("in_1", "cus_1"))
	header := sign(noon, body, secret)
	for i, want := range []connector.Outcome{connector.Held, connector.Repeated, connector.Repeated} {
		got, err := r.deliver(body, header)
		r.must(err)
		if got.Outcome != want || got.Type != "invoice" {
			t.Errorf("delivery %d: %+v", i, got)
		}
	}
	r.wants(r.times("/v1/invoices/in_1"), 1)
}

func TestEventsMayComeInAnyOrder(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	created := r.event("payment_method.attached", r.paymentMethod("pm_1", "cus_1"))
	r.drop("payment_methods", "pm_1")
	r.wants(r.send("payment_method.detached", object{"id": "pm_1", "object": "payment_method"}), connector.Nothing)
	got, err := r.deliver(created, sign(noon, created, secret)) // and only now what came before
	r.must(err)
	r.wants(got.Outcome, connector.Nothing)
	if f := r.fields("ref-cus_1", "payment_method", "pm_1"); f != nil {
		t.Errorf("a payment method that is gone is held: %v", f)
	}
}

func TestWhatIsGoneIsRemoved(t *testing.T) {
	for name, c := range map[string]struct {
		category, event string
		change          func(r *rig)
	}{
		"payment method detached": {"payment_method", "payment_method.detached", func(r *rig) { r.paymentMethod("x_1", "cus_1", object{"customer": nil}) }},
		"payment method unknown":  {"payment_method", "payment_method.detached", func(r *rig) { r.drop("payment_methods", "x_1") }},
		"invoice deleted":         {"invoices", "invoice.deleted", func(r *rig) { r.drop("invoices", "x_1") }},
		"invoice said deleted":    {"invoices", "invoice.deleted", func(r *rig) { r.put("invoices", object{"id": "x_1", "object": "invoice", "deleted": true}) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.customer("cus_1")
			kind, about := "invoice", r.invoice("x_1", "cus_1")
			if c.category == "payment_method" {
				kind, about = "payment_method", r.paymentMethod("x_1", "cus_1")
			}
			r.wants(r.send(kind+".created", about), connector.Held)
			c.change(r)
			r.wants(r.send(c.event, about), connector.Removed)
			if f := r.fields("ref-cus_1", c.category, "x_1"); f != nil {
				t.Errorf("it is still held: %v", f)
			}
			r.wants(r.send(c.event, about), connector.Nothing)
		})
	}
}

func TestAVoidedBillStaysAndADraftIsNone(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	r.wants(r.send("invoice.created", r.invoice("in_1", "cus_1", object{"status": "draft", "number": nil})), connector.Nothing)
	r.wants(r.send("invoice.finalized", r.invoice("in_1", "cus_1")), connector.Held)
	r.wants(r.send("invoice.voided", r.invoice("in_1", "cus_1", object{"status": "void"})), connector.Held)
	r.wants(r.fields("ref-cus_1", "invoices", "in_1")["status"], "cancelled")
	r.advance(30 * 24 * time.Hour)
	r.send("invoice.overdue", r.invoice("in_2", "cus_1"))
	r.wants(r.fields("ref-cus_1", "invoices", "in_2")["status"], "overdue")
}

func TestADeletedCustomerTakesWhatStripeDeletesAndLeavesTheBills(t *testing.T) {
	r := newRig(t)
	cus := r.customer("cus_1")
	r.send("customer.created", cus)
	r.send("payment_method.attached", r.paymentMethod("pm_1", "cus_1"))
	r.send("invoice.paid", r.invoice("in_1", "cus_1"))
	r.put("customers", object{"id": "cus_1", "object": "customer", "deleted": true})
	r.wants(r.send("customer.deleted", cus), connector.Removed)
	for _, gone := range [][2]string{{"identity", models.ProfileID}, {"contact", models.ProfileID}, {"payment_method", "pm_1"}} {
		if f := r.fields("ref-cus_1", gone[0], gone[1]); f != nil {
			t.Errorf("%s is still held: %v", gone[0], f)
		}
	}
	if r.fields("ref-cus_1", "invoices", "in_1") == nil {
		t.Error("the bill, which Stripe keeps, is gone")
	}
	// A bill that comes later is still theirs, though nobody says so any more.
	r.wants(r.send("invoice.paid", r.invoice("in_2", "cus_1")), connector.Held)
}

// Stripe answers for customers that were deleted: one whom it does not know is another account's.
func TestAKeyOfAnotherAccountRemovesNobody(t *testing.T) {
	r := newRig(t)
	cus := r.customer("cus_1")
	r.send("customer.created", cus)
	r.drop("customers", "cus_1")
	body := r.event("customer.updated", cus)
	if _, err := r.deliver(body, sign(r.time(), body, secret)); models.KindOf(err) != models.Unavailable {
		t.Errorf("the event is answered with %v, and Stripe sends it no more", err)
	}
	if r.fields("ref-cus_1", "identity", models.ProfileID) == nil {
		t.Error("the customer is gone")
	}
}

func TestACustomerWhoseReferenceChangesTakesEverythingAlong(t *testing.T) {
	r := newRig(t)
	cus := r.customer("cus_1")
	r.send("customer.created", cus)
	r.send("invoice.paid", r.invoice("in_1", "cus_1"))
	r.put("customers", clone(cus, object{"metadata": object{"ref": "moved"}}))
	r.wants(r.send("customer.updated", cus), connector.Held)
	for _, place := range [][2]string{{"identity", models.ProfileID}, {"invoices", "in_1"}} {
		if f := r.fields("ref-cus_1", place[0], place[1]); f != nil {
			t.Errorf("%s is still held under the old reference: %v", place[0], f)
		}
		if r.fields("moved", place[0], place[1]) == nil {
			t.Errorf("%s is not held under the new reference", place[0])
		}
	}
}

// Other systems' members of a profile are theirs.
func TestAProfileKeepsWhatStripeDoesNotKnow(t *testing.T) {
	r := newRig(t)
	held := profileOf("ref-cus_1")
	held.CustomerNumber, held.Jurisdiction, held.Phone = "K-7", "DE", "+49 30 1"
	r.must(r.billing.PutCustomer(t.Context(), held))
	r.send("customer.updated", r.customer("cus_1"))
	got, err := r.billing.Customer(t.Context(), "ref-cus_1")
	r.must(err)
	r.wants([]string{got.CustomerNumber, got.Jurisdiction, got.Phone, got.Name}, []string{"K-7", "DE", "", "Jane cus_1"})
}

func TestACustomerWithoutAReferenceIsRefused(t *testing.T) {
	r := newRig(t)
	cus := r.customer("cus_1")
	r.put("customers", clone(cus, object{"metadata": object{}}))
	r.wants(r.send("customer.created", cus), connector.Rejected)
	r.wants(r.send("invoice.paid", r.invoice("in_1", "cus_1")), connector.Rejected)
	r.wants(r.send("charge.succeeded", r.charge("ch_1", "")), connector.Nothing) // nobody's
}

func TestCardNumbersAreRefused(t *testing.T) {
	r := newRig(t)
	cus := r.customer("cus_1")
	r.put("customers", clone(cus, object{"name": "4111 1111 1111 1111"}))
	r.wants(r.send("customer.created", cus), connector.Rejected)
}

func TestSignatures(t *testing.T) {
	r := newRig(t, func(c *stripe.Config) { c.Secrets = []string{secret, other} })
	r.customer("cus_1")
	about := r.invoice("in_1", "cus_1")
	for name, c := range map[string]struct {
		header func(body []byte) string
		good   bool
	}{
		"good":                         {func(b []byte) string { return sign(noon, b, secret) }, true},
		"by the other secret":          {func(b []byte) string { return sign(noon, b, other) }, true},
		"by both, while one is rolled": {func(b []byte) string { return sign(noon, b, "whsec_old", secret) }, true},
		"four minutes old":             {func(b []byte) string { return sign(noon.Add(-4*time.Minute), b, secret) }, true},
		"unknown members":              {func(b []byte) string { return "v0=ab," + sign(noon, b, secret) + ",v2=xy" }, true},
		"none":                         {func([]byte) string { return "" }, false},
		"by nobody":                    {func(b []byte) string { return sign(noon, b, "whsec_mallory") }, false},
		"by an empty secret":           {func(b []byte) string { return sign(noon, b, "") }, false},
		"of another body":              {func(b []byte) string { return sign(noon, append(b, ' '), secret) }, false},
		"six minutes old":              {func(b []byte) string { return sign(noon.Add(-6*time.Minute), b, secret) }, false},
		"of the future":                {func(b []byte) string { return sign(noon.Add(6*time.Minute), b, secret) }, false},
		"with another time":            {func(b []byte) string { return strings.Replace(sign(noon, b, secret), "t=1", "t=2", 1) }, false},
		"with two times":               {func(b []byte) string { return sign(noon, b, secret) + ",t=1" }, false},
		"of the old scheme":            {func(b []byte) string { return strings.Replace(sign(noon, b, secret), "v1", "v0", 1) }, false},
		"no hex":                       {func([]byte) string { return "t=1772366400,v1=zz" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			body := r.event("invoice.paid", about)
			_, err := r.deliver(body, c.header(body))
			if c.good && err != nil || !c.good && !errors.Is(err, stripe.ErrSignature) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhatIsNotTakenIsAcknowledged(t *testing.T) {
	r := newRig(t)
	for name, body := range map[string][]byte{
		"unknown type":        r.event("product.created", object{"id": "prod_1", "object": "product"}),
		"an upcoming invoice": r.event("invoice.upcoming", object{"object": "invoice"}),
		"an id that is none":  r.event("invoice.paid", object{"id": "../customers", "object": "invoice"}),
		"another account":     []byte(`{"id":"evt_a","object":"event","type":"invoice.paid","account":"acct_1","data":{"object":{"id":"in_1","object":"invoice"}}}`),
		"another mode":        []byte(`{"id":"evt_b","object":"event","type":"invoice.paid","livemode":true,"data":{"object":{"id":"in_1","object":"invoice"}}}`),
	} {
		got, err := r.deliver(body, sign(noon, body, secret))
		if err != nil || got.Outcome != connector.Ignored || got.Type != connector.Other {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, body := range []string{`{`, `{}`, `[]`, `{"object":"event"}`, `{"object":"v2.core.event","id":"evt_1"}`} {
		if _, err := r.deliver([]byte(body), sign(noon, []byte(body), secret)); !errors.Is(err, stripe.ErrEvent) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if len(r.asked) > 0 {
		t.Errorf("Stripe was asked for %v", r.asked)
	}
}

// What could not be done is not acknowledged, so that Stripe sends it again; and then it is done.
func TestAnEventThatFailsComesAgain(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	body := r.event("invoice.paid", r.invoice("in_1", "cus_1"))
	header := sign(noon, body, secret)
	r.fail(failure{status: http.StatusInternalServerError}, failure{status: http.StatusInternalServerError})
	if _, err := r.deliver(body, header); models.KindOf(err) != models.Unavailable || strings.Contains(err.Error(), "jane") {
		t.Fatalf("got %v, want one of the kind Unavailable that quotes nobody", err)
	}
	got, err := r.deliver(body, header)
	r.must(err)
	r.wants(got.Outcome, connector.Held)
}

func TestADeliveryTriesOnceMoreAndNotForLong(t *testing.T) {
	r := newRig(t)
	about := r.customer("cus_1")
	r.fail(failure{http.StatusTooManyRequests, "1"})
	r.wants(r.send("customer.created", about), connector.Held)
	r.wants(r.slept, []time.Duration{time.Second})
	r.fail(failure{http.StatusTooManyRequests, "30"}) // longer than Stripe waits for an answer
	body := r.event("customer.updated", about)
	if _, err := r.deliver(body, sign(noon, body, secret)); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v", err)
	}
	r.wants(len(r.slept), 1)
}

// Two servers take in two events about one thing; the one that fetched first writes last. What is held in the end is
// what Stripe says in the end.
func TestTheNewestStateWinsOverASlowerServer(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	r.send("customer.created", object{"id": "cus_1", "object": "customer"})
	about := r.invoice("in_1", "cus_1")
	r.on("/v1/invoices/in_1", func() {
		// After this one was asked, and before it answers: another server hears of the payment, fetches, and writes.
		r.invoice("in_1", "cus_1", object{"status": "paid"})
		r.wants(r.send("invoice.paid", about), connector.Held)
		r.invoice("in_1", "cus_1") // what the first one is answered is older
		r.on("/v1/invoices/in_1", func() { r.invoice("in_1", "cus_1", object{"status": "paid"}) })
	})
	r.wants(r.send("invoice.finalized", about), connector.Held)
	r.wants(r.fields("ref-cus_1", "invoices", "in_1")["status"], "paid")
	r.wants(r.times("/v1/invoices/in_1") >= 3, true)
}
