package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
)

// recordsPerPage is how many rows a page has.
const recordsPerPage = 50

// timeColumn is the key of the column that says when a record occurred, the one that sorts.
const timeColumn = "time"

// errUnknownCategory: the data map has no such category.
var errUnknownCategory = models.Fail(models.NotFound, "unknown_category")

// Category is GET /data/{category}: why it is held, and every record.
func (w *Web) Category(c *fiber.Ctx) error {
	v := session.From(c)
	category, ok := w.Map.Category(c.Params("category"))
	if !ok {
		return errUnknownCategory
	}
	held, err := w.Billing.Held(c.UserContext(), v.Customer())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(h billing.Holding) bool { return h.Category.Key == category.Key })
	if i < 0 {
		return errUnknownCategory
	}
	tag := v.Words.Tag()
	page := frontend.CategoryPage{
		Category: w.category(held[i], tag), Description: category.What.In(tag), Matches: -1,
		Query: strings.TrimSpace(strings.Clone(c.Query("q"))), Sort: "-" + timeColumn,
	}
	if c.Query("sort") == timeColumn {
		page.Sort = timeColumn
	}
	if err := w.rows(c, v, category, &page); err != nil {
		return err
	}
	if page.Chart, err = w.chart(c.UserContext(), v, category, held[i]); err != nil {
		return err
	}
	return w.show(c, http.StatusOK, page)
}

// rows fills in the page's columns and records.
func (w *Web) rows(c *fiber.Ctx, v *session.Visitor, category *datamap.Category, page *frontend.CategoryPage) error {
	found, err := w.Billing.Page(c.UserContext(), billing.Query{
		Customer: v.Customer(), Category: category.Key, Search: page.Query, Limit: recordsPerPage,
		Oldest: page.Sort == timeColumn, Cursor: strings.Clone(c.Query("after")),
	})
	if err != nil {
		return err
	}
	tag := v.Words.Tag()
	page.Columns = []frontend.Column{{Key: timeColumn, Label: v.Words.T("records.when"), Sortable: true}}
	for i := range category.Fields {
		if f := &category.Fields[i]; !f.Hidden {
			page.Columns = append(page.Columns, frontend.Column{
				Key: f.Key, Label: f.Label.In(tag), Numeric: f.Kind == datamap.MoneyField || f.Kind == datamap.QuantityField,
			})
		}
	}
	reveal := c.Query("reveal")
	for _, r := range found.Records {
		page.Records = append(page.Records, w.row(c, category, r, found.Files, tag, r.ID == reveal))
	}
	w.around(c, page, found.Next)
	return nil
}

// around links to the pages before and after: the browser's own history has the way back, so the
// page before is the first.
func (w *Web) around(c *fiber.Ctx, page *frontend.CategoryPage, next string) {
	base := url.Values{}
	if page.Query != "" {
		base.Set("q", page.Query)
	}
	if page.Sort == timeColumn {
		base.Set("sort", page.Sort)
	}
	if c.Query("after") != "" {
		page.Previous = withQuery(page.Category.Key, base)
	}
	if next != "" {
		base.Set("after", next)
		page.Next = withQuery(page.Category.Key, base)
	}
}

func withQuery(category string, query url.Values) string {
	path := "/data/" + category
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

func (w *Web) row(c *fiber.Ctx, category *datamap.Category, r models.Record, files []billing.File, tag string, revealed bool) frontend.Record {
	out := frontend.Record{ID: r.ID, At: r.OccurredAt, Cells: []frontend.Cell{{Kind: frontend.KindTime, Time: r.OccurredAt}}}
	if s, ok := w.Map.Source(r.Source); ok {
		out.Source = s.Label.In(tag)
	}
	masked := false
	for i := range category.Fields {
		f := &category.Fields[i]
		if f.Hidden {
			continue
		}
		cell := cellOf(f, r, tag)
		if f.Masked && !revealed && cell.Text != "" {
			cell = frontend.Cell{Text: mask(cell.Text), Masked: true}
			masked = true
		}
		out.Cells = append(out.Cells, cell)
	}
	if masked {
		out.RevealURL = reveal(c, r.ID)
	} else if revealed {
		out.HideURL = reveal(c, "")
	}
	for _, f := range files {
		if f.Record == r.ID {
			out.Documents = append(out.Documents, frontend.Document{
				Name: f.Name, Bytes: f.Size,
				URL: "/data/" + category.Key + "/" + url.PathEscape(r.ID) + "/documents/" + url.PathEscape(f.Name),
			})
		}
	}
	return out
}

// reveal is this page with one record's values shown; with none if id is empty.
func reveal(c *fiber.Ctx, id string) string {
	u, err := url.ParseRequestURI(here(c))
	if err != nil {
		return ""
	}
	query := u.Query()
	query.Del("reveal")
	if id != "" {
		query.Set("reveal", id)
	}
	u.RawQuery = query.Encode()
	if id != "" {
		u.Fragment = "record-" + id
	}
	return u.String()
}

// mask leaves no more than the last two characters to be seen, and not the length.
func mask(value string) string {
	runes := []rune(value)
	if len(runes) < 6 {
		return "••••••"
	}
	return "•••• " + string(runes[len(runes)-2:])
}

// cellOf is a value in the form that its kind is written in; one that is not of the kind is text.
func cellOf(f *datamap.Field, r models.Record, tag string) frontend.Cell {
	value := r.Fields[f.Key]
	cell := frontend.Cell{Text: value}
	switch f.Kind {
	case datamap.MoneyField:
		if currency := r.Fields["currency"]; currency != "" && isInteger(value) {
			cell.Kind, cell.Currency = frontend.KindMoney, currency
		}
	case datamap.QuantityField:
		cell.Kind, cell.Unit = frontend.KindNumber, r.Fields["unit"]
	case datamap.DateField:
		if t, err := time.Parse(time.DateOnly, value); err == nil {
			cell.Kind, cell.Time = frontend.KindDate, t
		}
	case datamap.TimeField:
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			cell.Kind, cell.Time = frontend.KindTime, t
		}
	case datamap.CountryField:
		cell.Kind = frontend.KindCountry
	case datamap.CodeField:
		if words, ok := f.Values[value]; ok {
			cell.Text = words.In(tag)
		}
	case datamap.IBANField, datamap.Last4Field:
		cell.Kind = frontend.KindCode
	case datamap.TextField:
	}
	if value == "" {
		return frontend.Cell{}
	}
	return cell
}

func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// Document is GET /data/{category}/{record}/documents/{name}: a file as issued. It is never shown
// inside a page: whatever it is, it is saved.
func (w *Web) Document(c *fiber.Ctx) error {
	v := session.From(c)
	d, err := w.Billing.Document(c.UserContext(), v.Customer(),
		strings.Clone(c.Params("category")), param(c, "record"), param(c, "name"))
	if err != nil {
		return err
	}
	c.Attachment(d.Name)
	c.Set(fiber.HeaderContentType, d.MediaType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(d.Content)
}

// param is a decoded part of the path; one that cannot be decoded names nothing.
func param(c *fiber.Ctx, name string) string {
	value, err := url.PathUnescape(c.Params(name))
	if err != nil {
		return ""
	}
	return strings.Clone(value)
}
