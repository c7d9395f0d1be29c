package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
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
	category, ok := w.Map.In(c.UserContext()).Category(c.Params("category"))
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
	return w.Show(c, http.StatusOK, page)
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
	t := w.tableOf(category, found.Records, v.Words.Tag())
	page.Columns = t.columns(v.Words.T("records.when"))
	reveal := c.Query("reveal")
	for _, r := range found.Records {
		page.Records = append(page.Records, w.row(c, t, r, found.Files, r.ID == reveal))
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

func (w *Web) row(c *fiber.Ctx, t table, r models.Record, files []billing.File, revealed bool) frontend.Record {
	cells, masked := t.cells(r, revealed)
	out := frontend.Record{ID: r.ID, At: r.OccurredAt, Cells: cells}
	if s, ok := w.Map.In(c.UserContext()).Source(r.Source); ok {
		out.Source = s.Label.In(t.tag)
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
				URL: "/data/" + t.category.Key + "/" + url.PathEscape(r.ID) + "/documents/" + url.PathEscape(f.Name),
			})
		}
	}
	return out
}

// reveal is this page with one record's values shown; with none if id is empty.
func reveal(c *fiber.Ctx, id string) string {
	u, err := url.ParseRequestURI(pages.Here(c))
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

// Document is GET /data/{category}/{record}/documents/{name}: a file as issued. It is never shown
// inside a page: whatever it is, it is saved.
func (w *Web) Document(c *fiber.Ctx) error {
	v := session.From(c)
	d, err := w.Billing.Document(c.UserContext(), v.Customer(),
		strings.Clone(c.Params("category")), pages.Param(c, "record"), pages.Param(c, "name"))
	if err != nil {
		return err
	}
	c.Attachment(d.Name)
	c.Set(fiber.HeaderContentType, d.MediaType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(d.Content)
}
