package i18n

import (
	"strconv"
	"strings"
	"time"
)

// Date writes a day in full: "12 November 2026", "12. November 2026", "12 listopada 2026".
func (l *Localizer) Date(t time.Time) string {
	return l.day(t, l.locale.date, l.locale.months)
}

// ShortDate writes a day for tables and margins: "12 Nov 2026", "12.11.2026".
func (l *Localizer) ShortDate(t time.Time) string {
	return l.day(t, l.locale.shortDate, l.locale.shortMonths)
}

// Month writes a month of a year, standing alone: "November 2026", "listopad 2026".
func (l *Localizer) Month(t time.Time) string {
	return l.day(t, l.locale.month, l.locale.monthNames)
}

// Time writes the time of day on the localizer's clock, in 24 hours: "09:14".
func (l *Localizer) Time(t time.Time) string {
	return t.In(l.zone()).Format(l.locale.time)
}

// DateTime writes a short date and the time: "12 Nov 2026, 09:14".
func (l *Localizer) DateTime(t time.Time) string {
	return strings.NewReplacer("D", l.ShortDate(t), "T", l.Time(t)).Replace(l.locale.dateTime)
}

// day fills a pattern: D is the day, 0D the day in two digits, M the month as named, Y the year.
func (l *Localizer) day(t time.Time, pattern string, months [12]string) string {
	t = t.In(l.zone())
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 && l.locale.firstDay != "" {
		day = l.locale.firstDay
	}
	return strings.NewReplacer(
		"0D", t.Format("02"), "D", day, "M", months[t.Month()-1], "Y", strconv.Itoa(t.Year()),
	).Replace(pattern)
}
