package editorial_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models/editorial"
)

func TestFromDraftToForce(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := r.ready("welcome", "We count.")
	if e.State != editorial.InReview || e.Version != 1 || len(e.Authors) != 1 || e.Authors[0] != anna {
		t.Fatalf("submitted: %+v", e)
	}
	e = must[editorial.Edition](t)(r.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{Material: true, Effect: "ask"}))
	e = must[editorial.Edition](t)(r.Schedule(ctx, anna, e.Ref, e.Revision, editorial.When{Local: "2026-07-01", Zone: "Europe/Berlin"}))
	if e.State != editorial.Scheduled || !e.Schedule.EffectiveAt.Equal(time.Date(2026, 6, 30, 22, 0, 0, 0, time.UTC)) {
		t.Fatalf("scheduled: %+v", e.Schedule)
	}
	if p := r.kind.sent["welcome"]; len(p) != 1 || p[0].approved != p[0].content.Hash() || p[0].content["en/body"] != "We count." {
		t.Errorf("published: %+v", p)
	}
	if _, err := r.Save(ctx, ben, e.Ref, e.Revision, map[string]string{"en/body": "Nothing."}); !errors.Is(err, editorial.ErrClosed) {
		t.Errorf("changed after it was scheduled: %v", err)
	}
	state := func(want editorial.State) {
		t.Helper()
		if got := must[editorial.Edition](t)(r.Edition(ctx, e.Ref)).State; got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
	state(editorial.Scheduled)
	r.Pass(30 * 24 * time.Hour)
	state(editorial.Published)
	second := r.ready("welcome", "We count more.")
	if second.Version != 2 || second.From != 1 {
		t.Errorf("the next: %+v", second)
	}
	second = must[editorial.Edition](t)(r.Approve(ctx, clara, second.Ref, second.Revision, editorial.Terms{}))
	second = must[editorial.Edition](t)(r.Schedule(ctx, clara, second.Ref, second.Revision, editorial.When{}))
	state(editorial.Superseded)
	if second.State != editorial.Published {
		t.Errorf("published at once, it is %s", second.State)
	}
	want := "started anna,saved anna,submitted anna,approved clara,scheduled anna," +
		"started anna,saved anna,submitted anna,approved clara,scheduled clara"
	if got := strings.Join(r.events(), ","); got != want {
		t.Errorf("the log says\n%s, want\n%s", got, want)
	}
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := r.ready("welcome", "We count.")
	// An approver who writes is an author like any other, though somebody else submits.
	both := staff("dora", "legal_editor")
	saved := must[editorial.Saved](t)(r.Save(ctx, both, e.Ref, e.Revision, map[string]string{"en/title": "Welcome"}))
	if saved.Reopened != editorial.InReview || saved.State != editorial.Draft {
		t.Errorf("changed in review: %+v", saved)
	}
	e = must[editorial.Edition](t)(r.Submit(ctx, anna, e.Ref, saved.Revision, ""))
	if _, err := r.Approve(ctx, dora, e.Ref, e.Revision, editorial.Terms{}); !errors.Is(err, editorial.ErrOwn) {
		t.Errorf("an author approves: %v", err)
	}
	for _, by := range []editorial.By{anna, ben, tms, {}, staff("", "legal_approver"), staff("eve", "")} {
		if _, err := r.Approve(ctx, by, e.Ref, e.Revision, editorial.Terms{}); !errors.Is(err, editorial.ErrNotPermitted) {
			t.Errorf("%+v approves: %v", by, err)
		}
	}
	must[editorial.Edition](t)(r.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{}))
}

func TestAnApprovalIsOfWhatWasSeen(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := r.ready("welcome", "We count.")
	must[editorial.Edition](t)(r.Comment(ctx, ben, e.Ref, "en/body", "Do we?"))
	if _, err := r.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{}); !errors.Is(err, editorial.ErrMoved) {
		t.Errorf("approved what was commented on meanwhile: %v", err)
	}
	e = must[editorial.Edition](t)(r.Edition(ctx, e.Ref))
	approved := must[editorial.Edition](t)(r.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{Material: true}))
	// The same click twice is one approval.
	if again := must[editorial.Edition](t)(r.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{Material: true})); again.Revision != approved.Revision {
		t.Errorf("approved twice: %d and %d", approved.Revision, again.Revision)
	}
	saved := must[editorial.Saved](t)(r.Save(ctx, ben, e.Ref, approved.Revision, map[string]string{"de/body": "Wir zählen."}))
	if saved.State != editorial.Draft || saved.Approval != nil || saved.Reopened != editorial.Approved {
		t.Errorf("changed after it was approved: %+v", saved)
	}
	if _, err := r.Schedule(ctx, clara, e.Ref, saved.Revision, editorial.When{}); !errors.Is(err, editorial.ErrState) {
		t.Errorf("scheduled without approval: %v", err)
	}
}

func TestEditorsMeet(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := must[editorial.Edition](t)(r.Service.Start(ctx, anna, "letter", "welcome"))
	if again := must[editorial.Edition](t)(r.Service.Start(ctx, ben, "letter", "welcome")); again.Ref != e.Ref || again.Revision != e.Revision {
		t.Errorf("a second one was begun: %+v", again)
	}
	first := must[editorial.Saved](t)(r.Save(ctx, anna, e.Ref, e.Revision, map[string]string{"en/body": "We count.", "en/title": "Welcome"}))
	second := must[editorial.Saved](t)(r.Save(ctx, ben, e.Ref, e.Revision, map[string]string{"en/body": "We do not.", "en/summary": "Short."}))
	want := []editorial.Conflict{{Part: "en/body", Base: "", Mine: "We do not.", Theirs: "We count."}}
	if !slices.Equal(second.Conflicts, want) || second.Revision != first.Revision+1 {
		t.Errorf("conflicts %+v at %d", second.Conflicts, second.Revision)
	}
	content := must[editorial.Content](t)(r.Content(ctx, e.Ref, 0))
	if content["en/body"] != "We count." || content["en/title"] != "Welcome" || content["en/summary"] != "Short." {
		t.Errorf("merged: %v", content)
	}
	// The text that lost is in the history, once, however often it is sent.
	must[editorial.Saved](t)(r.Save(ctx, ben, e.Ref, e.Revision, map[string]string{"en/body": "We do not."}))
	revisions := must[[]editorial.Revision](t)(r.Revisions(ctx, e.Ref))
	if last := revisions[len(revisions)-1]; last.Proposed["en/body"] != "We do not." || len(revisions) != 3 {
		t.Errorf("the history has %d revisions, the last %+v", len(revisions), last)
	}
}

// Forms and tools take white space away at the ends. That changes no text, makes nobody an author, and no translation stale.
func TestWhiteSpaceAroundATextIsNoChange(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	e := r.ready("welcome", "We count.\n")
	saved := must[editorial.Saved](t)(r.Save(ctx, ben, e.Ref, e.Revision, map[string]string{"en/body": "We count.", "de/body": "\r\n de We count."}))
	if saved.Revision != e.Revision || saved.State != editorial.InReview || saved.Authored(ben) || saved.Stale("de/body", "en/body") {
		t.Errorf("%+v", saved)
	}
}
