package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/session"
	"candor/models/access"
	"candor/models/datamap"
)

func categoryURL(lookUp, category string) string { return lookUpURL(lookUp) + "/data/" + category }

func recordURL(lookUp, category, record string) string {
	return categoryURL(lookUp, category) + "/" + url.PathEscape(record)
}

// CustomerCategory is GET /staff/customers/{lookup}/data/{category}: records, masked.
func (s *Staff) CustomerCategory(c *fiber.Ctx) error {
	found, err := s.Access.Category(c.UserContext(), looker(c), pages.Param(c, "lookup"), pages.Param(c, "category"), strings.Clone(c.Query("after")))
	if err != nil {
		return s.lookUpFailed(c, err)
	}
	tag, key := session.From(c).Words.Tag(), found.Category.Key
	page := frontend.StaffCategoryPage{LookUp: s.lookUp(found.LookUp), Label: found.Category.Label.In(tag)}
	fields := columns(found.Category)
	for _, f := range fields {
		page.Columns = append(page.Columns, frontend.Column{
			Key: f.Key, Label: f.Label.In(tag), Numeric: f.Kind == datamap.MoneyField || f.Kind == datamap.QuantityField,
		})
	}
	for _, r := range found.Records {
		shown := frontend.StaffRecord{ID: r.ID, URL: recordURL(found.LookUp.ID, key, r.ID), At: r.OccurredAt, Files: len(r.Documents)}
		for _, f := range fields {
			shown.Cells = append(shown.Cells, staffCell(f, r, tag))
		}
		page.Records = append(page.Records, shown)
	}
	if found.Next != "" {
		page.Next = categoryURL(found.LookUp.ID, key) + "?" + url.Values{"after": {found.Next}}.Encode()
	}
	return s.Show(c, http.StatusOK, page)
}

// CustomerRecord is GET /staff/customers/{lookup}/data/{category}/{record}: one record, masked.
func (s *Staff) CustomerRecord(c *fiber.Ctx) error {
	found, err := s.Access.Record(c.UserContext(), looker(c), pages.Param(c, "lookup"), pages.Param(c, "category"), pages.Param(c, "record"))
	return s.showRecord(c, found, "", err)
}

// UnmaskField is POST /staff/customers/{lookup}/data/{category}/{record}: the record with one value as it is.
func (s *Staff) UnmaskField(c *fiber.Ctx) error {
	field := strings.Clone(c.FormValue("field"))
	found, err := s.Access.Unmask(c.UserContext(), looker(c), pages.Param(c, "lookup"), pages.Param(c, "category"), pages.Param(c, "record"), field)
	return s.showRecord(c, found, field, err)
}

// CustomerDocument is GET /staff/customers/{lookup}/data/{category}/{record}/documents/{name}: a file as issued, to be saved.
func (s *Staff) CustomerDocument(c *fiber.Ctx) error {
	d, err := s.Access.Document(c.UserContext(), looker(c), pages.Param(c, "lookup"), pages.Param(c, "category"), pages.Param(c, "record"), pages.Param(c, "name"))
	if err != nil {
		return s.lookUpFailed(c, err)
	}
	c.Attachment(d.Name)
	c.Set(fiber.HeaderContentType, d.MediaType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(d.Content)
}

func (s *Staff) showRecord(c *fiber.Ctx, found access.Viewed, unmasked string, err error) error {
	if err != nil {
		return s.lookUpFailed(c, err)
	}
	tag, category, r := session.From(c).Words.Tag(), found.Category, found.Record
	page := frontend.StaffRecordPage{
		LookUp: s.lookUp(found.LookUp), Label: category.Label.In(tag), CategoryURL: categoryURL(found.LookUp.ID, category.Key),
		URL: recordURL(found.LookUp.ID, category.Key, r.ID), ID: r.ID, At: r.OccurredAt,
	}
	for i := range category.Fields {
		f := &category.Fields[i]
		if r.Fields[f.Key] == "" {
			continue
		}
		page.Fields = append(page.Fields, frontend.StaffField{Key: f.Key, Label: f.Label.In(tag), Cell: staffCell(f, r, tag), Shown: f.Key == unmasked})
	}
	for _, name := range r.Documents {
		page.Documents = append(page.Documents, frontend.Document{Name: name, URL: page.URL + "/documents/" + url.PathEscape(name)})
	}
	return s.Show(c, http.StatusOK, page)
}

// columns are the fields that a table of records shows.
func columns(category *datamap.Category) []*datamap.Field {
	var out []*datamap.Field
	for i := range category.Fields {
		if f := &category.Fields[i]; !f.Hidden {
			out = append(out, f)
		}
	}
	return out
}

// staffCell is a value as it may be shown.
func staffCell(f *datamap.Field, r access.Record, tag string) frontend.Cell {
	if r.Masked[f.Key] {
		return frontend.Cell{Text: r.Fields[f.Key], Masked: true}
	}
	return pages.Cell(f, r.Record, tag)
}
