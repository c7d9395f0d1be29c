package training_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
	"candor/models/training"
)

func TestAPolicyIsAcknowledgedRunsOutAndIsAskedAgain(t *testing.T) {
	r := newRig(t)
	r.expect("", "")
	check(t, r.Publish(t.Context(), r.policy(1)))
	r.expect(training.Due, training.Never) // ten days of grace
	r.Pass(10 * day)
	r.expect(training.Missing, training.Never)
	r.acknowledge("privacy")
	r.expect(training.Current, "")
	r.Pass(334 * day)
	r.expect(training.Current, "")
	r.Pass(2 * day) // 29 days before the twelve months are over
	r.expect(training.Due, training.Expiry)
	r.Pass(29 * day)
	r.expect(training.Missing, training.Expiry)
	r.acknowledge("privacy")
	r.expect(training.Current, "")

	r.Pass(day)
	other := r.policy(2)
	other.Material = false
	check(t, r.Publish(t.Context(), other))
	r.expect(training.Current, "")
	check(t, r.Publish(t.Context(), r.policy(3)))
	r.expect(training.Due, training.Changed)
	r.Pass(10 * day)
	r.expect(training.Missing, training.Changed)
	r.acknowledge("privacy")
	r.expect(training.Current, "")

	retired := r.policy(4)
	retired.Retired, retired.EffectiveAt = true, r.Time().Add(day)
	check(t, r.Publish(t.Context(), retired))
	r.expect(training.Current, "")
	r.Pass(day)
	r.expect("", "")
}

// Grace is for whom a requirement finds at work. Whoever joins later sees nobody's data before they have done all that binds
// them, though a material version gave others time that very day; then they have its grace as everybody has.
func TestNewMembersHaveNoGrace(t *testing.T) {
	r := newRig(t)
	check(t, r.Publish(t.Context(), r.policy(1)))
	r.expect(training.Due, training.Never) // whoever was there before
	r.since = r.Time().Add(day)
	r.Pass(day)
	r.expect(training.Missing, training.Never)
	check(t, r.Publish(t.Context(), r.policy(2)))
	r.expect(training.Missing, training.Never)
	r.acknowledge("privacy")
	r.expect(training.Current, "")
	r.Pass(day)
	check(t, r.Publish(t.Context(), r.policy(3)))
	r.expect(training.Due, training.Changed)
	r.Pass(10 * day)
	r.expect(training.Missing, training.Changed)

	r.acknowledge("privacy")
	ended := r.Time().AddDate(0, 12, 0)
	r.Pass(400 * day)
	r.since = r.Time() // who comes back is told when it ran out, and not when they came
	if all := must[[]training.Standing](t)(r.Standings(t.Context(), officer)); all[0].Reason != training.Expiry || !all[0].Until.Equal(ended) {
		t.Errorf("%s until %s, not %s", all[0].Reason, all[0].Until, ended)
	}
}

func TestAVersionIsWithdrawnBeforeItComesIntoForce(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	check(t, r.Publish(ctx, r.policy(1)))
	r.acknowledge("privacy")
	next := r.policy(2)
	next.EffectiveAt = r.Time().Add(5 * day)
	check(t, r.Publish(ctx, next))
	if err := r.Withdraw(ctx, "privacy", 1); !errors.Is(err, training.ErrInForce) {
		t.Errorf("the version in force is withdrawn: %v", err)
	}
	check(t, r.Withdraw(ctx, "privacy", 2))
	check(t, r.Withdraw(ctx, "privacy", 2))
	r.Pass(50 * day)
	r.expect(training.Current, "")
	if got := must[training.Requirement](t)(r.Current("privacy")); got.Version != 1 {
		t.Errorf("version %d is in force", got.Version)
	}
	if again := r.server(r.Data, r.Data); !again.Versions("privacy")[1].Withdrawn {
		t.Error("it is not withdrawn any more after a start")
	}
	if err := r.Withdraw(ctx, "privacy", 3); !errors.Is(err, training.ErrUnknown) {
		t.Errorf("withdrawn though it is not there: %v", err)
	}
}

func TestATrainingIsPassedOrNot(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	check(t, r.Publish(ctx, r.test()))
	try := func(answers map[string][]string) (training.Outcome, error) {
		return r.Attest(ctx, training.Attempt{Member: officer, Key: "course", Shown: r.shown("course", "en"), Answers: answers, Auth: "test"})
	}
	for name, answers := range map[string]map[string][]string{
		"nothing":           nil,
		"one missing":       {"q0": {"a"}, "q1": {"a"}},
		"an unknown answer": {"q0": {"a"}, "q1": {"z"}, "q2": {"a"}},
		"two where one may": {"q0": {"a", "b"}, "q1": {"a"}, "q2": {"a"}},
	} {
		before := r.log.Head().Size
		if _, err := try(answers); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if r.log.Head().Size != before {
			t.Errorf("%s: recorded", name)
		}
	}
	outcome, err := try(map[string][]string{"q0": {"a"}, "q1": {"b"}, "q2": {"a"}}) // of several right answers one
	check(t, err)
	if outcome.Passed() || outcome.Attestation.Score != 33 || !slices.Equal(sorted(outcome.Wrong), []string{"q1", "q2"}) {
		t.Errorf("%+v", outcome)
	}
	r.expect(training.Missing, training.Never)
	outcome, err = try(map[string][]string{"q0": {"a"}, "q1": {"b"}, "q2": {"c", "a"}})
	check(t, err)
	if !outcome.Passed() || outcome.Attestation.Score != 66 {
		t.Errorf("%+v", outcome)
	}
	r.expect(training.Current, "")
	entry := must[sequencer.Result](t)(r.log.Entry(ctx, outcome.Attestation.Seq))
	want := ledger.Detail{
		Kind: "staff.attested", ID: entry.Detail.ID, Actor: ledger.Actor{Type: "staff", ID: "s1"}, State: "passed", Channel: "web",
		Auth: "test", Role: auth.RolePrivacyOfficer,
		About: &ledger.About{Type: "training", Key: "course", Version: 1, Part: "en/66", SHA256: r.test().Hash("en")},
	}
	a, _ := want.Encode()
	b, _ := entry.Detail.Encode()
	if string(a) != string(b) || entry.Entry.Public {
		t.Errorf("the log says %s, not %s", b, a)
	}
}

func TestWhatWasNotShownIsNotAttested(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	check(t, r.Publish(ctx, r.policy(1)))
	shown := r.shown("privacy", "de")
	attest := func(member models.Staff, key string, change func(*training.Shown)) error {
		s := shown
		change(&s)
		_, err := r.Attest(ctx, training.Attempt{Member: member, Key: key, Shown: s})
		return err
	}
	for name, change := range map[string]func(*training.Shown){
		"another version":  func(s *training.Shown) { s.Version = 2 },
		"another language": func(s *training.Shown) { s.Locale = "en" },
		"no such language": func(s *training.Shown) { s.Locale = "fr" },
		"another text":     func(s *training.Shown) { s.SHA256 = strings.Repeat("0", 64) },
	} {
		if err := attest(officer, "privacy", change); !errors.Is(err, models.ErrStaleServed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	keep := func(*training.Shown) {}
	editor := models.Staff{ID: "s2", Roles: []string{auth.RoleLegalEditor}}
	for _, err := range []error{attest(editor, "privacy", keep), attest(officer, "nothing", keep), attest(models.Staff{}, "privacy", keep)} {
		if !errors.Is(err, training.ErrUnknown) {
			t.Errorf("by whom it does not bind: %v", err)
		}
	}
	check(t, r.Publish(ctx, r.policy(2)))
	if err := attest(officer, "privacy", keep); !errors.Is(err, models.ErrStaleServed) {
		t.Errorf("the text before: %v", err)
	}
}

// A form that is sent twice is one event; what the first answers were is what counts.
func TestADoubleClickIsOneEvent(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	check(t, r.Publish(ctx, r.test()))
	attempt := training.Attempt{
		Member: officer, Key: "course", Shown: r.shown("course", "en"),
		Answers: map[string][]string{"q0": {"b"}, "q1": {"b"}, "q2": {"b"}},
	}
	first := must[training.Outcome](t)(r.Attest(ctx, attempt))
	size := r.log.Head().Size
	attempt.Answers = map[string][]string{"q0": {"a"}, "q1": {"a"}, "q2": {"a", "c"}}
	again := must[training.Outcome](t)(r.Attest(ctx, attempt))
	if again.Attestation != first.Attestation || again.Passed() || r.log.Head().Size != size {
		t.Errorf("%+v after %+v", again, first)
	}
	r.expect(training.Missing, training.Never)
}

// away is a store whose attestations cannot be reached.
type away struct{ store.Attestations }

func (away) PutAttestations(context.Context, uint64, []store.Attestation) error  { return errAway }
func (away) AttestationsOf(context.Context, string) ([]store.Attestation, error) { return nil, errAway }

var errAway = models.Fail(models.Unavailable, "store_unavailable")

func TestAStoreThatIsAwayWithholds(t *testing.T) {
	r := newRig(t)
	check(t, r.Publish(t.Context(), r.policy(1)))
	r.acknowledge("privacy")
	if _, err := r.server(r.Data, away{r.Data}).Missing(t.Context(), officer); !errors.Is(err, errAway) {
		t.Errorf("nothing is missing, it says: %v", err)
	}
}

// What a crash left between the log and its projection is taken in from the log, and rebuilt from it.
func TestTheProjectionIsMadeFromTheLog(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	check(t, r.Publish(ctx, r.policy(1)))
	r.Pass(10 * day)
	_, err := r.server(r.Data, away{r.Data}).Attest(ctx, training.Attempt{Member: officer, Key: "privacy", Shown: r.shown("privacy", "de"), Auth: "test"})
	if !errors.Is(err, errAway) {
		t.Fatalf("kept though the store is away: %v", err)
	}
	r.expect(training.Missing, training.Never)
	check(t, r.Follow(ctx))
	r.expect(training.Current, "")
	before := must[[]store.Attestation](t)(r.Data.AttestationsOf(ctx, "s1"))

	differ := must[int](t)(r.Rebuild(ctx, true))
	check(t, r.Data.PutAttestations(ctx, 0, []store.Attestation{{Seq: 1, Staff: "s2", Requirement: "privacy", Version: 1, State: "acknowledged", At: r.Time()}}))
	if invented := must[int](t)(r.Rebuild(ctx, true)); differ != 0 || invented != 1 {
		t.Errorf("%d and then %d differ", differ, invented)
	}
	check(t, errOf(r.Rebuild(ctx, false)))
	after := must[[]store.Attestation](t)(r.Data.AttestationsOf(ctx, "s1"))
	if len(before) != 1 || !slices.Equal(before, after) || must[int](t)(r.Rebuild(ctx, true)) != 0 {
		t.Errorf("%+v became %+v", before, after)
	}
	if others := must[[]store.Attestation](t)(r.Data.AttestationsOf(ctx, "s2")); len(others) != 0 {
		t.Errorf("invented ones stay: %+v", others)
	}
}

func TestServersKnowWhatOthersPublish(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	other := r.server(r.Data, r.Data)
	check(t, r.Publish(ctx, r.policy(1)))
	check(t, other.Publish(ctx, r.policy(1))) // the same again, as every server does at its start
	changed := r.policy(1)
	changed.Grace++
	if err := other.Publish(ctx, changed); err == nil || !strings.Contains(err.Error(), "never changes") {
		t.Errorf("published with other content: %v", err)
	}
	if err := other.Publish(ctx, r.policy(3)); err == nil {
		t.Error("a number is left out")
	}
	check(t, r.Publish(ctx, r.policy(2)))
	r.Pass(2 * time.Second)
	if all := must[[]training.Standing](t)(other.Standings(ctx, officer)); len(all) != 1 || all[0].Requirement.Version != 2 {
		t.Errorf("%+v", all)
	}
	published := 0
	for seq := range r.log.Head().Size {
		if must[sequencer.Result](t)(r.log.Entry(ctx, seq)).Detail.Kind == ledger.RequirementPublished {
			published++
		}
	}
	if published != 2 {
		t.Errorf("the log has %d publications", published)
	}
}

func TestReadFiles(t *testing.T) {
	const good = `
key: course
versions:
  - version: 1
    kind: training
    effective_at: 2025-01-15T00:00:00Z
    material: true
    roles: [privacy_officer, auditor]
    validity: P12M
    grace_days: 14
    pass_mark: 80
    questions:
      - id: q1
        answers: [{id: a, right: true}, {id: b}]
    texts:
      en:
        title: Course
        body: Learn.
        questions:
          q1: {text: "What?", explanation: "Because.", answers: {a: "This", b: "That"}}
`
	read := func(text string, languages ...string) ([]training.Requirement, error) {
		return training.ReadFiles(fstest.MapFS{"course.yaml": {Data: []byte(text)}}, languages)
	}
	got, err := read(good, "en")
	check(t, err)
	if len(got) != 1 || got[0].Key != "course" || got[0].Questions[0].Answers[0] != (training.Answer{ID: "a", Right: true}) || got[0].Roles[0] != "auditor" {
		t.Errorf("%+v", got)
	}
	for change, says := range map[[2]string]string{
		{"key: course", "key: other"}:            "name the file after it",
		{"version: 1", "version: 2"}:             "comes where 1 is due",
		{"kind: training", "kind: exam"}:         "kind: unknown",
		{"effective_at", "from"}:                 "from",
		{"auditor", "cook"}:                      "roles: unknown",
		{"P12M", "a year"}:                       "validity: no_period",
		{"grace_days: 14", "grace_days: -1"}:     "grace: out_of_range",
		{"pass_mark: 80", "pass_mark: 101"}:      "pass_mark: out_of_range",
		{", right: true", ""}:                    "no_right_answer",
		{", {id: b}", ""}:                        "two_answers",
		{"{id: b}", "{id: b, right: true}"}:      "one_right_answer",
		{`b: "That"`, `c: "That"`}:               "en/questions/q1/b: missing",
		{`explanation: "Because."`, `text: "x"`}: "already defined",
	} {
		if _, err := read(strings.Replace(good, change[0], change[1], 1), "en"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", change, err)
		}
	}
	if _, err := read(good, "de"); err == nil || !strings.Contains(err.Error(), "de/title: missing") {
		t.Errorf("a language is missing: %v", err)
	}
}

func errOf(_ int, err error) error { return err }
