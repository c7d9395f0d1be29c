package staff

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/training"
)

// requirementsPath is where policies and trainings are written, approved and published.
const requirementsPath = "/staff/requirements"

// Requirements is GET /staff/requirements: what needs doing, and all policies and trainings.
func (s *Staff) Requirements(c *fiber.Ctx) error { return s.listRequirements(c, "", nil) }

// StartRequirement is POST /staff/requirements: the next version begins, or the one that is being made goes on.
func (s *Staff) StartRequirement(c *fiber.Ctx) error {
	key := strings.TrimSpace(strings.Clone(c.FormValue("key")))
	e, err := s.Editorial.Start(c.UserContext(), by(session.From(c), auth.WriteTraining), editorial.KindRequirement, key)
	if isBroken(err) {
		return s.listRequirements(c, key, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(requirementURL(e.Ref), http.StatusSeeOther)
}

func requirementURL(ref editorial.Ref) string {
	return requirementsPath + "/" + url.PathEscape(ref.Key) + "/versions/" + strconv.Itoa(ref.Version)
}

func requirementRef(key string, version int) editorial.Ref {
	return editorial.Ref{Kind: editorial.KindRequirement, Key: key, Version: version}
}

// listRequirements shows all, and what went wrong.
func (s *Staff) listRequirements(c *fiber.Ctx, key string, wrong error) error {
	v := session.From(c)
	page := frontend.RequirementsPage{MayWrite: v.May(auth.WriteTraining), Key: key}
	rows, err := s.requirementRows(c)
	if err != nil {
		return err
	}
	page.Rows = rows
	if page.Tasks, err = s.requirementTasks(c, v); err != nil {
		return err
	}
	slices.SortStableFunc(page.Tasks, func(a, b frontend.StaffTask) int { return cmp.Compare(urgency(a.Task), urgency(b.Task)) })
	status := http.StatusOK
	if e, ok := errors.AsType[*models.Error](wrong); ok {
		page.Problem, status = s.problemWords(v, e), problem.Status(e)
	}
	return s.Show(c, status, page)
}

// requirementRows are all that was ever published or begun, in order of their keys.
func (s *Staff) requirementRows(c *fiber.Ctx) ([]frontend.RequirementRow, error) {
	v := session.From(c)
	report, err := s.trainingReport(c)
	if err != nil {
		return nil, err
	}
	editions, err := s.Editorial.Editions(c.UserContext(), editorial.KindRequirement)
	if err != nil {
		return nil, err
	}
	keys := s.Required.Keys()
	for _, e := range editions {
		keys = append(keys, e.Key)
	}
	slices.Sort(keys)
	var rows []frontend.RequirementRow
	for _, key := range slices.Compact(keys) {
		row, err := s.publishedRow(v, key)
		if err != nil {
			return nil, err
		}
		if err := s.addOpen(c, &row, editions); err != nil {
			return nil, err
		}
		row.MayStart = v.May(auth.WriteTraining) && row.OpenURL == ""
		for _, r := range report {
			if r.Requirement.Key == key {
				row.All++
				switch r.State {
				case training.Missing:
					row.Missing++
				case training.Due:
					row.Due++
				case training.Current:
				}
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// publishedRow is what a requirement says that is published.
func (s *Staff) publishedRow(v *session.Visitor, key string) (frontend.RequirementRow, error) {
	row := frontend.RequirementRow{Key: key, Title: key}
	shown, err := s.Required.Current(key)
	versions := s.Required.Versions(key)
	switch {
	case err == nil:
		row.InForce, row.Since = shown.Version, shown.EffectiveAt
	case !errors.Is(err, training.ErrUnknown):
		return row, err
	case len(versions) == 0:
		return row, nil
	default:
		shown = versions[len(versions)-1]
	}
	text, _ := shown.In(v.Words.Tag())
	row.Title, row.URL = text.Title, requirementURL(requirementRef(key, shown.Version))
	row.Kind, row.Roles, row.Validity, row.Retired = frontend.RequirementKind(shown.Kind), shown.Roles, periodWords(v, shown.Validity), shown.Retired
	return row, nil
}

// addOpen adds the version that is being made, or waits to take effect.
func (s *Staff) addOpen(c *fiber.Ctx, row *frontend.RequirementRow, editions []editorial.Edition) error {
	for _, e := range editions {
		if e.Key != row.Key {
			continue
		}
		if row.URL == "" {
			row.URL = requirementURL(e.Ref)
		}
		if (!e.State.Open() || e.Overtaken) && e.State != editorial.Scheduled {
			continue
		}
		row.Open, row.OpenURL, row.Turn = s.requirementEdition(c, e), requirementURL(e.Ref), turnOf(e)
		if row.Kind != "" {
			continue
		}
		d, err := s.Editorial.Document(c.UserContext(), e.Ref)
		if err != nil {
			return err
		}
		if r, err := training.FromDocument(d); err == nil {
			row.Kind, row.Roles, row.Validity = frontend.RequirementKind(r.Kind), r.Roles, periodWords(session.From(c), r.Validity)
		}
		if title := titleIn(d.Content, session.From(c).Words.Tag()); title != "" {
			row.Title = title
		}
	}
	return nil
}

// requirementEdition is a version as those see it who write and approve.
func (s *Staff) requirementEdition(c *fiber.Ctx, e editorial.Edition) frontend.Edition {
	out := s.edition(c, e)
	out.Review, out.Edit = "", ""
	return out
}

// requirementTasks are what a visitor should do about policies and trainings.
func (s *Staff) requirementTasks(c *fiber.Ctx, v *session.Visitor) (tasks []frontend.StaffTask, err error) {
	editions, err := s.Editorial.Editions(c.UserContext(), editorial.KindRequirement)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		task, ok := task(v, e, auth.WriteTraining, auth.ApproveTraining)
		if !ok {
			continue
		}
		row, err := s.publishedRow(v, e.Key)
		if err == nil {
			err = s.addOpen(c, &row, editions)
		}
		if err != nil {
			return nil, err
		}
		task.URL, task.Title = row.OpenURL, row.Title
		tasks = append(tasks, task)
	}
	return tasks, nil
}
