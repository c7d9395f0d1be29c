package access_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/access"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
	"candor/models/signin"
)

// rig is the service on real stores, with three customers: two share an address.
type rig struct {
	*sequencertest.Rig
	t    *testing.T
	log  *sequencer.Sequencer
	ring *keys.Ring
	// broken keeps entries from being appended.
	broken bool
	*access.Service
}

// The members of staff. What a role permits may be withheld.
var (
	officer = member("m_officer", auth.RolePrivacyOfficer)
	second  = member("m_second", auth.RolePrivacyOfficer)
	admin   = member("m_admin", auth.RoleAdmin)
	other   = member("m_other_admin", auth.RoleAdmin)
	auditor = member("m_auditor", auth.RoleAuditor)
	editor  = member("m_editor", auth.RoleLegalEditor)
)

func member(id, role string, withheld ...auth.Permission) access.By {
	return access.By{ID: id, Roles: []string{role}, Auth: "demo", May: func(p auth.Permission) bool {
		return auth.May(role, p) && !slices.Contains(withheld, p)
	}}
}

var (
	ticket   = access.Reason{Kind: access.ReasonTicket, Words: "CARE-20417"}
	sentence = access.Reason{Kind: access.ReasonText, Words: "You called about your bill of October."}
)

// logOf is the rig's log as the service sees it.
type logOf struct{ r *rig }

var errBroken = models.Fail(models.Unavailable, "log_unavailable")

func (l logOf) Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error) {
	if l.r.broken {
		return sequencer.Result{}, errBroken
	}
	return l.r.log.Append(ctx, e)
}

func (l logOf) Event(ctx context.Context, id ledger.EventID) (sequencer.Result, error) {
	return l.r.log.Event(ctx, id)
}

func (l logOf) History(ctx context.Context, customer string, limit int) ([]sequencer.Result, error) {
	return l.r.log.History(ctx, customer, limit)
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{Rig: sequencertest.New(t, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), t: t}
	raw, err := os.ReadFile("../request/testdata/datamap.yaml")
	must(t, err)
	m := give(datamap.Parse(raw))(t)
	r.ring = r.Ring()
	r.log = r.Start(r.ring, 0)
	index := signin.Keys{Secret: []byte("secret")}
	bills := billing.New(billing.Config{
		Map: datamap.Hold(m), Customers: r.Data, Records: r.Data, Ring: r.ring, Clock: r.Time,
		Emails: &billing.Emails{Store: r.Data, Key: index.Email, Mark: index.EmailMark()},
	})
	notices := give(notice.New(t.Context(), r.Data, r.log, r.Time, slog.New(slog.DiscardHandler)))(t)
	for _, key := range []string{"fraud_prevention", "privacy", "usage_analytics"} {
		must(t, notices.Publish(t.Context(), notice.Notice{
			Key: key, Version: 1, EffectiveAt: r.Time().Add(-time.Hour), Material: true,
			Texts: map[string]notice.Text{"en": {Title: "About " + key, Summary: "In short.", Body: "At length."}},
		}))
	}
	consents := give(consent.New(consent.Config{Map: datamap.Hold(m), Log: r.log, Customers: r.Data, Notices: notices, Clock: r.Time}))(t)
	r.Service = access.New(access.Config{
		Map: datamap.Hold(m), Log: logOf{r}, LookUps: r.Data, Profiles: bills, Consents: consents, Index: r.Data, Email: index.Email, Ring: r.ring,
		Secret: []byte("secret"), Clock: r.Time, Random: rand.Reader,
	})
	for ref, p := range map[string]billing.Profile{
		"cus_1": {Name: "Anna Lindqvist", Email: "family@example.test", Phone: "+49 40 669690"},
		"cus_2": {Name: "Jonas Lindqvist", Email: "family@example.test"},
		"cus_3": {Name: "Mehmet Aydın", Email: "mehmet@example.test"},
	} {
		p.Customer = models.Customer{Ref: ref}
		must(t, bills.PutCustomer(t.Context(), p))
	}
	must(t, bills.PutRecord(t.Context(), models.Record{
		Customer: "cus_1", Category: "invoices", ID: "a", OccurredAt: r.Time(), Source: "billing", Fields: map[string]string{"number": "R-2026-000417"},
	}))
	return r
}

func (r *rig) open(by access.By, customer string) access.LookUp {
	r.t.Helper()
	return give(r.Open(r.t.Context(), by, customer, ticket))(r.t)
}

// entries are what a customer's log says, oldest first.
func (r *rig) entries(customer string) []ledger.Detail {
	r.t.Helper()
	var out []ledger.Detail
	for _, e := range slices.Backward(give(r.log.History(context.Background(), customer, 1000))(r.t)) {
		out = append(out, e.Detail)
	}
	return out
}

// said are the entries in short: kind, and what it is about.
func (r *rig) said(customer string) (said []string) {
	r.t.Helper()
	for _, d := range r.entries(customer) {
		about := d.About.Type
		if d.About.Type != "look_up" && d.About.Type != access.AboutProfile {
			about = strings.TrimSpace(d.About.Type + " " + d.About.Key + " " + d.About.Part)
		}
		said = append(said, d.Kind+" "+about)
	}
	return said
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func give[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func want(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want %v", err, target)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if e, ok := errors.AsType[*models.Error](err); !ok || e.Code != code {
		t.Fatalf("got error %v, want the code %s", err, code)
	}
}
