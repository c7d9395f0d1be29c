package training_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/training"
)

var (
	writer   = editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: "w1"}, Role: auth.RolePrivacyOfficer}
	approver = editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: "a1"}, Role: auth.RoleLegalApprover}
)

// A version is written, is incomplete, is translated, cannot be approved by who wrote it, is approved as material by
// somebody else, published, and asks again whoever had acknowledged the version before.
func TestAVersionIsWrittenApprovedAndAsksAgain(t *testing.T) {
	r := newRig(t)
	ctx, w := t.Context(), r.workflow()
	check(t, r.Publish(ctx, r.policy(1)))
	r.acknowledge("privacy")
	r.expect(training.Current, "")

	e := must[editorial.Edition](t)(w.Start(ctx, writer, editorial.KindRequirement, "privacy"))
	if e.Version != 2 || e.From != 1 {
		t.Fatalf("%+v", e)
	}
	saved := must[editorial.Saved](t)(w.Save(ctx, writer, e.Ref, e.Revision, map[string]string{"en/body": "Be very careful.", "grace": "0", "roles": "cook privacy_officer"}))
	problems := must[[]editorial.Problem](t)(w.Problems(ctx, e.Ref))
	var found []string
	for _, p := range problems {
		found = append(found, p.Field+" "+p.Code)
	}
	if !reflect.DeepEqual(found, []string{"de/body text_stale", "roles requirement_rule"}) {
		t.Errorf("problems: %v", found)
	}
	for part, text := range map[string]string{"grace": "soon", "questions": "{", "en/summary": "x", "en": "x"} {
		if _, err := w.Save(ctx, writer, e.Ref, saved.Revision, map[string]string{part: text}); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %q is taken: %v", part, text, err)
		}
	}
	saved = must[editorial.Saved](t)(w.Save(ctx, writer, e.Ref, saved.Revision, map[string]string{"de/body": "Sehr vorsichtig.", "roles": "privacy_officer"}))
	e = must[editorial.Edition](t)(w.Submit(ctx, writer, e.Ref, saved.Revision, ""))
	if _, err := w.Approve(ctx, editorial.By{Actor: writer.Actor, Role: auth.RoleLegalApprover}, e.Ref, e.Revision, editorial.Terms{Material: true}); !errors.Is(err, editorial.ErrOwn) {
		t.Errorf("its author approves it: %v", err)
	}
	e = must[editorial.Edition](t)(w.Approve(ctx, approver, e.Ref, e.Revision, editorial.Terms{Material: true}))
	must[editorial.Edition](t)(w.Schedule(ctx, approver, e.Ref, e.Revision, editorial.When{}))
	r.expect(training.Missing, training.Changed)
	r.acknowledge("privacy")
	r.expect(training.Current, "")
	if got := must[training.Requirement](t)(r.Current("privacy")); got.Version != 2 || got.Grace != 0 || got.Texts["de"].Body != "Sehr vorsichtig." {
		t.Errorf("%+v", got)
	}
}

// A scheduled version is withdrawn before it takes effect.
func TestAScheduledVersionIsWithdrawn(t *testing.T) {
	r := newRig(t)
	ctx, w := t.Context(), r.workflow()
	check(t, r.Publish(ctx, r.policy(1)))
	e := must[editorial.Edition](t)(w.Start(ctx, writer, editorial.KindRequirement, "privacy"))
	saved := must[editorial.Saved](t)(w.Save(ctx, writer, e.Ref, e.Revision, map[string]string{"retired": "yes"}))
	e = must[editorial.Edition](t)(w.Submit(ctx, writer, e.Ref, saved.Revision, ""))
	e = must[editorial.Edition](t)(w.Approve(ctx, approver, e.Ref, e.Revision, editorial.Terms{}))
	e = must[editorial.Edition](t)(w.Schedule(ctx, approver, e.Ref, e.Revision, editorial.When{Local: "2026-01-10", Zone: "Europe/Berlin"}))
	must[editorial.Edition](t)(w.Withdraw(ctx, writer, e.Ref, e.Revision, "not yet"))
	r.Pass(9 * day)
	r.expect(training.Due, training.Never)
	r.Pass(day)
	r.expect(training.Missing, training.Never)
}

// What is published is what was written, questions and all, and can be written on.
func TestContentIsReadAsItWasWritten(t *testing.T) {
	r := newRig(t)
	course := r.test()
	content := must[editorial.Content](t)(course.Content())
	back := must[training.Requirement](t)(training.FromDocument(editorial.Document{
		Edition: editorial.Edition{
			Ref: editorial.Ref{Key: "course", Version: 1}, Approval: &editorial.Approval{Terms: editorial.Terms{Material: true}},
			Schedule: &editorial.Schedule{EffectiveAt: course.EffectiveAt},
		},
		Content: content,
	}))
	if !reflect.DeepEqual(back, course) {
		t.Errorf("%+v\nis not\n%+v", back, course)
	}
	if _, err := r.workflow().Start(t.Context(), writer, editorial.KindRequirement, "Not a key"); models.KindOf(err) != models.Invalid {
		t.Errorf("a key that cannot be: %v", err)
	}
}

func TestTheReportNamesEntriesAndRunsNothing(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	check(t, r.Publish(ctx, r.policy(1)))
	check(t, r.Publish(ctx, r.test()))
	r.acknowledge("privacy")
	other := models.Staff{ID: "s9", Name: "=HYPERLINK(1)", Roles: []string{auth.RolePrivacyOfficer}}
	rows := must[[]training.Row](t)(r.Report(ctx, []models.Staff{officer, other, {ID: "s3", Roles: []string{auth.RoleAdmin}}}))
	var out bytes.Buffer
	check(t, training.WriteCSV(&out, rows))
	lines := strings.Split(strings.TrimSpace(out.String()), "\r\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines: %s", len(lines), &out)
	}
	acknowledged := ""
	for _, line := range lines {
		if strings.HasPrefix(line, "s1,Olga,auditor privacy_officer,privacy,policy,1,current,,2027-01-02T03:04:05Z,1,2026-01-02T03:04:05Z,en,,") {
			acknowledged = line
		}
	}
	if acknowledged == "" || strings.HasSuffix(acknowledged, ",") || !strings.Contains(out.String(), ",'=HYPERLINK(1),") {
		t.Errorf("the report is\n%s", &out)
	}
}
