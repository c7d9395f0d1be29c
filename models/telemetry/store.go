package telemetry

import (
	"context"
	"errors"
	"time"

	"candor/models"
	"candor/models/store"
)

// StoreCall is an observed.Watch: it times every call and counts those that failed. That nothing is
// there, or that something is already, is an answer and no failure; ErrTaken is counted, because it
// tells how much servers get in each other's way.
func (m *Metrics) StoreCall(ctx context.Context, role, method string) (context.Context, func(*error)) {
	began := time.Now()
	ctx, span := m.child(ctx, role, method)
	return ctx, func(err *error) {
		m.calls.WithLabelValues(role, method).Observe(time.Since(began).Seconds())
		kind := failureOf(*err)
		if kind != "" {
			m.failures.WithLabelValues(role, method, kind).Inc()
		}
		endSpan(span, kind)
	}
}

// failureOf names a failure; an answer has no name.
func failureOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled): // who asked has gone away
		return "canceled"
	case errors.Is(err, store.ErrTaken):
		return "taken"
	}
	switch models.KindOf(err) {
	case models.NotFound, models.Conflict:
		return ""
	case models.Unavailable:
		return "unavailable"
	default:
		return "internal"
	}
}
