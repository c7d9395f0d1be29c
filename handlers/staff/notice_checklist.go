package staff

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/notice"
	"candor/models/notice/checklist"
)

// NoticeChecklist is GET /staff/notices/{key}/versions/{version}/checklist: what the law wants said, and where it is.
func (s *Staff) NoticeChecklist(c *fiber.Ctx) error { return s.checklist(c, nil, nil) }

// SaveChecklist is POST to the same.
func (s *Staff) SaveChecklist(c *fiber.Ctx) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	placed := checklist.Placements{}
	for _, e := range checklist.Elements() {
		where, section, _ := strings.Cut(strings.Clone(c.FormValue("where."+e.Key)), ":")
		at := checklist.Placement{Where: checklist.Where(where), Section: section}
		if at.Where == checklist.NotApplicable {
			at.Reason = strings.TrimSpace(strings.Clone(c.FormValue("reason." + e.Key)))
		}
		if where != "" {
			placed[e.Key] = at
		}
	}
	part, err := placed.Write()
	if err != nil {
		return err
	}
	saved, err := s.Editorial.Save(c.UserContext(), by(session.From(c), auth.WriteTexts), ref, revisionOf(c), map[string]string{checklist.Part: part})
	if err == nil && len(saved.Conflicts) > 0 {
		err = editorial.ErrMoved
	}
	if isBroken(err) {
		return s.checklist(c, placed, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(versionURL(ref)+"/checklist?done=saved", http.StatusSeeOther)
}

func (s *Staff) checklist(c *fiber.Ctx, filled checklist.Placements, wrong error) error {
	v := session.From(c)
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	d, err := s.Editorial.Document(c.UserContext(), ref)
	if err != nil {
		return err
	}
	body := d.Content[notice.SourceLanguage+"/body"]
	page := frontend.ChecklistPage{
		Key: ref.Key, Title: titleIn(d.Content, v.Words.Tag()), Version: ref.Version, URL: versionURL(ref), Back: noticeURL(ref.Key),
		Revision: d.Revision, Sections: notice.Sections(body), MayWrite: v.May(auth.WriteTexts) && d.State.Open(), Saved: c.Query("done") == "saved",
	}
	if page.Items, page.Left, err = checklistItems(d.Content, filled, page.MayWrite); err != nil {
		return err
	}
	status := http.StatusOK
	if e, ok := errors.AsType[*models.Error](wrong); ok {
		page.Problem, status = s.problemWords(v, e), problem.Status(e)
	}
	return s.Show(c, status, page)
}

// checklistItems are the elements with where they stand: as they are saved, or filled in. Where nobody has said anything
// yet and suggest is true, they are filled in with what the pages around a text say; that counts once it is saved.
func checklistItems(content editorial.Content, filled checklist.Placements, suggest bool) (items []frontend.ChecklistItem, left int, err error) {
	placed, err := checklist.Read(content[checklist.Part])
	if err != nil {
		return nil, 0, err
	}
	suggested := checklist.Placements{}
	if filled != nil {
		placed = filled
	} else if len(placed) == 0 && suggest {
		suggested = checklist.Suggested()
	}
	all := checklist.Check(placed, content[notice.SourceLanguage+"/body"])
	for _, i := range all {
		item := frontend.ChecklistItem{
			Key: i.Key, Law: string(i.Law), Source: i.Source, Where: string(i.Where), Section: i.Section, Reason: i.Reason,
			State: string(i.State), Good: i.State.Good(), Page: i.Page,
		}
		if at, ok := suggested[i.Key]; ok {
			item.Where, item.Suggested = string(at.Where), true
		}
		items = append(items, item)
	}
	return items, len(checklist.Unsettled(all)), nil
}
