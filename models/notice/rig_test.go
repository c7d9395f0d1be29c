package notice_test

import (
	"log/slog"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
	"candor/models/store"
)

// rig is one store, for any number of servers.
type rig struct {
	testing.TB
	*sequencertest.Rig
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

func newRig(t *testing.T) *rig {
	t.Helper()
	return &rig{t, sequencertest.New(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))}
}

// sequencer is that of one more server.
func (r *rig) sequencer() *sequencer.Sequencer {
	r.Helper()
	return r.Start(r.Ring(), 0)
}

func (r *rig) service(p store.Publications, log notice.Log) *notice.Service {
	r.Helper()
	return must[*notice.Service](r)(notice.New(r.Context(), p, log, r.Time, slog.New(slog.DiscardHandler)))
}

// version is a notice in two languages.
func (r *rig) version(key string, n int, body string) notice.Notice {
	return notice.Notice{
		Key: key, Version: n, EffectiveAt: time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC),
		Texts: map[string]notice.Text{
			"en": {Title: key, Summary: "What we do.", Body: body}, "de": {Title: key, Summary: "Was wir tun.", Body: body},
		},
	}
}

// published counts the entries of the log that publish a notice or a purpose, by what they say.
func (r *rig) published(s *sequencer.Sequencer) map[string]int {
	r.Helper()
	check(r, s.Refresh(r.Context()))
	out := map[string]int{}
	for _, seq := range must[[]uint64](r)(r.Data.Public(r.Context(), 0, 1000)) {
		detail := must[sequencer.Result](r)(s.Entry(r.Context(), seq)).Detail
		switch detail.Kind {
		case ledger.NoticePublished:
			out[detail.Notice.Key+" "+detail.Notice.Locale]++
		case ledger.PurposeChanged:
			out[detail.Purpose]++
		}
	}
	return out
}
