package staff

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/models/editorial"
	"candor/models/notice"
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
	page := frontend.NoticePage{Text: frontend.NoticeText{Key: ref.Key, Version: ref.Version, Title: form.Title, HTML: text}}
	if err := s.previewState(c, ref, &page); err != nil {
		return err
	}
	page.Cards = s.previewCards(ref, tag, form.Summary)
	if len(page.Cards) > 0 {
		page.Purpose, page.Basis = page.Cards[0].Label, page.Cards[0].Basis
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

// previewState says how far the version is, as its page will say it.
func (s *Staff) previewState(c *fiber.Ctx, ref editorial.Ref, page *frontend.NoticePage) error {
	e, err := s.Editorial.Edition(c.UserContext(), ref)
	switch {
	case errors.Is(err, editorial.ErrUnknown): // it came from a file
		n, err := s.Notices.Version(ref.Key, ref.Version)
		if err != nil {
			return err
		}
		state := s.Notices.State(n)
		page.Text.EffectiveAt, page.Current, page.Coming = n.EffectiveAt, state == notice.InForce, state == notice.Scheduled
	case err != nil:
		return err
	default:
		page.Draft, page.Coming, page.Current = e.State.Open(), e.State == editorial.Scheduled, e.State == editorial.Published
		page.Withdrawn = e.State == editorial.Withdrawn
		if e.Schedule != nil {
			page.Text.EffectiveAt = e.Schedule.EffectiveAt
		}
	}
	return nil
}

// previewCards are the choices that the text is about, as whoever consented to the text in force will be asked anew.
func (s *Staff) previewCards(ref editorial.Ref, tag, summary string) []frontend.Choice {
	var cards []frontend.Choice
	m := s.Map.Current()
	for i := range m.Purposes {
		p := &m.Purposes[i]
		if !p.Chosen() || m.NoticeFor(p) != ref.Key {
			continue
		}
		card := cardOf(p, tag)
		if now, err := s.Notices.Current(ref.Key); err == nil && now.Version != ref.Version {
			card.Renewal = &frontend.Renewal{
				Why: "changed", Had: frontend.NoticeRef{Key: ref.Key, Version: now.Version}, Now: frontend.NoticeRef{Key: ref.Key, Version: ref.Version}, Summary: summary,
			}
		}
		cards = append(cards, card)
	}
	return cards
}
