package training_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
	"candor/models/store"
	"candor/models/training"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// rig is one store, for any number of servers, and one server.
type rig struct {
	*training.Service
	*sequencertest.Rig
	testing.TB

	log    *sequencer.Sequencer
	since  time.Time
	nonces int
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		check(tb, err)
		return v
	}
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{Rig: sequencertest.New(t, start), TB: t}
	r.log = r.Start(r.Ring(), 0)
	r.Service = r.server(r.Data, r.Data)
	return r
}

func (r *rig) server(p store.Publications, a store.Attestations) *training.Service {
	r.Helper()
	return must[*training.Service](r)(training.New(r.Context(), training.Config{
		Publications: p, Attestations: a, Log: r.log, MaxAge: time.Second, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
		Since: func(context.Context, string) (time.Time, error) { return r.since, nil },
	}))
}

// policy binds officers from now on for 12 months, with ten days of grace.
func (r *rig) policy(version int) training.Requirement {
	return training.Requirement{
		Key: "privacy", Version: version, Kind: training.Policy, EffectiveAt: r.Time(), Material: true,
		Roles: []string{auth.RolePrivacyOfficer}, Validity: "P12M", Grace: 10,
		Texts: map[string]training.Text{
			"en": {Title: "Privacy", Body: "Be careful, " + strconv.Itoa(version)}, "de": {Title: "Datenschutz", Body: "Vorsicht, " + strconv.Itoa(version)},
		},
	}
}

// test is a training of three questions, of which two must be answered rightly.
func (r *rig) test() training.Requirement {
	t := r.policy(1)
	t.Key, t.Kind, t.PassMark, t.Grace = "course", training.Training, 60, 0
	words := map[string]training.QuestionText{}
	for i := range 3 {
		id := "q" + strconv.Itoa(i)
		t.Questions = append(t.Questions, training.Question{ID: id, Multiple: i == 2, Answers: []training.Answer{
			{ID: "a", Right: true}, {ID: "b"}, {ID: "c", Right: i == 2},
		}})
		words[id] = training.QuestionText{Text: "Question " + id, Explanation: "Because", Answers: map[string]string{"a": "A", "b": "B", "c": "C"}}
	}
	t.Texts = map[string]training.Text{"en": {Title: "Course", Body: "Learn.", Questions: words}}
	return t
}

var officer = models.Staff{ID: "s1", Name: "Olga", Roles: []string{auth.RoleAuditor, auth.RolePrivacyOfficer}}

// shown is what a page of the version in force shows.
func (r *rig) shown(key, tag string) training.Shown {
	r.Helper()
	current := must[training.Requirement](r)(r.Current(key))
	r.nonces++
	return training.Shown{Version: current.Version, Locale: tag, SHA256: current.Hash(tag), Nonce: strconv.Itoa(r.nonces)}
}

func (r *rig) acknowledge(key string) {
	r.Helper()
	_, err := r.Attest(r.Context(), training.Attempt{Member: officer, Key: key, Shown: r.shown(key, "en"), Auth: "test"})
	check(r, err)
}

// stands is where the officer stands on the only requirement there is; empty if it does not bind them.
func (r *rig) stands() (training.State, training.Reason) {
	r.Helper()
	all := must[[]training.Standing](r)(r.Standings(r.Context(), officer))
	if len(all) == 0 {
		return "", ""
	}
	missing := must[[]training.Standing](r)(r.Missing(r.Context(), officer))
	if (len(missing) > 0) != (all[0].State == training.Missing) {
		r.Errorf("missing %v of %v", missing, all)
	}
	return all[0].State, all[0].Reason
}

// expect fails unless the officer stands there.
func (r *rig) expect(state training.State, reason training.Reason) {
	r.Helper()
	if s, why := r.stands(); s != state || why != reason {
		r.Errorf("%s: %s %s, not %s %s", r.Time().Format(time.DateOnly), s, why, state, reason)
	}
}

const day = 24 * time.Hour

func sorted(ids []string) []string { slices.Sort(ids); return ids }

// workflow is the one for requirements alone.
func (r *rig) workflow() *editorial.Service {
	return editorial.New(editorial.Config{
		Store: r.Data, Log: r.log, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
		Kinds: []editorial.Kind{&training.Drafts{Requirements: r.Service, Languages: func() []string { return []string{"en", "de"} }}},
	})
}
