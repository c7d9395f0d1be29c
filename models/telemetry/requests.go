package telemetry

import "github.com/prometheus/client_golang/prometheus"

// WatchRequests adds the gauges of what customers have asked and is not answered. They are asked for when somebody looks;
// what cannot be known then is left out.
func (m *Metrics) WatchRequests(count func() (open, overdue, tasks int64, ok bool)) {
	gauge := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	m.Registry.MustRegister(&requests{
		count:   count,
		open:    gauge("candor_requests_open", "Requests of customers about their data that are not answered."),
		overdue: gauge("candor_requests_overdue", "Of these, requests past their deadline."),
		tasks:   gauge("candor_tasks_open", "Tasks that a system has not confirmed."),
	})
}

type requests struct {
	count                func() (open, overdue, tasks int64, ok bool)
	open, overdue, tasks *prometheus.Desc
}

// Describe is prometheus.Collector's.
func (r *requests) Describe(to chan<- *prometheus.Desc) {
	to <- r.open
	to <- r.overdue
	to <- r.tasks
}

// Collect is prometheus.Collector's.
func (r *requests) Collect(to chan<- prometheus.Metric) {
	open, overdue, tasks, ok := r.count()
	if !ok {
		return
	}
	for desc, n := range map[*prometheus.Desc]int64{r.open: open, r.overdue: overdue, r.tasks: tasks} {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(n))
	}
}
