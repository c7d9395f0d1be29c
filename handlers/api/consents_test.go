package api_test

import (
	"net/http"
	"testing"

	"candor/models/consent"
)

type consents struct {
	Customer string
	Consents []struct {
		Purpose    string
		LegalBasis string `json:"legal_basis"`
		State      string
		Since      string
		Allowed    bool
		Reason     string
		Notice     struct {
			Key     string
			Version int
		}
		ExpiresAt string  `json:"expires_at"`
		LogIndex  *uint64 `json:"log_index"`
	}
}

func TestConsents(t *testing.T) {
	r := newRig(t)
	outcome := r.Choose(t, "cus_1", "usage_analytics", consent.Give)
	got := decode[consents](t, r.do(t, get("/api/v1/customers/cus_1/consents")))
	if got.Customer != "cus_1" || len(got.Consents) != 3 {
		t.Fatalf("%+v", got)
	}
	billing, fraud, usage := got.Consents[0], got.Consents[1], got.Consents[2]
	if billing.Purpose != "billing" || billing.LegalBasis != "contract" || billing.State != "required" || !billing.Allowed ||
		billing.Reason != "contract" || billing.LogIndex != nil || billing.Notice.Key != "privacy" {
		t.Errorf("%+v", billing)
	}
	if fraud.State != "permitted" || !fraud.Allowed || fraud.Reason != "legitimate_interests" || fraud.Since != "" {
		t.Errorf("%+v", fraud)
	}
	if usage.State != "given" || !usage.Allowed || usage.Reason != "consent_given" || usage.LogIndex == nil || *usage.LogIndex != outcome.Entry ||
		usage.Since != "2026-03-01T12:00:00.000Z" || usage.ExpiresAt != "2028-03-01T12:00:00.000Z" || usage.Notice.Version != 1 {
		t.Errorf("%+v", usage)
	}
	if a := r.do(t, get("/api/v1/customers/cus_9/consents")); a.status != http.StatusNotFound || a.code(t) != "unknown_customer" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestConsentsAgreeWithDecisions holds both answers against each other for every purpose.
func TestConsentsAgreeWithDecisions(t *testing.T) {
	r := newRig(t)
	for _, action := range []consent.Action{consent.Give, consent.Withdraw} {
		r.Choose(t, "cus_1", "usage_analytics", action)
		for _, c := range decode[consents](t, r.do(t, get("/api/v1/customers/cus_1/consents"))).Consents {
			d, err := r.Consents.Decide(t.Context(), "cus_1", c.Purpose, "")
			if err != nil || d.Allowed != c.Allowed || string(d.Reason) != c.Reason {
				t.Errorf("%s: decided %+v, %v; told %v %s", c.Purpose, d, err, c.Allowed, c.Reason)
			}
		}
	}
}

type noticeAnswer struct {
	Key     string
	Version int
	State   string
	Texts   map[string]struct{ Title, SHA256 string }
}

func TestNotices(t *testing.T) {
	r := newRig(t)
	list := decode[struct {
		Notices []noticeAnswer
		Next    string `json:"next_cursor"`
	}](t, r.do(t, get("/api/v1/notices?limit=2")))
	if len(list.Notices) != 2 || list.Notices[0].Key != "fraud_prevention" || list.Next == "" {
		t.Fatalf("%+v", list)
	}
	rest := decode[struct {
		Notices []noticeAnswer
		Next    string `json:"next_cursor"`
	}](t, r.do(t, get("/api/v1/notices?limit=2&cursor="+list.Next)))
	if len(rest.Notices) != 1 || rest.Notices[0].Key != "usage_analytics" || rest.Next != "" {
		t.Errorf("%+v", rest)
	}
	for _, path := range []string{"/api/v1/notices/privacy", "/api/v1/notices/privacy/versions/1"} {
		got := decode[noticeAnswer](t, r.do(t, get(path)))
		if got.Key != "privacy" || got.Version != 1 || got.State != "published" || got.Texts["en"].Title != "About privacy" || len(got.Texts["en"].SHA256) < 43 {
			t.Errorf("%s: %+v", path, got)
		}
	}
	for _, path := range []string{"nonsense", "privacy/versions/0", "privacy/versions/2", "privacy/versions/01", "privacy/versions/x", "privacy/versions/1e0", "%FF"} {
		if a := r.do(t, get("/api/v1/notices/"+path)); a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
