package staff

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/editorial"
	"candor/models/notice"
)

// NoticeCompare is GET /staff/notices/{key}/compare?from=3&to=4.2&language=de: two versions, each as it is or as it was
// after a step, word by word.
func (s *Staff) NoticeCompare(c *fiber.Ctx) error {
	v := session.From(c)
	t, err := s.textOf(c)
	if err != nil {
		return err
	}
	sides, err := s.sides(c, t)
	if err != nil {
		return err
	}
	to, from := c.Query("to", sides[len(sides)-1].Value), c.Query("from", s.before(t, sides))
	page := frontend.NoticeComparePage{
		Key: t.key, Back: noticeURL(t.key), From: chosen(sides, from), To: chosen(sides, to), Language: strings.Clone(c.Query("language", v.Words.Tag())),
	}
	if !s.speaks(page.Language) {
		page.Language = notice.SourceLanguage
	}
	page.Dir = s.dirOf(page.Language)
	for _, l := range s.Languages {
		page.Languages = append(page.Languages, frontend.LanguageMark{Tag: l.Tag, Name: l.Name, Shown: l.Tag == page.Language})
	}
	if page.Title, err = s.titleOf(c, t); err != nil {
		return err
	}
	before, err := s.sideContent(c, t.key, from)
	if err != nil {
		return err
	}
	after, err := s.sideContent(c, t.key, to)
	if err != nil {
		return err
	}
	page.Parts, page.Added, page.Removed = partDiffs(before, after, page.Language, true)
	changed, _, _ := partDiffs(before, after, page.Language, false)
	page.Differ = len(changed) > 0
	return s.Show(c, http.StatusOK, page)
}

// sides lists what can be compared: each version, and each step of the one that is being made that changed its text.
func (s *Staff) sides(c *fiber.Ctx, t text) ([]frontend.CompareSide, error) {
	v := session.From(c)
	editions := s.editionsOf(c, t)
	var out []frontend.CompareSide
	for _, e := range slices.Backward(editions) {
		n := e.Version
		out = append(out, frontend.CompareSide{Value: strconv.Itoa(n), Name: v.Words.T("notice.version", "version", n)})
	}
	if t.now == nil {
		return out, nil
	}
	revisions, err := s.Editorial.Revisions(c.UserContext(), t.now.Ref)
	if err != nil {
		return nil, err
	}
	var steps []frontend.CompareSide
	for _, r := range revisions {
		if len(r.Changed) > 0 {
			steps = append(steps, frontend.CompareSide{
				Value: side(r.Version, r.Number), Name: v.Words.T("workspace.step_at", "version", r.Version, "step", r.Number),
			})
		}
	}
	last := len(out) - 1
	return append(append(out[:last:last], steps...), out[last]), nil
}

// before is what a comparison begins with unless something else is asked for: the version in force.
func (s *Staff) before(t text, sides []frontend.CompareSide) string {
	if n, err := s.Notices.Current(t.key); err == nil {
		return strconv.Itoa(n.Version)
	}
	return sides[0].Value
}

func chosen(sides []frontend.CompareSide, value string) []frontend.CompareSide {
	out := make([]frontend.CompareSide, len(sides))
	for i, one := range sides {
		out[i] = one
		out[i].Chosen = one.Value == value
	}
	return out
}

// sideContent reads "4", a version as it is, or "4.2", as it was after a step.
func (s *Staff) sideContent(c *fiber.Ctx, key, value string) (editorial.Content, error) {
	number, step, stepped := strings.Cut(value, ".")
	version, err := strconv.Atoi(number)
	revision := 0
	if err == nil && stepped {
		revision, err = strconv.Atoi(step)
	}
	if err != nil || version < 1 || stepped && revision < 1 {
		return nil, notice.ErrUnknown
	}
	return s.contentOf(c, editorial.Ref{Kind: editorial.KindNotice, Key: key, Version: version}, revision)
}
