package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Log is what is asked about the log whenever somebody looks.
type Log struct {
	Size      func() uint64        // entries that this server knows
	Published func() uint64        // entries that the newest published checkpoint covers
	Behind    func() time.Duration // since the newest state was known here
	Waiting   func() int           // events that wait for the writer
	Fault     func() error         // what is wrong with what is stored
}

// WatchLog adds the log's gauges. They cost nothing until somebody looks.
func (m *Metrics) WatchLog(l Log) {
	m.gauge("candor_log_size_entries", "Entries of the log that this server knows.",
		func() float64 { return float64(l.Size()) })
	m.gauge("candor_log_unpublished_entries", "Entries that no published checkpoint covers yet, as far as this server knows.",
		func() float64 {
			published, size := l.Published(), l.Size() // in this order: the log only grows
			return float64(size - min(size, published))
		})
	m.gauge("candor_log_behind_seconds", "Time since this server last knew the newest state of the log.",
		func() float64 { return l.Behind().Seconds() })
	m.gauge("candor_log_waiting_events", "Events that wait for the log's writer.",
		func() float64 { return float64(l.Waiting()) })
	m.gauge("candor_log_damaged", "1 if something is wrong with the stored log, else 0.",
		func() float64 {
			if l.Fault() != nil {
				return 1
			}
			return 0
		})
}

// WatchArchives adds the gauge of archives in preparation.
func (m *Metrics) WatchArchives(preparing func() int) {
	m.gauge("candor_archives_preparing", "Archives in preparation on any server when this one last looked, at most 100.",
		func() float64 { return float64(preparing()) })
}

func (m *Metrics) gauge(name, help string, value func() float64) {
	m.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}
