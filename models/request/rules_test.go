package request_test

import (
	"testing"
	"time"

	"candor/models/request"
)

// Deadlines are data, by jurisdiction (R2), counted in calendar months or days to the end of the day where the operator is.
func TestDeadlines(t *testing.T) {
	berlin := give(time.LoadLocation("Europe/Berlin"))(t)
	for _, c := range []struct{ jurisdiction, received, due, extended, confirm string }{
		{"DE", "2026-03-15T10:00:00Z", "2026-04-15", "2026-06-15", ""},
		{"FR", "2027-11-30T10:00:00Z", "2027-12-30", "2028-02-29", ""},
		{"", "2026-01-31T10:00:00Z", "2026-02-28", "2026-04-30", ""},
		{"DE", "2026-03-15T23:30:00Z", "2026-04-16", "2026-06-16", ""}, // the 16th in Berlin
		{"US-CA", "2026-03-13T10:00:00Z", "2026-04-27", "2026-06-11", "2026-03-27"},
		{"US-VA", "2026-03-13T10:00:00Z", "2026-04-27", "2026-06-11", ""},
		{"US-NY", "2026-03-13T10:00:00Z", "2026-04-13", "2026-06-13", ""},
	} {
		received := give(time.Parse(time.RFC3339, c.received))(t)
		rule := request.RuleFor(c.jurisdiction)
		for what, got := range map[string][2]string{
			"due":      {day(rule.Due(received, berlin), berlin), c.due},
			"extended": {day(rule.Extended(received, berlin), berlin), c.extended},
			"confirm":  {day(rule.ConfirmBy(received, berlin), berlin), c.confirm},
		} {
			same(t, c.jurisdiction+" "+c.received+" "+what, got[0], got[1])
		}
		if rule.Source == "" {
			t.Errorf("%s: no source", c.jurisdiction)
		}
	}
}

// day is the date of the last moment of a day.
func day(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	if next := at.Add(time.Millisecond).In(zone); next.Hour() != 0 || next.Minute() != 0 {
		return "not the end of a day: " + at.String()
	}
	return at.In(zone).Format(time.DateOnly)
}
