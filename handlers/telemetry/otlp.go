package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// exportLimit is how long a collector may take for one batch of spans. What it does not take is gone:
// traces are for looking, and must not fill the memory of what is looked at.
const exportLimit = 10 * time.Second

// maxAnswer is how much of a collector's answer is read, in bytes.
const maxAnswer = 64 << 10

// closeLimit is how long the last spans may take at the end of the program.
const closeLimit = 3 * time.Second

// Traces records spans and sends them to a collector. A nil one traces nothing.
type Traces struct {
	provider *sdk.TracerProvider
}

// NewTraces sends to the collector at an OTLP endpoint, such as http://127.0.0.1:4318. What is traced is
// said by OTEL_TRACES_SAMPLER as the SDK reads it, and everything if that is not set.
func NewTraces(endpoint string, logger *slog.Logger) (*Traces, error) {
	target, err := url.JoinPath(endpoint, "v1", "traces")
	if err != nil {
		return nil, fmt.Errorf("trace to a collector: %w", err)
	}
	e := &exporter{url: target, logger: logger, client: &http.Client{Timeout: exportLimit}}
	return &Traces{sdk.NewTracerProvider(sdk.WithBatcher(e),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "candor"))))}, nil
}

// Tracer starts spans; it is nil where nothing is traced.
func (t *Traces) Tracer() trace.Tracer {
	if t == nil {
		return nil
	}
	return t.provider.Tracer("candor")
}

// Flush sends what there is.
func (t *Traces) Flush(ctx context.Context) error {
	if err := t.provider.ForceFlush(ctx); err != nil {
		return fmt.Errorf("send traces: %w", err)
	}
	return nil
}

// Close sends what is left.
func (t *Traces) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// exporter sends spans by OTLP/HTTP in its JSON encoding. The project's own exporter speaks the binary one
// and brings gRPC along, which makes the program half as large again.
type exporter struct {
	url    string
	logger *slog.Logger
	client *http.Client
	failed bool // the last batch did, which has been said; batches come one at a time
}

// ExportSpans is called with one batch after the other. A failure is logged when it begins and when it is
// over, and is nobody else's business.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := e.send(ctx, spans)
	switch {
	case err != nil && !e.failed:
		e.logger.Warn("traces could not be sent", "error", err)
	case err == nil && e.failed:
		e.logger.Info("traces are sent again")
	}
	e.failed = err != nil
	return nil
}

// Shutdown has nothing to do.
func (e *exporter) Shutdown(context.Context) error { return nil }

func (e *exporter) send(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(encode(spans))
	if err != nil {
		return fmt.Errorf("encode traces: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("send traces: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return fmt.Errorf("send traces: %w", err)
	}
	defer response.Body.Close()                                                              // nothing was written
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer)); err != nil { // so that the connection is kept
		return fmt.Errorf("send traces: %w", err)
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("send traces: the collector answers %s", response.Status)
	}
	return nil
}
