package checklist_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/notice/checklist"
	"candor/models/sequencer/sequencertest"
)

func staff(id, role string) editorial.By {
	return editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: role}
}

var (
	anna  = staff("anna", auth.RoleLegalEditor)
	clara = staff("clara", auth.RoleLegalApprover)
)

// desk is where notices are written with their checklists.
type desk struct {
	testing.TB
	*editorial.Service

	notices *notice.Service
}

// newDesk has one notice in force, which came from a file.
func newDesk(t *testing.T, required bool) *desk {
	t.Helper()
	r := sequencertest.New(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	log := r.Start(r.Ring(), 0)
	d := &desk{TB: t, notices: must[*notice.Service](t)(notice.New(t.Context(), r.Data, log, r.Time, slog.New(slog.DiscardHandler)))}
	d.Service = editorial.New(editorial.Config{
		Store: r.Data, Log: log, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
		Kinds: []editorial.Kind{&checklist.Drafts{
			Drafts: &notice.Drafts{Notices: d.notices, Languages: func() []string { return []string{"en"} }}, Required: required,
			Content: func(ctx context.Context, ref editorial.Ref, revision int) (editorial.Content, error) {
				return d.Content(ctx, ref, revision)
			},
		}},
	})
	check(t, d.notices.Publish(t.Context(), notice.Notice{
		Key: "privacy", Version: 1, EffectiveAt: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		Texts: map[string]notice.Text{"en": {Title: "Privacy", Summary: "What we do.", Body: body}},
	}))
	return d
}

// begun is the next version, and what its checklist says.
func (d *desk) begun() (editorial.Edition, string) {
	d.Helper()
	e := must[editorial.Edition](d)(d.Start(d.Context(), anna, editorial.KindNotice, "privacy"))
	return e, must[editorial.Content](d)(d.Content(d.Context(), e.Ref, 0))[checklist.Part]
}

// saved changes parts of it.
func (d *desk) saved(e editorial.Edition, parts map[string]string) editorial.Edition {
	d.Helper()
	return must[editorial.Saved](d)(d.Save(d.Context(), anna, e.Ref, e.Revision, parts)).Edition
}

// approve hands it in and has it approved, or says why it is not.
func (d *desk) approve(e editorial.Edition) (editorial.Edition, error) {
	d.Helper()
	e = must[editorial.Edition](d)(d.Submit(d.Context(), anna, e.Ref, e.Revision, ""))
	return d.Approve(d.Context(), clara, e.Ref, e.Revision, editorial.Terms{})
}

// whole deals with every element.
func whole() checklist.Placements {
	p := checklist.Suggested()
	for _, e := range checklist.Elements() {
		if e.Page == "" {
			p[e.Key] = checklist.Placement{Where: checklist.NotApplicable, Reason: "Not here."}
		}
	}
	return p
}

func TestNoTextIsApprovedBeforeItsChecklistIsSettled(t *testing.T) {
	with := func(element string, at *checklist.Placement) checklist.Placements {
		p := maps.Clone(whole())
		delete(p, element)
		if at != nil {
			p[element] = *at
		}
		return p
	}
	for _, tt := range []struct {
		name    string
		placed  checklist.Placements
		problem string // where it is required; empty for none
		anyway  bool   // refused where it is a hint, too
	}{
		{"nobody has said anything", nil, "checklist_open", false},
		{"one element is open", with("retention", nil), "checklist_open", false},
		{"a section is gone", with("retention", &checklist.Placement{Where: checklist.InText, Section: "Gone"}), "checklist_broken", true},
		{"a reason is missing", with("automated", &checklist.Placement{Where: checklist.NotApplicable}), "checklist_broken", true},
		{"everything is said", with("retention", &checklist.Placement{Where: checklist.InText, Section: "How long"}), "", false},
	} {
		for _, required := range []bool{true, false} {
			name, refused := tt.name+", as a hint", tt.anyway
			if required {
				name, refused = tt.name+", required", tt.problem != ""
			}
			t.Run(name, func(t *testing.T) {
				d := newDesk(t, required)
				e, _ := d.begun()
				e = d.saved(e, map[string]string{"en/title": "Privacy, anew", checklist.Part: must[string](t)(tt.placed.Write())})
				problems := must[[]editorial.Problem](t)(d.Problems(t.Context(), e.Ref))
				if refused != (len(problems) == 1) || refused && (problems[0].Code != tt.problem || problems[0].Field != checklist.Part) {
					t.Errorf("missing: %v", problems)
				}
				if _, err := d.approve(e); errors.Is(err, editorial.ErrIncomplete) != refused {
					t.Errorf("approved: %v", err)
				}
			})
		}
	}
}

// What is published is the text alone. The next version begins with the placements of the one before, and points into the
// text as it is then.
func TestTheChecklistGoesOnWithTheNextVersion(t *testing.T) {
	d, ctx := newDesk(t, true), t.Context()
	e, part := d.begun()
	if part != "" {
		t.Errorf("after a file it begins with %s", part)
	}
	placed := whole()
	placed["retention"] = checklist.Placement{Where: checklist.InText, Section: "How long"}
	written := must[string](t)(placed.Write())
	e = must[editorial.Edition](t)(d.approve(d.saved(e, map[string]string{checklist.Part: written})))
	must[editorial.Edition](t)(d.Schedule(ctx, clara, e.Ref, e.Revision, editorial.When{}))
	n := must[notice.Notice](t)(d.notices.Current("privacy"))
	if n.Version != 2 || len(n.Texts) != 1 || n.Texts["en"].Body != body {
		t.Errorf("published: %+v", n)
	}

	e, part = d.begun()
	if part != written {
		t.Errorf("the next begins with %s", part)
	}
	e = d.saved(e, map[string]string{"en/body": "# For how long\n\nTwo years."})
	if problems := must[[]editorial.Problem](t)(d.Problems(ctx, e.Ref)); len(problems) != 1 || problems[0].Code != "checklist_broken" {
		t.Errorf("after a heading was renamed: %v", problems)
	}
	if _, err := d.Save(ctx, anna, e.Ref, e.Revision, map[string]string{checklist.Part: `{"zodiac":{"where":"text"}}`}); err == nil {
		t.Error("an element that is none was saved")
	}
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		check(tb, err)
		return v
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
