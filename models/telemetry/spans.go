package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// TraceWith has store calls and appends traced too. It is called before anything runs, or not at all.
func (m *Metrics) TraceWith(t trace.Tracer) { m.tracer = t }

// child starts the span of a store call, if somebody's request is traced for which it is made. What runs
// in the background is not traced: it would bury the rest.
func (m *Metrics) child(ctx context.Context, role, method string) (context.Context, trace.Span) {
	if m.tracer == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, nil
	}
	return m.tracer.Start(ctx, "store "+role+"."+method, trace.WithSpanKind(trace.SpanKindClient))
}

func endSpan(span trace.Span, failure string) {
	if span == nil {
		return
	}
	if failure != "" {
		span.SetAttributes(attribute.String("error.type", failure))
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// appended traces a batch of the log's writer, which serves many requests at once and so belongs to the
// trace of none.
func (m *Metrics) appended(entries int, took time.Duration) {
	if m.tracer == nil {
		return
	}
	end := time.Now()
	_, span := m.tracer.Start(context.Background(), "append", trace.WithTimestamp(end.Add(-took)),
		trace.WithAttributes(attribute.Int("candor.entries", entries)))
	span.End(trace.WithTimestamp(end))
}
