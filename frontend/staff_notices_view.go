package frontend

import (
	"strconv"
	"strings"

	"candor/i18n"
)

// commentForm is what the form for a comment needs.
type commentForm struct {
	CSRF, URL string
	Revision  int
}

// workflowForm is what the forms of a workflow need.
type workflowForm struct {
	Workflow

	CSRF string
}

// taskIcon is the icon of something to do.
func taskIcon(task string) string {
	switch task {
	case "review", "decide":
		return "check"
	case "publish", "wait", "request":
		return "clock"
	case "emergency":
		return "alert"
	case "returned":
		return "back"
	case "stale":
		return "renew"
	}
	return "note"
}

// languageIcon is the icon of how a text stands in a language.
func languageIcon(state LanguageState) string {
	switch state {
	case LanguageComplete:
		return "yes"
	case LanguageStale:
		return "renew"
	case LanguageMissing:
		return "no"
	}
	return "no"
}

// place is the name of a jurisdiction: a country, or a country with a part of it ("US-CA").
func (w writer) place(key string) string {
	if key == "" {
		return w.l.T("workspace.no_jurisdiction")
	}
	country, part, divided := strings.Cut(key, "-")
	name := w.l.Region(country)
	if divided {
		name += " (" + part + ")"
	}
	return name
}

// layersPicture is the drawing of where those who were asked stand, day by day, one layer above the other.
type layersPicture struct {
	Width, Height int
	Layers        []layer
	First, Last   string
}

type layer struct{ Name, Path string }

const (
	layersWidth  = 600
	layersHeight = 160
)

// drawReconsent draws the layers in a box that stretches; nil where there are not two days to draw between.
func drawReconsent(r *Reconsent, l *i18n.Localizer) *layersPicture {
	if r == nil || len(r.Days) < 2 {
		return nil
	}
	p := &layersPicture{Width: layersWidth, Height: layersHeight, First: l.Date(r.Days[0].At), Last: l.Date(r.Days[len(r.Days)-1].At)}
	most := int64(1)
	for _, d := range r.Days {
		most = max(most, d.upTo("away"))
	}
	for _, name := range []string{"away", "waiting", "refused", "given"} { // each covers the one before from below
		var top []string
		for i, d := range r.Days {
			x := i * layersWidth / (len(r.Days) - 1)
			if l.Dir() == "rtl" {
				x = layersWidth - x
			}
			y := layersHeight - d.upTo(name)*layersHeight/most
			top = append(top, strconv.Itoa(x)+" "+strconv.FormatInt(y, 10))
		}
		first, last := "0", strconv.Itoa(layersWidth)
		if l.Dir() == "rtl" {
			first, last = last, first
		}
		bottom := strconv.Itoa(layersHeight)
		p.Layers = append(p.Layers, layer{name, "M" + first + " " + bottom + "L" + strings.Join(top, "L") + "L" + last + " " + bottom + "Z"})
	}
	return p
}

// upTo is how many there are in a layer and below it.
func (d ReconsentDay) upTo(layer string) int64 {
	switch layer {
	case "given":
		return d.Given
	case "refused":
		return d.Given + d.Refused
	case "waiting":
		return d.Given + d.Refused + d.Waiting
	}
	return d.Given + d.Refused + d.Waiting + d.Away
}
