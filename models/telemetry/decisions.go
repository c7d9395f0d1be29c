package telemetry

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"candor/models/consent"
	"candor/models/datamap"
)

// decider decides; *consent.Service does.
type decider interface {
	Decide(ctx context.Context, customer, purpose, category string) (consent.Decision, error)
}

// Decider counts the decisions of another one. Counting allocates nothing.
type Decider struct {
	next   decider
	counts decisions
}

// Decisions counts what next decides.
func (m *Metrics) Decisions(next decider) *Decider { return &Decider{next, m.decisions} }

// Decide asks the next and counts what it says.
func (d *Decider) Decide(ctx context.Context, customer, purpose, category string) (consent.Decision, error) {
	decision, err := d.next.Decide(ctx, customer, purpose, category)
	if err != nil {
		d.counts.failed.Inc()
		return decision, err
	}
	counter, ok := d.counts.known[verdict{decision.Allowed, decision.Reason}]
	if !ok {
		counter = d.counts.other
	}
	counter.Inc()
	return decision, nil
}

// verdict is what is counted apart.
type verdict struct {
	allowed bool
	reason  consent.Reason
}

// decisions has each counter at hand.
type decisions struct {
	*prometheus.CounterVec

	known         map[verdict]prometheus.Counter
	failed, other prometheus.Counter
}

func newDecisions() decisions {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "candor_decisions_total", Help: "Decisions for billing systems, by outcome and reason.",
	}, []string{"outcome", "reason"})
	d := decisions{
		CounterVec: vec, known: map[verdict]prometheus.Counter{},
		failed: vec.WithLabelValues("error", "unavailable"), other: vec.WithLabelValues("other", "other"),
	}
	for _, reason := range []consent.Reason{
		consent.ReasonGiven, consent.Reason(datamap.Contract), consent.Reason(datamap.LegalObligation),
		consent.Reason(datamap.VitalInterests), consent.Reason(datamap.PublicTask), consent.Reason(datamap.LegitimateInterests),
	} {
		d.known[verdict{true, reason}] = vec.WithLabelValues("permit", string(reason))
	}
	for _, reason := range []consent.Reason{
		consent.ReasonWithdrawn, consent.ReasonRefused, consent.ReasonExpired, consent.ReasonInvalidated, consent.ReasonNeverAsked,
		consent.ReasonObjected, consent.ReasonRestricted, consent.ReasonCategoryNotCovered, consent.ReasonUnknownPurpose, consent.ReasonUnknownCustomer,
	} {
		d.known[verdict{false, reason}] = vec.WithLabelValues("deny", string(reason))
	}
	return d
}
