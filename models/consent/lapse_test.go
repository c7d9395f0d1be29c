package consent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/feed"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/store"
)

func (r *rig) lapses() *consent.Lapses {
	return &consent.Lapses{Consents: r.service, Logger: slog.New(slog.DiscardHandler)}
}

// What the clock has ended is said in the log once, whoever says it and however often; and nothing changes by it.
func TestTheLogSaysWhatTheClockHasEnded(t *testing.T) {
	r := newFamilyRig(t)
	other := r.beside(r.receipts.Map.Current())
	start := r.Time()
	r.did(consent.Give, "usage_analytics", "usage_analytics") // runs out after 12 months
	r.did(consent.Give, "marketing", "marketing")
	r.did(consent.Give, "sharing", "sharing")
	r.change("marketing", start.Add(time.Hour), notice.Invalidate, start.Add(48*time.Hour))
	if found, err := r.lapses().Once(t.Context()); err != nil || found.Recorded != 0 || !found.Next.Equal(start.Add(48*time.Hour)) {
		t.Fatalf("nothing has ended: %+v, %v", found, err)
	}
	r.Pass(366 * 24 * time.Hour)
	must(t, other.notices.Refresh(t.Context()))
	before := map[string]consent.PurposeState{}
	for _, purpose := range []string{"usage_analytics", "marketing", "sharing"} {
		before[purpose] = r.on(purpose)
	}
	size := r.log.Head().Size
	var both sync.WaitGroup
	for range 2 {
		for _, server := range []*rig{r, other} {
			both.Go(func() {
				if _, err := server.lapses().Once(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
	}
	both.Wait()
	must(t, r.log.Refresh(t.Context()))
	if grown := r.log.Head().Size - size; grown != 2 {
		t.Fatalf("the log grew by %d", grown)
	}
	for purpose, was := range before {
		is := r.on(purpose)
		if is.State != was.State || is.Decision.Reason != was.Decision.Reason || is.Decision.NoticeVersion != was.Decision.NoticeVersion ||
			!is.Since.Equal(was.Since) || is.Notice != was.Notice || !is.ExpiresAt.Equal(was.ExpiresAt) || is.Asked != was.Asked {
			t.Errorf("%s was\n%+v, is\n%+v", purpose, was, is)
		}
	}
	if s := r.on("usage_analytics"); s.State != models.Expired || s.Choice.State != models.Expired || !s.Since.Equal(start.AddDate(1, 0, 0).Truncate(time.Millisecond)) {
		t.Errorf("run out: %+v", s)
	}

	page, err := feed.New(r.log, r.receipts.Map).Read(t.Context(), feed.Query{After: size - 1, Limit: 10})
	must(t, err)
	told := map[string]string{}
	for _, c := range page.Changes {
		told[c.Purpose] = fmt.Sprintf("%s %s>%s version %d", c.Kind, c.PreviousState, c.State, c.Notice.Version)
	}
	want := map[string]string{
		"usage_analytics": "consent.expired given>expired version 1", "marketing": "consent.invalidated given>invalidated version 1",
	}
	if fmt.Sprint(told) != fmt.Sprint(want) {
		t.Errorf("told %v, want %v", told, want)
	}
	must(t, r.log.CheckProjection(t.Context(), func(uint64) {}))
}

// What the log has ended is not given again because consents last longer from now on; what it has not is.
func TestALongerIntervalGivesNothingAgain(t *testing.T) {
	for _, said := range []bool{false, true} {
		r := newFamilyRig(t)
		r.did(consent.Give, "usage_analytics", "usage_analytics") // runs out after 12 months
		r.Pass(366 * 24 * time.Hour)
		if said {
			_, err := r.lapses().Once(t.Context())
			must(t, err)
		}
		raw, err := os.ReadFile("testdata/datamap.yaml")
		must(t, err)
		longer, err := datamap.Parse(bytes.ReplaceAll(raw, []byte("renewal: P12M"), []byte("renewal: P24M")))
		must(t, err)
		want := map[bool]models.State{false: models.Given, true: models.Expired}[said]
		if s := r.beside(longer).on("usage_analytics"); s.State != want {
			t.Errorf("said %t: %s, want %s", said, s.State, want)
		}
	}
}

// A choice that the log hears of late is ordered as if nothing had been said of an end that came after it.
func TestALateChoiceIsOrderedAsIfNothingHadEnded(t *testing.T) {
	for _, said := range []bool{false, true} {
		r := newFamilyRig(t)
		start := r.Time()
		r.did(consent.Give, "marketing", "marketing")
		r.Pass(48 * time.Hour)
		r.change("marketing", r.Time(), notice.Invalidate, r.Time())
		r.Pass(time.Hour)
		if said {
			found, err := r.lapses().Once(t.Context())
			must(t, err)
			if found.Recorded != 1 {
				t.Fatalf("recorded %d", found.Recorded)
			}
		}
		out := r.tell("cus_1", "marketing", "marketing", start, toldAt{consent.Withdraw, 60, 1})
		entry, err := r.log.Entry(t.Context(), out.Entry)
		must(t, err)
		if s := r.on("marketing"); s.State != models.Withdrawn || entry.Detail.Kind != ledger.ConsentWithdrawn || s.Asked.Why != consent.NotAsked {
			t.Errorf("said %t: a withdrawal before the end leaves %s, as %s", said, s.State, entry.Detail.Kind)
		}
	}
}

// Nobody who was erased is written about, and no key is made for them, even if they are erased at that very moment.
func TestTheErasedAreLeftAlone(t *testing.T) {
	r := newFamilyRig(t)
	r.did(consent.Give, "usage_analytics", "usage_analytics")
	r.Pass(400 * 24 * time.Hour)
	must(t, r.log.Erase(t.Context(), "cus_1", []string{keys.EvidenceScope}))
	size := r.log.Head().Size
	found, err := r.lapses().Once(t.Context())
	must(t, err)
	_, err = r.log.Append(t.Context(), sequencer.Event{Subject: "cus_1", Known: true, Propose: func(sequencer.Position) (ledger.Detail, error) {
		t.Error("asked what to say of somebody who was erased")
		return ledger.Detail{}, nil
	}})
	if found.Recorded != 0 || r.log.Head().Size != size || !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%+v, %d more entries, %v", found, r.log.Head().Size-size, err)
	}
	scopes, err := r.KeyStore.ScopesOf(t.Context(), "cus_1")
	must(t, err)
	if len(scopes) != 0 {
		t.Errorf("keys were made: %v", scopes)
	}
}
