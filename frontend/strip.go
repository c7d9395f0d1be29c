package frontend

import (
	"time"

	"candor/i18n"
)

// stripPicture is the year as a strip: a row for each group of events, a stroke for each event.
type stripPicture struct {
	// Width is the strips' width in days; a year and a little.
	Width int
	Rows  []stripRow
	// Months are where months begin.
	Months      []int
	First, Last string
}

type stripRow struct {
	Group   EventGroup
	Count   int64
	Strokes []int
}

const stripDays = 366

// drawStrip draws the twelve months up to now; nil where nothing happened in them.
func drawStrip(marks []Mark, now time.Time, l *i18n.Localizer) *stripPicture {
	start := now.AddDate(-1, 0, 0)
	p := &stripPicture{Width: stripDays, First: l.Month(start), Last: l.Month(now)}
	x := func(t time.Time) int {
		day := int(t.Sub(start).Hours() / 24)
		if l.Dir() == "rtl" {
			return stripDays - day
		}
		return day
	}
	drawn := false
	for _, group := range []EventGroup{GroupChoices, GroupRequests, GroupAccess, GroupDownloads, GroupSignIns} {
		row := stripRow{Group: group}
		for _, m := range marks {
			if m.Group == group && m.At.After(start) && !m.At.After(now) {
				row.Strokes = append(row.Strokes, x(m.At))
				row.Count++
				drawn = true
			}
		}
		p.Rows = append(p.Rows, row)
	}
	if !drawn {
		return nil
	}
	first := time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, start.Location())
	for i := 1; i <= 12; i++ {
		p.Months = append(p.Months, x(first.AddDate(0, i, 0)))
	}
	return p
}
