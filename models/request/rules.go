package request

import (
	"strings"
	"time"
)

// Rule is how long a request may take in a jurisdiction.
type Rule struct {
	// Jurisdiction is the ISO 3166-1 or 3166-2 code; empty for everywhere else.
	Jurisdiction string
	// Months and Days are counted from receipt; one of them is 0. ExtendedMonths and ExtendedDays are counted from receipt
	// too, for a request whose extension was told in time.
	Months, Days                 int
	ExtendedMonths, ExtendedDays int
	// ConfirmDays is within how many business days the receipt must be confirmed; 0 if the law asks no such thing.
	ConfirmDays int
	// Source is the provision.
	Source string
}

// Rules is the whole table of deadlines (R1, R2, A1). Business days are Monday to Friday; holidays are not known here.
func Rules() []Rule {
	return []Rule{
		{Jurisdiction: "US-CA", Days: 45, ExtendedDays: 90, ConfirmDays: 10, Source: "11 CCR 7021; Cal. Civ. Code 1798.130(a)(2)"},
		{Jurisdiction: "US-CO", Days: 45, ExtendedDays: 90, Source: "C.R.S. 6-1-1306(2)"},
		{Jurisdiction: "US-CT", Days: 45, ExtendedDays: 90, Source: "Conn. Gen. Stat. 42-518(c)"},
		{Jurisdiction: "US-VA", Days: 45, ExtendedDays: 90, Source: "Va. Code 59.1-577(B)"},
		// The strictest of the general rules serves where the table knows no other.
		{Months: 1, ExtendedMonths: 3, Source: "GDPR Art. 12(3); UK GDPR Art. 12(3)"},
	}
}

// RuleFor is the rule of a jurisdiction.
func RuleFor(jurisdiction string) Rule {
	rules := Rules()
	for _, r := range rules {
		if r.Jurisdiction != "" && strings.EqualFold(r.Jurisdiction, jurisdiction) {
			return r
		}
	}
	return rules[len(rules)-1]
}

// Due is the last moment of the last day on which a request that was received at a time may be answered.
func (r Rule) Due(received time.Time, zone *time.Location) time.Time {
	return deadline(received.In(zone), r.Months, r.Days)
}

// Extended is the same for one that takes longer.
func (r Rule) Extended(received time.Time, zone *time.Location) time.Time {
	return deadline(received.In(zone), r.ExtendedMonths, r.ExtendedDays)
}

// ConfirmBy is the last moment by which the receipt must be confirmed; zero if it need not be.
func (r Rule) ConfirmBy(received time.Time, zone *time.Location) time.Time {
	if r.ConfirmDays == 0 {
		return time.Time{}
	}
	day := received.In(zone)
	for left := r.ConfirmDays; left > 0; {
		day = day.AddDate(0, 0, 1)
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			left--
		}
	}
	return endOf(day)
}

// deadline counts whole months or days. A month that has no such day ends on its last one (Regulation (EEC, Euratom)
// No 1182/71, Art. 3(2)(c)).
func deadline(from time.Time, months, days int) time.Time {
	if months == 0 {
		return endOf(from.AddDate(0, 0, days))
	}
	first := time.Date(from.Year(), from.Month(), 1, 12, 0, 0, 0, from.Location()).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return endOf(time.Date(first.Year(), first.Month(), min(from.Day(), last), 12, 0, 0, 0, from.Location()))
}

// endOf is the last millisecond of a day.
func endOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, day.Location()).Add(-time.Millisecond).UTC()
}

// startOf is the first moment of a day.
func startOf(day time.Time, zone *time.Location) time.Time {
	day = day.In(zone)
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).UTC()
}
