package consent_test

import (
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
)

// rig is a consent service on real stores, with a clock that the test sets.
type rig struct {
	*sequencertest.Rig
	t        testing.TB
	log      *sequencer.Sequencer
	notices  *notice.Service
	service  *consent.Service
	receipts *consent.Receipts
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newRig(t testing.TB) *rig {
	t.Helper()
	return newRigOf(t, readMap(t, "testdata/datamap.yaml"))
}

// readMap reads a data map from files that follow each other.
func readMap(t testing.TB, files ...string) *datamap.Map {
	t.Helper()
	var all []byte
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, err)
		all = append(all, raw...)
	}
	m, err := datamap.Parse(all)
	must(t, err)
	return m
}

func newRigOf(t testing.TB, m *datamap.Map) *rig {
	t.Helper()
	r := &rig{Rig: sequencertest.New(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), t: t}
	r.log = r.Start(r.Ring(), 0)
	r.serve(m)
	r.receipts = &consent.Receipts{Map: datamap.Hold(m), Log: r.log, Key: r.Set.Document, VKey: r.Set.CheckpointVerifier, BaseURL: "https://privacy.example.com"}
	r.publish("privacy", 1)
	r.publish("usage_analytics", 1)
	must(t, r.Data.PutCustomers(t.Context(), []models.Customer{{Ref: "cus_1"}, {Ref: "cus_2", Jurisdiction: "US-CA"}}))
	return r
}

// beside is another server on the same stores, which follows when it must.
func (r *rig) beside(m *datamap.Map) *rig {
	r.t.Helper()
	other := &rig{Rig: r.Rig, t: r.t, log: r.Start(r.Ring(), time.Hour)}
	other.serve(m)
	return other
}

func (r *rig) serve(m *datamap.Map) {
	r.t.Helper()
	var err error
	r.notices, err = notice.New(r.t.Context(), r.Data, r.log, r.Time, slog.New(slog.DiscardHandler))
	must(r.t, err)
	r.service, err = consent.New(consent.Config{Map: datamap.Hold(m), Log: r.log, Customers: r.Data, Notices: r.notices, Clock: r.Time})
	must(r.t, err)
}

func (r *rig) publish(key string, version int) {
	r.t.Helper()
	must(r.t, r.notices.Publish(r.t.Context(), notice.Notice{
		Key: key, Version: version, EffectiveAt: r.Time(), Texts: map[string]notice.Text{
			"en": {Title: key, Summary: "What we do.", Body: fmt.Sprintf("Text of version %d.", version)},
		},
	}))
}

// shown is what a page of now shows about a purpose.
func (r *rig) shown(key, nonce string) *consent.Shown {
	r.t.Helper()
	n, err := r.notices.Current(key)
	must(r.t, err)
	return &consent.Shown{Notice: n.Ref("en"), UI: "0123456789ab", Nonce: nonce}
}

func (r *rig) choose(action consent.Action, purpose string, shown *consent.Shown) (consent.Outcome, error) {
	return r.service.Choose(r.t.Context(), consent.Choice{
		Customer: "cus_1", Purpose: purpose, Action: action, Shown: shown, Channel: "web", Auth: "link", Confirmed: true,
		Actor: ledger.Actor{Type: ledger.ActorCustomer},
	})
}

func (r *rig) decide(purpose, category string) consent.Decision {
	r.t.Helper()
	d, err := r.service.Decide(r.t.Context(), "cus_1", purpose, category)
	must(r.t, err)
	return d
}

func TestChoicesTakeEffectAtOnce(t *testing.T) {
	r := newRig(t)
	for _, step := range []struct {
		action  consent.Action
		purpose string
		state   models.State
		changed bool
		reason  consent.Reason
	}{
		{consent.Withdraw, "usage_analytics", models.Refused, true, consent.ReasonRefused},
		{consent.Withdraw, "usage_analytics", models.Refused, false, consent.ReasonRefused},
		{consent.Give, "usage_analytics", models.Given, true, consent.ReasonGiven},
		{consent.Give, "usage_analytics", models.Given, false, consent.ReasonGiven},
		{consent.Withdraw, "usage_analytics", models.Withdrawn, true, consent.ReasonWithdrawn},
		{consent.Withdraw, "usage_analytics", models.Withdrawn, false, consent.ReasonWithdrawn},
		{consent.Give, "usage_analytics", models.Given, true, consent.ReasonGiven},
		{consent.Object, "fraud_prevention", models.Objected, true, consent.ReasonObjected},
		{consent.Object, "fraud_prevention", models.Objected, false, consent.ReasonObjected},
		{consent.Lift, "fraud_prevention", models.Permitted, true, "legitimate_interests"},
		{consent.Lift, "fraud_prevention", models.Permitted, false, "legitimate_interests"},
	} {
		key := map[string]string{"usage_analytics": "usage_analytics", "fraud_prevention": "privacy"}[step.purpose]
		out, err := r.choose(step.action, step.purpose, r.shown(key, "one page"))
		must(t, err)
		if out.State != step.state || out.Changed != step.changed {
			t.Errorf("%s: state %s, changed %t; want %s, %t", step.action, out.State, out.Changed, step.state, step.changed)
		}
		if d := r.decide(step.purpose, ""); d.Reason != step.reason || d.LogIndex != out.Entry || !d.Recorded {
			t.Errorf("after %s the decision is %+v, want %s by entry %d", step.action, d, step.reason, out.Entry)
		}
	}
}

// C1: each grant is retrievable with who, when, exact text hash, language, wording version, method.
func TestAGrantSaysWhatWasShown(t *testing.T) {
	r := newRig(t)
	shown := r.shown("usage_analytics", "n")
	out, err := r.choose(consent.Give, "usage_analytics", shown)
	must(t, err)
	e, err := r.log.EntryOf(t.Context(), "cus_1", out.Entry)
	must(t, err)
	d := e.Detail
	if d.Kind != ledger.ConsentGiven || d.Notice == nil || models.NoticeRef(*d.Notice) != shown.Notice ||
		d.UI != shown.UI || d.Channel != "web" || d.Auth != "link" || d.Jurisdiction != "DE" ||
		d.Subject == "" || d.Actor.Type != ledger.ActorCustomer || e.Time.IsZero() {
		t.Errorf("the entry says %+v", d)
	}
	if _, err := r.log.EntryOf(t.Context(), "cus_2", out.Entry); models.KindOf(err) != models.NotFound {
		t.Errorf("another customer is given the entry: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	r := newRig(t)
	stale := r.shown("usage_analytics", "n")
	r.publish("usage_analytics", 2)
	other := r.shown("usage_analytics", "n")
	other.Notice.SHA256 = stale.Notice.SHA256
	for name, c := range map[string]struct {
		action  consent.Action
		purpose string
		shown   *consent.Shown
		want    error
	}{
		"unknown purpose":               {consent.Give, "nothing", nil, consent.ErrUnknownPurpose},
		"a contract is not switched":    {consent.Withdraw, "billing", nil, consent.ErrNotOffered},
		"consent is not objected to":    {consent.Object, "usage_analytics", nil, consent.ErrNotOffered},
		"an interest is not given":      {consent.Give, "fraud_prevention", nil, consent.ErrNotOffered},
		"nothing shown":                 {consent.Give, "usage_analytics", nil, models.ErrStaleServed},
		"an older version shown":        {consent.Give, "usage_analytics", stale, models.ErrStaleServed},
		"another text shown":            {consent.Give, "usage_analytics", other, models.ErrStaleServed},
		"no objection to lift":          {consent.Lift, "fraud_prevention", r.shown("privacy", "n"), consent.ErrNothingToLift},
		"lifting wants the text shown":  {consent.Lift, "fraud_prevention", nil, models.ErrStaleServed},
		"an action that does not exist": {"agree", "usage_analytics", r.shown("usage_analytics", "n"), consent.ErrNotOffered},
	} {
		before := r.log.Head().Size
		if _, err := r.choose(c.action, c.purpose, c.shown); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if after := r.log.Head().Size; after != before {
			t.Errorf("%s: the log grew by %d", name, after-before)
		}
	}
	// A withdrawal is never refused for what was or was not shown (GDPR Art. 7(3)).
	_, err := r.choose(consent.Withdraw, "usage_analytics", nil)
	must(t, err)
	_, err = r.service.Choose(t.Context(), consent.Choice{Customer: "nobody", Purpose: "usage_analytics", Action: consent.Withdraw})
	if !errors.Is(err, models.ErrUnknownCustomer) {
		t.Errorf("unknown customer: %v", err)
	}
}

func TestANewerTextRenews(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	r.publish("usage_analytics", 2)
	out, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "b"))
	must(t, err)
	e, err := r.log.Entry(t.Context(), out.Entry)
	must(t, err)
	if !out.Changed || e.Detail.Kind != ledger.ConsentRenewed || e.Detail.Supersedes == nil {
		t.Errorf("changed %t, %+v", out.Changed, e.Detail)
	}
}

// Expiry binds by the clock, not by when a job ran.
func TestConsentRunsOut(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	r.Pass(365*24*time.Hour - time.Millisecond)
	if d := r.decide("usage_analytics", ""); !d.Allowed {
		t.Errorf("a millisecond before it runs out: %+v", d)
	}
	r.Pass(time.Millisecond)
	if d := r.decide("usage_analytics", ""); d.Allowed || d.Reason != consent.ReasonExpired {
		t.Errorf("when it has run out: %+v", d)
	}
	out, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "b"))
	must(t, err)
	if !out.Changed || !r.decide("usage_analytics", "").Allowed {
		t.Errorf("given anew: %+v", out)
	}
}

func TestDecisionsWithoutAChoice(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		customer, purpose, category string
		allowed                     bool
		reason                      consent.Reason
	}{
		{"cus_1", "billing", "", true, "contract"},
		{"cus_1", "billing", "usage_detail", true, "contract"},
		{"cus_1", "billing", "marketing", false, consent.ReasonCategoryNotCovered},
		{"cus_1", "fraud_prevention", "", true, "legitimate_interests"},
		{"cus_1", "usage_analytics", "", false, consent.ReasonNeverAsked},
		{"cus_1", "nothing", "", false, consent.ReasonUnknownPurpose},
		{"nobody", "billing", "", false, consent.ReasonUnknownCustomer},
	} {
		d, err := r.service.Decide(t.Context(), c.customer, c.purpose, c.category)
		must(t, err)
		if d.Allowed != c.allowed || d.Reason != c.reason {
			t.Errorf("%s %s %s: %t %s, want %t %s", c.customer, c.purpose, c.category, d.Allowed, d.Reason, c.allowed, c.reason)
		}
	}
}

func TestWarmDecisionAllocatesNothing(t *testing.T) {
	r := newRig(t)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	ctx := t.Context()
	r.decide("usage_analytics", "usage_detail")
	if n := testing.AllocsPerRun(1000, func() {
		_, _ = r.service.Decide(ctx, "cus_1", "usage_analytics", "usage_detail")
	}); n != 0 {
		t.Errorf("a warm decision allocates %v times", n)
	}
}

// A double click is one event, whenever its halves arrive; the same page may be used again after the
// choice has been changed.
func TestDoubleClickIsOneEvent(t *testing.T) {
	r := newRig(t)
	shown := r.shown("usage_analytics", "one page")
	var wg sync.WaitGroup
	entries := make([]uint64, 16)
	for i := range entries {
		wg.Go(func() {
			out, err := r.choose(consent.Give, "usage_analytics", shown)
			if err != nil {
				t.Error(err)
			}
			entries[i] = out.Entry
		})
	}
	wg.Wait()
	for _, e := range entries {
		if e != entries[0] {
			t.Fatalf("clicks became entries %d and %d", entries[0], e)
		}
	}
	_, err := r.choose(consent.Withdraw, "usage_analytics", shown)
	must(t, err)
	again, err := r.choose(consent.Give, "usage_analytics", shown)
	must(t, err)
	if !again.Changed || again.State != models.Given {
		t.Errorf("given again: %+v", again)
	}
}

// model is the naive fold that any history must agree with.
type model struct {
	state   models.State
	entries int
}

func (m *model) apply(a consent.Action) {
	before := m.state
	switch {
	case a == consent.Give:
		m.state = models.Given
	case a == consent.Withdraw && m.state == models.Given:
		m.state = models.Withdrawn
	case a == consent.Withdraw && m.state != models.Withdrawn:
		m.state = models.Refused
	case a == consent.Object:
		m.state = models.Objected
	case a == consent.Lift && m.state == models.Objected:
		m.state = models.Permitted
	}
	if m.state != before {
		m.entries++
	}
}

// Property: any sequence of choices leaves the state, and the number of entries, that the naive model gives.
func TestAnyHistoryAgreesWithTheModel(t *testing.T) {
	r := newRig(t)
	seed := mathrand.Uint64()                        // a test's
	random := mathrand.New(mathrand.NewPCG(seed, 0)) // a test's
	t.Logf("seed %d", seed)
	start := int(r.log.Head().Size) // small
	want := map[string]*model{"usage_analytics": {}, "fraud_prevention": {}}
	for range 300 {
		purpose := []string{"usage_analytics", "fraud_prevention"}[random.IntN(2)]
		actions := map[string][]consent.Action{
			"usage_analytics": {consent.Give, consent.Withdraw}, "fraud_prevention": {consent.Object, consent.Lift},
		}[purpose]
		action := actions[random.IntN(2)]
		key := map[string]string{"usage_analytics": "usage_analytics", "fraud_prevention": "privacy"}[purpose]
		shown := r.shown(key, strconv.Itoa(random.IntN(4))) // nonces come again
		if _, err := r.choose(action, purpose, shown); err != nil && !errors.Is(err, consent.ErrNothingToLift) {
			t.Fatal(err)
		}
		want[purpose].apply(action)
		st, err := r.log.Standing(t.Context(), "cus_1")
		must(t, err)
		if got := st.Choices.Of(purpose).State; got != want[purpose].state {
			t.Fatalf("after %s the state is %q, want %q", action, got, want[purpose].state)
		}
	}
	entries := want["usage_analytics"].entries + want["fraud_prevention"].entries
	if got := int(r.log.Head().Size) - start; got != entries { // small
		t.Errorf("the log grew by %d entries, want %d", got, entries)
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
}

func TestReceiptVerifiesFromTheCheckpointKeyAlone(t *testing.T) {
	r := newRig(t)
	out, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(t, err)
	receipt, signed, err := r.receipts.Receipt(t.Context(), "cus_1", out.Entry)
	must(t, err)
	verifier, err := ledger.NewVerifierKey(r.Set.CheckpointVerifier)
	must(t, err)
	read, opened, err := ledger.VerifyReceipt(signed, sequencertest.Origin, nil, verifier)
	must(t, err)
	if read.Processing.Purposes[0].Purpose != "usage_analytics" || opened.Detail.State != string(models.Given) ||
		read.Events[0].EventState != string(models.Given) || read.Processing.PrivacyNotice != "https://privacy.example.com/notices/usage_analytics/versions/1" {
		t.Errorf("the receipt says %+v", read)
	}
	k, err := consent.ToKantara(receipt)
	must(t, err)
	if k.Version != "KI-CR-v1.1.0" || len(k.Services) != 1 || len(k.Services[0].Purposes) != 1 || k.PIIPrincipalID != receipt.Record.PIIPrincipalID {
		t.Errorf("its Kantara form is %+v", k)
	}
	if _, _, err := r.receipts.Receipt(t.Context(), "cus_2", out.Entry); models.KindOf(err) != models.NotFound {
		t.Errorf("another customer is given the receipt: %v", err)
	}
}

// A decision about a customer who is remembered: the goal is 500 ns without allocation.
func BenchmarkWarmDecision(b *testing.B) {
	r := newRig(b)
	_, err := r.choose(consent.Give, "usage_analytics", r.shown("usage_analytics", "a"))
	must(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := r.service.Decide(b.Context(), "cus_1", "usage_analytics", "usage_detail"); err != nil || !d.Allowed {
			b.Fatal(d, err)
		}
	}
}

// Who has decided on one server and looks on another sees what they decided.
func TestAChoiceIsSeenOnEveryServerAtOnce(t *testing.T) {
	here := newRig(t)
	there := here.beside(here.receipts.Map.Current())
	for _, action := range []consent.Action{consent.Give, consent.Withdraw} {
		outcome, err := here.choose(action, "usage_analytics", here.shown("usage_analytics", string(action)))
		must(t, err)
		states, err := there.service.Purposes(t.Context(), "cus_1", "en")
		must(t, err)
		for _, s := range states {
			if s.Purpose.Key == "usage_analytics" && s.State != outcome.State {
				t.Errorf("after %s on another server the page says %s", action, s.State)
			}
		}
	}
}
