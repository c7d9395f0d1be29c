package web

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/notice"
)

// noticeText is a notice rendered in a language, or in English where it has none; notice.ErrDamaged if it is not what was
// published.
func noticeText(n notice.Notice, tag string) (*frontend.NoticeText, error) {
	if !n.Intact() {
		return nil, notice.ErrDamaged
	}
	text, lang := n.In(tag)
	html, err := notice.HTML(text.Body)
	if err != nil {
		return nil, err
	}
	out := &frontend.NoticeText{
		Key: n.Key, Version: n.Version, Title: text.Title, SHA256: text.SHA256, EffectiveAt: n.EffectiveAt,
		HTML: template.HTML(html), //nolint:gosec // goldmark leaves raw HTML out
	}
	if lang != tag {
		out.Lang = lang
	}
	return out, nil
}

// Notice is GET /notices/{key}: the text in force, for everybody.
func (w *Web) Notice(c *fiber.Ctx) error {
	n, err := w.Notices.Current(c.Params("key"))
	if err != nil {
		return err
	}
	return w.showNotice(c, n)
}

// NoticeVersion is GET /notices/{key}/versions/{n}: the text as it was.
func (w *Web) NoticeVersion(c *fiber.Ctx) error {
	version, err := strconv.Atoi(c.Params("version"))
	if err != nil {
		return notice.ErrUnknown
	}
	n, err := w.Notices.Version(c.Params("key"), version)
	if err != nil {
		return err
	}
	return w.showNotice(c, n)
}

func (w *Web) showNotice(c *fiber.Ctx, n notice.Notice) error {
	v := session.From(c)
	tag := v.Words.Tag()
	text, err := noticeText(n, tag)
	if err != nil {
		return err
	}
	shown, _ := n.In(tag)
	page := frontend.NoticePage{
		Text: *text, LogEntry: int64(shown.Entry), Logged: true, // below 2^53
		Current: w.Notices.State(n) == notice.InForce, Coming: w.Notices.State(n) == notice.Scheduled,
		Withdrawn: w.Notices.State(n) == notice.Withdrawn,
	}
	for _, other := range w.Notices.Versions(n.Key) {
		if other.Version > n.Version && page.InForceUntil.IsZero() && !other.EffectiveAt.After(w.Clock()) {
			page.InForceUntil = other.EffectiveAt
		}
		page.Versions = append(page.Versions, frontend.NoticeVersion{
			Version: other.Version, EffectiveAt: other.EffectiveAt, Material: other.Material,
			Current: w.Notices.State(other) == notice.InForce, Shown: other.Version == n.Version,
			Coming: w.Notices.State(other) == notice.Scheduled,
		})
	}
	w.describe(&page, n, tag)
	return w.Show(c, http.StatusOK, page)
}

// describe adds which purpose the notice is about and which languages it is in.
func (w *Web) describe(page *frontend.NoticePage, n notice.Notice, tag string) {
	m := w.Map.Current()
	for i := range m.Purposes {
		if p := &m.Purposes[i]; p.Notice == n.Key {
			page.Purpose, page.Basis = p.Label.In(tag), frontend.Basis(p.Basis)
		}
	}
	for _, l := range w.Languages {
		if _, ok := n.Texts[l.Tag]; ok {
			page.Languages = append(page.Languages, frontend.NoticeLanguage{
				Tag: l.Tag, Name: l.Name, Shown: l.Tag == tag,
				URL: "/notices/" + n.Key + "/versions/" + strconv.Itoa(n.Version) + "?lang=" + l.Tag,
			})
		}
	}
}
