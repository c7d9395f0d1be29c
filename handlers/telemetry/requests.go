// Package telemetry watches requests: it gives each an id, counts and times it, writes its one line in the
// operator's log and, if that is wanted, traces it. What it says of a request is its route's template, its
// method and how it ended: never its path, query, headers, address or body, which may tell of a person.
// It also serves the metrics, on a listener of their own.
package telemetry

import (
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"candor/handlers/problem"
)

// none is the route of a request that was refused before it came to one, or for which there is none.
const none = "none"

// Requests is a middleware. It belongs before everything else that may answer.
type Requests struct {
	logger   *slog.Logger
	tracer   trace.Tracer // nil if nothing is traced
	duration *prometheus.HistogramVec
	flying   prometheus.Gauge

	// series are the histograms that there are so far, at hand: finding one allocates nothing.
	series atomic.Pointer[map[kind]prometheus.Observer]
	adding sync.Mutex
}

// kind is what requests are counted apart by.
type kind struct {
	route, method string
	class         int // the first digit of the status
}

// New makes the middleware and registers what it counts. The tracer is nil where nothing is traced.
func New(registry prometheus.Registerer, logger *slog.Logger, tracer trace.Tracer) *Requests {
	r := &Requests{
		logger: logger, tracer: tracer,
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "candor_http_request_duration_seconds",
			Help:    "Time until the answer was ready to be sent, by route, method and class of status.",
			Buckets: []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
		flying: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "candor_http_requests_in_flight", Help: "Requests that are being answered.",
		}),
	}
	r.series.Store(&map[kind]prometheus.Observer{})
	registry.MustRegister(r.duration, r.flying)
	return r
}

// Handle watches a request from its beginning to its answer. Errors are answered here, so that what is
// said of the request is what its sender was told.
func (r *Requests) Handle(c *fiber.Ctx) error {
	began := time.Now()
	problem.Identify(c)
	span := r.begin(c)
	r.flying.Inc()
	defer r.flying.Dec()
	if err := c.Next(); err != nil {
		if failed := c.App().ErrorHandler(c, err); failed != nil {
			c.Status(http.StatusInternalServerError)
		}
	}
	took, status, route := time.Since(began), c.Response().StatusCode(), routeOf(c)
	r.observer(route, c.Method(), status/100).Observe(took.Seconds())
	r.end(c, span, route, status)
	r.log(c, span, route, status, took)
	return nil
}

// routeOf is the template of the route that answered. What no route took ends at the middleware, which
// stands at "/" and is not the front page.
func routeOf(c *fiber.Ctx) string {
	if route := c.Route().Path; route != "/" || c.Path() == "/" {
		return route
	}
	return none
}

func (r *Requests) observer(route, method string, class int) prometheus.Observer {
	k := kind{route, method, class}
	if o, ok := (*r.series.Load())[k]; ok {
		return o
	}
	r.adding.Lock()
	defer r.adding.Unlock()
	before := *r.series.Load()
	after := make(map[kind]prometheus.Observer, len(before)+1)
	maps.Copy(after, before)
	k = kind{strings.Clone(route), strings.Clone(method), class} // Fiber may reuse its buffers
	after[k] = r.duration.WithLabelValues(k.route, k.method, string(rune('0'+class))+"xx")
	r.series.Store(&after)
	return after[k]
}

// quiet are the routes that are asked for again and again by machines: while all is well their lines are
// for whoever debugs.
var quiet = map[string]bool{
	"/access/v1/evaluation": true, "/access/v1/evaluations": true, "/assets/:name": true, "/log/tile/*": true,
}

// probes tell of every change themselves.
var probes = map[string]bool{"/healthz": true, "/readyz": true}

func levelOf(route string, status int) slog.Level {
	switch {
	case probes[route], quiet[route] && status < http.StatusBadRequest:
		return slog.LevelDebug
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// log writes the request's line.
func (r *Requests) log(c *fiber.Ctx, span trace.Span, route string, status int, took time.Duration) {
	ctx, level := c.UserContext(), levelOf(route, status)
	if !r.logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request", problem.RequestID(c)), slog.String("method", c.Method()), slog.String("route", route),
		slog.Int("status", status), slog.Float64("duration_ms", float64(took.Microseconds())/1e3), slog.Int("bytes", size(c)),
	}
	if span != nil {
		attrs = append(attrs, slog.String("trace", span.SpanContext().TraceID().String()))
	}
	r.logger.LogAttrs(ctx, level, "request", attrs...)
}

// size is how long the answer's body is, in bytes, before it goes over the wire; 0 if it is streamed and
// its length is not known.
func size(c *fiber.Ctx) int {
	response := c.Response()
	if response.IsBodyStream() { // reading it here would take it away
		return max(response.Header.ContentLength(), 0)
	}
	return len(response.Body())
}
