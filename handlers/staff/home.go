package staff

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/published"
	"candor/models/store"
)

// urgentRequests is how many of customers' requests the first page names.
const urgentRequests = 5

// Home is GET /staff: what needs doing today, and how the log is.
func (s *Staff) Home(c *fiber.Ctx) error {
	v := session.From(c)
	customers, err := s.Customers.CountCustomers(c.UserContext())
	if err != nil {
		return err
	}
	head := s.Log.Head()
	page := frontend.StaffHomePage{
		Role: v.Staff().Roles[0], Origin: s.Log.Origin(), VKey: s.VKey, Size: int64(head.Size), // below 2^53
		CheckpointAt: head.Time, Customers: customers,
	}
	if page.Tasks, err = s.tasks(c, v); err != nil {
		return err
	}
	for _, key := range s.Notices.Keys() {
		if n, err := s.Notices.Current(key); err == nil {
			text, _ := n.In(v.Words.Tag())
			page.Notices = append(page.Notices, frontend.NoticeRef{Key: key, Version: n.Version, Title: text.Title})
		}
	}
	return s.Show(c, http.StatusOK, page)
}

// tasks are what somebody should do: what people wait for first, and nothing that only has to be waited for.
func (s *Staff) tasks(c *fiber.Ctx, v *session.Visitor) (all []frontend.StaffTask, err error) {
	for _, part := range []struct {
		needs []auth.Permission // one of them
		tasks func(*fiber.Ctx, *session.Visitor) ([]frontend.StaffTask, error)
	}{
		{[]auth.Permission{auth.ApproveBreakGlass}, s.emergencyTasks},
		{[]auth.Permission{auth.HandleRequests}, s.requestTasks},
		{[]auth.Permission{auth.WriteTexts, auth.ApproveTexts}, s.textTasks},
		{[]auth.Permission{auth.WriteDataMap, auth.ApproveDataMap}, s.mapTasks},
		{[]auth.Permission{auth.WriteTraining, auth.ApproveTraining}, s.requirementTasks},
	} {
		for _, p := range part.needs {
			if !v.May(p) {
				continue
			}
			tasks, err := part.tasks(c, v)
			if err != nil {
				return nil, err
			}
			all = append(all, tasks...)
			break
		}
	}
	return slices.DeleteFunc(all, func(t frontend.StaffTask) bool { return t.Task == "wait" }), nil
}

func (s *Staff) emergencyTasks(c *fiber.Ctx, v *session.Visitor) (tasks []frontend.StaffTask, err error) {
	waiting, _, err := s.Access.Emergencies(c.UserContext(), looker(c))
	for _, l := range waiting {
		if l.Member != v.Staff().ID {
			tasks = append(tasks, frontend.StaffTask{URL: emergenciesPath, Title: v.Words.T("nav.staff_emergencies"), Task: "emergency"})
		}
	}
	return tasks, err
}

func (s *Staff) requestTasks(c *fiber.Ctx, v *session.Visitor) (tasks []frontend.StaffTask, err error) {
	open, err := s.Requests.Page(c.UserContext(), store.RequestQuery{Limit: urgentRequests})
	for _, r := range open {
		tasks = append(tasks, frontend.StaffTask{
			URL: requestsPath + "/" + url.PathEscape(r.ID), Title: v.Words.T("request.kind." + r.Kind), Task: "request", By: r.DueAt,
		})
	}
	return tasks, err
}

// textTasks are those of the workspace for texts.
func (s *Staff) textTasks(c *fiber.Ctx, v *session.Visitor) (tasks []frontend.StaffTask, err error) {
	texts, err := s.textsOf(c, "")
	if err != nil {
		return nil, err
	}
	for _, t := range texts {
		row, err := s.noticeRow(c, t)
		if err != nil {
			return nil, err
		}
		if task, ok := textTask(v, t, row); ok {
			tasks = append(tasks, task)
		}
	}
	return tasks, nil
}

func (s *Staff) mapTasks(c *fiber.Ctx, v *session.Visitor) ([]frontend.StaffTask, error) {
	editions, err := s.Editorial.EditionsOf(c.UserContext(), editorial.KindDataMap, published.Key)
	if err != nil || len(editions) == 0 {
		return nil, err
	}
	e := editions[len(editions)-1]
	task, ok := task(v, e, auth.WriteDataMap, auth.ApproveDataMap)
	if !ok {
		return nil, nil
	}
	task.URL, task.Title = dataMapPath, v.Words.T("nav.staff_data_map")
	return []frontend.StaffTask{task}, nil
}
