package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

// What a store did not take lately counts until it takes something, and for a minute at most; what another store
// takes, or an answer that is no refusal, changes nothing about it.
func TestWhatIsNotStoredIsRemembered(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	full := models.Fail(models.Unavailable, "store_unavailable").Because(errors.New("full"))
	type call struct {
		role, method string
		err          error
	}
	for name, c := range map[string]struct {
		calls []call
		later time.Duration
		want  bool
	}{
		"nothing was tried":           {nil, 0, false},
		"refused":                     {[]call{{"log", "Append", full}}, 59 * time.Second, true},
		"refused long ago":            {[]call{{"log", "Append", full}}, time.Minute, false},
		"refused, by a clock ahead":   {[]call{{"log", "Append", full}}, -time.Minute, false},
		"refused and taken":           {[]call{{"log", "Append", full}, {"log", "Append", nil}}, 0, false},
		"another server was first":    {[]call{{"log", "Append", full}, {"log", "Append", store.ErrTaken}}, 0, false},
		"another store takes":         {[]call{{"keys", "AddKeys", full}, {"log", "Append", nil}}, 0, true},
		"reading goes on":             {[]call{{"log", "Append", full}, {"log", "Size", nil}}, 0, true},
		"reading fails":               {[]call{{"log", "Size", full}}, 0, false},
		"who asked has gone away":     {[]call{{"keys", "AddKeys", full.Because(context.Canceled)}}, 0, false},
		"the projection is not saved": {[]call{{"standings", "SaveStandings", full}}, 0, true},
	} {
		var w writes
		watch := w.noting(func(ctx context.Context, _, _ string) (context.Context, func(*error)) {
			return ctx, func(*error) {}
		}, func() time.Time { return now })
		for _, made := range c.calls {
			_, end := watch(t.Context(), made.role, made.method)
			end(&made.err)
		}
		if got := w.refused(now.Add(c.later)); (got != nil) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
