package consent_test

import (
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/notice"
)

// diary is a naive model of where people stand: it keeps all that ever happened, and looks through all of it to answer.
type diary struct {
	now        time.Time
	versions   map[string][]*page       // of each notice
	facts      map[[2]string][]fact     // by customer and purpose
	lives      map[string]string        // where each customer is
	restricted map[string]bool          // customers
	signalled  map[[2]string]bool       // by customer and purpose
	told       map[time.Time]struct{}   // times that are taken
	purposes   map[string]*naivePurpose // by key
}

// page is one version of a notice.
type page struct {
	effective, invalidFrom time.Time
	effect                 notice.Effect
	retired                bool
}

// fact is a choice that was recorded.
type fact struct {
	happened time.Time
	state    models.State // that it left, when it was told
	version  int          // of the notice, of a yes
}

type naivePurpose struct {
	notice, parent string
	months         int // until a consent runs out; 0 is never
	interest, sold bool
	regional       bool // done in California until they say no
}

func newDiary(now time.Time) *diary {
	d := &diary{
		now: now, versions: map[string][]*page{}, facts: map[[2]string][]fact{}, lives: map[string]string{}, restricted: map[string]bool{},
		signalled: map[[2]string]bool{}, told: map[time.Time]struct{}{},
		purposes: map[string]*naivePurpose{
			"fraud_prevention": {notice: "privacy", interest: true, sold: true},
			"usage_analytics":  {notice: "usage_analytics", months: 12, sold: true},
			"marketing":        {notice: "marketing", months: 24},
			"offers":           {notice: "marketing", parent: "marketing"},
			"sharing":          {notice: "sharing", sold: true, regional: true},
		},
	}
	for _, key := range []string{"privacy", "usage_analytics", "marketing", "sharing"} {
		d.versions[key] = []*page{{effective: now}}
	}
	return d
}

// inForce is the number of the version that was in force at a time; 0 if none was.
func (d *diary) inForce(key string, at time.Time) int {
	for i := len(d.versions[key]); i > 0; i-- {
		if p := d.versions[key][i-1]; !p.retired && !p.effective.After(at) {
			return i
		}
	}
	return 0
}

// standing is the fact that stands: the one that happened last.
func (d *diary) standing(customer, purpose string) (last fact, any bool) {
	for _, f := range d.facts[[2]string{customer, purpose}] {
		if !any || f.happened.After(last.happened) {
			last, any = f, true
		}
	}
	return last, any
}

// state is where a customer stood at a time, for all that is known now.
func (d *diary) state(customer, purpose string, at time.Time) models.State {
	p := d.purposes[purpose]
	last, any := d.standing(customer, purpose)
	switch {
	case any && (last.state == models.Refused || last.state == models.Withdrawn || last.state == models.Objected):
		return last.state
	case p.interest:
		return models.Permitted
	case any && last.state == models.Given:
		return d.lasts(p, last, at)
	case p.regional && d.lives[customer] == "US-CA":
		return models.Permitted
	default:
		return models.NeverAsked
	}
}

func (d *diary) lasts(p *naivePurpose, f fact, at time.Time) models.State {
	type end struct {
		at    time.Time
		state models.State
	}
	var ends []end
	if p.months > 0 {
		ends = append(ends, end{f.happened.AddDate(0, p.months, 0), models.Expired})
	}
	for i, v := range d.versions[p.notice] {
		if i+1 <= f.version || v.effect != notice.Invalidate || v.retired {
			continue
		}
		from := slices.MaxFunc([]time.Time{v.effective, v.invalidFrom, f.happened}, time.Time.Compare)
		ends = append(ends, end{from, models.Invalidated})
	}
	ends = slices.DeleteFunc(ends, func(e end) bool { return e.at.After(at) })
	if len(ends) == 0 {
		return models.Given
	}
	first := slices.MinFunc(ends, func(a, b end) int { return a.at.Compare(b.at) })
	return first.state
}

// allowed is what a billing system should be told.
func (d *diary) allowed(customer, purpose string) (bool, consent.Reason) {
	if d.restricted[customer] {
		return false, consent.ReasonRestricted
	}
	if p := d.purposes[purpose]; p.parent != "" {
		if ok, reason := d.allowed(customer, p.parent); !ok {
			return false, reason
		}
	}
	switch s := d.state(customer, purpose, d.now); s {
	case models.Given:
		return true, "consent_given"
	case models.Permitted:
		return true, "legitimate_interests"
	case models.Objected, models.NeverAsked:
		return false, consent.Reason(s)
	default:
		return false, consent.Reason("consent_" + s)
	}
}

func no(s models.State) bool {
	return s == models.Refused || s == models.Withdrawn || s == models.Objected
}

// chose is what a choice does that a customer makes now, on a page.
func (d *diary) chose(customer, purpose string, a consent.Action) {
	state, p := d.state(customer, purpose, d.now), d.purposes[purpose]
	last, _ := d.standing(customer, purpose)
	f := fact{happened: d.now}
	switch a {
	case consent.Give:
		if f.version = d.inForce(p.notice, d.now); state == models.Given && last.version == f.version {
			return
		}
		f.state = models.Given
	case consent.Withdraw:
		if no(state) {
			return
		}
		if f.state = models.Refused; state == models.Given {
			f.state = models.Withdrawn
		}
	case consent.Object:
		if no(state) {
			return
		}
		f.state = models.Objected
	case consent.Lift:
		if state == models.Given || state == models.Permitted || state == models.NeverAsked {
			return
		}
		f.state = models.Permitted
	}
	d.add(customer, purpose, f)
}

// heard is what a choice does that is told of, and happened at a time.
func (d *diary) heard(customer, purpose string, a consent.Action, at time.Time) {
	f := fact{happened: at}
	switch a {
	case consent.Give:
		f.state, f.version = models.Given, d.inForce(d.purposes[purpose].notice, at)
	case consent.Object:
		f.state = models.Objected
	case consent.Lift:
		f.state = models.Permitted
	case consent.Withdraw:
		f.state = models.Refused
		if s := d.state(customer, purpose, at); s == models.Given || s == models.Withdrawn {
			f.state = models.Withdrawn
		}
	}
	d.add(customer, purpose, f)
}

func (d *diary) add(customer, purpose string, f fact) {
	key := [2]string{customer, purpose}
	d.facts[key] = append(d.facts[key], f)
}

// offered are the actions that a customer has.
func (d *diary) offered(customer, purpose string) []consent.Action {
	switch p := d.purposes[purpose]; {
	case p.interest:
		return []consent.Action{consent.Object, consent.Lift}
	case p.regional && d.lives[customer] == "US-CA":
		return []consent.Action{consent.Give, consent.Withdraw, consent.Object, consent.Lift}
	case p.regional:
		return []consent.Action{consent.Give, consent.Withdraw, consent.Object}
	default:
		return []consent.Action{consent.Give, consent.Withdraw}
	}
}

// life is a random one, lived in the diary and in the product alike.
type life struct {
	*rig
	*diary
	random *mathrand.Rand
	steps  []string
}

var (
	livingThere = []string{"cus_1", "cus_2"}
	chosenThere = []string{"fraud_prevention", "usage_analytics", "marketing", "offers", "sharing"}
)

func pick[T any](random *mathrand.Rand, of []T) T { return of[random.IntN(len(of))] }

func (l *life) pass(d time.Duration) {
	l.Pass(d)
	l.now = l.now.Add(d)
}

func (l *life) did(format string, args ...any) {
	l.steps = append(l.steps, fmt.Sprintf(format, args...))
}

// step is something that happens.
func (l *life) step() {
	customer, purpose := pick(l.random, livingThere), pick(l.random, chosenThere)
	switch n := l.random.IntN(100); {
	case n < 30:
		l.onPage(customer, purpose)
	case n < 45:
		l.elsewhere(customer, purpose)
	case n < 60:
		l.text(pick(l.random, []string{"usage_analytics", "marketing", "sharing"}))
	case n < 66:
		l.unpublish()
	case n < 78:
		d := time.Duration(l.random.Int64N(int64(120 * 24 * time.Hour))).Truncate(time.Millisecond)
		l.did("%v pass", d)
		l.pass(d)
	case n < 84:
		l.lives[customer] = pick(l.random, []string{"US-CA", "US-TX", "DE", ""})
		l.did("%s moves to %q", customer, l.lives[customer])
		must(l.t, l.Data.PutCustomers(l.t.Context(), []models.Customer{{Ref: customer, Jurisdiction: l.lives[customer]}}))
	case n < 88:
		l.restriction()
	case n < 91:
		l.signal(customer)
	case n < 96:
		l.did("the log is told what ended")
		_, err := l.lapses().Once(l.t.Context())
		must(l.t, err)
	default:
		l.did("%s visits", customer)
		states, err := l.service.Purposes(l.t.Context(), customer, "en")
		must(l.t, err)
		must(l.t, l.service.Ask(l.t.Context(), customer, states))
	}
	l.pass(time.Millisecond)
}

func (l *life) onPage(customer, purpose string) {
	a := pick(l.random, l.offered(customer, purpose))
	l.did("%s: %s %s", customer, a, purpose)
	_, err := l.service.Choose(l.t.Context(), consent.Choice{
		Customer: customer, Purpose: purpose, Action: a, Shown: l.shown(l.purposes[purpose].notice, fmt.Sprint(len(l.steps))), Channel: "web", Confirmed: true,
		Actor: ledger.Actor{Type: ledger.ActorCustomer},
	})
	if err != nil && models.KindOf(err) != models.Conflict { // there is nothing to lift
		l.t.Fatalf("%v: %s", err, l.story())
	}
	l.chose(customer, purpose, a)
}

func (l *life) story() string { return strings.Join(l.steps, "\n") }

// elsewhere is a choice that is told of late.
func (l *life) elsewhere(customer, purpose string) {
	at := l.now.Add(-time.Duration(l.random.Int64N(int64(90 * 24 * time.Hour)))).Truncate(time.Millisecond)
	key := l.purposes[purpose].notice
	if _, taken := l.told[at]; taken || l.inForce(key, at) == 0 {
		return
	}
	l.told[at] = struct{}{}
	a := pick(l.random, l.offered(customer, purpose))
	l.did("%s: told that %s %s at %v", customer, a, purpose, at)
	told := consent.Told{
		Customer: customer, Purpose: purpose, Action: a, Channel: ledger.ChannelPhone, OccurredAt: at,
		Actor: ledger.Actor{Type: ledger.ActorService, ID: "crm"}, Auth: consent.AuthClient,
	}
	if a == consent.Give || a == consent.Lift {
		told.Notice = &models.NoticeRef{Key: key, Version: l.inForce(key, at), Locale: "en"}
	}
	out, err := l.service.Tell(l.t.Context(), told)
	must(l.t, err)
	l.heard(customer, purpose, a, at)
	if want := l.state(customer, purpose, l.now); out.State != want && (out.State != models.Permitted || want != models.NeverAsked) {
		l.t.Errorf("told, it stands %s, want %s:\n%s", out.State, want, l.story())
	}
}

// text is a new version of a notice, now or later.
func (l *life) text(key string) {
	days := func(most int) time.Duration { return time.Duration(l.random.IntN(most)) * 24 * time.Hour }
	last := l.versions[key][len(l.versions[key])-1]
	p := &page{effective: l.now.Add(days(60)), effect: pick(l.random, []notice.Effect{notice.Keep, notice.Ask, notice.Invalidate, notice.Invalidate})}
	if p.effective.Before(last.effective) {
		p.effective = last.effective
	}
	if p.effect == notice.Invalidate {
		p.invalidFrom = p.effective.Add(days(60) - days(20))
	}
	l.did("%s, version %d: %s on %v, invalid from %v", key, len(l.versions[key])+1, p.effect, p.effective, p.invalidFrom)
	l.write(key, len(l.versions[key])+1, p.effective, p.effect, p.invalidFrom)
	l.versions[key] = append(l.versions[key], p)
}

// unpublish withdraws a version that is scheduled.
func (l *life) unpublish() {
	for key, versions := range l.versions {
		for i, p := range versions {
			if p.effective.After(l.now) && !p.retired {
				l.did("%s, version %d, is withdrawn", key, i+1)
				must(l.t, l.notices.Retire(l.t.Context(), key, i+1))
				p.retired = true
				return
			}
		}
	}
}

func (l *life) restriction() {
	l.did("cus_1 is restricted, or released")
	if l.restricted["cus_1"] = !l.restricted["cus_1"]; l.restricted["cus_1"] {
		l.restrict(ledger.RequestRestriction, models.Restricted)
	} else {
		l.restrict(ledger.RequestRelease, models.Released)
	}
}

func (l *life) signal(customer string) {
	l.did("%s sends a signal", customer)
	_, err := l.service.OptOut(l.t.Context(), consent.Signal{Customer: customer, Actor: ledger.Actor{Type: ledger.ActorCustomer}})
	must(l.t, err)
	for purpose, p := range l.purposes {
		if key := [2]string{customer, purpose}; p.sold && !l.signalled[key] {
			l.signalled[key] = true
			a := consent.Withdraw
			if p.interest {
				a = consent.Object
			}
			l.heard(customer, purpose, a, l.now)
		}
	}
}

// agrees compares the product's answers with the diary's, on every purpose, in every way of asking.
func (l *life) agrees(when string) {
	l.t.Helper()
	for _, customer := range livingThere {
		states, err := l.service.Purposes(l.t.Context(), customer, "en")
		must(l.t, err)
		for _, s := range states {
			p := l.purposes[s.Purpose.Key]
			if p == nil {
				continue
			}
			want := l.state(customer, s.Purpose.Key, l.now)
			allowed, reason := l.allowed(customer, s.Purpose.Key)
			d, err := l.service.Decide(l.t.Context(), customer, s.Purpose.Key, "")
			must(l.t, err)
			page, err := l.service.Allowing(l.t.Context(), s.Purpose.Key, "", "", 10)
			must(l.t, err)
			if s.State != want || d.Allowed != allowed || d.Reason != reason || s.Decision != d || slices.Contains(page.Customers, customer) != allowed {
				l.t.Fatalf("%s, %s on %s is %s (%s), found %v; want %s (%s), after:\n%s", when, customer, s.Purpose.Key, s.State, d.Reason, page.Customers, want, reason, l.story())
			}
		}
	}
}

// For any history of texts, choices, moves, restrictions and time, everybody stands where a naive model says they do:
// before the log is told what has ended, after it was, and after the projection was made anew.
func TestEverybodyStandsWhereANaiveModelSays(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := newFamilyRig(t)
			l := &life{rig: r, diary: newDiary(r.Time()), random: mathrand.New(mathrand.NewPCG(seed, 5))}
			l.lives["cus_2"] = "US-CA"
			l.pass(time.Millisecond)
			for range 60 {
				l.step()
				l.agrees("before")
			}
			_, err := r.lapses().Once(t.Context())
			must(t, err)
			l.agrees("after")
			must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
			must(t, r.log.Rebuild(t.Context(), func(uint64) {}))
			l.agrees("made anew")
		})
	}
}
