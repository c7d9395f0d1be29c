// Package telemetry owns what an operator may see of the running program: the metrics and their names,
// and traces if they are wanted. It counts and times. No label and no attribute holds anything about a
// person, or a value that somebody else can make up.
//
// Nothing is global: each Metrics has a registry of its own.
package telemetry

import (
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel/trace"
)

// Metrics is everything that is counted below HTTP.
type Metrics struct {
	// Registry holds all of it, and what others add.
	Registry *prometheus.Registry

	append    prometheus.Histogram
	batch     prometheus.Histogram
	decisions decisions
	calls     *prometheus.HistogramVec
	failures  *prometheus.CounterVec
	tracer    trace.Tracer // nil if nothing is traced
}

// New makes a registry with what concerns the process, the log's writer, decisions and stores.
func New() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		append: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "candor_log_append_duration_seconds",
			Help: "Time from closing a batch until its entries were durable and applied.",
			// From a flush of a fast disk to what a majority of a distant replica set takes.
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15),
		}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "candor_log_batch_entries", Help: "Entries appended as one write.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
		decisions: newDecisions(),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "candor_store_call_duration_seconds", Help: "Time of calls to the stores, by role and method.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
		}, []string{"role", "method"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "candor_store_errors_total", Help: "Failed calls to the stores, by role, method and kind of error.",
		}, []string{"role", "method", "kind"}),
	}
	m.Registry.MustRegister(m.append, m.batch, m.decisions, m.calls, m.failures,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build())
	return m
}

// Batch is for sequencer.Watch.
func (m *Metrics) Batch(entries int, took time.Duration) {
	m.append.Observe(took.Seconds())
	m.batch.Observe(float64(entries))
	m.appended(entries, took)
}

// build says which program this is.
func build() prometheus.Collector {
	version, revision := "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "candor_build_info", Help: "Always 1; its labels say which program runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "goversion": runtime.Version()},
	})
	g.Set(1)
	return g
}
