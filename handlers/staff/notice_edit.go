package staff

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/notice"
	"candor/models/notice/compare"
)

// edit is what the editor's form holds.
type edit struct {
	ref      *editorial.Ref // where the path does not name the version; nil otherwise
	language string
	revision int // that the form was made from; 0 for the newest
	form     *frontend.NoticeForm
	saved    bool
	wrong    error
	clash    []editorial.Conflict
	preview  frontend.PreviewChoice
}

// EditNotice is GET /staff/notices/{key}/versions/{version}/edit.
func (s *Staff) EditNotice(c *fiber.Ctx) error {
	return s.editor(c, edit{language: strings.Clone(c.Query("language")), saved: c.Query("done") == "saved"})
}

// ResumeNotice is POST to the same: it shows what was written before the session ended once more, and changes nothing.
func (s *Staff) ResumeNotice(c *fiber.Ctx) error { return s.editor(c, editOf(c)) }

// SaveNotice is POST /staff/notices/{key}/versions/{version}/text. Of two who save at once neither loses a word: what both
// have changed comes back to the second, side by side.
func (s *Staff) SaveNotice(c *fiber.Ctx) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	e := editOf(c)
	if !s.speaks(e.language) {
		return fiber.ErrNotFound
	}
	author := by(session.From(c), auth.WriteTexts)
	saved, err := s.Editorial.Save(c.UserContext(), author, ref, e.revision, map[string]string{
		e.language + "/title": e.form.Title, e.language + "/summary": e.form.Summary, e.language + "/body": e.form.Body,
	})
	if err == nil && len(saved.Conflicts) == 0 && c.FormValue("current") == "yes" {
		err = s.stillRight(c, author, saved.Edition, e.language, e.revision)
	}
	switch {
	case isBroken(err):
		e.wrong = err
		return s.editor(c, e)
	case err != nil:
		return err
	case len(saved.Conflicts) > 0:
		e.clash, e.revision = saved.Conflicts, saved.Revision
		return s.editor(c, e)
	}
	return c.Redirect(versionURL(ref)+"/edit?"+url.Values{"language": {e.language}, "done": {"saved"}}.Encode(), http.StatusSeeOther)
}

// stillRight confirms the parts of a translation that were left as they are though their source has changed.
func (s *Staff) stillRight(c *fiber.Ctx, author editorial.By, now editorial.Edition, language string, seen int) error {
	if language == notice.SourceLanguage {
		return nil
	}
	var stale []string
	for part, p := range now.Parts {
		name, ok := strings.CutPrefix(part, language+"/")
		if ok && p.Revision <= seen && now.Stale(part, notice.SourceLanguage+"/"+name) {
			stale = append(stale, part)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	_, err := s.Editorial.Confirm(c.UserContext(), author, now.Ref, seen, stale...)
	return err
}

// editOf reads the editor's form. Browsers end lines as MIME does.
func editOf(c *fiber.Ctx) edit {
	field := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.Clone(c.FormValue(name)), "\r\n", "\n"))
	}
	return edit{
		language: field("language"), revision: revisionOf(c),
		form:    &frontend.NoticeForm{Title: field("title"), Summary: field("summary"), Body: field("body")},
		preview: frontend.PreviewChoice{Dark: field("dark") == "yes", Desk: field("device") == "desk"},
	}
}

func (s *Staff) speaks(tag string) bool {
	for _, l := range s.Languages {
		if l.Tag == tag {
			return true
		}
	}
	return false
}

// editor shows the form: as it is saved, or with what was written and could not be saved.
func (s *Staff) editor(c *fiber.Ctx, e edit) error {
	v := session.From(c)
	ref, err := refOf(c)
	if e.ref != nil {
		ref, err = *e.ref, nil
	}
	if err != nil {
		return err
	}
	d, err := s.Editorial.Document(c.UserContext(), ref)
	if err != nil {
		return err
	}
	if !d.State.Open() && e.form != nil {
		return s.tooLate(c)
	}
	if !d.State.Open() {
		return c.Redirect(versionURL(ref)+"/review", http.StatusSeeOther)
	}
	if !s.speaks(e.language) {
		e.language = notice.SourceLanguage
	}
	page := frontend.NoticeEditPage{
		Key: ref.Key, Version: ref.Version, State: frontend.EditionState(d.State), URL: versionURL(ref), Back: noticeURL(ref.Key),
		Title: titleIn(d.Content, v.Words.Tag()), Languages: s.languageMarks(d.Edition, e.language, true), Dir: s.dirOf(e.language),
		Revision: d.Revision, Saved: e.saved, Checklist: versionURL(ref) + "/checklist", Preview: e.preview, MaySubmit: d.State == editorial.Draft,
	}
	for _, l := range page.Languages {
		if l.Shown {
			page.Language = l
		}
	}
	shown := editorial.Content{
		e.language + "/title": d.Content[e.language+"/title"], e.language + "/summary": d.Content[e.language+"/summary"], e.language + "/body": d.Content[e.language+"/body"],
	}
	if e.form != nil {
		page.Unsaved, page.MaySubmit = true, false
		page.Revision = e.revision
		shown = editorial.Content{e.language + "/title": e.form.Title, e.language + "/summary": e.form.Summary, e.language + "/body": e.form.Body}
	}
	page.Form = frontend.NoticeForm{Title: shown[e.language+"/title"], Summary: shown[e.language+"/summary"], Body: shown[e.language+"/body"]}
	page.Reading = s.readingHint(v, shown, e.language)
	if err := s.besideEditor(c, &page, d, shown, e.language); err != nil {
		return err
	}
	status, err := s.editorTrouble(c, &page, e, d)
	if err != nil {
		return err
	}
	pages.Frames(c)
	return s.Show(c, status, page)
}

// besideEditor adds the source, what differs from the text in force, what is missing, and the comments.
func (s *Staff) besideEditor(c *fiber.Ctx, page *frontend.NoticeEditPage, d editorial.Document, shown editorial.Content, tag string) error {
	var err error
	if page.Incomplete, err = s.incomplete(c, d.Edition); err != nil {
		return err
	}
	if _, page.Comments, err = s.history(c, []editorial.Edition{d.Edition}); err != nil {
		return err
	}
	before, version, err := s.inForceOf(c, d.Key)
	if err != nil {
		return err
	}
	if blocks := compare.Texts(before[tag+"/body"], shown[tag+"/body"]); compare.Differ(blocks) {
		page.Diff = diffBlocks(blocks)
	}
	page.InForce = version
	if tag == notice.SourceLanguage {
		return nil
	}
	page.Source, err = s.sourceOf(c, d, tag)
	return err
}

// sourceOf is what a translation is made from, with what has changed in it since.
func (s *Staff) sourceOf(c *fiber.Ctx, d editorial.Document, tag string) (*frontend.NoticeSource, error) {
	const from = notice.SourceLanguage
	source := &frontend.NoticeSource{
		Dir: s.dirOf(from), Form: frontend.NoticeForm{Title: d.Content[from+"/title"], Summary: d.Content[from+"/summary"], Body: d.Content[from+"/body"]},
		Stale: languageState(d.Edition, tag) == frontend.LanguageStale,
	}
	for _, l := range s.languageMarks(d.Edition, "", true) {
		if l.Source {
			source.Language = l
		}
	}
	var err error
	if source.HTML, err = html(source.Form.Body); err != nil {
		return nil, err
	}
	for _, part := range textParts {
		seen := d.Parts[tag+"/"+part].SourceRevision
		if seen == 0 || !d.Stale(tag+"/"+part, from+"/"+part) {
			continue
		}
		then, err := s.Editorial.Content(c.UserContext(), d.Ref, seen)
		if err != nil {
			return nil, err
		}
		blocks := compare.Texts(then[from+"/"+part], d.Content[from+"/"+part])
		source.Changes = append(source.Changes, frontend.PartDiff{Part: part, Blocks: diffBlocks(blocks)})
	}
	return source, nil
}

// editorTrouble says what keeps the form from being saved.
func (s *Staff) editorTrouble(c *fiber.Ctx, page *frontend.NoticeEditPage, e edit, d editorial.Document) (int, error) {
	v := session.From(c)
	if wrong, ok := errors.AsType[*models.Error](e.wrong); ok {
		page.Problem = s.problemWords(v, wrong)
		_, page.Field, _ = strings.Cut(wrong.Field, "/")
		return problem.Status(wrong), nil
	}
	if len(e.clash) == 0 {
		return http.StatusOK, nil
	}
	page.Revision = e.revision // what is saved next takes theirs into account
	revisions, err := s.Editorial.Revisions(c.UserContext(), d.Ref)
	if err != nil {
		return 0, err
	}
	for _, clash := range e.clash {
		_, part, _ := strings.Cut(clash.Part, "/")
		conflict := frontend.NoticeConflict{
			Part: part, Base: clash.Base, Mine: clash.Mine, Theirs: clash.Theirs, Changes: diffBlocks(compare.Texts(clash.Theirs, clash.Mine)),
		}
		for _, r := range revisions {
			if text, changed := r.Changed[clash.Part]; changed && text == clash.Theirs {
				conflict.Who, conflict.At = s.nameOf(c, r.By), r.At
			}
		}
		page.Conflicts = append(page.Conflicts, conflict)
	}
	return http.StatusConflict, nil
}

// Kept answers a form in which something is written that came too late, when the session was over, with what was written:
// nothing of it is lost. ok is false for anything else.
func (s *Staff) Kept(c *fiber.Ctx, cause error) (ok bool, err error) {
	e := problem.From(cause)
	late := e.Kind == models.Unauthenticated || errors.Is(cause, auth.ErrCSRF)
	action := resumedAt(strings.Clone(c.Path()))
	if c.Method() != http.MethodPost || !late || action == "" {
		return false, nil
	}
	return true, s.Show(c, problem.Status(e), frontend.KeptPage{
		Action: action, SignIn: e.Kind == models.Unauthenticated, Fields: keptFields(c),
	})
}

// resumedAt is where a form goes on that was sent to a path: of a notice, of what staff must know, or of the data map; empty
// for others.
func resumedAt(path string) string {
	version, ofText := strings.CutSuffix(path, "/text")
	if ofText && (strings.HasPrefix(path, noticesPath+"/") || strings.HasPrefix(path, requirementsPath+"/")) {
		return version + "/edit"
	}
	for _, form := range []string{dataMapPath + "/edit/", dataMapPath + "/new/"} {
		if part, of := strings.CutPrefix(path, form); of {
			return dataMapPath + "/resume?" + url.Values{"part": {part}}.Encode()
		}
	}
	return ""
}

// tooLate shows what was written for a version that can no longer change.
func (s *Staff) tooLate(c *fiber.Ctx) error {
	back := noticesPath
	if strings.HasPrefix(c.Path(), requirementsPath+"/") {
		back = requirementsPath
	}
	return s.Show(c, problem.Status(editorial.ErrClosed), frontend.KeptPage{
		Problem: s.problemWords(session.From(c), editorial.ErrClosed), Back: back, Fields: keptFields(c),
	})
}

// keptFields are those of a form, for another one: the texts to be read, and then the rest.
func keptFields(c *fiber.Ctx) (fields []frontend.KeptField) {
	form := formOf(c)
	var rest []frontend.KeptField
	for _, part := range []string{"title", "summary", "body", ""} {
		for _, name := range slices.Sorted(maps.Keys(form)) {
			last := name[strings.LastIndex(name, "/")+1:]
			shown := slices.Contains([]string{"title", "summary", "body"}, last)
			for _, value := range form[name] {
				switch {
				case shown && last == part:
					fields = append(fields, frontend.KeptField{Name: name, Value: value, Label: "workspace.part." + part})
				case !shown && part == "" && name != "csrf":
					rest = append(rest, frontend.KeptField{Name: name, Value: value})
				}
			}
		}
	}
	return append(fields, rest...)
}
