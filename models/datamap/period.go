package datamap

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// period is a calendar duration: the years, months, weeks and days of ISO 8601.
type period struct{ years, months, days int }

var periodPattern = regexp.MustCompile(`^P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$`)

func parsePeriod(s string) (period, error) {
	m := periodPattern.FindStringSubmatch(s)
	if m == nil || len(s) < 3 {
		return period{}, fmt.Errorf("%q is not a period such as P8Y, P14M or P30D", s)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // digits only, or absent
	return period{years: n(1), months: n(2), days: 7*n(3) + n(4)}, nil
}

func (p period) after(t time.Time) time.Time { return t.AddDate(p.years, p.months, p.days) }

// Period reads a calendar duration: whole years as such, weeks as days.
func Period(duration string) (years, months, days int, err error) {
	p, err := parsePeriod(duration)
	return p.years + p.months/12, p.months % 12, p.days, err
}

// After adds a calendar duration, such as P12M, to a time.
func After(duration string, t time.Time) (time.Time, error) {
	p, err := parsePeriod(duration)
	if err != nil {
		return time.Time{}, err
	}
	return p.after(t), nil
}
