package web

import (
	"context"
	"math/big"
	"time"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/session"
	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
)

// chartDays is how much of what comes many times a day is drawn, chartMonths of what does not.
const (
	chartDays   = 30
	chartMonths = 36
)

// chart draws the totals of a category over time, if it has amounts that can be added up.
func (w *Web) chart(ctx context.Context, v *session.Visitor, category *datamap.Category, h billing.Holding) (*frontend.Chart, error) {
	field := measured(category)
	if field == nil || h.Records < 2 {
		return nil, nil //nolint:nilnil // a page without a chart is no error
	}
	chart := &frontend.Chart{Period: frontend.PeriodMonth, Basis: frontend.Basis(category.Bases[0])}
	from := h.Newest.AddDate(0, -chartMonths, 0)
	if h.Records > 400 { // more than one a day
		chart.Period, from = frontend.PeriodDay, h.Newest.AddDate(0, 0, -chartDays)
	}
	sums := &totals{chart: chart, field: field, zone: w.Zone()}
	err := w.Billing.Each(ctx, v.Customer(), category.Key, from, time.Time{}, func(r models.Record) error {
		sums.add(r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sums.close()
	if len(chart.Bars) < 2 {
		return nil, nil //nolint:nilnil // as above
	}
	return chart, nil
}

// measured is the first field that can be added up.
func measured(category *datamap.Category) *datamap.Field {
	for i := range category.Fields {
		if f := &category.Fields[i]; !f.Hidden && (f.Kind == datamap.QuantityField || f.Kind == datamap.MoneyField) {
			return f
		}
	}
	return nil
}

// totals adds up amounts step by step, exactly. What is in another unit or currency than the first
// is left out: it cannot be added.
type totals struct {
	chart *frontend.Chart
	field *datamap.Field
	zone  *time.Location
	at    time.Time
	sum   big.Rat
	scale int // the most decimals seen
}

func (t *totals) add(r models.Record) {
	amount, ok := new(big.Rat).SetString(r.Fields[t.field.Key])
	if !ok || !t.fits(r) {
		return
	}
	if at := t.step(r.OccurredAt); !at.Equal(t.at) {
		t.close()
		t.at = at
	}
	t.sum.Add(&t.sum, amount)
	if decimals, exact := amount.FloatPrec(); exact {
		t.scale = max(t.scale, decimals)
	}
}

// fits says whether a record's amount is in the chart's unit, which the first one sets.
func (t *totals) fits(r models.Record) bool {
	if t.field.Kind == datamap.MoneyField {
		if t.chart.Currency == "" {
			t.chart.Currency = r.Fields["currency"]
		}
		return t.chart.Currency != "" && r.Fields["currency"] == t.chart.Currency && pages.IsInteger(r.Fields[t.field.Key])
	}
	if t.at.IsZero() {
		t.chart.Unit = r.Fields["unit"]
	}
	return r.Fields["unit"] == t.chart.Unit
}

// step is the beginning of the day or month that a time falls in.
func (t *totals) step(at time.Time) time.Time {
	at = at.In(t.zone)
	if t.chart.Period == frontend.PeriodDay {
		return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, t.zone)
	}
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, t.zone)
}

// close finishes the step that is being added up.
func (t *totals) close() {
	if !t.at.IsZero() {
		t.chart.Bars = append(t.chart.Bars, frontend.Bar{At: t.at, Amount: t.sum.FloatString(min(t.scale, 3))})
	}
	t.sum.SetInt64(0)
}
