package telemetry

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// begin starts the request's span, as part of the caller's trace if it names one (W3C Trace Context); nil
// if nothing is traced. What the handlers call goes on in its context.
func (r *Requests) begin(c *fiber.Ctx) trace.Span {
	if r.tracer == nil {
		return nil
	}
	ctx := propagation.TraceContext{}.Extract(c.UserContext(), headers{c})
	ctx, span := r.tracer.Start(ctx, c.Method(), trace.WithSpanKind(trace.SpanKindServer))
	c.SetUserContext(ctx)
	return span
}

// end ends it. Its names are those of OpenTelemetry's semantic conventions for HTTP.
func (r *Requests) end(c *fiber.Ctx, span trace.Span, route string, status int) {
	if span == nil {
		return
	}
	method := string(c.Request().Header.Method()) // a copy: the span outlives the request
	span.SetName(method + " " + route)
	span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
		attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// headers are a request's, as the propagator reads them.
type headers struct{ *fiber.Ctx }

func (h headers) Get(name string) string { return string(h.Request().Header.Peek(name)) }

// Set is for requests that one sends; none is sent here.
func (h headers) Set(string, string) {}

// Keys is not asked for by the propagator of W3C Trace Context.
func (h headers) Keys() []string { return nil }
