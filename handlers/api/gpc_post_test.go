package api_test

import (
	"testing"

	"candor/models/consent"
)

func TestASignalOfTheOperatorsOwnSite(t *testing.T) {
	r := newRig(t)
	r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	const path = "/api/v1/customers/cus_1/gpc"
	type answered struct {
		Customer string
		Consents []toldOutcome
	}
	r.Pass(1e9)
	got := decode[answered](t, r.do(t, post(path, `{"occurred_at":"2026-03-01T12:00:01Z"}`)))
	if got.Customer != "cus_1" || len(got.Consents) != 1 || got.Consents[0].Purpose != "usage_analytics" || got.Consents[0].State != "withdrawn" || !got.Consents[0].Changed {
		t.Fatalf("%+v", got)
	}
	again := decode[answered](t, r.do(t, post(path, `{"occurred_at":"2026-03-01T12:00:00.5Z"}`)))
	if again.Consents[0].Changed || again.Consents[0].LogIndex != got.Consents[0].LogIndex {
		t.Errorf("again: %+v", again)
	}
	entry, err := r.Log.EntryOf(t.Context(), "cus_1", got.Consents[0].LogIndex)
	if err != nil || entry.Detail.Channel != "gpc" || entry.Detail.Actor.ID != r.client {
		t.Errorf("%+v, %v", entry.Detail, err)
	}
	for body, want := range map[string]struct{ code, field string }{
		`{}`: {"required", "occurred_at"}, `{"occurred_at":"2026-03-01T12:00:02Z"}`: {"in_the_future", "occurred_at"},
		`{"occurred_at":"2026-03-01T12:00:00Z","purpose":"billing"}`: {"unknown_member", "purpose"},
	} {
		if a := r.do(t, post(path, body)); a.status != 422 || a.code(t) != want.code || a.problem(t).Field != want.field {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := r.do(t, post("/api/v1/customers/cus_9/gpc", `{"occurred_at":"2026-03-01T12:00:00Z"}`)); a.status != 404 || a.code(t) != "unknown_customer" {
		t.Errorf("%d %s", a.status, a.body)
	}
}
