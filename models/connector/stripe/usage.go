package stripe

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

const usageSummary = "usage_summary"

// usageMonths is how far back a backfill of everything goes for usage, this month among them.
const usageMonths = 13

// usageOf names a month of what a customer used by a meter.
func usageOf(customer, meter string, month time.Time) string {
	return customer + "." + meter + "." + month.Format("2006-01")
}

func (c *Connector) fetchUsage(ctx context.Context, id string) (connector.State, error) {
	parts := strings.Split(id, ".")
	if len(parts) != 3 {
		return connector.State{ID: connector.ID(usageKind, id)}, nil
	}
	month, err := time.Parse("2006-01", parts[2])
	if err != nil {
		return connector.State{ID: connector.ID(usageKind, id)}, nil //nolint:nilerr // no id of ours: there is nothing of that name
	}
	meter, err := c.stripe(ctx).V1BillingMeters.Retrieve(ctx, parts[1], nil)
	if err != nil {
		return connector.State{}, err
	}
	states, err := c.usage(ctx, parts[0], meter, month, month.AddDate(0, 1, 0))
	if err != nil || len(states) == 0 {
		return connector.State{ID: connector.ID(usageKind, id)}, err
	}
	return states[0], nil
}

func (c *Connector) listUsage(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted(usageSummary) {
		return connector.Page{}, nil
	}
	meters, err := c.meters(ctx)
	if err != nil || len(meters) == 0 {
		return connector.Page{}, err
	}
	from, to := firstMonth(c.Clock(), since), monthOf(c.Clock()).AddDate(0, 1, 0)
	return c.eachCustomer(ctx, after, nil, func(customer *api.Customer) ([]connector.State, error) {
		var out []connector.State
		for _, meter := range meters {
			states, err := c.usage(ctx, customer.ID, meter, from, to)
			if err != nil {
				return nil, failure(err)
			}
			out = append(out, states...)
		}
		return out, nil
	})
}

func monthOf(t time.Time) time.Time {
	return time.Date(t.UTC().Year(), t.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
}

func firstMonth(now, since time.Time) time.Time {
	if since.IsZero() {
		return monthOf(now).AddDate(0, 1-usageMonths, 0)
	}
	return monthOf(since)
}

func (c *Connector) meters(ctx context.Context) ([]*api.BillingMeter, error) {
	var out []*api.BillingMeter
	list := c.stripe(ctx).V1BillingMeters.List(ctx, &api.BillingMeterListParams{ListParams: api.ListParams{Limit: api.Int64(listing)}})
	for meter, err := range list.All(ctx) {
		if err != nil {
			return nil, failure(err)
		}
		out = append(out, meter)
	}
	return out, nil
}

// usage are records of the category usage_summary, one a month (UTC, as Stripe counts days) in which there was any. from
// and to are firsts of months.
func (c *Connector) usage(ctx context.Context, customer string, meter *api.BillingMeter, from, to time.Time) ([]connector.State, error) {
	list := c.stripe(ctx).V1BillingMeterEventSummaries.List(ctx, &api.BillingMeterEventSummaryListParams{
		ListParams: api.ListParams{Limit: api.Int64(listing)}, ID: api.String(meter.ID), Customer: api.String(customer),
		StartTime: new(from.Unix()), EndTime: new(to.Unix()), ValueGroupingWindow: api.String("day"),
	})
	var months []time.Time
	sums := map[time.Time]*sum{}
	for day, err := range list.All(ctx) {
		if err != nil {
			return nil, err
		}
		month := monthOf(at(day.StartTime))
		if sums[month] == nil {
			sums[month] = &sum{last: meter.DefaultAggregation != nil && meter.DefaultAggregation.Formula == api.BillingMeterDefaultAggregationFormulaLast}
			months = append(months, month)
		}
		sums[month].add(day)
	}
	states := make([]connector.State, 0, len(months))
	for _, month := range months {
		states = append(states, c.month(customer, meter, month, sums[month].value))
	}
	return states, nil
}

// sum is what the days of a month come to by a meter's rule: together, or as the last one says.
type sum struct {
	last  bool
	value float64
	day   int64
}

func (s *sum) add(day *api.BillingMeterEventSummary) {
	switch {
	case !s.last:
		s.value += day.AggregatedValue
	case day.StartTime >= s.day:
		s.value, s.day = day.AggregatedValue, day.StartTime
	}
}

func (c *Connector) month(customer string, meter *api.BillingMeter, month time.Time, value float64) connector.State {
	f := c.Intake.Fields(usageSummary)
	// Noon, so that the day is the same in nearly every zone.
	f.Time("from", month.Add(12*time.Hour))
	f.Time("to", month.AddDate(0, 1, -1).Add(12*time.Hour))
	f.Text("quantity", strconv.FormatFloat(math.Round(value*1e9)/1e9, 'f', -1, 64))
	f.Text("unit", meter.DisplayName)
	return connector.State{
		ID: connector.ID(usageKind, usageOf(customer, meter.ID, month)), Owner: connector.ID(customerKind, customer),
		Record: &models.Record{
			Category: f.Category(), ID: meter.ID + "." + month.Format("2006-01"), OccurredAt: month, Fields: f.Values(),
		},
	}
}

// syncUsage brings the usage that a bill is over: Stripe sends no events about meters' summaries.
func (c *Connector) syncUsage(ctx context.Context, invoice string) error {
	if !c.wanted(usageSummary) {
		return nil
	}
	i, err := c.stripe(ctx).V1Invoices.Retrieve(ctx, invoice, nil)
	if isGone(err) || err == nil && i.Customer == nil {
		return nil
	}
	if err != nil {
		return failure(err)
	}
	meters, err := c.meters(ctx)
	if err != nil {
		return err
	}
	for month := monthOf(at(i.PeriodStart)); !month.After(at(i.PeriodEnd)); month = month.AddDate(0, 1, 0) {
		for _, meter := range meters {
			_, _, err := c.Intake.Sync(ctx, connector.ID(usageKind, usageOf(i.Customer.ID, meter.ID, month)), c.Fetch)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
