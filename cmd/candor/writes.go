package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"candor/models"
	"candor/models/store/observed"
)

// refusedFor is how long it counts that a store did not take a write: on a quiet site it may be long until the
// next one shows that it is over.
const refusedFor = time.Minute

// writes remembers which store did not take the last change that it was given: its disk is full, it has no
// primary, or it answers too late. What was stored can be read all the while. It is safe for concurrent use.
type writes struct {
	mu      sync.Mutex
	failing map[string]refusedWrite // by role
}

type refusedWrite struct {
	err error
	at  time.Time
}

// recording are the calls without which no change is recorded, or soon none more.
var recording = map[string]bool{"Append": true, "AddKeys": true, "SaveStandings": true}

// noting is a watch that remembers how changes ended.
func (w *writes) noting(watch observed.Watch, clock func() time.Time) observed.Watch {
	return func(ctx context.Context, role, method string) (context.Context, func(*error)) {
		ctx, end := watch(ctx, role, method)
		if !recording[method] {
			return ctx, end
		}
		return ctx, func(err *error) {
			end(err)
			w.note(role, *err, clock())
		}
	}
}

func (w *writes) note(role string, err error, at time.Time) {
	if errors.Is(err, context.Canceled) { // who asked has gone away
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if models.KindOf(err) != models.Unavailable {
		delete(w.failing, role)
		return
	}
	if w.failing == nil {
		w.failing = map[string]refusedWrite{}
	}
	w.failing[role] = refusedWrite{err, at}
}

// refused is why changes were not taken lately; nil if they were, or nobody has tried.
func (w *writes) refused(now time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var errs []error
	for _, f := range w.failing {
		if now.Sub(f.at).Abs() < refusedFor {
			errs = append(errs, f.err)
		}
	}
	return errors.Join(errs...)
}
