package published_test

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/published"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
)

// The people.
var (
	olga   = staff("olga", auth.RolePrivacyOfficer)
	oskar  = staff("oskar", auth.RolePrivacyOfficer)
	amalia = staff("amalia", auth.RoleLegalApprover)
)

func staff(id, role string) editorial.By {
	return editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: role}
}

// rig is one store with a log.
type rig struct {
	testing.TB
	*sequencertest.Rig

	log *sequencer.Sequencer
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{TB: t, Rig: sequencertest.New(t, time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))}
	r.log = r.Start(r.Ring(), 0)
	return r
}

// server is one more on that store.
type server struct {
	*editorial.Service

	holder *datamap.Holder
	maps   *published.Service
	drafts *published.Drafts
}

// always has every notice.
type always struct{}

func (always) Current(string) (notice.Notice, error) { return notice.Notice{}, nil }

func (r *rig) server(file *datamap.Map) *server {
	r.Helper()
	logger := slog.New(slog.DiscardHandler)
	s := &server{holder: datamap.NewHolder(r.Time, datamap.Version{Map: file})}
	s.maps = must[*published.Service](r)(published.New(r.Context(), published.Config{
		Store: r.Data, Log: r.log, Holder: s.holder, Clock: r.Time, Logger: logger,
		Purposes: func(ctx context.Context, m *datamap.Map) error {
			return consent.PublishPurposes(ctx, r.Data, r.log, m, r.Time())
		},
	}))
	s.drafts = &published.Drafts{Maps: s.maps, Notices: always{}, Records: r.Data}
	s.Service = editorial.New(editorial.Config{
		Store: r.Data, Log: r.log, Kinds: []editorial.Kind{s.drafts}, Clock: r.Time, Logger: logger,
	})
	return s
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		check(tb, err)
		return v
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// file is the test's data map with replacements.
func file(tb testing.TB, replace ...string) *datamap.Map {
	tb.Helper()
	raw := string(must[[]byte](tb)(os.ReadFile("../consent/testdata/datamap.yaml")))
	text := strings.NewReplacer(replace...).Replace(raw)
	if len(replace) > 0 && text == raw {
		tb.Fatalf("%q is not in the map", replace)
	}
	return must[*datamap.Map](tb)(datamap.Parse([]byte(text)))
}

// changed counts the entries of the log by what they publish.
func (r *rig) changed() map[string]int {
	r.Helper()
	check(r, r.log.Refresh(r.Context()))
	out := map[string]int{}
	for _, seq := range must[[]uint64](r)(r.Data.Public(r.Context(), 0, 1000)) {
		d := must[sequencer.Result](r)(r.log.Entry(r.Context(), seq)).Detail
		switch d.Kind {
		case ledger.PurposeChanged:
			out[d.Purpose]++
		case ledger.DataMapPublished, ledger.DataMapRetired:
			out[d.Kind]++
			if d.Actor != (ledger.Actor{Type: ledger.ActorSystem}) || d.Reason != "" {
				r.Errorf("what is public names somebody: %+v", d)
			}
		}
	}
	return out
}

// edit has an element changed, submitted, approved by somebody else and scheduled.
func (r *rig) edit(s *server, when editorial.When, part string, change func(text string) string) editorial.Edition {
	r.Helper()
	ctx := r.Context()
	e := must[editorial.Edition](r)(s.Start(ctx, olga, editorial.KindDataMap, published.Key))
	content := must[editorial.Content](r)(s.Content(ctx, e.Ref, 0))
	saved := must[editorial.Saved](r)(s.Save(ctx, olga, e.Ref, e.Revision, map[string]string{part: change(content[part])}))
	e = must[editorial.Edition](r)(s.Submit(ctx, olga, e.Ref, saved.Revision, ""))
	e = must[editorial.Edition](r)(s.Approve(ctx, amalia, e.Ref, e.Revision, editorial.Terms{}))
	return must[editorial.Edition](r)(s.Schedule(ctx, amalia, e.Ref, e.Revision, when))
}

func sooner(text string) string {
	return strings.Replace(text, `"renewal":"P12M"`, `"renewal":"P6M"`, 1)
}

func (s *server) renewal(tb testing.TB) string {
	tb.Helper()
	p, ok := s.holder.Current().Purpose("usage_analytics")
	if !ok {
		tb.Fatal("there is no usage_analytics")
	}
	return p.Renewal
}
