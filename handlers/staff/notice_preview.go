package staff

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/models/editorial"
)

// NoticePreview is GET /staff/notices/{key}/versions/{version}/preview: a version as customers will see it, in a frame.
func (s *Staff) NoticePreview(c *fiber.Ctx) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	content, err := s.contentOf(c, ref, 0)
	if err != nil {
		return err
	}
	tag := strings.Clone(c.Query("language"))
	return s.preview(c, ref, tag, frontend.NoticeForm{
		Title: content[tag+"/title"], Summary: content[tag+"/summary"], Body: content[tag+"/body"],
	}, c.Query("dark") == "yes")
}

// PreviewNotice is POST to the same: the text as it stands in the form. It changes nothing.
func (s *Staff) PreviewNotice(c *fiber.Ctx) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	e := editOf(c)
	return s.preview(c, ref, e.language, *e.form, e.preview.Dark)
}

// preview renders the page of a notice in the notice's language, as a visitor who is not signed in gets it.
func (s *Staff) preview(c *fiber.Ctx, ref editorial.Ref, tag string, form frontend.NoticeForm, dark bool) error {
	words, ok := s.Catalogue.Localizer(tag)
	if !ok {
		return fiber.ErrNotFound
	}
	text, err := html(form.Body)
	if err != nil {
		return err
	}
	page := frontend.NoticePage{Current: true, Text: frontend.NoticeText{Key: ref.Key, Version: ref.Version, Title: form.Title, HTML: text}}
	m := s.Map.Current()
	for i := range m.Purposes {
		if p := &m.Purposes[i]; p.Notice == ref.Key {
			page.Purpose, page.Basis = p.Label.In(tag), frontend.Basis(p.Basis)
		}
	}
	body, err := s.Pages.Render(words.In(s.Zone()), frontend.Frame{URL: "/notices/" + ref.Key, Now: s.Clock(), Dark: dark, Framed: true}, page)
	if err != nil {
		return err
	}
	pages.Framed(c)
	c.Set(fiber.HeaderContentLanguage, tag)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Type("html", "utf-8")
	return c.Status(http.StatusOK).Send(body)
}
