package export

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/notice"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// page is what index.html shows.
type page struct {
	Words
	processing
	Style               template.CSS
	Title, Made, Period string
	Shown               int
	Kinds               int64
	Records             int64
	Documents           int64
	Entries             int64
	Categories          []pageCategory
	Choices             []pageChoice
	Events              []pageEvent
	Notices             []pageNotice
	Withheld            []pageWithheld
}

type pageCategory struct {
	processed
	Names   []string // of the recipients
	Count   int
	Columns []pageColumn
	Rows    []pageRow
	Files   bool
}

type pageColumn struct {
	Label   string
	Numeric bool
}

type pageRow struct {
	ISO, When string
	Values    []pageValue
	Files     []pageFile
}

type pageValue struct {
	Text string
	Held bool // and not disclosed
}

type pageFile struct{ Name, URL string }

type pageEvent struct {
	Text, ISO, When, Notice string
	// Why is more about it, a line each.
	Why   []string
	Shown []pageShown
	Entry uint64
}

type pageChoice struct {
	standingState
	Shown []pageShown
}

type pageNotice struct {
	noticeText
	HTML template.HTML
}

type pageWithheld struct{ Category, Ground string }

// writePage writes index.html: everything a person wants to read, and of each category the newest
// records; all of them are in the data files, to which it links.
func (a *archive) writePage() error {
	t, err := template.New("index.html").Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("parse index.html: %w", err)
	}
	p, err := a.page()
	if err != nil {
		return err
	}
	m, err := a.bundle.create("index.html", "text/html; charset=utf-8", "")
	if err != nil {
		return err
	}
	if err := t.Execute(m, p); err != nil {
		return fmt.Errorf("write index.html: %w", err)
	}
	return m.Close()
}

func (a *archive) page() (page, error) {
	tag := a.words.Tag()
	p := page{
		Words: a.words, processing: a.processing(), Style: template.CSS(pageCSS), //nolint:gosec // ours
		Title:  a.words.T("archive.title", "operator", a.Map.Operator.Name.In(tag)),
		Made:   a.words.T("archive.made", "customer", a.customer.Ref, "time", a.words.DateTime(a.at)),
		Period: a.period(), Shown: onPage, Kinds: int64(len(a.tables)), Entries: a.consents.entries,
	}
	for _, s := range p.Standing {
		p.Choices = append(p.Choices, pageChoice{s, a.shownOnPage(s.LogIndex)})
	}
	for i, t := range a.tables {
		p.Records += t.count
		p.Documents += int64(len(t.documents))
		p.Categories = append(p.Categories, a.pageCategory(t, p.processing.Categories[i]))
	}
	for _, e := range slices.Backward(a.consents.events) {
		p.Events = append(p.Events, a.event(e))
	}
	for _, n := range a.consents.notices {
		html, err := notice.HTML(n.Body)
		if err != nil {
			return p, err
		}
		p.Notices = append(p.Notices, pageNotice{n, template.HTML(html)}) //nolint:gosec // rendered with raw HTML off
	}
	for _, w := range a.withheld {
		name := w.Category
		if c, ok := a.Map.Category(name); ok {
			name = c.Label.In(tag)
		}
		p.Withheld = append(p.Withheld, pageWithheld{name, w.Ground})
	}
	return p, nil
}

func (a *archive) pageCategory(t *table, about processed) pageCategory {
	c := pageCategory{processed: about, Count: int(t.count), Files: len(t.documents) > 0}
	for _, r := range about.Recipients {
		c.Names = append(c.Names, r.Label)
	}
	for i := range t.category.Fields {
		if f := &t.category.Fields[i]; !implied(t.category, f) {
			c.Columns = append(c.Columns, pageColumn{
				Label:   f.Label.In(a.words.Tag()),
				Numeric: f.Kind == datamap.MoneyField || f.Kind == datamap.QuantityField,
			})
		}
	}
	for _, it := range slices.Backward(t.newest) {
		c.Rows = append(c.Rows, a.pageRow(t, it))
	}
	return c
}

func (a *archive) pageRow(t *table, it *item) pageRow {
	row := pageRow{ISO: it.OccurredAt.UTC().Format(time.RFC3339), When: a.words.DateTime(it.OccurredAt)}
	for i := range t.category.Fields {
		f := &t.category.Fields[i]
		if implied(t.category, f) {
			continue
		}
		value := it.Fields[f.Key]
		if value != "" && t.withheld[f.Key] {
			row.Values = append(row.Values, pageValue{Text: t.heldOnly, Held: true})
			continue
		}
		row.Values = append(row.Values, pageValue{Text: a.written(f, value, it.Fields)})
	}
	for _, d := range it.documents {
		row.Files = append(row.Files, pageFile{Name: d.name, URL: (&url.URL{Path: d.path}).String()})
	}
	return row
}

// implied says whether a field is shown as part of another: a currency with its amount, a unit with
// its quantity.
func implied(c *datamap.Category, f *datamap.Field) bool {
	has := func(kind datamap.FieldKind) bool {
		return slices.ContainsFunc(c.Fields, func(f datamap.Field) bool { return f.Kind == kind })
	}
	return f.Hidden || f.Key == "currency" && has(datamap.MoneyField) || f.Key == "unit" && has(datamap.QuantityField)
}

// written is a value as the language writes it; what is not of its kind is shown as it is.
func (a *archive) written(f *datamap.Field, value string, fields map[string]string) string {
	if value == "" {
		return "–"
	}
	switch f.Kind {
	case datamap.MoneyField:
		return a.words.Money(value, fields["currency"])
	case datamap.QuantityField:
		return strings.TrimSpace(a.words.Decimal(value) + " " + fields["unit"])
	case datamap.DateField:
		if at, err := time.ParseInLocation(time.DateOnly, value, a.zone()); err == nil {
			return a.words.Date(at)
		}
	case datamap.TimeField:
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return a.words.DateTime(at)
		}
	case datamap.CodeField:
		if label, ok := f.Values[value]; ok {
			return label.In(a.words.Tag())
		}
	case datamap.CountryField:
		return a.words.Region(value)
	case datamap.Last4Field:
		return "•••• " + value
	case datamap.TextField, datamap.IBANField:
	}
	return value
}

// zone is the operator's, in which people are shown times; the data map has been validated.
func (a *archive) zone() *time.Location {
	zone, err := time.LoadLocation(a.Map.Operator.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func (a *archive) event(h happening) pageEvent {
	e := pageEvent{
		Entry: h.Seq, ISO: h.Time.UTC().Format(time.RFC3339), When: a.words.DateTime(h.Time),
		Shown: a.shownOnPage(h.Seq),
	}
	if n := h.Notice; n != nil {
		e.Notice = a.words.T("archive.notice_shown", "notice", n.Key, "version", n.Version)
	}
	purpose := h.Purpose
	if p, ok := a.Map.Purpose(purpose); ok {
		purpose = p.Label.In(a.words.Tag())
	}
	switch h.Kind {
	case ledger.ConsentGiven, ledger.ConsentRefused, ledger.ConsentWithdrawn, ledger.ConsentRenewed,
		ledger.ConsentExpired, ledger.ConsentInvalidated, ledger.ObjectionRaised, ledger.ObjectionLifted:
		e.Text = a.words.T("event."+h.Kind, "purpose", purpose)
	case ledger.DownloadCreated:
		e.Text = a.words.T("event.download.created")
	case ledger.AccessViewed, ledger.AccessAsked, ledger.AccessGranted, ledger.AccessRefused, ledger.AccessEnded:
		a.accessEvent(h, &e)
	default:
		e.Text = a.words.T("event.unknown")
	}
	return e
}
