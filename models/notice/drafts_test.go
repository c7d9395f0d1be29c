package notice_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
)

func staff(id, role string) editorial.By {
	return editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: role}
}

var (
	anna  = staff("anna", auth.RoleLegalEditor)
	clara = staff("clara", auth.RoleLegalApprover)
)

// desk is where notices are written on one server.
type desk struct {
	*editorial.Service
	notices *notice.Service
}

func (r *rig) desk(log *sequencer.Sequencer, languages ...string) desk {
	r.Helper()
	n := r.service(r.Data, log)
	return desk{editorial.New(editorial.Config{
		Store: r.Data, Log: log, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
		Kinds: []editorial.Kind{&notice.Drafts{Notices: n, Languages: func() []string { return languages }}},
	}), n}
}

// retired lists what the log says of texts that are no longer shown.
func (r *rig) retired(s *sequencer.Sequencer) (list []string) {
	r.Helper()
	check(r, s.Refresh(r.Context()))
	for _, seq := range must[[]uint64](r)(r.Data.Public(r.Context(), 0, 1000)) {
		if d := must[sequencer.Result](r)(s.Entry(r.Context(), seq)).Detail; d.Kind == ledger.NoticeRetired {
			list = append(list, fmt.Sprintf("%s %d %s %s", d.Notice.Key, d.Notice.Version, d.Notice.Locale, d.State))
		}
	}
	return list
}

func TestANoticeIsWrittenTranslatedAndPublished(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	log := r.sequencer()
	d, other := r.desk(log, "en", "de"), r.desk(log, "en", "de")
	check(t, d.notices.Publish(ctx, r.version("privacy", 1, "We count.")))

	e := must[editorial.Edition](t)(d.Start(ctx, anna, editorial.KindNotice, "privacy"))
	saved := must[editorial.Saved](t)(d.Save(ctx, anna, e.Ref, e.Revision, map[string]string{"en/body": "We count more.", "fr/title": "Vie privée"}))
	problems := ""
	for _, p := range must[[]editorial.Problem](t)(d.Problems(ctx, e.Ref)) {
		problems += p.Field + " " + p.Code + ", "
	}
	if problems != "de/body text_stale, fr/summary text_missing, fr/body text_missing, " {
		t.Errorf("missing: %s", problems)
	}
	e = must[editorial.Edition](t)(d.Submit(ctx, anna, e.Ref, saved.Revision, ""))
	if _, err := d.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{}); !errors.Is(err, editorial.ErrIncomplete) {
		t.Fatalf("approved though it is incomplete: %v", err)
	}
	saved = must[editorial.Saved](t)(d.Save(ctx, anna, e.Ref, e.Revision, map[string]string{"de/body": "Wir zählen mehr.", "fr/title": ""}))
	e = must[editorial.Edition](t)(d.Submit(ctx, anna, e.Ref, saved.Revision, ""))
	e = must[editorial.Edition](t)(d.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{Material: true, Effect: string(notice.Invalidate)}))
	must[editorial.Edition](t)(d.Schedule(ctx, clara, e.Ref, e.Revision, editorial.When{Local: "2026-02-01", Zone: "Europe/Berlin"}))

	check(t, other.notices.Refresh(ctx))
	n := must[notice.Notice](t)(other.notices.Version("privacy", 2))
	effective := time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC)
	if n.Texts["de"].Body != "Wir zählen mehr." || !n.Material || n.Effect != notice.Invalidate || !n.InvalidFrom.Equal(effective) || !n.EffectiveAt.Equal(effective) {
		t.Errorf("published: %+v", n)
	}
	if other.notices.State(n) != notice.Scheduled || must[notice.Notice](t)(other.notices.Current("privacy")).Version != 1 {
		t.Errorf("before its time it is %s", other.notices.State(n))
	}
	r.Pass(40 * 24 * time.Hour)
	if other.notices.State(n) != notice.InForce || must[notice.Notice](t)(other.notices.Current("privacy")).Version != 2 {
		t.Errorf("after it, it is %s", other.notices.State(n))
	}
	for range 2 { // said once, whoever says it
		check(t, d.notices.RetireSuperseded(ctx))
		check(t, other.notices.RetireSuperseded(ctx))
	}
	if got := r.retired(log); !slices.Equal(got, []string{"privacy 1 de superseded", "privacy 1 en superseded"}) {
		t.Errorf("the log says %v", got)
	}
}

func TestAWithdrawnVersionIsPassedOver(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	log := r.sequencer()
	d, other := r.desk(log, "en"), r.desk(log, "en")
	check(t, d.notices.Publish(ctx, r.version("privacy", 1, "We count.")))
	write := func(body, when string) editorial.Edition {
		t.Helper()
		e := must[editorial.Edition](t)(d.Start(ctx, anna, editorial.KindNotice, "privacy"))
		saved := must[editorial.Saved](t)(d.Save(ctx, anna, e.Ref, e.Revision, map[string]string{"en/body": body, "de/body": body}))
		e = must[editorial.Edition](t)(d.Submit(ctx, anna, e.Ref, saved.Revision, ""))
		e = must[editorial.Edition](t)(d.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{}))
		return must[editorial.Edition](t)(d.Schedule(ctx, clara, e.Ref, e.Revision, editorial.When{Local: when, Zone: "UTC"}))
	}
	second := write("We count more.", "2026-03-01")
	check(t, other.notices.Refresh(ctx))
	must[editorial.Edition](t)(d.Withdraw(ctx, clara, second.Ref, second.Revision, "Not yet."))
	check(t, d.notices.Retire(ctx, "privacy", 2)) // again changes nothing
	check(t, other.notices.Refresh(ctx))
	r.Pass(90 * 24 * time.Hour)
	for name, s := range map[string]*notice.Service{"here": d.notices, "on another server": other.notices, "after a start": r.service(r.Data, log)} {
		n := must[notice.Notice](t)(s.Version("privacy", 2))
		if s.State(n) != notice.Withdrawn || must[notice.Notice](t)(s.Current("privacy")).Version != 1 || len(s.Versions("privacy")) != 1 || len(s.All("privacy")) != 2 {
			t.Errorf("%s: it is %s, of %d versions", name, s.State(n), len(s.Versions("privacy")))
		}
	}
	if got := strings.Join(r.retired(log), ", "); got != "privacy 2 de withdrawn, privacy 2 en withdrawn" {
		t.Errorf("the log says %s", got)
	}
	// Its number is not used again, and its text is not the next one's beginning.
	third := must[editorial.Edition](t)(d.Start(ctx, anna, editorial.KindNotice, "privacy"))
	if third.Version != 3 || third.From != 1 || must[editorial.Content](t)(d.Content(ctx, third.Ref, 0))["en/body"] != "We count." {
		t.Errorf("the next: %+v", third)
	}
	// A draft that is withdrawn leaves its number, and its history.
	must[editorial.Edition](t)(d.Withdraw(ctx, anna, third.Ref, third.Revision, ""))
	again := must[editorial.Edition](t)(d.Start(ctx, anna, editorial.KindNotice, "privacy"))
	if again.Version != 3 || again.Revision != 3 || len(again.Authors) != 0 {
		t.Errorf("begun anew: %+v", again)
	}
}

// A file that comes with a version of its own takes the number of an open draft; the draft's text is not lost.
func TestAFileOvertakesADraft(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	d := r.desk(r.sequencer(), "en")
	check(t, d.notices.Publish(ctx, r.version("privacy", 1, "We count.")))
	e := must[editorial.Edition](t)(d.Start(ctx, anna, editorial.KindNotice, "privacy"))
	saved := must[editorial.Saved](t)(d.Save(ctx, anna, e.Ref, e.Revision, map[string]string{"en/body": "Mine."}))
	check(t, d.notices.Publish(ctx, r.version("privacy", 2, "From a file.")))
	if _, err := d.Save(ctx, anna, e.Ref, saved.Revision, map[string]string{"en/body": "More."}); !errors.Is(err, editorial.ErrOvertaken) {
		t.Errorf("saved: %v", err)
	}
	if e := must[editorial.Edition](t)(d.Edition(ctx, e.Ref)); !e.Overtaken {
		t.Errorf("%+v", e)
	}
	next := must[editorial.Edition](t)(d.Start(ctx, anna, editorial.KindNotice, "privacy"))
	if next.Version != 3 || next.From != 2 || must[editorial.Content](t)(d.Content(ctx, e.Ref, 0))["en/body"] != "Mine." {
		t.Errorf("the next: %+v", next)
	}
}
