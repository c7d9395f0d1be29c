package staff

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/editorial/exchange"
	"candor/models/notice"
)

// ExportNotice is GET …/export?language=de&format=xliff: a version for a translator to take along.
func (s *Staff) ExportNotice(c *fiber.Ctx) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	tag, format := strings.Clone(c.Query("language")), c.Query("format", "xliff")
	if !s.speaks(tag) || tag == notice.SourceLanguage {
		return fiber.ErrNotFound
	}
	d, err := s.Editorial.Document(c.UserContext(), ref)
	if err != nil {
		return err
	}
	file := exchange.Export(d, notice.SourceLanguage, tag, textParts)
	write, kind, ending := file.XLIFF, "application/xliff+xml", ".xlf"
	if format == "json" {
		write, kind, ending = file.JSON, fiber.MIMEApplicationJSON, ".json"
	}
	raw, err := write()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+ref.Key+"-"+strconv.Itoa(ref.Version)+"-"+tag+ending+`"`)
	return c.Send(raw)
}

// ImportNotice is POST /staff/notices/{key}/import: what a translator brings back. What somebody else has changed meanwhile
// is not overwritten; both are kept.
func (s *Staff) ImportNotice(c *fiber.Ctx) error {
	file, err := s.broughtBack(c)
	if err != nil {
		return s.notice(c, err)
	}
	ref := editorial.Ref{Kind: editorial.KindNotice, Key: strings.Clone(c.Params("key")), Version: file.Version}
	if err := file.Fits(ref, notice.SourceLanguage); err != nil {
		return s.notice(c, err)
	}
	saved, err := s.Editorial.Save(c.UserContext(), by(session.From(c), auth.WriteTexts), ref, file.Revision, file.Changes())
	if err != nil {
		return s.notice(c, err)
	}
	if len(saved.Conflicts) > 0 {
		return s.editor(c, conflicting(file, saved))
	}
	return c.Redirect(versionURL(ref)+"/edit?"+url.Values{"language": {file.Target}, "done": {"saved"}}.Encode(), http.StatusSeeOther)
}

// conflicting is the editor's form with what was brought back.
func conflicting(file exchange.File, saved editorial.Saved) edit {
	texts := map[string]string{}
	for _, u := range file.Units {
		texts[u.ID] = u.Target
	}
	ref := saved.Ref
	return edit{
		ref: &ref, language: file.Target, revision: saved.Revision, clash: saved.Conflicts,
		form: &frontend.NoticeForm{Title: texts["title"], Summary: texts["summary"], Body: texts["body"]},
	}
}

// broughtBack reads the file that a form brings.
func (s *Staff) broughtBack(c *fiber.Ctx) (exchange.File, error) {
	header, err := c.FormFile("file")
	if err != nil {
		return exchange.File{}, models.Fail(models.Invalid, "required").In("file")
	}
	f, err := header.Open()
	if err != nil {
		return exchange.File{}, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, exchange.MaxFile+1))
	if err != nil {
		return exchange.File{}, err
	}
	if strings.HasPrefix(strings.TrimSpace(string(raw)), "{") {
		return exchange.ReadJSON(raw)
	}
	return exchange.ReadXLIFF(raw)
}

// exports offers each language in both formats.
func (s *Staff) exports(e editorial.Edition) []frontend.ExportLinks {
	var out []frontend.ExportLinks
	for _, l := range s.Languages {
		if l.Tag == notice.SourceLanguage {
			continue
		}
		in := func(format string) string {
			return versionURL(e.Ref) + "/export?" + url.Values{"language": {l.Tag}, "format": {format}}.Encode()
		}
		out = append(out, frontend.ExportLinks{Language: l.Name, XLIFF: in("xliff"), JSON: in("json")})
	}
	return out
}
