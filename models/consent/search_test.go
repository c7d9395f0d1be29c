package consent_test

import (
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// allowing lists all who allow a purpose, a page after the other.
func (r *rig) allowing(purpose, category string, limit int) (all []string) {
	r.t.Helper()
	for after := ""; ; {
		page, err := r.service.Allowing(r.t.Context(), purpose, category, after, limit)
		must(r.t, err)
		if len(page.Customers) > limit || page.More && page.Next <= after {
			r.t.Fatalf("%d of at most %d customers behind %q, then from %q on", len(page.Customers), limit, after, page.Next)
		}
		all = append(all, page.Customers...)
		if !page.More {
			return all
		}
		after = page.Next
	}
}

// happen has something happen to a customer that the log then tells, by somebody who knows no rules.
func (r *rig) happen(customer, kind, purpose string, state models.State) {
	r.t.Helper()
	_, err := r.log.Append(r.t.Context(), sequencer.Event{Subject: customer, Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{Kind: kind, Actor: ledger.Actor{Type: ledger.ActorStaff}, Purpose: purpose, State: string(state)}, nil
	}})
	must(r.t, err)
}

// history is what has happened by chance: to customers, and to people whom the log knows and who are none.
type history struct {
	*rig
	*mathrand.Rand
	customers, strangers []string
	nonce                int
}

func newHistory(t *testing.T, seed uint64) *history {
	h := &history{rig: newRig(t), Rand: mathrand.New(mathrand.NewPCG(seed, 0)), customers: []string{"cus_1", "cus_2"}}
	known := make([]models.Customer, 40)
	for i := range known {
		known[i].Ref = fmt.Sprintf("p%02d", 3*i) // between which there are strangers
		h.customers = append(h.customers, known[i].Ref)
		h.strangers = append(h.strangers, fmt.Sprintf("p%02d", 3*i+1))
	}
	must(t, h.Data.PutCustomers(t.Context(), known))
	return h
}

func (h *history) anybody() string { return h.customers[h.IntN(len(h.customers))] }

func (h *history) decides(customer string, action consent.Action, purpose, notice string) {
	h.t.Helper()
	h.nonce++
	_, err := h.service.Choose(h.t.Context(), consent.Choice{
		Customer: customer, Purpose: purpose, Action: action, Shown: h.shown(notice, strconv.Itoa(h.nonce)), Channel: "web", Auth: "link", Confirmed: true,
		Actor: ledger.Actor{Type: ledger.ActorCustomer},
	})
	if err != nil && !errors.Is(err, consent.ErrNothingToLift) {
		h.t.Fatal(err)
	}
}

// next is the next thing to happen.
func (h *history) next() {
	h.t.Helper()
	switch h.IntN(10) {
	case 0, 1, 2:
		h.decides(h.anybody(), consent.Give, "usage_analytics", "usage_analytics")
	case 3:
		h.decides(h.anybody(), consent.Withdraw, "usage_analytics", "usage_analytics")
	case 4, 5:
		h.decides(h.anybody(), consent.Object, "fraud_prevention", "privacy")
	case 6:
		h.decides(h.anybody(), consent.Lift, "fraud_prevention", "privacy")
	case 7:
		h.happen(h.anybody(), ledger.RequestRestriction, models.Everything, models.Restricted)
	case 8:
		h.happen(h.anybody(), ledger.RequestRelease, models.Everything, models.Released)
	case 9:
		h.happen(h.strangers[h.IntN(len(h.strangers))], ledger.ConsentGiven, "usage_analytics", models.Given)
	}
	if h.IntN(8) == 0 {
		h.Pass(30 * 24 * time.Hour) // a consent lasts for a year
	}
}

// agree holds every list against every decision.
func (h *history) agree() {
	h.t.Helper()
	everybody := slices.Sorted(slices.Values(append(append([]string{"nobody"}, h.customers...), h.strangers...)))
	for _, category := range []string{"", "usage_detail", "nonsense"} {
		purposes := map[string][]string{}
		for _, purpose := range []string{"billing", "fraud_prevention", "usage_analytics", "nonsense", models.Everything} {
			var want []string
			for _, customer := range everybody {
				d, err := h.service.Decide(h.t.Context(), customer, purpose, category)
				must(h.t, err)
				if d.Allowed {
					want = append(want, customer)
					purposes[customer] = append(purposes[customer], purpose)
				}
			}
			if got := h.allowing(purpose, category, 1+h.IntN(50)); !slices.Equal(got, want) {
				h.t.Fatalf("%s, category %q: listed %v, decided %v", purpose, category, got, want)
			}
		}
		for _, customer := range everybody {
			got, err := h.service.AllowedPurposes(h.t.Context(), customer, category)
			must(h.t, err)
			if !slices.Equal(got, purposes[customer]) {
				h.t.Fatalf("%s, category %q: listed %v, decided %v", customer, category, got, purposes[customer])
			}
		}
	}
}

// Whatever has happened, and right after it: who is listed is who is decided about with yes.
func TestListsAgreeWithDecisions(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			h := newHistory(t, seed)
			for range 12 {
				for range h.IntN(30) {
					h.next()
				}
				h.agree()
			}
		})
	}
}

// A consent that has run out is listed no more from that second on, whether or not a job has said so.
func TestListsEndByTheClock(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	end := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	r.Pass(end.Sub(r.Time()) - time.Second)
	if got := r.allowing("usage_analytics", "", 10); !slices.Equal(got, []string{"cus_1"}) {
		t.Errorf("a second before the end: %v", got)
	}
	r.Pass(time.Second)
	if got := r.allowing("usage_analytics", "", 10); got != nil {
		t.Errorf("at the end: %v", got)
	}
}

// What another server has written is listed as soon as this one knows of it, saved by that server or not.
func TestListsKnowWhatOtherServersWrote(t *testing.T) {
	here := newRig(t)
	there := here.beside(here.receipts.Map.Current())
	for _, step := range []struct {
		action consent.Action
		want   []string
	}{{consent.Give, []string{"cus_1"}}, {consent.Withdraw, nil}} {
		_, err := here.choose(step.action, "usage_analytics", here.shown("usage_analytics", string(step.action)))
		must(t, err)
		must(t, there.log.Refresh(t.Context()))
		if got := there.allowing("usage_analytics", "", 10); !slices.Equal(got, step.want) {
			t.Errorf("after %s on another server: %v, want %v", step.action, got, step.want)
		}
	}
}

// Where nobody allows a purpose a page is empty after 2,000 customers, and the next goes on behind them.
func TestAPageLooksAtSoManyCustomers(t *testing.T) {
	r := newRig(t)
	const many = 11_000
	standings, customers := make([]models.Standing, many), make([]models.Customer, many)
	for i := range standings {
		ref := fmt.Sprintf("p%05d", i)
		customers[i].Ref = ref
		standings[i] = models.Standing{Customer: ref, Seq: uint64(i), Choices: models.Choices{
			{Purpose: "fraud_prevention", State: models.Objected}, {Purpose: "usage_analytics", State: models.Refused},
		}}
	}
	must(t, r.Data.SaveStandings(t.Context(), 0, standings))
	must(t, r.Data.PutCustomers(t.Context(), customers))
	for _, purpose := range []string{"usage_analytics", "fraud_prevention"} {
		pages, found := 0, 0
		for after, more := "", true; more; pages++ {
			page, err := r.service.Allowing(t.Context(), purpose, "", after, 10)
			must(t, err)
			found += len(page.Customers)
			after, more = page.Next, page.More
		}
		if want := map[string]int{"usage_analytics": 0, "fraud_prevention": 2}[purpose]; pages != 6 || found != want {
			t.Errorf("%s: %d customers on %d pages", purpose, found, pages)
		}
	}
}
