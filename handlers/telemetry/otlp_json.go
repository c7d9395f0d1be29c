package telemetry

import (
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// The messages of opentelemetry.proto.trace.v1, as far as they are used, in their JSON encoding: ids in
// hex, times and 64-bit integers as strings.
type (
	tracesData struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   described    `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	described struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope scope  `json:"scope"`
		Spans []span `json:"spans"`
	}
	scope struct {
		Name string `json:"name"`
	}
	span struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		Parent     string     `json:"parentSpanId,omitempty"`
		Name       string     `json:"name"`
		Kind       int        `json:"kind"`
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []keyValue `json:"attributes,omitempty"`
		Status     status     `json:"status"`
	}
	status struct {
		Code int `json:"code,omitempty"` // 2 is an error
	}
	keyValue struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	value struct {
		String *string `json:"stringValue,omitempty"`
		Int    *string `json:"intValue,omitempty"`
	}
)

// failed is STATUS_CODE_ERROR.
const failed = 2

// encode puts spans of this program, which is one resource and one scope, into one message.
func encode(spans []sdk.ReadOnlySpan) tracesData {
	of := resourceSpans{
		Resource:   described{keyValues(spans[0].Resource().Attributes())},
		ScopeSpans: []scopeSpans{{Scope: scope{spans[0].InstrumentationScope().Name}}},
	}
	for _, s := range spans {
		of.ScopeSpans[0].Spans = append(of.ScopeSpans[0].Spans, encodeSpan(s))
	}
	return tracesData{[]resourceSpans{of}}
}

func encodeSpan(s sdk.ReadOnlySpan) span {
	out := span{
		TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(),
		Name: s.Name(), Kind: int(s.SpanKind()), // the API numbers kinds as the protocol does
		Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()), Attributes: keyValues(s.Attributes()),
	}
	if parent := s.Parent(); parent.IsValid() {
		out.Parent = parent.SpanID().String()
	}
	if s.Status().Code == codes.Error {
		out.Status.Code = failed
	}
	return out
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

// keyValues encodes attributes: integers as such, everything else as text.
func keyValues(attributes []attribute.KeyValue) []keyValue {
	out := make([]keyValue, 0, len(attributes))
	for _, a := range attributes {
		text := a.Value.String()
		if a.Value.Type() == attribute.INT64 {
			out = append(out, keyValue{string(a.Key), value{Int: &text}})
		} else {
			out = append(out, keyValue{string(a.Key), value{String: &text}})
		}
	}
	return out
}
