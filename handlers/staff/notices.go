package staff

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/editorial"
)

// noticesPath is where texts are written, approved and published.
const noticesPath = "/staff/notices"

// NoticeList is GET /staff/notices: what needs doing, and all texts.
func (s *Staff) NoticeList(c *fiber.Ctx) error {
	v := session.From(c)
	all, err := s.textsOf(c, "")
	if err != nil {
		return err
	}
	var rows []frontend.NoticeRow
	var tasks []frontend.StaffTask
	todo := map[string]bool{}
	for _, t := range all {
		row, err := s.noticeRow(c, t)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if task, ok := textTask(v, t, row); ok {
			tasks = append(tasks, task)
			todo[t.key] = task.Task != "wait"
		}
	}
	slices.SortStableFunc(tasks, func(a, b frontend.StaffTask) int { return cmp.Compare(urgency(a.Task), urgency(b.Task)) })
	page := frontend.StaffNoticesPage{Tasks: tasks}
	show, sort := c.Query("show", "all"), c.Query("sort", "title")
	for _, name := range []string{"all", "todo", "open", "scheduled", "incomplete"} {
		f := frontend.NoticeFilter{Name: name, URL: "?" + url.Values{"show": {name}, "sort": {sort}}.Encode(), Current: name == show}
		for _, row := range rows {
			if !passes(name, row, todo[row.Key]) {
				continue
			}
			f.Count++
			if f.Current {
				page.Rows = append(page.Rows, row)
			}
		}
		page.Filters = append(page.Filters, f)
	}
	sortRows(page.Rows, sort)
	page.Columns = noticeColumns(show, sort)
	return s.Show(c, http.StatusOK, page)
}

// urgency orders tasks: what others wait for comes first.
func urgency(task string) int {
	return slices.Index([]string{"review", "returned", "publish", "stale", "translate", "write", "wait"}, task)
}

func passes(filter string, row frontend.NoticeRow, todo bool) bool {
	switch filter {
	case "todo":
		return todo
	case "open":
		return row.Open.Version != 0 && row.Open.State != frontend.EditionScheduled
	case "scheduled":
		return row.Open.State == frontend.EditionScheduled
	case "incomplete":
		return slices.ContainsFunc(row.Languages, func(l frontend.LanguageMark) bool { return l.State != frontend.LanguageComplete })
	}
	return true
}

// orders are what the list can be sorted by.
var orders = map[string]func(a, b frontend.NoticeRow) int{
	"title": func(a, b frontend.NoticeRow) int {
		return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	},
	"in_force": func(a, b frontend.NoticeRow) int { return a.Since.Compare(b.Since) },
	"open":     func(a, b frontend.NoticeRow) int { return strings.Compare(string(a.Open.State), string(b.Open.State)) },
	"turn":     func(a, b frontend.NoticeRow) int { return strings.Compare(string(a.Turn), string(b.Turn)) },
}

func sortRows(rows []frontend.NoticeRow, by string) {
	column, down := strings.CutPrefix(by, "-")
	order, ok := orders[column]
	if !ok {
		order = orders["title"]
	}
	slices.SortStableFunc(rows, func(a, b frontend.NoticeRow) int {
		if down {
			return order(b, a)
		}
		return order(a, b)
	})
}

func noticeColumns(show, sort string) []frontend.SortLink {
	var out []frontend.SortLink
	for _, name := range []string{"title", "in_force", "open", "turn"} {
		link, next := frontend.SortLink{Name: name}, name
		switch sort {
		case name:
			link.Sorted, next = "ascending", "-"+name
		case "-" + name:
			link.Sorted = "descending"
		}
		link.URL = "?" + url.Values{"show": {show}, "sort": {next}}.Encode()
		out = append(out, link)
	}
	return append(out, frontend.SortLink{Name: "languages"})
}

// noticeRow is a text in the list.
func (s *Staff) noticeRow(c *fiber.Ctx, t text) (frontend.NoticeRow, error) {
	v := session.From(c)
	title, err := s.titleOf(c, t)
	if err != nil {
		return frontend.NoticeRow{}, err
	}
	row := frontend.NoticeRow{URL: noticeURL(t.key), Key: t.key, Title: title}
	if now, err := s.Notices.Current(t.key); err == nil {
		row.InForce, row.Since = now.Version, now.EffectiveAt
		row.Languages = s.publishedMarks(now)
	}
	if t.now != nil {
		row.Open, row.Turn = s.edition(c, *t.now), turnOf(*t.now)
		row.Languages = s.languageMarks(*t.now, "", v.May(auth.WriteTexts))
	}
	return row, nil
}

func turnOf(e editorial.Edition) frontend.Turn {
	switch e.State {
	case editorial.Draft:
		return frontend.TurnWrite
	case editorial.InReview:
		return frontend.TurnReview
	case editorial.Approved:
		return frontend.TurnPublish
	case editorial.Scheduled:
		return frontend.TurnWait
	case editorial.Published, editorial.Superseded, editorial.Withdrawn:
	}
	return frontend.TurnNobody
}

// task is what a visitor should do about a version; false is nothing.
func task(v *session.Visitor, e editorial.Edition, write, approve auth.Permission) (frontend.StaffTask, bool) {
	t := frontend.StaffTask{Version: e.Version}
	writes, approves := v.May(write), v.May(approve)
	switch {
	case e.Overtaken:
		return t, false
	case e.State == editorial.Draft && writes && e.Last == editorial.StepReturned:
		t.Task = "returned"
	case e.State == editorial.Draft && writes:
		t.Task = "write"
	case e.State == editorial.InReview && approves && !e.Authored(by(v, approve)):
		t.Task = "review"
	case e.State == editorial.Approved && (writes || approves):
		t.Task = "publish"
	case e.State == editorial.Scheduled && (writes || approves):
		t.Task, t.By = "wait", e.Schedule.EffectiveAt
	default:
		return t, false
	}
	return t, true
}

// textTask is what a visitor should do about a text: of a draft, in which languages.
func textTask(v *session.Visitor, t text, row frontend.NoticeRow) (frontend.StaffTask, bool) {
	if t.now == nil {
		return frontend.StaffTask{}, false
	}
	task, ok := task(v, *t.now, auth.WriteTexts, auth.ApproveTexts)
	task.URL, task.Title = versionURL(t.now.Ref)+"/review", row.Title
	if t.now.State == editorial.Draft {
		task.URL = versionURL(t.now.Ref) + "/edit"
	}
	if task.Task == "write" {
		task.Task, task.Languages = draftTask(row.Languages)
	}
	return task, ok
}

func draftTask(languages []frontend.LanguageMark) (task string, names []string) {
	in := func(state frontend.LanguageState) (names []string) {
		for _, l := range languages {
			if l.State == state && l.Required {
				names = append(names, l.Name)
			}
		}
		return names
	}
	if stale := in(frontend.LanguageStale); len(stale) > 0 {
		return "stale", stale
	}
	if missing := in(frontend.LanguageMissing); len(missing) > 0 {
		return "translate", missing
	}
	return "write", nil
}
