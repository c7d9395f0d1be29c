package demodata

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// meter measures what a customer uses. What detail writes for a month adds up to the month's total.
type meter interface {
	unit() string
	// total is the usage of a month in thousandths of the unit.
	total(a *account, from, to time.Time) int64
	// detail writes the customer's newest readings or events, a year of them for the first customer.
	detail(a *account, record recorder)
}

type recorder func(id string, at time.Time, source string, fields map[string]string)

// noise gives a number from 0 up to 1 that looks random and is always the same for the same n.
func noise(seed uint64, n int64) float64 {
	x := seed*0x9e3779b97f4a7c15 + uint64(n) // splitmix64 takes any 64 bits
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}

func (a *account) noise(n int64) float64 {
	return noise(a.seed<<20+uint64(a.n)+1, n) // a.n counts customers
}

// scale is how much of a usual customer's usage this one's is.
func (a *account) scale() float64 { return 0.6 + a.noise(-1) }

// year is the time that is covered by the first customer's readings.
const year = 365 * 24 * time.Hour

// electricity is a smart meter that is read every 15 minutes: a home uses less at night and in
// summer, more in the evening and at weekends.
type electricity struct {
	weekday, weekend [96]float64 // watt-hours of each quarter of a usual day
}

const quarter = 15 * time.Minute

func newElectricity() *electricity {
	e := &electricity{}
	for n := range e.weekday {
		hour := float64(n) / 4
		e.weekday[n] = 32 + 38*bump(hour, 7.25, 1.4) + 25*bump(hour, 13, 2.5) + 95*bump(hour, 19.5, 2.2)
		e.weekend[n] = e.weekday[n] + 18*bump(hour, 12, 3)
	}
	return e
}

func bump(x, at, width float64) float64 { return math.Exp(-(x - at) * (x - at) / (2 * width * width)) }

func (*electricity) unit() string { return "kWh" }

// each calls fn with the watt-hours of every quarter of an hour.
func (e *electricity) each(a *account, from, to time.Time, fn func(n, wattHours int64)) {
	scale := a.scale()
	for n := from.Unix() / 900; n < to.Unix()/900; n++ {
		local := n + 4 // an hour ahead of UTC, all year
		day := local / 96
		shape := &e.weekday
		if d := day % 7; d == 2 || d == 3 { // the first day of Unix time was a Thursday
			shape = &e.weekend
		}
		fn(n, int64(shape[local%96]*season(day)*scale*(0.65+0.7*a.noise(n))))
	}
}

// season is highest in the middle of January.
func season(day int64) float64 {
	return 1 + 0.25*math.Cos(2*math.Pi*float64(day-14)/365.2425)
}

func (e *electricity) total(a *account, from, to time.Time) (sum int64) {
	e.each(a, from, to, func(_, wattHours int64) { sum += wattHours })
	return sum
}

func (e *electricity) detail(a *account, record recorder) {
	span := 48 * time.Hour
	switch {
	case a.first():
		span = year
	case a.n%3 != 1:
		return
	}
	e.each(a, a.month.Add(-span), a.month, func(n, wattHours int64) {
		t := time.Unix(n*900, 0).UTC()
		record(t.Format("20060102T1504Z"), t, "meter_operator", map[string]string{
			"from": t.Format(time.RFC3339), "to": t.Add(quarter).Format(time.RFC3339),
			"quantity": thousandths(wattHours), "unit": e.unit(),
		})
	})
}

// requests counts the calls to an interface, hour by hour.
type requests struct{}

func (requests) unit() string { return "1000 calls" }

func (requests) calls(a *account, t time.Time) int64 {
	hour := float64(t.Hour())
	shape := 4 + 90*bump(hour, 10.5, 2.2) + 80*bump(hour, 15, 2.5)
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		shape *= 0.15
	}
	return int64(shape * a.scale() * (0.5 + a.noise(t.Unix()/3600)))
}

func (r requests) total(a *account, from, to time.Time) int64 {
	var sum int64
	for t := from.UTC(); t.Before(to); t = t.Add(time.Hour) {
		sum += r.calls(a, t)
	}
	return sum
}

func (r requests) detail(a *account, record recorder) {
	span := 3 * 24 * time.Hour
	if a.first() {
		span = year
	}
	for t := a.month.Add(-span).UTC(); t.Before(a.month); t = t.Add(time.Hour) {
		record(t.Format("20060102T15Z"), t, "service", map[string]string{
			"event": "api_calls", "from": t.Format(time.RFC3339), "to": t.Add(time.Hour).Format(time.RFC3339),
			"quantity": thousandths(r.calls(a, t)), "unit": r.unit(),
		})
	}
}

// traffic is what a telephone does: calls, messages, data.
type traffic struct{}

func (traffic) unit() string { return "GB" }

// event is one use of the telephone.
type event struct {
	kind     string
	from, to time.Time
	quantity int64 // thousandths
	unit     string
	roaming  bool
}

// day gives what happened on a day, in order.
func (traffic) day(a *account, start time.Time) []event {
	base := start.Unix()
	out := make([]event, 1+int(a.noise(base)*6))
	for i := range out {
		n := base + int64(i)
		from := start.Add(time.Duration((float64(i)+a.noise(n+100))*17/float64(len(out))*3600)*time.Second + 6*time.Hour)
		e := event{from: from, roaming: a.noise(base/(14*86400)) > 0.93}
		switch k := a.noise(n + 200); {
		case k < 0.45:
			minutes := 1 + int64(24*a.noise(n+300)*a.noise(n+400))
			e.kind, e.quantity, e.unit, e.to = "call", minutes*1000, "min", from.Add(time.Duration(minutes)*time.Minute)
		case k < 0.6:
			e.kind, e.quantity, e.unit, e.to = "message", 1000, "SMS", from
		default:
			e.kind, e.quantity, e.unit = "data", 5+int64(900*a.noise(n+500)*a.scale()), "GB"
			e.to = from.Add(time.Duration(5+50*a.noise(n+600)) * time.Minute)
		}
		out[i] = e
	}
	return out
}

func (t traffic) total(a *account, from, to time.Time) int64 {
	var sum int64
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		for _, e := range t.day(a, d) {
			if e.kind == "data" {
				sum += e.quantity
			}
		}
	}
	return sum
}

func (t traffic) detail(a *account, record recorder) {
	days := 10
	if a.first() {
		days = 365
	}
	for ; days > 0; days-- {
		for i, e := range t.day(a, a.month.AddDate(0, 0, -days)) {
			source := "network"
			if e.roaming {
				source = "roaming"
			}
			quantity := thousandths(e.quantity)
			if e.unit != "GB" {
				quantity = strconv.FormatInt(e.quantity/1000, 10)
			}
			record(fmt.Sprintf("%s-%d", e.from.Format("20060102"), i+1), e.from, source, map[string]string{
				"kind": e.kind, "from": e.from.UTC().Format(time.RFC3339), "to": e.to.UTC().Format(time.RFC3339),
				"quantity": quantity, "unit": e.unit,
			})
		}
	}
}
