package telemetry

import (
	"github.com/prometheus/client_golang/prometheus"

	"candor/models"
	"candor/models/connector"
)

// Connectors counts what connectors to other billing systems do.
type Connectors struct {
	events, objects *prometheus.CounterVec
}

// WatchConnectors adds the counters, with what somebody may wait for of each connector there is: a rise from nothing is
// seen only if nothing was shown before.
func (m *Metrics) WatchConnectors(names ...string) *Connectors {
	c := &Connectors{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "candor_connector_events_total", Help: "Events that other billing systems sent, by connector, type of thing and outcome.",
		}, []string{"connector", "type", "outcome"}),
		objects: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "candor_connector_objects_total", Help: "Things of other billing systems that were dealt with, by connector, type and outcome.",
		}, []string{"connector", "type", "outcome"}),
	}
	for _, name := range names {
		for _, outcome := range []string{refused, failed} {
			c.events.WithLabelValues(name, connector.Other, outcome)
		}
		c.objects.WithLabelValues(name, connector.Other, string(connector.Rejected))
	}
	m.Registry.MustRegister(c.events, c.objects)
	return c
}

// What becomes of a delivery beside what a connector says.
const (
	refused = "refused"
	failed  = "failed"
)

// Received counts a delivery. One that was not taken in is counted by what was wrong: "refused" if it is not the other
// system's, "failed" if it will be sent again.
func (c *Connectors) Received(name string, r connector.Received, err error) {
	outcome := string(r.Outcome)
	switch {
	case err != nil && models.KindOf(err) == models.Malformed:
		outcome = refused
	case err != nil:
		outcome = failed
	}
	c.events.WithLabelValues(name, r.Type, outcome).Inc()
}

// Dealt counts a thing that was dealt with.
func (c *Connectors) Dealt(name string) func(kind string, o connector.Outcome) {
	return func(kind string, o connector.Outcome) { c.objects.WithLabelValues(name, kind, string(o)).Inc() }
}
