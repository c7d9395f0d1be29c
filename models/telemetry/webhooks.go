package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"candor/models/webhook"
)

// WebhookWatch counts what becomes of attempts to deliver. It is called once.
func (m *Metrics) WebhookWatch() webhook.Watch {
	attempts := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "candor_webhook_attempt_seconds", Help: "Time that attempts to deliver to webhooks took, by outcome.",
		Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
	}, []string{"outcome"})
	givenUp := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "candor_webhook_given_up_total", Help: "Changes that were given up after two days of attempts.",
	})
	ended := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "candor_webhook_disabled_total", Help: "Endpoints that were disabled because of their answers, by reason.",
	}, []string{"reason"})
	m.Registry.MustRegister(attempts, givenUp, ended)
	attempts.WithLabelValues(webhook.Delivered) // shown before the first
	for _, reason := range []string{webhook.Gone, webhook.Failing} {
		ended.WithLabelValues(reason)
	}
	return webhook.Watch{
		Attempt: func(outcome string, took time.Duration) { attempts.WithLabelValues(outcome).Observe(took.Seconds()) },
		GivenUp: givenUp.Inc,
		Ended:   func(reason string) { ended.WithLabelValues(reason).Inc() },
	}
}

// WatchWebhooks adds the gauges of what waits. They cost nothing until somebody looks.
func (m *Metrics) WatchWebhooks(backlog func() (endpoints int, oldest time.Duration)) {
	m.gauge("candor_webhook_waiting_endpoints", "Endpoints that this server delivers to and that have not taken a change.",
		func() float64 { n, _ := backlog(); return float64(n) })
	m.gauge("candor_webhook_oldest_waiting_seconds", "Age of the oldest change that an endpoint of this server has not taken.",
		func() float64 { _, age := backlog(); return age.Seconds() })
}
