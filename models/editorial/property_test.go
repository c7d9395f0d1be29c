package editorial_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// memory is a store of revisions, and a log, that keep nothing.
type memory struct {
	revisions []store.Revision
	events    []ledger.Detail
	fails     bool // the log does not answer
}

func (m *memory) AddRevision(_ context.Context, r store.Revision) error {
	newest := 0
	for _, other := range m.revisions {
		if other.Key == r.Key && other.Version == r.Version {
			newest = other.Revision
		}
	}
	switch {
	case r.Revision <= newest:
		return store.ErrExists
	case r.Revision > newest+1:
		return store.ErrNotFound
	}
	m.revisions = append(m.revisions, r)
	return nil
}

func (m *memory) NewestRevisions(_ context.Context, _, key string) (list []store.Revision, _ error) {
	for _, r := range m.revisions {
		i := slices.IndexFunc(list, func(o store.Revision) bool { return o.Key == r.Key && o.Version == r.Version })
		switch {
		case key != "" && r.Key != key:
		case i >= 0:
			list[i] = r
		default:
			list = append(list, r)
		}
	}
	return list, nil
}

func (m *memory) RevisionsOf(_ context.Context, of store.RevisionKey, after int) (list []store.Revision, _ error) {
	for _, r := range m.revisions {
		if r.Key == of.Key && r.Version == of.Version && r.Revision > after {
			list = append(list, r)
		}
	}
	return list, nil
}

var errAway = errors.New("the log is away")

func (m *memory) Append(_ context.Context, e sequencer.Event) (sequencer.Result, error) {
	if m.fails {
		return sequencer.Result{}, errAway
	}
	d, err := e.Propose(sequencer.Position{})
	if err == nil && !slices.ContainsFunc(m.events, func(other ledger.Detail) bool { return other.ID == d.ID }) {
		m.events = append(m.events, d)
	}
	return sequencer.Result{Detail: d}, err
}

// naive is what a version is, by the rules as a person would tell them.
type naive struct {
	state     editorial.State
	authors   []string
	content   map[string]string
	revision  int
	effective time.Time
}

// player does things at random, most of them wrong.
type player struct {
	*testing.T
	*editorial.Service

	random *rand.Rand
	memory *memory
	kind   *letters
	now    time.Time
	model  map[int]*naive // by version
	frozen map[int]editorial.Content
}

func (p *player) ref(version int) editorial.Ref {
	return editorial.Ref{Kind: "letter", Key: "welcome", Version: version}
}

func (p *player) newest() int { return slices.Max(append(slices.Collect(maps.Keys(p.model)), 0)) }

// step does one thing, and says of the model what must have become of it.
func (p *player) step() {
	p.Helper()
	people := []editorial.By{anna, ben, clara, dora, staff("dora", auth.RoleLegalEditor), tms}
	by := people[p.random.IntN(len(people))]
	version := max(1, p.newest()-p.random.IntN(2))
	m := p.model[version]
	if m == nil || p.random.IntN(12) == 0 {
		p.start(by)
		return
	}
	revision := m.revision
	if p.random.IntN(6) == 0 {
		revision -= p.random.IntN(3)
	}
	p.act(by, version, m, revision)
}

func (p *player) start(by editorial.By) {
	p.Helper()
	e, err := p.Start(p.Context(), by, "letter", "welcome")
	if err != nil {
		if may(by, auth.WriteTexts) {
			p.Fatalf("start: %v", err)
		}
		return
	}
	if m := p.model[e.Version]; m != nil && m.state.Open() {
		return
	}
	for v, m := range p.model {
		if m.state.Open() {
			p.Fatalf("version %d begun beside %d", e.Version, v)
		}
	}
	content := map[string]string{}
	for v := e.Version - 1; v > 0; v-- {
		if old := p.model[v]; old != nil && old.state == editorial.Scheduled {
			content = maps.Clone(old.content)
			break
		}
	}
	p.model[e.Version] = &naive{state: editorial.Draft, content: content, revision: e.Revision}
}

// may is who may do what, once more.
func may(by editorial.By, permission auth.Permission) bool {
	return by.Type == ledger.ActorService && permission == auth.WriteTexts || auth.May(by.Role, permission)
}

func (p *player) act(by editorial.By, version int, m *naive, revision int) {
	p.Helper()
	ctx, ref := p.Context(), p.ref(version)
	var allowed bool
	var e editorial.Edition
	var err error
	var next editorial.State
	effective := m.effective
	what := p.random.IntN(8)
	if likely, ok := map[editorial.State]int{editorial.Draft: 2, editorial.InReview: 3, editorial.Approved: 5}[m.state]; ok && p.random.IntN(2) == 0 {
		what = likely // or else little would ever be published
	}
	switch what {
	case 0, 1:
		p.save(by, version, m, revision)
		return
	case 2:
		allowed = may(by, auth.WriteTexts) && m.state == editorial.Draft && m.content["en/body"] != ""
		next = editorial.InReview
		e, err = p.Submit(ctx, by, ref, revision, "")
	case 3, 4:
		allowed = may(by, auth.ApproveTexts) && m.state == editorial.InReview && !slices.Contains(m.authors, by.ID) && p.complete(version)
		next = editorial.Approved
		e, err = p.Approve(ctx, by, ref, revision, editorial.Terms{})
	case 5:
		effective = p.now.Add(time.Duration(p.random.IntN(96)) * time.Hour).Truncate(time.Minute).Add(time.Minute)
		allowed = m.state == editorial.Approved && !p.before(version, effective)
		next = editorial.Scheduled
		e, err = p.Schedule(ctx, by, ref, revision, editorial.When{Local: effective.Format("2006-01-02T15:04"), Zone: "UTC"})
	case 6:
		allowed = may(by, auth.ApproveTexts) && (m.state == editorial.InReview || m.state == editorial.Approved)
		next = editorial.Draft
		e, err = p.Return(ctx, by, ref, revision, "No.")
	default:
		if p.random.IntN(3) > 0 {
			p.now = p.now.Add(time.Duration(p.random.IntN(24)) * time.Hour)
			return
		}
		allowed = m.state.Open() || m.state == editorial.Scheduled && m.effective.After(p.now.Add(time.Minute))
		next = editorial.Withdrawn
		e, err = p.Withdraw(ctx, by, ref, revision, "")
	}
	if err == nil && e.Revision == m.revision && e.By == by { // asked for again: it was taken once
		return
	}
	if allowed = allowed && by.Type == ledger.ActorStaff && revision == m.revision; (err == nil) != allowed {
		p.Fatalf("%s by %s %s of version %d (%s) at %d of %d: %v, allowed %v", next, by.ID, by.Role, version, m.state, revision, m.revision, err, allowed)
	}
	if err != nil {
		return
	}
	m.state, m.revision, m.effective = next, m.revision+1, effective
	if next == editorial.Scheduled {
		p.frozen[version] = maps.Clone(editorial.Content(m.content))
	}
}

func (p *player) complete(version int) bool {
	d := must[editorial.Document](p)(p.Document(p.Context(), p.ref(version)))
	return len(p.kind.Check(p.Context(), d)) == 0
}

// before says whether an earlier version takes effect later.
func (p *player) before(version int, when time.Time) bool {
	for v, m := range p.model {
		if v < version && m.state == editorial.Scheduled && m.effective.After(when) {
			return true
		}
	}
	return false
}

func (p *player) save(by editorial.By, version int, m *naive, base int) {
	p.Helper()
	parts := []string{"en/body", "de/body", "en/title"}
	changes := map[string]string{}
	for range 1 + p.random.IntN(5) {
		changes[parts[p.random.IntN(len(parts))]] = fmt.Sprint("text ", p.random.IntN(5))
	}
	saved, err := p.Save(p.Context(), by, p.ref(version), base, changes)
	allowed := may(by, auth.WriteTexts) && m.state.Open() && base >= 1
	if (err == nil) != allowed {
		p.Fatalf("save by %s %s of version %d (%s): %v", by.ID, by.Role, version, m.state, err)
	}
	if err != nil {
		return
	}
	changed := false
	for part := range changes {
		conflict := slices.ContainsFunc(saved.Conflicts, func(c editorial.Conflict) bool { return c.Part == part })
		if conflict && base == m.revision {
			p.Fatalf("a conflict with oneself: %+v", saved.Conflicts)
		}
		now := must[editorial.Content](p)(p.Content(p.Context(), p.ref(version), 0))[part]
		if conflict && now != m.content[part] {
			p.Fatalf("a conflict overwrote %s", part)
		}
		if now != m.content[part] {
			m.content[part], changed = now, true
		}
	}
	if changed {
		m.state = editorial.Draft
		if !slices.Contains(m.authors, by.ID) {
			m.authors = append(m.authors, by.ID)
		}
	}
	m.revision = saved.Revision
}

// check compares everything with the model, by the clock.
func (p *player) check() {
	p.Helper()
	list := must[[]editorial.Edition](p)(p.Editions(p.Context(), "letter"))
	if len(list) != len(p.model) {
		p.Fatalf("%d versions, want %d", len(list), len(p.model))
	}
	current := 0
	for v, m := range p.model {
		if m.state == editorial.Scheduled && !m.effective.After(p.now) {
			current = max(current, v)
		}
	}
	for _, e := range list {
		m := p.model[e.Version]
		want := m.state
		if want == editorial.Scheduled && !m.effective.After(p.now) {
			want = editorial.Published
			if e.Version < current {
				want = editorial.Superseded
			}
		}
		content := must[editorial.Content](p)(p.Content(p.Context(), e.Ref, 0))
		if e.State != want || e.Revision != m.revision || len(e.Authors) != len(m.authors) || !maps.Equal(content, m.content) || e.SHA256 != content.Hash() {
			p.Fatalf("version %d is %s at %d by %v: %v; want %s at %d by %v: %v", e.Version, e.State, e.Revision, e.Authors, content, want, m.revision, m.authors, m.content)
		}
	}
	for _, sent := range p.kind.sent["welcome"] {
		if !maps.Equal(sent.content, p.frozen[sent.version]) || sent.content.Hash() != sent.approved {
			p.Fatalf("version %d was published as %v, approved was %v", sent.version, sent.content, p.frozen[sent.version])
		}
	}
	if len(p.memory.events) != len(p.memory.revisions) {
		p.Fatalf("%d steps, and %d in the log", len(p.memory.revisions), len(p.memory.events))
	}
}

// No sequence of calls publishes what nobody else approved, or changes what is published; every version is in the state
// that a naive model has it in, by the clock.
func TestAnySequenceOfCalls(t *testing.T) {
	published := 0
	for seed := range uint64(25) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := &player{
				T: t, random: rand.New(rand.NewPCG(seed, 7)), memory: &memory{}, kind: &letters{},
				now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC), model: map[int]*naive{}, frozen: map[int]editorial.Content{},
			}
			p.Service = editorial.New(editorial.Config{
				Store: p.memory, Log: p.memory, Kinds: []editorial.Kind{p.kind}, Clock: func() time.Time { return p.now },
				Logger: slog.New(slog.DiscardHandler),
			})
			for range 200 {
				p.step()
				p.check()
			}
			published += len(p.kind.sent["welcome"])
		})
	}
	if published < 25 {
		t.Errorf("%d versions were published: such sequences show nothing", published)
	}
}

// A step of which the log has not heard is said before anything else happens, once.
func TestACrashBetweenStoreAndLog(t *testing.T) {
	m, kind := &memory{}, &letters{}
	server := func() *editorial.Service {
		return editorial.New(editorial.Config{
			Store: m, Log: m, Kinds: []editorial.Kind{kind}, Clock: func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) },
			Logger: slog.New(slog.DiscardHandler),
		})
	}
	ctx, s := t.Context(), server()
	e := must[editorial.Edition](t)(s.Start(ctx, anna, "letter", "welcome"))
	text := map[string]string{"en/body": "We count.", "de/body": "Wir zählen."}
	m.fails = true
	if _, err := s.Save(ctx, anna, e.Ref, e.Revision, text); !errors.Is(err, errAway) {
		t.Fatalf("saved though the log is away: %v", err)
	}
	m.fails = false
	s = server() // started again
	saved := must[editorial.Saved](t)(s.Save(ctx, anna, e.Ref, e.Revision, text))
	if saved.Revision != 2 || len(saved.Conflicts) != 0 || len(m.events) != 2 {
		t.Errorf("sent again: %+v; the log has %d steps", saved, len(m.events))
	}
	e = must[editorial.Edition](t)(s.Submit(ctx, anna, e.Ref, saved.Revision, ""))
	e = must[editorial.Edition](t)(s.Approve(ctx, clara, e.Ref, e.Revision, editorial.Terms{}))
	kind.fails = errAway
	if _, err := s.Schedule(ctx, clara, e.Ref, e.Revision, editorial.When{}); !errors.Is(err, errAway) {
		t.Fatalf("published though that fails: %v", err)
	}
	kind.fails = nil
	for range 2 {
		if err := server().Carry(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if len(kind.sent["welcome"]) != 1 || len(m.events) != 5 {
		t.Errorf("carried out: %+v; the log has %d steps", kind.sent, len(m.events))
	}
}
