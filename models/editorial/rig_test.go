package editorial_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
)

// The people.
var (
	anna  = staff("anna", auth.RoleLegalEditor)
	ben   = staff("ben", auth.RoleLegalEditor)
	clara = staff("clara", auth.RoleLegalApprover)
	dora  = staff("dora", auth.RoleLegalApprover)
	tms   = editorial.By{Actor: ledger.Actor{Type: ledger.ActorService, ID: "tms"}}
)

func staff(id, role string) editorial.By {
	return editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: role}
}

// rig is one store with a log, for any number of servers.
type rig struct {
	testing.TB
	*sequencertest.Rig

	log  *sequencer.Sequencer
	kind *letters
	*editorial.Service
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{TB: t, Rig: sequencertest.New(t, time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)), kind: &letters{}}
	r.log = r.Start0()
	r.Service = r.server()
	return r
}

// Start0 is the log of one more server.
func (r *rig) Start0() *sequencer.Sequencer { return r.Rig.Start(r.Ring(), 0) }

func (r *rig) server() *editorial.Service {
	return editorial.New(editorial.Config{
		Store: r.Data, Log: r.log, Kinds: []editorial.Kind{r.kind}, Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
	})
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// published is a letter that went out.
type published struct {
	version   int
	content   editorial.Content
	effective time.Time
	approved  string // what the approver saw
	retired   bool
}

// letters is a kind of text in English and German that everybody writes for a test.
type letters struct {
	mu    sync.Mutex
	sent  map[string][]published
	fails error // if set, nothing is published
}

func (*letters) Name() string { return "letter" }

func (*letters) Permissions() (write, approve auth.Permission) {
	return auth.WriteTexts, auth.ApproveTexts
}

func (l *letters) Newest(_ context.Context, key string) (editorial.Base, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b editorial.Base
	for _, p := range l.sent[key] {
		b.Version = p.version
		if !p.retired {
			b.From, b.Content = p.version, p.content
		}
	}
	return b, nil
}

func (l *letters) InForce(_ context.Context, key string, at time.Time) (version int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.sent[key] {
		if !p.retired && !p.effective.After(at) {
			version = p.version
		}
	}
	return version, nil
}

func (*letters) Source(part string) string {
	if rest, ok := strings.CutPrefix(part, "de/"); ok {
		return "en/" + rest
	}
	return ""
}

func (*letters) Part(part, _ string) error {
	if !strings.HasPrefix(part, "en/") && !strings.HasPrefix(part, "de/") {
		return models.Fail(models.Invalid, "draft_part").In(part)
	}
	return nil
}

func (l *letters) Check(_ context.Context, d editorial.Document) (problems []editorial.Problem) {
	for _, part := range []string{"en/body", "de/body"} {
		switch {
		case d.Content[part] == "":
			problems = append(problems, editorial.Missing(part, part == "en/body"))
		case d.Stale(part, l.Source(part)):
			problems = append(problems, editorial.Stale(part))
		}
	}
	return problems
}

func (l *letters) Publish(_ context.Context, d editorial.Document) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails != nil {
		return l.fails
	}
	if slices.ContainsFunc(l.sent[d.Key], func(p published) bool { return p.version == d.Version }) {
		return nil
	}
	if l.sent == nil {
		l.sent = map[string][]published{}
	}
	l.sent[d.Key] = append(l.sent[d.Key], published{
		version: d.Version, content: d.Content, effective: d.Schedule.EffectiveAt, approved: d.Approval.SHA256,
	})
	return nil
}

func (l *letters) Unpublish(_ context.Context, d editorial.Document) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails != nil {
		return l.fails
	}
	for i := range l.sent[d.Key] {
		if l.sent[d.Key][i].version == d.Version {
			l.sent[d.Key][i].retired = true
		}
	}
	return nil
}

// events are what the log says of drafts, in order: kind, actor and revision's part.
func (r *rig) events() (list []string) {
	r.Helper()
	if err := r.log.Refresh(r.Context()); err != nil {
		r.Fatal(err)
	}
	for seq := range r.log.Head().Size {
		d := must[sequencer.Result](r)(r.log.Entry(r.Context(), seq)).Detail
		if step, ok := strings.CutPrefix(d.Kind, "draft."); ok {
			list = append(list, step+" "+d.Actor.ID)
		}
	}
	return list
}

// ready is a version of a letter in review, written by anna.
func (r *rig) ready(key, body string) editorial.Edition {
	r.Helper()
	e := must[editorial.Edition](r)(r.Service.Start(r.Context(), anna, "letter", key))
	saved := must[editorial.Saved](r)(r.Save(r.Context(), anna, e.Ref, e.Revision, map[string]string{"en/body": body, "de/body": "de " + body}))
	return must[editorial.Edition](r)(r.Submit(r.Context(), anna, e.Ref, saved.Revision, ""))
}
