package published_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/published"
	"candor/models/store"
)

const analytics = "purposes/usage_analytics"

func TestAnApprovedMapIsInForceAndSoOnEveryServer(t *testing.T) {
	r := newRig(t)
	m := file(t)
	one, two := r.server(m), r.server(m)
	for _, s := range []*server{one, two} { // both start at once with the same file
		if _, err := s.maps.Seed(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	before := r.changed()
	if before["data_map.published"] != 1 || before["usage_analytics"] != 1 {
		t.Fatalf("the log says %v", before)
	}
	e := r.edit(one, editorial.When{}, analytics, sooner)
	if e.State != editorial.Published || one.renewal(t) != "P6M" {
		t.Fatalf("%s, renewal %s", e.State, one.renewal(t))
	}
	if two.renewal(t) != "P12M" {
		t.Fatal("the other server knows before it was told")
	}
	check(t, two.maps.Follow(t.Context(), 1))
	if two.renewal(t) != "P6M" {
		t.Error("the other server does not follow")
	}
	after := r.changed()
	if after["usage_analytics"] != 2 || after["billing"] != 1 || after["data_map.published"] != 2 {
		t.Errorf("the log says %v", after)
	}
}

func TestAScheduledMapHoldsFromItsTimeOnAndCanBeTakenBackUntilThen(t *testing.T) {
	r := newRig(t)
	m := file(t)
	s := r.server(m)
	must[published.Outcome](t)(s.maps.Seed(t.Context(), m))
	tomorrow := editorial.When{Local: r.Time().Add(48 * time.Hour).Format(time.DateOnly), Zone: "Europe/Berlin"}
	e := r.edit(s, tomorrow, analytics, sooner)
	if e.State != editorial.Scheduled || s.renewal(t) != "P12M" {
		t.Fatalf("%s, renewal %s", e.State, s.renewal(t))
	}
	e = must[editorial.Edition](t)(s.Withdraw(t.Context(), amalia, e.Ref, e.Revision, "not yet"))
	r.Pass(72 * time.Hour)
	if e.State != editorial.Withdrawn || s.renewal(t) != "P12M" {
		t.Fatalf("%s, renewal %s: what was taken back holds", e.State, s.renewal(t))
	}
	if got := r.changed(); got["usage_analytics"] != 3 || got["data_map.retired"] != 1 {
		t.Errorf("the log says %v", got)
	}
	again := r.edit(s, editorial.When{Local: r.Time().Add(48 * time.Hour).Format(time.DateOnly), Zone: "Europe/Berlin"}, analytics, sooner)
	if again.Version != 3 {
		t.Errorf("the next version is %d", again.Version)
	}
	r.Pass(72 * time.Hour)
	if s.renewal(t) != "P6M" {
		t.Error("what was scheduled does not hold at its time")
	}
	if fresh := r.server(m); fresh.renewal(t) != "P6M" {
		t.Error("a server that starts knows nothing of it")
	}
}

func TestNobodyApprovesTheirOwnEditing(t *testing.T) {
	r := newRig(t)
	s := r.server(file(t))
	must[published.Outcome](t)(s.maps.Seed(t.Context(), file(t)))
	ctx := t.Context()
	e := must[editorial.Edition](t)(s.Start(ctx, olga, editorial.KindDataMap, published.Key))
	content := must[editorial.Content](t)(s.Content(ctx, e.Ref, 0))
	saved := must[editorial.Saved](t)(s.Save(ctx, olga, e.Ref, e.Revision, map[string]string{analytics: sooner(content[analytics])}))
	e = must[editorial.Edition](t)(s.Submit(ctx, olga, e.Ref, saved.Revision, ""))
	for _, by := range []editorial.By{olga, oskar} { // the one is an author, the other's role approves nothing
		if _, err := s.Approve(ctx, by, e.Ref, e.Revision, editorial.Terms{}); err == nil {
			t.Errorf("%s approved it", by.ID)
		}
	}
	if _, err := s.Schedule(ctx, olga, e.Ref, e.Revision, editorial.When{}); !errors.Is(err, editorial.ErrState) {
		t.Errorf("unapproved, and published: %v", err)
	}
}

func TestWhatTheFileSaysIsNeverLostNorTakenUnseen(t *testing.T) {
	first, second := file(t), file(t, "P12M", "P36M")
	for name, c := range map[string]struct {
		file    *datamap.Map
		edited  bool
		want    published.Outcome
		renewal string
	}{
		"the same":                             {first, false, published.Same, "P12M"},
		"changed, and nothing published since": {second, false, published.Taken, "P36M"},
		"as it was, and edited since":          {first, true, published.Older, "P6M"},
		"changed, and edited since":            {second, true, published.Different, "P6M"},
		"what was published here, exported":    {file(t, "P12M", "P6M"), true, published.Same, "P6M"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			s := r.server(first)
			must[published.Outcome](t)(s.maps.Seed(t.Context(), first))
			if c.edited {
				r.edit(s, editorial.When{}, analytics, sooner)
			}
			next := r.server(c.file)
			got := must[published.Outcome](t)(next.maps.Seed(t.Context(), c.file))
			if got != c.want || next.renewal(t) != c.renewal {
				t.Errorf("%s, renewal %s; want %s, %s", got, next.renewal(t), c.want, c.renewal)
			}
			if again := must[published.Outcome](t)(r.server(c.file).maps.Seed(t.Context(), c.file)); c.want == published.Taken && again != published.Same {
				t.Errorf("at the next start: %s", again)
			}
		})
	}
}

func TestWhatIsHeldIsNotForgottenByTakingItOut(t *testing.T) {
	r := newRig(t)
	m := file(t)
	s := r.server(m)
	must[published.Outcome](t)(s.maps.Seed(t.Context(), m))
	check(t, r.Data.PutRecords(t.Context(), []store.Record{{Customer: "cus_1", Category: "usage_detail", ID: "1", OccurredAt: r.Time(), Source: "billing", Sealed: []byte("x")}}))
	parts := m.Split()
	parts["categories/usage_detail"] = strings.Replace(parts["categories/usage_detail"], `"key":"quantity"`, `"key":"amount"`, 1)
	problems := must[datamap.Problems](t)(s.drafts.Problems(t.Context(), parts))
	if len(problems) != 1 || problems[0].Code != "map_field_held" || problems[0].Part != "categories/usage_detail" {
		t.Fatalf("%v", problems)
	}
	parts["removed"] = `["usage_detail.quantity"]`
	if problems = must[datamap.Problems](t)(s.drafts.Problems(t.Context(), parts)); len(problems) > 0 {
		t.Errorf("said explicitly, and refused: %v", problems)
	}
	delete(parts, "categories/usage_detail")
	problems = must[datamap.Problems](t)(s.drafts.Problems(t.Context(), parts))
	if !slices.ContainsFunc(problems, func(p datamap.Problem) bool { return p.Code == "map_category_held" }) {
		t.Errorf("a category of which records are held goes unsaid: %v", problems)
	}
}

func TestTheApproverSaysWhatFollows(t *testing.T) {
	r := newRig(t)
	m := file(t)
	s := r.server(m)
	must[published.Outcome](t)(s.maps.Seed(t.Context(), m))
	parts := m.Split()
	p, _ := file(t).Purpose("usage_analytics")
	if len(p.Recipients) > 0 {
		p.Recipients = nil
	} else {
		p.Recipients = []string{"bank"}
	}
	parts[analytics] = datamap.Encode(*p)
	for _, terms := range []editorial.Terms{{}, {Material: true}, {Note: "Said in the notice."}} {
		if err := s.drafts.CheckTerms(editorial.Content(parts), terms); !errors.Is(err, published.ErrUnsaid) {
			t.Errorf("%+v: %v", terms, err)
		}
	}
	check(t, s.drafts.CheckTerms(editorial.Content(parts), editorial.Terms{Material: true, Note: "Version 2 of the notice says it."}))
	parts = m.Split()
	parts[analytics] = sooner(parts[analytics])
	check(t, s.drafts.CheckTerms(editorial.Content(parts), editorial.Terms{}))
}

// Whatever two people save, in whatever order and on whatever they had before them, the draft says what a naive model of it
// says: a part is theirs if nobody changed it since, and nothing otherwise. What is published is always a sound map.
func TestEditingMergesLikeANaiveModel(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { mergeAtRandom(t, rand.New(rand.NewPCG(seed, 7))) })
	}
}

func mergeAtRandom(t *testing.T, random *rand.Rand) {
	r := newRig(t)
	m := file(t)
	s := r.server(m)
	must[published.Outcome](t)(s.maps.Seed(t.Context(), m))
	ctx := t.Context()
	e := must[editorial.Edition](t)(s.Start(ctx, olga, editorial.KindDataMap, published.Key))
	model := []map[string]string{m.Split()} // after each revision
	names := slices.Sorted(maps.Keys(model[0]))
	renewal := []string{"P1Y", "P2Y", "", "soon"}
	for range 30 {
		base := 1 + random.IntN(len(model))
		part := names[random.IntN(len(names))]
		mine := model[base-1][part]
		switch {
		case part == analytics:
			p, _ := datamap.Join(model[base-1])
			edited, _ := p.Purpose("usage_analytics")
			edited.Renewal = renewal[random.IntN(len(renewal))]
			mine = datamap.Encode(*edited)
		case strings.HasPrefix(part, "sources/"):
			mine = fmt.Sprintf(`{"key":"billing","label":{"en":"Source %d"}}`, random.IntN(3))
		}
		now := maps.Clone(model[len(model)-1])
		was, theirs := model[base-1][part], now[part]
		conflict := mine != was && mine != theirs && theirs != was
		saved := must[editorial.Saved](t)(s.Save(ctx, []editorial.By{olga, oskar}[random.IntN(2)], e.Ref, base, map[string]string{part: mine}))
		if mine != was && !conflict {
			now[part] = mine
		}
		for len(model) < saved.Revision {
			model = append(model, maps.Clone(now))
		}
		if got := must[editorial.Content](t)(s.Content(ctx, e.Ref, 0)); !maps.Equal(got, now) || (len(saved.Conflicts) > 0) != conflict {
			t.Fatalf("the draft differs from the model in %s, or a conflict (%v) is %d", part, conflict, len(saved.Conflicts))
		}
		e = saved.Edition
		_, problems := datamap.Join(now)
		whole, _ := datamap.Join(now)
		sound := len(problems)+len(whole.Problems()) == 0
		if e.State != editorial.Draft {
			continue
		}
		if _, err := s.Submit(ctx, olga, e.Ref, e.Revision, ""); (err == nil) != sound {
			t.Fatalf("sound %v, and submitting says %v", sound, err)
		} else if err == nil {
			e = must[editorial.Edition](t)(s.Edition(ctx, e.Ref))
			for len(model) < e.Revision {
				model = append(model, maps.Clone(now))
			}
		}
	}
	for _, v := range s.maps.Versions() {
		if problems := v.Map.Problems(); len(problems) > 0 {
			t.Errorf("version %d is not right: %v", v.Number, problems)
		}
	}
}
