package telemetry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"candor/models"
	"candor/models/consent"
	"candor/models/store"
	"candor/models/telemetry"
)

// everything is metrics with all that can be watched.
func everything() *telemetry.Metrics {
	m := telemetry.New()
	m.WatchLog(telemetry.Log{
		Size: func() uint64 { return 12 }, Published: func() uint64 { return 10 }, Behind: func() time.Duration { return 250 * time.Millisecond },
		Waiting: func() int { return 3 }, Fault: func() error { return errors.New("damaged") },
	})
	m.WatchArchives(func() int { return 2 })
	return m
}

func TestNamesKeepToConventions(t *testing.T) {
	m := everything()
	m.Batch(7, time.Millisecond)
	_, end := m.StoreCall(t.Context(), "log", "Append")
	err := error(models.Fail(models.Unavailable, "x"))
	end(&err)
	problems, err := testutil.GatherAndLint(m.Registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestTheLogIsAskedWhenSomebodyLooks(t *testing.T) {
	m := everything()
	for name, want := range map[string]float64{
		"candor_log_size_entries": 12, "candor_log_unpublished_entries": 2, "candor_log_behind_seconds": 0.25,
		"candor_log_waiting_events": 3, "candor_log_damaged": 1, "candor_archives_preparing": 2,
	} {
		if got := value(t, m, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestABatchIsCountedAndTimed(t *testing.T) {
	m := telemetry.New()
	m.Batch(5, 20*time.Millisecond)
	m.Batch(2, 10*time.Millisecond)
	if got := value(t, m, "candor_log_batch_entries"); got != 7 {
		t.Errorf("%v entries, want 7", got)
	}
	if got := value(t, m, "candor_log_append_duration_seconds"); got < 0.0299 || got > 0.0301 {
		t.Errorf("%v seconds, want 0.03", got)
	}
}

// That nothing is there is an answer of the store and not its failure.
func TestOnlyFailuresOfAStoreAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		kind string
	}{
		"no error":         {nil, ""},
		"not found":        {store.ErrNotFound, ""},
		"there already":    {store.ErrExists, ""},
		"another's turn":   {store.ErrTaken, "taken"},
		"away":             {models.Fail(models.Unavailable, "store_unavailable"), "unavailable"},
		"away, wrapped":    {models.Wrap("read", models.Fail(models.Unavailable, "store_unavailable")), "unavailable"},
		"asker gone":       {models.Fail(models.Unavailable, "store_unavailable").Because(context.Canceled), "canceled"},
		"something else":   {errors.New("boom"), "internal"},
		"waited in vain":   {models.Fail(models.Unavailable, "x").Because(context.DeadlineExceeded), "unavailable"},
		"nobody knows why": {models.Fail(models.Internal, "internal"), "internal"},
	} {
		m := telemetry.New()
		_, end := m.StoreCall(t.Context(), "log", "Append")
		end(&c.err)
		want := 0
		if c.kind != "" {
			want = 1
		}
		if got, err := testutil.GatherAndCount(m.Registry, "candor_store_errors_total"); err != nil || got != want {
			t.Errorf("%s: %d series of errors, want %d: %v", name, got, want, err)
		} else if want == 1 && !labelled(t, m, "candor_store_errors_total", "kind", c.kind) {
			t.Errorf("%s is not counted as %s", name, c.kind)
		}
	}
}

// fixed always decides the same.
type fixed struct {
	decision consent.Decision
	err      error
}

func (f fixed) Decide(context.Context, string, string, string) (consent.Decision, error) {
	return f.decision, f.err
}

func TestDecisionsAreCountedByOutcomeAndReason(t *testing.T) {
	for name, c := range map[string]struct {
		answer          fixed
		outcome, reason string
	}{
		"permit":         {fixed{consent.Decision{Allowed: true, Reason: consent.ReasonGiven}, nil}, "permit", "consent_given"},
		"a legal basis":  {fixed{consent.Decision{Allowed: true, Reason: "contract"}, nil}, "permit", "contract"},
		"deny":           {fixed{consent.Decision{Reason: consent.ReasonWithdrawn}, nil}, "deny", "consent_withdrawn"},
		"cannot be made": {fixed{consent.Decision{}, errors.New("away")}, "error", "unavailable"},
		"something new":  {fixed{consent.Decision{Reason: "cus_1 said so"}, nil}, "other", "other"},
	} {
		m := telemetry.New()
		got, err := m.Decisions(c.answer).Decide(t.Context(), "cus_1", "billing", "")
		if got != c.answer.decision || !errors.Is(err, c.answer.err) {
			t.Errorf("%s: the answer was changed to %v, %v", name, got, err)
		}
		if total := value(t, m, "candor_decisions_total"); total != 1 {
			t.Errorf("%s: %v were counted, want 1", name, total)
		}
		if !counted(t, m, c.outcome, c.reason) {
			t.Errorf("%s is not counted as %s, %s", name, c.outcome, c.reason)
		}
	}
}

func TestCountingADecisionAllocatesNothing(t *testing.T) {
	d := telemetry.New().Decisions(fixed{consent.Decision{Allowed: true, Reason: consent.ReasonGiven}, nil})
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() { _, _ = d.Decide(ctx, "cus_1", "billing", "") }); n != 0 {
		t.Errorf("it allocates %v times", n)
	}
}

func BenchmarkCountedDecision(b *testing.B) {
	d := telemetry.New().Decisions(fixed{consent.Decision{Allowed: true, Reason: consent.ReasonGiven}, nil})
	b.ReportAllocs()
	for b.Loop() {
		_, _ = d.Decide(b.Context(), "cus_1", "billing", "")
	}
}

// value is the sum of a metric over its labels: of gauges and counters, or of what a histogram observed.
func value(t *testing.T, m *telemetry.Metrics, name string) (sum float64) {
	t.Helper()
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, s := range f.GetMetric() {
			sum += s.GetGauge().GetValue() + s.GetCounter().GetValue() + s.GetHistogram().GetSampleSum()
		}
	}
	return sum
}

func labelled(t *testing.T, m *telemetry.Metrics, name, label, want string) bool {
	t.Helper()
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, s := range f.GetMetric() {
			for _, l := range s.GetLabel() {
				if f.GetName() == name && l.GetName() == label && l.GetValue() == want {
					return true
				}
			}
		}
	}
	return false
}

func counted(t *testing.T, m *telemetry.Metrics, outcome, reason string) bool {
	t.Helper()
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, s := range f.GetMetric() {
			l := s.GetLabel()
			if f.GetName() == "candor_decisions_total" && len(l) == 2 && l[0].GetValue() == outcome && l[1].GetValue() == reason {
				return s.GetCounter().GetValue() == 1
			}
		}
	}
	return false
}
