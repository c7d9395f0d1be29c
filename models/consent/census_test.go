package consent_test

import (
	"cmp"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/notice"
)

// A census agrees with asking about every customer, one by one.
func TestCensusAgreesWithAskingEverybody(t *testing.T) {
	r := newFamilyRig(t)
	random := mathrand.New(mathrand.NewPCG(7, 7))
	everybody := make([]models.Customer, 0, 40)
	for i := range 40 {
		everybody = append(everybody, models.Customer{Ref: fmt.Sprintf("many_%02d", i), Jurisdiction: []string{"", "US-CA", "DE"}[i%3]})
	}
	must(t, r.Data.PutCustomers(t.Context(), everybody))
	decide := func(share int) {
		for _, c := range everybody {
			for purpose, key := range map[string]string{"marketing": "marketing", "sharing": "sharing", "fraud_prevention": "privacy"} {
				if random.IntN(100) >= share {
					continue
				}
				yes, no := consent.Give, consent.Withdraw
				if purpose == "fraud_prevention" {
					yes, no = consent.Object, consent.Object
				}
				action := []consent.Action{yes, yes, no}[random.IntN(3)]
				_, err := r.service.Choose(t.Context(), consent.Choice{
					Customer: c.Ref, Purpose: purpose, Action: action, Shown: r.shown(key, fmt.Sprint(random.Uint64())), Channel: "web", Confirmed: true,
					Actor: ledger.Actor{Type: ledger.ActorCustomer},
				})
				must(t, err)
			}
		}
	}
	decide(60)
	r.Pass(time.Hour)
	r.change("marketing", r.Time(), notice.Invalidate, r.Time())
	r.change("sharing", r.Time(), notice.Ask, time.Time{})
	decide(30)

	everybody = append(everybody, models.Customer{Ref: "cus_1"}, models.Customer{Ref: "cus_2"})
	want := map[consent.CensusRow]int64{}
	for _, c := range everybody {
		states, err := r.service.Purposes(t.Context(), c.Ref, "en")
		must(t, err)
		for _, s := range states {
			if !s.Purpose.Chosen() {
				continue
			}
			row := consent.CensusRow{
				Purpose: s.Purpose.Key, State: s.State, Notice: s.Notice.Key, Version: s.Choice.Notice.Version,
				Jurisdiction: cmp.Or(c.Jurisdiction, "DE"),
			}
			if c.Ref == "cus_2" {
				row.Jurisdiction = "US-CA"
			}
			want[row]++
		}
	}
	census, err := r.service.Census(t.Context())
	must(t, err)
	if census.Customers != int64(len(everybody)) || !census.At.Equal(r.Time()) || len(census.Rows) != len(want) {
		t.Errorf("%d customers in %d rows at %v, want %d in %d", census.Customers, len(census.Rows), census.At, len(everybody), len(want))
	}
	for _, row := range census.Rows {
		n := row.Customers
		row.Customers = 0
		if want[row] != n {
			t.Errorf("%+v: %d, want %d", row, n, want[row])
		}
	}
	impact, err := r.service.Impact(t.Context(), "sharing")
	must(t, err)
	standing := int64(0)
	for row, n := range want {
		if row.Purpose == "sharing" && row.State == models.Given {
			standing += n
		}
	}
	if impact.Consents != standing || standing == 0 {
		t.Errorf("a version of sharing is about %d consents, want %d", impact.Consents, standing)
	}
}

// The chart of re-consent tells, day by day, what a diary of the same days says.
func TestProgressIsWhatTheDaysWere(t *testing.T) {
	r := newFamilyRig(t)
	var refs []string
	for i := range 12 {
		refs = append(refs, fmt.Sprintf("many_%02d", i))
	}
	for _, ref := range refs {
		must(t, r.Data.PutCustomers(t.Context(), []models.Customer{{Ref: ref}}))
		if ref != "many_11" { // who has never consented
			r.chooses(ref, consent.Give, "marketing")
		}
	}
	r.chooses("many_10", consent.Withdraw, "marketing") // before
	r.Pass(12 * time.Hour)
	version := r.change("marketing", r.Time(), notice.Ask, time.Time{})
	diary := []consent.ProgressDay{{NotAsked: 10}, {NotAsked: 10}, {NotAsked: 10}, {NotAsked: 10}}
	note := func(day int, change func(*consent.ProgressDay)) {
		for i := day; i < len(diary); i++ {
			change(&diary[i])
		}
	}
	visit := func(day int, refs ...string) {
		for _, ref := range refs {
			states, err := r.service.Purposes(t.Context(), ref, "en")
			must(t, err)
			must(t, r.service.Ask(t.Context(), ref, states))
			note(day, func(d *consent.ProgressDay) { d.NotAsked--; d.Undecided++ })
		}
	}
	decide := func(day int, action consent.Action, refs ...string) {
		for _, ref := range refs {
			r.chooses(ref, action, "marketing")
			note(day, func(d *consent.ProgressDay) {
				d.Undecided--
				if action == consent.Give {
					d.Renewed++
				} else {
					d.Withdrawn++
				}
			})
		}
	}
	visit(0, refs[0:4]...)
	decide(0, consent.Give, refs[0], refs[1])
	r.Pass(24 * time.Hour)
	visit(1, refs[4:6]...)
	decide(1, consent.Withdraw, refs[2], refs[4])
	r.chooses("many_11", consent.Give, "marketing") // for the first time
	r.Pass(48 * time.Hour)
	visit(3, refs[6])
	decide(3, consent.Give, refs[6])

	p, err := r.service.Progress(t.Context(), "marketing", version)
	must(t, err)
	if len(p.Days) != len(diary) || !p.At.Equal(r.Time()) {
		t.Fatalf("%d days at %v", len(p.Days), p.At)
	}
	for i, got := range p.Days {
		day := got.Day
		got.Day = time.Time{}
		if got != diary[i] || day.Format(time.TimeOnly) != "00:00:00" {
			t.Errorf("day %d, %v: %+v, want %+v", i, day, got, diary[i])
		}
	}
	if _, err := r.service.Progress(t.Context(), "marketing", version+1); models.KindOf(err) != models.NotFound {
		t.Errorf("of a version that is not there: %v", err)
	}
	if !slices.IsSortedFunc(p.Days, func(a, b consent.ProgressDay) int { return a.Day.Compare(b.Day) }) {
		t.Error("the days are in no order")
	}
}

// chooses has anybody choose, having read the text in force.
func (r *rig) chooses(customer string, action consent.Action, purpose string) {
	r.t.Helper()
	_, err := r.service.Choose(r.t.Context(), consent.Choice{
		Customer: customer, Purpose: purpose, Action: action, Shown: r.shown(purpose, fmt.Sprint(r.log.Head().Size)), Channel: "web", Confirmed: true,
		Actor: ledger.Actor{Type: ledger.ActorCustomer},
	})
	must(r.t, err)
}
