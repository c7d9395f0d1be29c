package api_test

import (
	"fmt"
	"strings"
	"testing"

	"candor/models/consent"
)

const (
	told = "/api/v1/customers/cus_1/consents/usage_analytics"
	// shown is the text in force for an hour when the rig's time begins.
	shown = `"notice":{"key":"usage_analytics","version":1,"locale":"en"}`
)

type toldOutcome struct {
	Purpose, State string
	Changed        bool
	LogIndex       uint64 `json:"log_index"`
	Time           string
}

// at is a choice at a minute before the rig's time.
func at(choice string, minutes int, more ...string) string {
	return fmt.Sprintf(`{"choice":%q,"channel":"phone","occurred_at":"2026-03-01T11:%02d:00Z"%s}`, choice, 60-minutes, strings.Join(append([]string{""}, more...), ","))
}

func TestAChoiceMadeElsewhere(t *testing.T) {
	r := newRig(t)
	var last toldOutcome
	for i, step := range []struct {
		path, body, state string
		changed           bool
	}{
		{told, at("give", 30, shown), "given", true},
		{told, at("withdraw", 40), "given", false}, // before what stands
		{told, at("give", 20, shown), "given", true},
		{told, at("withdraw", 10), "withdrawn", true},
		{told, at("give", 15, shown), "withdrawn", false}, // before what stands
		{told, at("give", 10, shown), "withdrawn", false}, // in the same millisecond
		{told, at("withdraw", 5), "withdrawn", false},
		{strings.Replace(told, "usage_analytics", "fraud_prevention", 1), at("object", 30), "objected", true},
		{strings.Replace(told, "usage_analytics", "fraud_prevention", 1), strings.Replace(at("lift", 20, shown), "usage_analytics", "fraud_prevention", 1), "permitted", true},
	} {
		got := decode[toldOutcome](t, r.do(t, put(step.path, step.body)))
		if got.State != step.state || got.Changed != step.changed || i > 0 && got.LogIndex != last.LogIndex+1 || got.Time != "2026-03-01T12:00:00.000Z" {
			t.Errorf("step %d: %+v, want %s, changed %t, in the next entry", i, got, step.state, step.changed)
		}
		last = got
	}
	standing := decode[consents](t, r.do(t, get("/api/v1/customers/cus_1/consents"))).Consents
	if usage := standing[2]; usage.State != "withdrawn" || usage.Allowed || usage.Reason != "consent_withdrawn" {
		t.Errorf("%+v", usage)
	}
}

// TestAChoiceToldAgainSaysWhatStandsNow: whoever sends again what was not answered must not take an old yes for one.
func TestAChoiceToldAgainSaysWhatStandsNow(t *testing.T) {
	r := newRig(t)
	given := decode[toldOutcome](t, r.do(t, put(told, at("give", 30, shown))))
	r.do(t, put(told, at("withdraw", 20)))
	again := decode[toldOutcome](t, r.do(t, put(told, at("give", 30, shown))))
	if again.LogIndex != given.LogIndex || again.State != "withdrawn" || again.Changed {
		t.Errorf("%+v, want entry %d, withdrawn", again, given.LogIndex)
	}
}

// TestAChoiceToldAgainIsOneEvent: with no Idempotency-Key, whichever client tells it.
func TestAChoiceToldAgainIsOneEvent(t *testing.T) {
	r := newRig(t)
	body := at("give", 30, shown, `"evidence":{"kind":"call","reference":"4711"}`)
	first := decode[toldOutcome](t, r.do(t, put(told, body)))
	again := decode[toldOutcome](t, r.do(t, put(told, body)))
	if !first.Changed || again.Changed || again.LogIndex != first.LogIndex || again.Time != first.Time || again.State != "given" {
		t.Errorf("first %+v, again %+v", first, again)
	}
	other := decode[toldOutcome](t, r.do(t, put(told, strings.Replace(body, "4711", "4712", 1))))
	if other.LogIndex == first.LogIndex {
		t.Error("another call is the same event")
	}
}

// TestWhatIsToldIsInTheEntry: who, how, when, the exact text, and the evidence (GDPR Art. 7(1); C1).
func TestWhatIsToldIsInTheEntry(t *testing.T) {
	r := newRig(t)
	sum := strings.Repeat("0b", 32)
	got := decode[toldOutcome](t, r.do(t, put(told, at("give", 30, shown,
		`"evidence":{"kind":"call","reference":"4711","note":"asked twice","sha256":"`+sum+`","recorded_by":"agent-12"}`))))
	entry, err := r.Log.EntryOf(t.Context(), "cus_1", got.LogIndex)
	if err != nil {
		t.Fatal(err)
	}
	d := entry.Detail
	text, err := r.Notices.Version("usage_analytics", 1)
	if err != nil {
		t.Fatal(err)
	}
	if d.Kind != "consent.given" || d.Actor.Type != "service" || d.Actor.ID != r.client || d.Channel != "phone" || d.Auth != consent.AuthClient ||
		d.OccurredAt.Format("15:04") != "11:30" || d.Notice == nil || d.Notice.SHA256 != text.Texts["en"].SHA256 || d.Notice.Locale != "en" {
		t.Errorf("%+v", d)
	}
	if e := d.Backing; e == nil || e.Kind != "call" || e.Reference != "4711" || e.Note != "asked twice" || e.SHA256 != sum || e.RecordedBy != "agent-12" {
		t.Errorf("evidence %+v", e)
	}
}

func TestAChoiceMadeElsewhereIsRefused(t *testing.T) {
	r := newRig(t)
	before := r.Log.Head().Size
	for body, want := range map[string]struct {
		status      int
		code, field string
	}{
		at("give", 30):         {422, "required", "notice"},
		at("sign", 30, shown):  {422, "choice_not_offered", "choice"},
		at("object", 30):       {422, "choice_not_offered", "choice"},
		at("give", 100, shown): {422, "bad_time", "occurred_at"},
		strings.Replace(at("withdraw", 30), "11:30", "12:01", 1):                                                {422, "in_the_future", "occurred_at"},
		strings.Replace(at("withdraw", 30), "2026-03", "2126-03", 1):                                            {422, "in_the_future", "occurred_at"},
		strings.Replace(at("withdraw", 30), "2026-03", "1026-03", 1):                                            {422, "time_out_of_range", "occurred_at"},
		strings.Replace(at("withdraw", 30), "phone", "telepathy", 1):                                            {422, "bad_channel", "channel"},
		strings.Replace(at("give", 30, shown), "phone", "gpc", 1):                                               {422, "bad_channel", "channel"},
		strings.Replace(at("give", 30, shown), "11:30", "10:59", 1):                                             {422, "notice_not_in_force", "notice.version"},
		strings.Replace(at("give", 30, shown), `"en"`, `"fr"`, 1):                                               {422, "notice_not_in_language", "notice.locale"},
		strings.Replace(at("give", 30, shown), `n":1`, `n":2`, 1):                                               {422, "unknown_notice", "notice.version"},
		strings.Replace(at("give", 30, shown), `n":1`, `n":0`, 1):                                               {422, "out_of_range", "notice.version"},
		strings.Replace(at("give", 30, shown), `n":1`, `n":"1"`, 1):                                             {422, "wrong_type", "notice.version"},
		at("give", 30, `"notice":{"key":"privacy","version":1,"locale":"en"}`):                                  {422, "wrong_notice", "notice.key"},
		at("give", 30, `"notice":[]`):                                                                           {422, "wrong_type", "notice"},
		at("give", 30, `"notice":{"key":"usage_analytics","version":1,"locale":"en","sha256":"x"}`):             {422, "unknown_member", "notice.sha256"},
		at("withdraw", 30, `"evidence":{"kind":"Call!","reference":"4711"}`):                                    {422, "bad_evidence_kind", "evidence.kind"},
		at("withdraw", 30, `"evidence":{"kind":"call"}`):                                                        {422, "required", "evidence.reference"},
		at("withdraw", 30, `"evidence":{"kind":"call","reference":"4111 1111 1111 1111"}`):                      {422, "card_data", "evidence.reference"},
		at("withdraw", 30, `"evidence":{"kind":"call","reference":"1","sha256":"x"}`):                           {422, "bad_sha256", "evidence.sha256"},
		at("withdraw", 30, `"evidence":{"kind":"call","reference":"1","note":"`+strings.Repeat("a", 1001)+`"}`): {422, "too_long", "evidence.note"},
		at("withdraw", 30, `"evidence":{"kind":"call","reference":"1\u0000"}`):                                  {422, "control_character", "evidence.reference"},
		`{"channel":"phone","occurred_at":"2026-03-01T11:30:00Z"}`:                                              {422, "required", "choice"},
		`{"choice":"withdraw","channel":"phone"}`:                                                               {422, "required", "occurred_at"},
		`{"choice":"withdraw"`: {400, "bad_json", ""},
	} {
		a := r.do(t, put(told, body))
		if p := a.problem(t); a.status != want.status || a.code(t) != want.code || p.Field != want.field {
			t.Errorf("%.150s: %d %s %s, want %+v", body, a.status, a.code(t), p.Field, want)
		}
	}
	for path, code := range map[string]string{
		strings.Replace(told, "cus_1", "cus_9", 1):              "unknown_customer",
		strings.Replace(told, "usage_analytics", "nonsense", 1): "unknown_purpose",
		strings.Replace(told, "usage_analytics", "billing", 1):  "choice_not_offered",
	} {
		if a := r.do(t, put(path, at("withdraw", 30))); a.code(t) != code {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if after := r.Log.Head().Size; after != before {
		t.Errorf("the log grew by %d", after-before)
	}
}

// TestAWithdrawalIsNeverRefusedForItsNotice records what is known of the text, and no more.
func TestAWithdrawalIsNeverRefusedForItsNotice(t *testing.T) {
	r := newRig(t)
	for i, notice := range []string{
		`"notice":{"key":"privacy","version":1,"locale":"en"}`, `"notice":{"key":"usage_analytics","version":9,"locale":"en"}`,
		`"notice":{"key":"usage_analytics","version":1,"locale":"xx"}`,
	} {
		got := decode[toldOutcome](t, r.do(t, put(told, at("withdraw", 30-i, notice))))
		entry, err := r.Log.EntryOf(t.Context(), "cus_1", got.LogIndex)
		if err != nil || entry.Detail.Notice != nil || got.State != "refused" {
			t.Errorf("%s: %+v, %+v, %v", notice, got, entry.Detail.Notice, err)
		}
	}
}
