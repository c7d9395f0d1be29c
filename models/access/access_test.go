package access_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/access"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/store"
)

func TestSearchFindsWhoWasMeantAndNobodyElse(t *testing.T) {
	r := newRig(t)
	for wanted, refs := range map[string]string{
		"cus_1": "cus_1", " cus_3 ": "cus_3", "mehmet@example.test": "cus_3", "MEHMET@example.test": "cus_3",
		"family@example.test": "cus_1 cus_2", "cus_": "", "cus_9": "", "mehmet@example.tes": "", "@example.test": "bad_search", "*": "bad_search",
		"%": "bad_search", "": "bad_search", "Anna Lindqvist": "bad_search",
	} {
		found, err := r.Search(t.Context(), officer, wanted)
		if refs == "bad_search" {
			wantCode(t, err, refs)
			continue
		}
		must(t, err)
		var got []string
		for _, f := range found {
			got = append(got, f.Ref)
		}
		if strings.Join(got, " ") != refs {
			t.Errorf("%q finds %v, not %q", wanted, got, refs)
		}
	}
	found := give(r.Search(t.Context(), officer, "family@example.test"))(t)
	if found[0].Name != "A••• L•••" || found[1].Name != "J••• L•••" {
		t.Errorf("named %q and %q", found[0].Name, found[1].Name)
	}
	for _, by := range []access.By{auditor, editor} {
		_, err := r.Search(t.Context(), by, "cus_1")
		want(t, err, access.ErrNotAllowed)
	}
}

// A search that found nobody is in the log, without what was typed.
func TestASearchThatFindsNobodyIsInTheLog(t *testing.T) {
	r := newRig(t)
	before := r.log.Head().Size
	give(r.Search(t.Context(), officer, "stranger@example.test"))(t)
	give(r.Search(t.Context(), officer, "mehmet@example.test"))(t)
	if n := r.log.Head().Size - before; n != 1 {
		t.Fatalf("%d entries", n)
	}
	e := give(r.log.Entry(t.Context(), before))(t)
	raw := string(give(e.Detail.Encode())(t))
	if e.Detail.Kind != ledger.StaffSearched || e.Detail.Actor.ID != "m_officer" || e.Entry.Subject != "" || strings.Contains(raw, "stranger") {
		t.Errorf("the log says %s", raw)
	}
	r.broken = true
	if _, err := r.Search(t.Context(), officer, "nobody_1"); !errors.Is(err, errBroken) {
		t.Errorf("a search that cannot be noted is answered: %v", err)
	}
}

func TestSearchesAreLimited(t *testing.T) {
	r := newRig(t)
	for range 30 {
		give(r.Search(t.Context(), officer, "cus_1"))(t)
	}
	_, err := r.Search(t.Context(), officer, "cus_1")
	want(t, err, access.ErrTooMany)
	give(r.Search(t.Context(), second, "cus_1"))(t) // each member has their own
	r.Pass(10*time.Minute + time.Second)
	give(r.Search(t.Context(), officer, "cus_1"))(t)
}

func TestAReasonIsNeeded(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct{ kind, words, code string }{
		{"ticket", "CARE-20417", ""},
		{"ticket", " CARE-1 ", ""},
		{"ticket", "", "reason_missing"},
		{"ticket", "care-1", "bad_ticket"},
		{"ticket", "CARE-1 and more", "bad_ticket"},
		{"text", "You called about your bill.", ""},
		{"text", "because", "reason_too_short"},
		{"text", "aaaaaaaaaaaaaaaaaaaaa", "reason_too_short"},
		{"text", "   ", "reason_missing"},
		{"text", strings.Repeat("on and on ", 60), "too_long"},
		{"text", "The card is 4111 1111 1111 1111", "card_data"},
		{"whim", "You called about your bill.", "unknown_reason_kind"},
		{"text", "You called \x00 about it", "control_character"},
		{"text", "You called\nabout\tyour bill", ""},
		{"text", "You called \xff about it", "bad_utf8"},
	} {
		l, err := r.Open(t.Context(), officer, "cus_1", access.Reason{Kind: c.kind, Words: c.words})
		if c.code == "" {
			must(t, err)
			if got := r.entries("cus_1"); got[len(got)-1].Reason != l.Reason.Words || strings.ContainsAny(l.Reason.Words, "\n\t") {
				t.Errorf("%q became %q", c.words, l.Reason.Words)
			}
			continue
		}
		wantCode(t, err, c.code)
	}
	_, err := r.Open(t.Context(), officer, "cus_9", ticket)
	want(t, err, models.ErrUnknownCustomer)
}

// Each thing that is looked at is an entry that says who, in which role, and why; a page that is loaded again within a
// minute is one, a value is one each time.
func TestEachViewIsAnEntry(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := r.open(officer, "cus_1")
	for range 3 {
		give(r.Overview(ctx, officer, l.ID, "en"))(t) // the entry that opened it
		give(r.Category(ctx, officer, l.ID, "invoices", ""))(t)
		give(r.Record(ctx, officer, l.ID, "invoices", "a"))(t)
		give(r.Unmask(ctx, officer, l.ID, "invoices", "a", "number"))(t)
	}
	r.Pass(time.Minute)
	give(r.Category(ctx, officer, l.ID, "invoices", ""))(t)
	expected := []string{
		"access.viewed profile", "access.viewed category invoices", "access.viewed record invoices a", "access.viewed field invoices a number",
		"access.viewed field invoices a number", "access.viewed field invoices a number", "access.viewed category invoices",
	}
	if said := r.said("cus_1"); !slices.Equal(said, expected) {
		t.Fatalf("the log says\n%s", strings.Join(said, "\n"))
	}
	for i, d := range r.entries("cus_1") {
		if d.Actor != (ledger.Actor{Type: ledger.ActorStaff, ID: "m_officer"}) || d.Role != auth.RolePrivacyOfficer || d.Reason != "CARE-20417" || d.Auth != "demo" {
			t.Errorf("an entry says %+v", d)
		}
		if (d.Supersedes == nil) != (i == 0) || i > 0 && *d.Supersedes != l.Entry {
			t.Errorf("entry %d does not name the one that opened the look-up: %v", i, d.Supersedes)
		}
	}
	if said := r.said("cus_2"); len(said) > 0 {
		t.Errorf("about somebody else it says %v", said)
	}
}

func TestValuesAreMaskedUntilTheyAreAskedFor(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := r.open(officer, "cus_1")
	hidden := []string{"Anna", "Lindqvist", "family@example.test", "669690", "R-2026-000417"}
	seen := func(what any) (out []string) {
		raw := string(give(json.Marshal(what))(t))
		for _, value := range hidden {
			if strings.Contains(raw, value) {
				out = append(out, value)
			}
		}
		return out
	}
	for name, page := range map[string]any{
		"overview": give(r.Overview(ctx, officer, l.ID, "en"))(t).Name,
		"identity": give(r.Category(ctx, officer, l.ID, "identity", ""))(t),
		"contact":  give(r.Category(ctx, officer, l.ID, "contact", ""))(t),
		"invoices": give(r.Category(ctx, officer, l.ID, "invoices", ""))(t),
		"record":   give(r.Record(ctx, officer, l.ID, "contact", models.ProfileID))(t),
	} {
		if shown := seen(page); len(shown) > 0 {
			t.Errorf("%s shows %v", name, shown)
		}
	}
	one := give(r.Unmask(ctx, officer, l.ID, "contact", models.ProfileID, "email"))(t)
	if shown := seen(one); !slices.Equal(shown, []string{"family@example.test"}) {
		t.Errorf("asked for the address, it shows %v", shown)
	}
	_, err := r.Unmask(ctx, officer, l.ID, "contact", models.ProfileID, "shoe_size")
	want(t, err, access.ErrUnknownField)
	_, err = r.Unmask(ctx, officer, l.ID, "shoes", "1", "size")
	want(t, err, access.ErrUnknownCategory)
}

func TestALookUpIsItsMembersOwnAndEnds(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := r.open(officer, "cus_1")
	_, err := r.Overview(ctx, second, l.ID, "en")
	want(t, err, access.ErrUnknown)
	_, err = r.End(ctx, second, l.ID)
	want(t, err, access.ErrUnknown)
	_, err = r.Overview(ctx, member("m_officer", auth.RolePrivacyOfficer, auth.LookUp), l.ID, "en")
	want(t, err, access.ErrNotAllowed) // the training ran out meanwhile

	r.Pass(access.Lifetime - time.Millisecond)
	give(r.Overview(ctx, officer, l.ID, "en"))(t)
	r.Pass(time.Millisecond)
	_, err = r.Overview(ctx, officer, l.ID, "en")
	want(t, err, access.ErrOver)

	l = r.open(officer, "cus_1")
	give(r.End(ctx, officer, l.ID))(t)
	give(r.End(ctx, officer, l.ID))(t)
	_, err = r.Category(ctx, officer, l.ID, "invoices", "")
	want(t, err, access.ErrOver)
	if said := r.said("cus_1"); said[len(said)-1] != "access.ended look_up" || said[len(said)-2] == "access.ended look_up" {
		t.Errorf("the log says %v", said)
	}
	if mine := give(r.Mine(ctx, officer))(t); len(mine) != 0 {
		t.Errorf("still open: %+v", mine)
	}
}

// An erasure takes the reason with it, and nothing is looked at through a look-up without one.
func TestErasureReachesTheReason(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := r.open(officer, "cus_1")
	must(t, r.log.Erase(ctx, "cus_1", []string{"staff:reasons"}))
	there := give(r.LookUp(ctx, officer, l.ID))(t)
	if !there.Unreadable || there.Reason.Words != "" {
		t.Errorf("still there: %+v", there.Reason)
	}
	_, err := r.Overview(ctx, officer, l.ID, "en")
	want(t, err, access.ErrOver)
}

func TestRecentNamesWhoAndNotWhy(t *testing.T) {
	r := newRig(t)
	r.open(officer, "cus_1")
	for _, l := range give(r.Recent(t.Context(), auditor))(t) {
		if l.Member != "m_officer" || l.Customer != "cus_1" || l.Reason.Words != "" {
			t.Errorf("%+v", l)
		}
	}
	_, err := r.Recent(t.Context(), admin)
	want(t, err, access.ErrNotAllowed)
	r.Pass(access.Lifetime + access.Kept + time.Second)
	must(t, r.Forget(t.Context()))
	if all := give(r.Recent(t.Context(), auditor))(t); len(all) != 0 {
		t.Errorf("kept for ever: %+v", all)
	}
}

func TestEmergency(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	_, err := r.Ask(ctx, officer, "cus_1", sentence)
	want(t, err, access.ErrNoNeed)
	_, err = r.Open(ctx, admin, "cus_1", sentence)
	want(t, err, access.ErrNotAllowed)
	_, err = r.Ask(ctx, auditor, "cus_1", sentence)
	want(t, err, access.ErrNotAllowed)

	l := give(r.Ask(ctx, admin, "cus_1", sentence))(t)
	_, err = r.Overview(ctx, admin, l.ID, "en")
	want(t, err, access.ErrWaiting)
	_, err = r.Approve(ctx, admin, l.ID)
	want(t, err, access.ErrOwn)
	_, err = r.Approve(ctx, auditor, l.ID)
	want(t, err, access.ErrNotAllowed)
	waiting, _, err := r.Emergencies(ctx, officer)
	must(t, err)
	if len(waiting) != 1 || waiting[0].Reason.Words != sentence.Words {
		t.Fatalf("waiting: %+v", waiting)
	}

	r.Pass(time.Hour)
	opened := give(r.Approve(ctx, officer, l.ID))(t)
	if opened.DecidedBy != "m_officer" || !opened.EndsAt.Equal(r.Time().Add(access.EmergencyLifetime)) {
		t.Errorf("opened as %+v", opened)
	}
	give(r.Overview(ctx, admin, l.ID, "en"))(t)
	give(r.Unmask(ctx, admin, l.ID, "contact", models.ProfileID, "email"))(t)
	_, err = r.Overview(ctx, officer, l.ID, "en") // whoever opened it does not look
	want(t, err, access.ErrUnknown)
	r.Pass(access.EmergencyLifetime - time.Second)
	if again := give(r.Approve(ctx, officer, l.ID))(t); !again.EndsAt.Equal(opened.EndsAt) {
		t.Errorf("approved again it lasts until %v", again.EndsAt)
	}
	_, err = r.Refuse(ctx, officer, l.ID)
	want(t, err, access.ErrDecided)
	give(r.Overview(ctx, admin, l.ID, "en"))(t)
	r.Pass(time.Second)
	_, err = r.Overview(ctx, admin, l.ID, "en")
	want(t, err, access.ErrOver)
	_, err = r.Approve(ctx, second, l.ID)
	want(t, err, access.ErrDecided)

	entries := r.entries("cus_1")
	kinds := r.said("cus_1")
	if !slices.Equal(kinds, []string{
		"access.asked look_up", "access.granted look_up", "access.viewed profile", "access.viewed field contact profile email", "access.viewed profile",
	}) {
		t.Fatalf("the log says %v", kinds)
	}
	for i, d := range entries {
		if d.Channel != ledger.ChannelEmergency || d.Reason != sentence.Words || i > 0 && *d.Supersedes != l.Entry {
			t.Errorf("entry %d is not marked: %+v", i, d)
		}
	}
	if d := entries[1]; d.Actor.ID != "m_officer" || d.Role != auth.RolePrivacyOfficer {
		t.Errorf("granted by %+v", d)
	}
	if d := entries[2]; d.Actor.ID != "m_admin" || d.Role != auth.RoleAdmin {
		t.Errorf("looked: %+v", d)
	}
}

// An officer from whom LookUp is withheld may ask like anybody who has none.
func TestWhoeverIsNotTrainedMayAsk(t *testing.T) {
	r := newRig(t)
	untrained := member("m_officer", auth.RolePrivacyOfficer, auth.LookUp)
	_, err := r.Open(t.Context(), untrained, "cus_1", ticket)
	want(t, err, access.ErrNotAllowed)
	l := give(r.Ask(t.Context(), untrained, "cus_1", ticket))(t)
	give(r.Approve(t.Context(), second, l.ID))(t)
	give(r.Overview(t.Context(), untrained, l.ID, "en"))(t)
}

func TestNobodyAnsweredInTime(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := give(r.Ask(ctx, admin, "cus_1", sentence))(t)
	r.Pass(access.Patience)
	_, err := r.Approve(ctx, officer, l.ID)
	want(t, err, access.ErrOver)
	_, err = r.Overview(ctx, admin, l.ID, "en")
	want(t, err, access.ErrOver)
}

func TestAnEmergencyIsRefusedOrTakenBackOrEnded(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	refused := give(r.Ask(ctx, admin, "cus_1", sentence))(t)
	give(r.Refuse(ctx, officer, refused.ID))(t)
	_, err := r.Overview(ctx, admin, refused.ID, "en")
	want(t, err, access.ErrOver)
	_, err = r.Approve(ctx, second, refused.ID)
	want(t, err, access.ErrDecided)

	back := give(r.Ask(ctx, admin, "cus_2", sentence))(t)
	give(r.End(ctx, admin, back.ID))(t)
	_, err = r.Approve(ctx, officer, back.ID)
	want(t, err, access.ErrDecided)

	for _, ends := range []access.By{admin, officer} { // either of the two
		l := give(r.Ask(ctx, admin, "cus_3", sentence))(t)
		give(r.Approve(ctx, officer, l.ID))(t)
		_, err = r.End(ctx, second, l.ID)
		want(t, err, access.ErrUnknown)
		give(r.End(ctx, ends, l.ID))(t)
		_, err = r.Overview(ctx, admin, l.ID, "en")
		want(t, err, access.ErrOver)
	}
}

// Of several who answer at once one decides, and the log has one answer.
func TestTwoApproversAtOnceMakeOneGrant(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := give(r.Ask(ctx, admin, "cus_1", sentence))(t)
	by := []access.By{officer, second, other}
	errs := make([]error, 2*len(by))
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() {
			decide := r.Approve
			if i%2 == 1 {
				decide = r.Refuse
			}
			_, errs[i] = decide(ctx, by[i/2], l.ID)
		})
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			want(t, err, access.ErrDecided)
		}
	}
	decided := 0
	for _, d := range r.entries("cus_1") {
		if d.Kind == ledger.AccessGranted || d.Kind == ledger.AccessRefused {
			decided++
		}
	}
	if won != 1 || decided != 1 {
		t.Errorf("%d decided, the log has %d answers: %v", won, decided, errs)
	}
}

// A server that stopped between the log and the store has granted it all the same, from the time of the entry.
func TestWhatTheLogHasGrantedIsGranted(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	l := give(r.Ask(ctx, admin, "cus_1", sentence))(t)
	asked := give(r.Data.LookUp(ctx, l.ID))(t)
	give(r.Approve(ctx, officer, l.ID))(t)
	there := give(r.Data.LookUp(ctx, l.ID))(t)
	asked.Revision = there.Revision + 1
	must(t, r.Data.UpdateLookUp(ctx, asked, there.Revision)) // as if it had not been saved
	r.Pass(time.Minute)
	give(r.Overview(ctx, admin, l.ID, "en"))(t)
	if now := give(r.LookUp(ctx, admin, l.ID))(t); now.DecidedBy != "m_officer" || !now.EndsAt.Equal(there.EndsAt) {
		t.Errorf("settled as %+v", now.LookUp)
	}
}

// Whatever is called in whatever order, nothing of a customer's data is answered without an entry that was there before
// it and names the member, the role and the reason; and with a log that takes none, nothing is answered at all.
func TestNothingIsAnsweredWithoutAnEntry(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	members := []access.By{officer, second, admin, other, auditor, editor, member("m_officer", auth.RolePrivacyOfficer, auth.LookUp)}
	ids := []string{"", "unknown"}
	random := newRandom(t)
	for step := range 700 {
		by, customer, id := random.member(members), fmt.Sprintf("cus_%d", 1+random.n(3)), ids[random.n(len(ids))]
		r.broken = random.n(5) == 0
		before := r.log.Head().Size
		var answer any
		var err error
		switch random.n(12) {
		case 0, 1:
			l, e := r.Open(ctx, by, customer, ticket)
			answer, err = nil, e
			ids = append(ids, l.ID)
		case 2, 3:
			l, e := r.Ask(ctx, by, customer, sentence)
			answer, err = nil, e
			ids = append(ids, l.ID)
		case 4, 5:
			_, err = r.Approve(ctx, by, id)
		case 6:
			_, err = r.End(ctx, by, id)
		case 7:
			answer, err = r.Overview(ctx, by, id, "en")
		case 8:
			answer, err = r.Category(ctx, by, id, "contact", "")
		case 9:
			answer, err = r.Record(ctx, by, id, "contact", models.ProfileID)
		case 10:
			answer, err = r.Unmask(ctx, by, id, "contact", models.ProfileID, "email")
		case 11:
			r.Pass(time.Duration(random.n(20)) * time.Minute)
		}
		if err != nil || answer == nil {
			continue
		}
		if r.broken {
			t.Fatalf("step %d: %T was answered though nothing could be noted", step, answer)
		}
		l := give(r.Data.LookUp(ctx, id))(t)
		needs := auth.LookUp
		if l.Emergency {
			needs = auth.BreakGlass
		}
		if l.Member != by.ID || !by.May(needs) || l.State != access.StateOpen || !r.Time().Before(l.EndsAt) {
			t.Fatalf("step %d: %s was answered through %+v", step, by.ID, l)
		}
		if l.Emergency && (l.DecidedBy == "" || l.DecidedBy == by.ID) {
			t.Fatalf("step %d: an emergency that nobody else approved: %+v", step, l)
		}
		r.noted(step, l, before, answer)
	}
}

// noted fails the test unless what was answered is in the customer's log: just now, or in the minute that it is.
func (r *rig) noted(step int, l store.LookUp, before uint64, answer any) {
	r.t.Helper()
	about := map[string]ledger.About{
		"access.Overview": {Type: access.AboutProfile, Key: models.ProfileID}, "access.CategoryPage": {Type: access.AboutCategory, Key: "contact"},
	}[fmt.Sprintf("%T", answer)]
	for _, e := range give(r.log.History(r.t.Context(), l.Customer, 500))(r.t) {
		d := e.Detail
		if d.Kind != ledger.AccessViewed || d.Actor.ID != l.Member || d.Role != l.Role || d.Reason == "" || d.About == nil {
			continue
		}
		ofIt := e.Entry.Seq == l.Entry || d.Supersedes != nil && *d.Supersedes == l.Entry
		recent := e.Entry.Seq >= before || r.Time().Sub(e.Time) < time.Minute
		if ofIt && recent && (about.Type == "" || *d.About == about) {
			return
		}
	}
	r.t.Fatalf("step %d: %T was answered and the log does not say so", step, answer)
}
