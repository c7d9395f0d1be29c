package frontend

import (
	"testing"
	"time"
)

func TestChartScalesToTheHighest(t *testing.T) {
	_, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("en")
	month := func(m int) time.Time { return time.Date(2026, time.Month(m), 15, 0, 0, 0, 0, time.UTC) }
	bars := []Bar{{month(1), "1000"}, {month(2), "4000"}, {month(3), "0"}, {month(4), "1"}, {month(5), "none"}, {month(6), "-50"}}
	p := drawChart(&Chart{Period: PeriodMonth, Currency: "EUR", Bars: bars}, l)
	want := []int{25, 100, 0, 1, 0, 0} // a little is seen; nothing, and what is no amount, is not
	for i, bar := range p.Bars {
		if bar.Height != want[i] || bar.Y+bar.Height != chartHeight {
			t.Errorf("bar %d is %d high at %d, want %d standing on the ground", i, bar.Height, bar.Y, want[i])
		}
	}
	if p.Peak.Amount != "€40.00" || p.Peak.When != "February 2026" || p.First != "January 2026" || p.Last != "June 2026" {
		t.Errorf("peak %+v, from %s to %s", p.Peak, p.First, p.Last)
	}
	if drawChart(&Chart{}, l) != nil || drawChart(nil, l) != nil {
		t.Error("a chart of nothing is drawn")
	}
}

// TestPicturesTurnWithTheWriting: from the right, time and flow run from the right too.
func TestPicturesTurnWithTheWriting(t *testing.T) {
	_, catalogue := newTestRenderer(t)
	en, _ := catalogue.Localizer("en")
	ar, _ := catalogue.Localizer("ar")
	chart := &Chart{Period: PeriodDay, Unit: "kWh", Bars: []Bar{{now, "1"}, {now, "2"}}}
	if a, b := drawChart(chart, en).Bars[0].X, drawChart(chart, ar).Bars[0].X; a >= b {
		t.Errorf("the first bar is at %d in English and at %d in Arabic", a, b)
	}
	marks := []Mark{{ago(300, 0), GroupChoices}}
	if a, b := drawStrip(marks, now, en).Rows[0].Strokes[0], drawStrip(marks, now, ar).Rows[0].Strokes[0]; a >= b {
		t.Errorf("long ago is at %d in English and at %d in Arabic", a, b)
	}
	if a, b := drawFlow(sampleFlow(), en).Across.Categories[0].X, drawFlow(sampleFlow(), ar).Across.Categories[0].X; a >= b {
		t.Errorf("what is held is at %d in English and at %d in Arabic", a, b)
	}
}

func TestStripKeepsToItsYear(t *testing.T) {
	_, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("en")
	marks := []Mark{{ago(0, 0), GroupChoices}, {ago(364, 0), GroupChoices}, {ago(400, 0), GroupChoices}, {now.Add(time.Hour), GroupChoices}}
	p := drawStrip(marks, now, l)
	if p.Rows[0].Count != 2 {
		t.Errorf("%d strokes, want the two of the last year", p.Rows[0].Count)
	}
	if drawStrip(marks[2:3], now, l) != nil {
		t.Error("a year without events is drawn")
	}
}

// TestFlowHasRoomForAll: whatever its size, no nodes of a column overlap and nothing leaves the picture.
func TestFlowHasRoomForAll(t *testing.T) {
	_, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("en")
	big := Flow{}
	for i := range 12 {
		p := FlowPurpose{Key: string(rune('a' + i)), Label: "A purpose with a rather long name, the kind that lawyers like", Basis: BasisContract, Active: true}
		for c := range 30 {
			p.Categories = append(p.Categories, Ref{string(rune('A' + c)), "A kind of data"})
		}
		big.Purposes = append(big.Purposes, p)
	}
	for name, flow := range map[string]Flow{"sample": sampleFlow(), "big": big, "one": {Purposes: []FlowPurpose{{Key: "p"}}}} {
		picture := drawFlow(flow, l)
		end := 0
		for _, box := range picture.Across.Boxes {
			if box.Y < end || box.Y+box.Height > picture.Across.Height {
				t.Errorf("%s: a box from %d to %d, after %d, in %d", name, box.Y, box.Y+box.Height, end, picture.Across.Height)
			}
			end = box.Y + box.Height
		}
		for _, stop := range picture.Upright.Stops {
			if stop.Y > picture.Upright.Height || stop.X > picture.Upright.Width {
				t.Errorf("%s: a stop at %d, %d in %d × %d", name, stop.X, stop.Y, picture.Upright.Width, picture.Upright.Height)
			}
		}
	}
	if drawFlow(Flow{}, l) != nil {
		t.Error("a flow of nothing is drawn")
	}
}
