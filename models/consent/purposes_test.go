package consent_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/store"
)

// stored is store.Publications under a name that is not that of its method.
type stored = store.Publications

// raced is a store in which somebody else publishes before the first publication.
type raced struct {
	stored
	once   sync.Once
	before func()
}

func (r *raced) Publish(ctx context.Context, p store.Publication) error {
	r.once.Do(r.before)
	return r.stored.Publish(ctx, p)
}

func parseMap(t *testing.T) *datamap.Map {
	t.Helper()
	raw, err := os.ReadFile("testdata/datamap.yaml")
	must(t, err)
	m, err := datamap.Parse(raw)
	must(t, err)
	return m
}

// definitions counts the entries of the log that say that a purpose changed.
func (r *rig) definitions() map[string]int {
	r.t.Helper()
	seqs, err := r.Data.Public(r.t.Context(), 0, 1000)
	must(r.t, err)
	out := map[string]int{}
	for _, seq := range seqs {
		e, err := r.log.Entry(r.t.Context(), seq)
		must(r.t, err)
		if e.Detail.Kind == ledger.PurposeChanged {
			out[e.Detail.Purpose]++
		}
	}
	return out
}

// Servers that start at the same moment with the same data map all succeed, and the log says each
// definition once.
func TestServersPublishPurposesAtOnce(t *testing.T) {
	r := newRig(t)
	m := parseMap(t)
	errs := make([]error, 8)
	var starting sync.WaitGroup
	for i := range errs {
		starting.Go(func() { errs[i] = consent.PublishPurposes(t.Context(), r.Data, r.log, m, r.Time()) })
	}
	starting.Wait()
	must(t, errors.Join(errs...))
	got := r.definitions()
	for i := range m.Purposes {
		if n := got[m.Purposes[i].Key]; n != 1 {
			t.Errorf("the log has %d entries about %s", n, m.Purposes[i].Key)
		}
	}
	stored, err := r.Data.Publications(t.Context(), "purpose")
	must(t, err)
	if len(stored) != len(m.Purposes) {
		t.Errorf("%d definitions of %d purposes are kept", len(stored), len(m.Purposes))
	}
}

func TestOvertakenWhilePublishingPurposes(t *testing.T) {
	for _, tt := range []struct {
		name string
		ok   bool
	}{
		{"the same", true},
		{"another data map", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			theirs := parseMap(t)
			if !tt.ok {
				theirs.Purposes[0].Categories = theirs.Purposes[0].Categories[:0]
			}
			overtaken := &raced{stored: r.Data, before: func() {
				must(t, consent.PublishPurposes(t.Context(), r.Data, r.log, theirs, r.Time()))
			}}
			err := consent.PublishPurposes(t.Context(), overtaken, r.log, parseMap(t), r.Time())
			if (err == nil) != tt.ok || err != nil && !strings.Contains(err.Error(), "the same data map") {
				t.Errorf("%v", err)
			}
		})
	}
}
