package stripe_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"candor/models"
	"candor/models/connector"
	"candor/models/connector/stripe"
	"candor/models/store"
)

// backfill runs one, and gives the ids that were rejected.
func (r *rig) backfill(o connector.Options) (connector.Progress, []string, error) {
	r.Helper()
	var rejected []string
	o.Rejected = func(id string, _ error) { rejected = append(rejected, id) }
	p, err := r.intake.Backfill(stripe.Patient(r.Context()), r.stripe, o)
	return p, rejected, err
}

// full puts more than one page of everything into the fake.
func (r *rig) full() {
	for n := range 7 {
		cus := fmt.Sprintf("cus_%d", n)
		r.customer(cus)
		r.put("customers/"+cus+"/tax_ids", object{
			"id": fmt.Sprintf("txi_%d", n), "object": "tax_id", "created": int(noon.Unix()), "customer": cus, "country": "IE", "type": "eu_vat", "value": "IE123" + fmt.Sprint(n),
		})
		r.paymentMethod(fmt.Sprintf("pm_%d", n), cus)
		r.invoice(fmt.Sprintf("in_%d", n), cus, object{"created": int(noon.AddDate(0, n-7, 0).Unix())})
		r.charge(fmt.Sprintf("ch_%d", n), cus)
	}
	r.put("refunds", object{"id": "re_1", "object": "refund", "created": int(noon.Unix()), "charge": "ch_1", "amount": 500, "currency": "eur", "status": "succeeded"})
	r.put("disputes", object{"id": "du_1", "object": "dispute", "created": int(noon.Unix()), "charge": "ch_2", "amount": 4290, "currency": "eur", "status": "needs_response", "reason": "fraudulent"})
	r.put("subscriptions", object{
		"id": "sub_1", "object": "subscription", "created": int(noon.Unix()), "start_date": int(noon.Unix()), "customer": "cus_1", "status": "active",
		"items": object{"data": []object{{"id": "si_1", "price": object{"id": "price_1", "product": "prod_1"}}}},
	})
	r.put("products", object{"id": "prod_1", "object": "product", "name": "Team"})
	r.put("credit_notes", object{"id": "cn_1", "object": "credit_note", "created": int(noon.Unix()), "customer": "cus_1", "number": "CN-1", "total": 700, "currency": "eur", "status": "issued"})
	r.put("billing/meters", object{"id": "mtr_1", "object": "billing.meter", "display_name": "API calls", "default_aggregation": object{"formula": "sum"}})
	for day := range 5 {
		r.put("billing/meters/mtr_1/event_summaries", object{
			"id": fmt.Sprintf("mtrusg_%d", day), "object": "billing.meter_event_summary", "customer": "cus_1", "meter": "mtr_1", "aggregated_value": 0.1,
			"start_time": int(time.Date(2026, 2, 27+day, 0, 0, 0, 0, time.UTC).Unix()), "end_time": int(time.Date(2026, 2, 28+day, 0, 0, 0, 0, time.UTC).Unix()),
		})
	}
}

func TestABackfillBringsEverything(t *testing.T) {
	r := newRig(t)
	r.full()
	var steps []string
	p, rejected, err := r.backfill(connector.Options{Progress: func(p connector.Progress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
	}})
	r.must(err)
	r.wants(rejected, []string{})
	r.wants(steps, "[customers tax_ids payment_methods subscriptions invoices credit_notes charges refunds disputes meter_event_summaries rest]")
	for step, want := range map[string]int64{
		"customers": 7, "tax_ids": 7, "payment_methods": 7, "subscriptions": 1, "invoices": 7, "credit_notes": 1, "charges": 7,
		"refunds": 1, "disputes": 1, "meter_event_summaries": 2,
	} {
		r.wants(fmt.Sprint(step, p.Counts[step]), fmt.Sprint(step, map[connector.Outcome]int64{connector.Held: want}))
	}
	for _, held := range []struct{ customer, category, id, fields string }{
		{"ref-cus_1", "tax", "txi_1", "map[country:IE tax_id:IE1231]"},
		{"ref-cus_1", "payment_method", "pm_1", "map[brand:Visa expiry:03/2027 last4:4242]"},
		{"ref-cus_1", "contract", "sub_1", "map[plan:Team started_on:2026-03-01 status:active]"},
		{"ref-cus_1", "invoices", "cn_1", "map[currency:EUR issued_on:2026-03-01 number:CN-1 status:paid total:-700]"},
		{"ref-cus_1", "payments", "ch_1", "map[amount:4290 currency:EUR method:card paid_on:2026-03-01 status:settled]"},
		{"ref-cus_1", "payments", "re_1", "map[amount:-500 currency:EUR method:card paid_on:2026-03-01 status:refunded]"},
		{"ref-cus_2", "payments", "du_1", "map[amount:-4290 currency:EUR method:card paid_on:2026-03-01 status:pending]"},
		{"ref-cus_1", "usage_summary", "mtr_1.2026-02", "map[from:2026-02-01 quantity:0.2 to:2026-02-28 unit:API calls]"},
		{"ref-cus_1", "usage_summary", "mtr_1.2026-03", "map[from:2026-03-01 quantity:0.3 to:2026-03-31 unit:API calls]"},
	} {
		r.wants(r.fields(held.customer, held.category, held.id), held.fields)
	}
	if _, err := r.intake.Position(t.Context()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a position is kept of a backfill that ended: %v", err)
	}
}

func TestABackfillDoneTwiceChangesNothingAndRemovesWhatIsGone(t *testing.T) {
	r := newRig(t)
	r.full()
	_, _, err := r.backfill(connector.Options{})
	r.must(err)
	r.drop("invoices", "in_3") // while no event could be received
	r.paymentMethod("pm_4", "cus_4", object{"customer": nil})
	p, _, err := r.backfill(connector.Options{})
	r.must(err)
	r.wants(p.Counts[connector.Rest], map[connector.Outcome]int64{connector.Removed: 2})
	r.wants(p.Total(connector.Held), 39)
	if r.fields("ref-cus_3", "invoices", "in_3") != nil || r.fields("ref-cus_4", "payment_method", "pm_4") != nil {
		t.Error("what is gone is still held")
	}
}

// A crash at any request: the next one goes on from the page that was not done, and ends with everything.
func TestABackfillGoesOnAfterACrash(t *testing.T) {
	r := newRig(t)
	r.full()
	for crash := 0; ; crash++ {
		ctx, cancel := context.WithCancel(t.Context())
		begun := len(r.asked)
		r.onRequest(begun+7, cancel) // the seventh request from now is its last: hardly a page
		p, err := r.intake.Backfill(stripe.Patient(ctx), r.stripe, connector.Options{})
		r.onRequest(0, nil)
		cancel()
		if err == nil {
			r.wants(p.Resumed, true)
			r.wants(p.Total(connector.Held), 41)
			break
		}
		if crash > 60 {
			t.Fatal("it never ends:", err)
		}
	}
	r.wants(r.times("/v1/customers") < 60, true)
	r.wants(r.fields("ref-cus_6", "payments", "ch_6")["amount"], "4290")
	r.wants(r.fields("ref-cus_1", "usage_summary", "mtr_1.2026-03")["quantity"], "0.3")
}

func TestABackfillWaitsForStripe(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	r.fail(failure{http.StatusTooManyRequests, "7"}, failure{http.StatusTooManyRequests, noon.Add(9 * time.Second).Format(http.TimeFormat)},
		failure{status: http.StatusInternalServerError}, failure{status: http.StatusServiceUnavailable})
	_, _, err := r.backfill(connector.Options{})
	r.must(err)
	r.wants(r.slept, []time.Duration{7 * time.Second, 9 * time.Second, 2 * time.Second, 4 * time.Second})
	if r.fields("ref-cus_1", "identity", models.ProfileID) == nil {
		t.Error("the customer is not held")
	}
}

func TestABackfillGivesUpInTheEndAndSaysWhy(t *testing.T) {
	r := newRig(t)
	for range 10 {
		r.fail(failure{status: http.StatusBadGateway})
	}
	_, _, err := r.backfill(connector.Options{})
	if models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v", err)
	}
	r.wants(len(r.slept), 9)
}

func TestADryRunWritesNothing(t *testing.T) {
	r := newRig(t)
	r.full()
	r.put("customers", object{"id": "cus_x", "object": "customer", "created": int(noon.Unix()), "metadata": object{}})
	r.paymentMethod("pm_y", "cus_1", object{"card": object{"brand": "visa", "last4": "12345"}})
	p, rejected, err := r.backfill(connector.Options{DryRun: true})
	r.must(err)
	r.wants(rejected, []string{"customer:cus_x", "payment_method:pm_y"})
	r.wants(p.Total(connector.Held), 41)
	if page, err := r.base.Data.PageObjects(t.Context(), "", "", 10); err != nil || len(page) > 0 {
		t.Errorf("%v, %v", page, err)
	}
	if n, err := r.base.Data.CountCustomers(t.Context()); err != nil || n > 0 {
		t.Errorf("%d customers are held, %v", n, err)
	}
}

func TestABackfillSinceLeavesOutWhatIsOlder(t *testing.T) {
	r := newRig(t)
	r.full()
	p, _, err := r.backfill(connector.Options{Since: noon.AddDate(0, -3, 0)})
	r.must(err)
	r.wants(p.Counts["invoices"][connector.Held], 3)
	r.wants(p.Counts[connector.Rest], "map[]")
}

// A key of another account sees nothing, and everything would seem to be gone.
func TestAKeyThatSeesNothingRemovesNothing(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	r.send("invoice.paid", r.invoice("in_1", "cus_1"))
	r.drop("customers", "cus_1")
	r.drop("invoices", "in_1")
	if _, _, err := r.backfill(connector.Options{}); !errors.Is(err, connector.ErrOtherAccount) {
		t.Errorf("got %v", err)
	}
	if r.fields("ref-cus_1", "invoices", "in_1") == nil {
		t.Error("the bill is gone")
	}
}

// An event is dealt with between the fetching of a page and its writing.
func TestABackfillDoesNotBringBackWhatAnEventHasChanged(t *testing.T) {
	r := newRig(t)
	r.customer("cus_1")
	about := r.invoice("in_1", "cus_1")
	r.after("/v1/invoices", func() {
		r.invoice("in_1", "cus_1", object{"status": "paid"})
		r.wants(r.send("invoice.paid", about), connector.Held)
	})
	_, _, err := r.backfill(connector.Options{})
	r.must(err)
	r.wants(r.fields("ref-cus_1", "invoices", "in_1")["status"], "paid")
}

func TestWhatTheMapDoesNotDeclareIsNotEvenAskedFor(t *testing.T) {
	m := dataMap(t, "../../billing/testdata/datamap.yaml")
	r := newRigOf(t, m)
	r.full()
	p, _, err := r.backfill(connector.Options{})
	r.must(err)
	for _, step := range []struct{ category, path string }{{"contract", "/v1/subscriptions"}, {"usage_summary", "/v1/billing/meters"}, {"tax", "/v1/customers/cus_1/tax_ids"}} {
		if _, declared := m.Category(step.category); !declared && r.times(step.path) > 0 {
			t.Errorf("%s was asked for", step.path)
		}
	}
	r.wants(p.Total(connector.Rejected), 0)
}
