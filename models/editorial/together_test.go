package editorial_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/store"
	"candor/models/store/mongo"
	"candor/models/store/mongo/mongotest"
)

// Eight editors, each on a server of their own, save at once, again and again, all of them into the same part and each into
// a part of their own: every text that anybody saved is what the version says or in its history, and nothing is overwritten
// that its author had not seen. On both stores.
func TestEditorsAtOnce(t *testing.T) {
	r := newRig(t)
	for name, revisions := range map[string]store.Revisions{"sqlite": r.Data, "mongodb": openMongo(t)} {
		t.Run(name, func(t *testing.T) { editAtOnce(t, r, revisions) })
	}
}

func openMongo(t *testing.T) *mongo.Store {
	t.Helper()
	s := must[*mongo.Store](t)(mongo.Open(t.Context(), mongotest.Start(t)))
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func editAtOnce(t *testing.T, r *rig, revisions store.Revisions) {
	const editors, rounds = 8, 4
	key := strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-"))
	server := func() *editorial.Service {
		return editorial.New(editorial.Config{
			Store: revisions, Log: r.log, Kinds: []editorial.Kind{r.kind}, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
		})
	}
	first := server()
	refs := make([]editorial.Edition, editors)
	var working sync.WaitGroup
	errs := make([]error, editors)
	for i := range editors {
		working.Go(func() {
			s, by := server(), staff(fmt.Sprint("editor", i), auth.RoleLegalEditor)
			refs[i], errs[i] = s.Start(t.Context(), by, "letter", key)
			base := refs[i].Revision
			for round := range rounds {
				saved, err := s.Save(t.Context(), by, refs[i].Ref, base, map[string]string{
					"en/body": fmt.Sprintf("%d says %d", i, round), fmt.Sprint("en/own", i): fmt.Sprint(round),
				})
				errs[i] = errors.Join(errs[i], err)
				base = saved.Revision
			}
		})
	}
	working.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	ref := refs[0].Ref
	for _, e := range refs {
		if e.Ref != ref {
			t.Fatalf("two versions were begun: %v and %v", e.Ref, ref)
		}
	}
	history := must[[]editorial.Revision](t)(first.Revisions(t.Context(), ref))
	for i := range editors {
		for round := range rounds {
			text := fmt.Sprintf("%d says %d", i, round)
			if !slices.ContainsFunc(history, func(h editorial.Revision) bool { return h.Changed["en/body"] == text || h.Proposed["en/body"] == text }) {
				t.Errorf("%q is lost", text)
			}
		}
		content := must[editorial.Content](t)(first.Content(t.Context(), ref, 0))
		if content[fmt.Sprint("en/own", i)] != fmt.Sprint(rounds-1) {
			t.Errorf("what %d alone wrote is %q", i, content[fmt.Sprint("en/own", i)])
		}
	}
	changedAt := 1 // the last change of the part that all write
	for i, h := range history {
		if h.Number != i+1 {
			t.Fatalf("revision %d comes where %d is due", h.Number, i+1)
		}
		if _, ok := h.Changed["en/body"]; ok && h.Number > 1 {
			if h.Base < changedAt {
				t.Errorf("revision %d, made from %d, overwrote what %d said", h.Number, h.Base, changedAt)
			}
			changedAt = h.Number
		}
	}
}

func TestMomentsThatClocksSkipOrRepeat(t *testing.T) {
	at := func(text string) time.Time { return must[time.Time](t)(time.Parse(time.RFC3339, text)) }
	for _, tt := range []struct {
		local, zone string
		want        time.Time
		fails       string
	}{
		{"2026-12-01", "Europe/Berlin", at("2026-11-30T23:00:00Z"), ""},
		{"2026-07-01T09:30", "Europe/Berlin", at("2026-07-01T07:30:00Z"), ""},
		{"2026-03-29T02:30", "Europe/Berlin", time.Time{}, "draft_time_skipped"}, // clocks go from 2 to 3
		{"2026-03-29T03:00", "Europe/Berlin", at("2026-03-29T01:00:00Z"), ""},
		{"2026-10-25T02:30", "Europe/Berlin", at("2026-10-25T01:30:00Z"), ""}, // twice: the later
		{"2026-10-25T01:59", "Europe/Berlin", at("2026-10-24T23:59:00Z"), ""},
		{"2026-10-25T03:00", "Europe/Berlin", at("2026-10-25T02:00:00Z"), ""},
		{"2026-10-04T02:15", "Australia/Lord_Howe", time.Time{}, "draft_time_skipped"}, // by half an hour
		{"2026-04-05T01:45", "Australia/Lord_Howe", at("2026-04-04T15:15:00Z"), ""},
		{"2011-12-30T12:00", "Pacific/Apia", time.Time{}, "draft_time_skipped"}, // a whole day
		{"2026-09-06", "America/Santiago", at("2026-09-06T04:00:00Z"), ""},      // a day that begins at 1
		{"2026-01-01T00:00", "UTC", at("2026-01-01T00:00:00Z"), ""},
		{"2026-01-01T00:00", "", time.Time{}, "draft_time_zone"},
		{"2026-01-01T00:00", "Local", time.Time{}, "draft_time_zone"},
		{"2026-01-01T00:00", "../etc/passwd", time.Time{}, "draft_time_zone"},
		{"2026-02-30", "UTC", time.Time{}, "draft_time"},
		{"tomorrow", "UTC", time.Time{}, "draft_time"},
		{"", "UTC", time.Time{}, "draft_time"},
	} {
		got, err := editorial.When{Local: tt.local, Zone: tt.zone}.Moment()
		if (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) || !got.Equal(tt.want) {
			t.Errorf("%s in %q: %s, %v; want %s %s", tt.local, tt.zone, got, err, tt.want, tt.fails)
		}
	}
}

func TestSchedulesThatDoNotFit(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := r.ready("welcome", "We count.")
	e = must[editorial.Edition](t)(r.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{
		Material: true, Effect: "invalidate", InvalidFrom: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	}))
	for when, code := range map[string]string{"2026-05-01": "draft_time_past", "2026-07-02": "draft_invalid_before"} {
		if _, err := r.Schedule(ctx, clara, e.Ref, e.Revision, editorial.When{Local: when, Zone: "UTC"}); err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("on %s: %v", when, err)
		}
	}
	e = must[editorial.Edition](t)(r.Schedule(ctx, clara, e.Ref, e.Revision, editorial.When{Local: "2026-07-01", Zone: "UTC"}))
	second := r.ready("welcome", "We count more.")
	second = must[editorial.Edition](t)(r.Approve(ctx, clara, second.Ref, second.Revision, editorial.Terms{}))
	if _, err := r.Schedule(ctx, clara, second.Ref, second.Revision, editorial.When{Local: "2026-06-15", Zone: "UTC"}); err == nil || !strings.Contains(err.Error(), "draft_before_earlier") {
		t.Errorf("before the earlier one: %v", err)
	}
	// Withdrawn in time, it makes way; too late it stays.
	e = must[editorial.Edition](t)(r.Withdraw(ctx, clara, e.Ref, e.Revision, "Not yet."))
	if e.State != editorial.Withdrawn || !r.kind.sent["welcome"][0].retired {
		t.Errorf("withdrawn: %s, %+v", e.State, r.kind.sent["welcome"])
	}
	second = must[editorial.Edition](t)(r.Schedule(ctx, clara, second.Ref, second.Revision, editorial.When{Local: "2026-06-15", Zone: "UTC"}))
	r.Pass(13*24*time.Hour + 12*time.Hour - 30*time.Second)
	if _, err := r.Withdraw(ctx, clara, second.Ref, second.Revision, ""); !errors.Is(err, editorial.ErrInForce) {
		t.Errorf("withdrawn half a minute before: %v", err)
	}
	for name, terms := range map[string]editorial.Terms{
		"draft_effect": {Material: true, Effect: "forget"}, "draft_effect_immaterial": {Effect: "ask"}, "draft_invalid_from": {Material: true, InvalidFrom: r.Time()},
	} {
		if _, err := r.Approve(ctx, clara, second.Ref, second.Revision, terms); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%+v: %v", terms, err)
		}
	}
}

// A translation lags behind from the moment on that its source says something else, by what the translator had seen.
func TestStaleTranslations(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := must[editorial.Edition](t)(r.Service.Start(ctx, anna, "letter", "welcome"))
	save := func(by editorial.By, base int, part, text string) editorial.Edition {
		t.Helper()
		return must[editorial.Saved](t)(r.Save(ctx, by, e.Ref, base, map[string]string{part: text})).Edition
	}
	stale := func(e editorial.Edition, want bool) {
		t.Helper()
		if e.Stale("de/body", "en/body") != want {
			t.Errorf("at revision %d it is stale: %v", e.Revision, !want)
		}
	}
	first := save(anna, 1, "en/body", "We count.")
	second := save(ben, first.Revision, "de/body", "Wir zählen.")
	stale(second, false)
	third := save(anna, second.Revision, "en/body", "We count more.")
	stale(third, true)
	// Ben, who has not seen that, goes on translating the older text.
	fourth := save(ben, second.Revision, "de/body", "Wir zählen hier.")
	stale(fourth, true)
	// The source goes back to what was translated.
	stale(save(anna, fourth.Revision, "en/body", "We count."), false)
	last := save(anna, fourth.Revision+1, "en/body", "We count!")
	stale(last, true)
	// Confirmed by somebody who saw an older source, it lags behind still.
	stale(must[editorial.Edition](t)(r.Confirm(ctx, ben, e.Ref, fourth.Revision, "de/body")), true)
	confirmed := must[editorial.Edition](t)(r.Confirm(ctx, ben, e.Ref, last.Revision, "de/body"))
	stale(confirmed, false)
	if confirmed.Parts["de/body"].SourceRevision != last.Revision {
		t.Errorf("confirmed: %+v", confirmed.Parts["de/body"])
	}
}
