package frontend

import (
	"strconv"
	"strings"
	"time"

	"candor/i18n"
)

// chartPicture is the drawing of a Chart. The bars are drawn in a box that stretches to the page's
// width; words stand around it, so that they keep their size.
type chartPicture struct {
	Basis Basis
	// Width and Height are the box's; every bar has its X and Y in it.
	Width, Height int
	Bars          []chartBar
	Peak          chartBar
	Total         string
	First, Last   string
}

// chartBar is one total: its place, and in words when and how much.
type chartBar struct {
	X, Y, Width, Height int
	When, Amount        string
}

const (
	chartHeight = 100
	barStep     = 10
	barWidth    = 7
)

// drawChart draws bars from zero; nil where there is nothing to draw.
func drawChart(c *Chart, l *i18n.Localizer) *chartPicture {
	if c == nil || len(c.Bars) == 0 {
		return nil
	}
	p := &chartPicture{Basis: c.Basis, Width: len(c.Bars)*barStep - (barStep - barWidth), Height: chartHeight}
	amounts := make([]float64, len(c.Bars))
	most, total := 0.0, 0.0
	for i, b := range c.Bars {
		// What is no number draws no bar; the table beside the picture shows it as it is.
		amounts[i], _ = strconv.ParseFloat(b.Amount, 64)
		most, total = max(most, amounts[i]), total+amounts[i]
	}
	for i, b := range c.Bars {
		bar := chartBar{
			X: i * barStep, Width: barWidth, Height: barHeight(amounts[i], most),
			When: when(c.Period, b.At, l), Amount: c.amount(b.Amount, l),
		}
		bar.Y = chartHeight - bar.Height
		if l.Dir() == "rtl" {
			bar.X = p.Width - barWidth - bar.X
		}
		p.Bars = append(p.Bars, bar)
		if amounts[i] == most && p.Peak.When == "" {
			p.Peak = bar
		}
	}
	p.First, p.Last = p.Bars[0].When, p.Bars[len(p.Bars)-1].When
	p.Total = c.amount(round(total), l)
	return p
}

// barHeight is at least 1 for more than nothing, so that a little is seen.
func barHeight(amount, most float64) int {
	if amount <= 0 || most <= 0 {
		return 0
	}
	return max(1, int(amount/most*chartHeight+0.5))
}

// round writes a sum without the noise of binary fractions.
func round(sum float64) string {
	s := strconv.FormatFloat(sum, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func (c *Chart) amount(amount string, l *i18n.Localizer) string {
	if c.Currency != "" {
		return l.Money(amount, c.Currency)
	}
	return quantity(l.Decimal(amount), c.Unit)
}

func when(p Period, t time.Time, l *i18n.Localizer) string {
	switch p {
	case PeriodHour:
		return l.DateTime(t)
	case PeriodDay:
		return l.Date(t)
	default:
		return l.Month(t)
	}
}
