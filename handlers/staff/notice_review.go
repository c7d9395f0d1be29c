package staff

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/notice"
)

// NoticeReview is GET /staff/notices/{key}/versions/{version}/review: all that somebody must see before they decide.
func (s *Staff) NoticeReview(c *fiber.Ctx) error { return s.review(c, frontend.DecisionForm{}, nil) }

func (s *Staff) review(c *fiber.Ctx, form frontend.DecisionForm, wrong error) error {
	v := session.From(c)
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	d, err := s.Editorial.Document(c.UserContext(), ref)
	if err != nil {
		return err
	}
	page := frontend.NoticeReviewPage{
		Key: ref.Key, Title: titleIn(d.Content, v.Words.Tag()), Back: noticeURL(ref.Key), Edition: s.edition(c, d.Edition),
		Workflow: frontend.Workflow{URL: versionURL(ref), Revision: d.Revision, Done: doneOf(c), Consents: true},
	}
	before, version, err := s.inForceOf(c, ref.Key)
	if err != nil {
		return err
	}
	page.InForce = version
	page.Diffs = s.languageDiffs(v, d, before)
	if page.Checklist, _, err = checklistItems(d.Content, nil, false); err != nil {
		return err
	}
	if page.Steps, page.Comments, err = s.history(c, []editorial.Edition{d.Edition}); err != nil {
		return err
	}
	if d.State.Open() {
		if page.Incomplete, err = s.incomplete(c, d.Edition); err != nil {
			return err
		}
	}
	if d.State.Open() || d.State == editorial.Scheduled {
		if page.Impact, err = s.impact(c, ref.Key); err != nil {
			return err
		}
	}
	mayDecide(&page.Workflow, d.Edition, either(v), v.May(auth.WriteTexts), v.May(auth.ApproveTexts))
	page.Decision = s.decisionForm(form)
	status := http.StatusOK
	if e, ok := errors.AsType[*models.Error](wrong); ok {
		page.Problem, page.Field, status = s.problemWords(v, e), e.Field, problem.Status(e)
	}
	return s.Show(c, status, page)
}

// doneOf says what has just been done.
func doneOf(c *fiber.Ctx) string {
	switch c.Query("done") {
	case "submitted":
		return "submitted"
	case "returned":
		return "returned"
	case "approved":
		return "approved"
	case "scheduled":
		return "scheduled"
	case "withdrawn":
		return "withdrawn"
	case "commented":
		return "commented"
	}
	return ""
}

// languageDiffs is what has changed in each language, the source first.
func (s *Staff) languageDiffs(v *session.Visitor, d editorial.Document, before editorial.Content) []frontend.LanguageDiff {
	var out []frontend.LanguageDiff
	for _, mark := range s.languageMarks(d.Edition, "", false) {
		diff := frontend.LanguageDiff{Language: mark, Dir: s.dirOf(mark.Tag), Reading: s.readingHint(v, d.Content, mark.Tag)}
		diff.Parts, diff.Added, diff.Removed = partDiffs(before, d.Content, mark.Tag, false)
		diff.Differ = len(diff.Parts) > 0
		if mark.Source {
			out = append([]frontend.LanguageDiff{diff}, out...)
		} else {
			out = append(out, diff)
		}
	}
	return out
}

// impact is whom a new version is about; nil while all are being counted.
func (s *Staff) impact(c *fiber.Ctx, key string) (*frontend.Impact, error) {
	found, err := s.Consent.Impact(c.UserContext(), key)
	if models.KindOf(err) == models.Unavailable {
		return nil, nil //nolint:nilnil // the page is there without it
	}
	if err != nil {
		return nil, err
	}
	states, places := map[string]int64{}, map[string]int64{}
	for _, row := range found.Rows {
		states[string(row.State)] += row.Customers
		places[row.Jurisdiction] += row.Customers
	}
	return &frontend.Impact{Standing: found.Consents, States: counts(states), Places: counts(places)}, nil
}

// counts lists the largest first.
func counts(by map[string]int64) []frontend.ImpactCount {
	out := make([]frontend.ImpactCount, 0, len(by))
	for key, n := range by {
		out = append(out, frontend.ImpactCount{Key: key, Count: n})
	}
	slices.SortFunc(out, func(a, b frontend.ImpactCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Key, b.Key))
	})
	return out
}

// mayDecide says what a visitor who writes, approves, or both, may do about a version, and why not.
func mayDecide(w *frontend.Workflow, e editorial.Edition, who editorial.By, writes, approves bool) {
	own := e.Authored(who)
	w.MaySubmit = e.State == editorial.Draft && writes
	w.MaySchedule = e.State == editorial.Approved && (writes || approves)
	w.MayWithdraw = (e.State.Open() || e.State == editorial.Scheduled) && (writes || approves)
	w.MayDecide = e.State == editorial.InReview && approves && !own && len(w.Incomplete) == 0
	w.MayReturn = (e.State == editorial.InReview || e.State == editorial.Approved) && approves
	w.MayComment = (e.State.Open() || e.State == editorial.Scheduled) && (writes || approves)
	switch {
	case w.MayDecide || !e.State.Open() || e.State == editorial.Approved:
	case own:
		w.Refused = "own"
	case !approves:
		w.Refused = "role"
	case e.State == editorial.Draft:
		w.Refused = "draft"
	default:
		w.Refused = "incomplete"
	}
}

// zones are offered beside the operator's own; any other of the IANA database may be typed.
var zones = []string{
	"UTC", "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Warsaw", "Europe/Athens",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Africa/Cairo", "Asia/Dubai", "Asia/Tokyo",
}

// decisionForm fills in what is likely: the first moment of tomorrow, where the operator is.
func (s *Staff) decisionForm(form frontend.DecisionForm) frontend.DecisionForm {
	if form.Day == "" {
		form.Day, form.Clock = s.Clock().In(s.Zone()).AddDate(0, 0, 1).Format(time.DateOnly), "00:00"
	}
	if form.Zone == "" {
		form.Zone = s.Zone().String()
	}
	form.Zones = append([]string{s.Zone().String()}, zones...)
	return form
}

// SubmitNotice is POST …/submit.
func (s *Staff) SubmitNotice(c *fiber.Ctx) error {
	return s.decide(c, "submitted", frontend.DecisionForm{}, func(ref editorial.Ref, v *session.Visitor) error {
		_, err := s.Editorial.Submit(c.UserContext(), by(v, auth.WriteTexts), ref, revisionOf(c), "")
		return err
	})
}

// CommentNotice is POST …/comments.
func (s *Staff) CommentNotice(c *fiber.Ctx) error {
	return s.decide(c, "commented", frontend.DecisionForm{}, func(ref editorial.Ref, v *session.Visitor) error {
		_, err := s.Editorial.Comment(c.UserContext(), either(v), ref, "", strings.Clone(c.FormValue("text")))
		return err
	})
}

// ReturnNotice is POST …/return.
func (s *Staff) ReturnNotice(c *fiber.Ctx) error {
	return s.decide(c, "returned", frontend.DecisionForm{}, func(ref editorial.Ref, v *session.Visitor) error {
		_, err := s.Editorial.Return(c.UserContext(), by(v, auth.ApproveTexts), ref, revisionOf(c), strings.Clone(c.FormValue("reason")))
		return err
	})
}

// ApproveNotice is POST …/approve: exactly what the approver saw.
func (s *Staff) ApproveNotice(c *fiber.Ctx) error {
	form := frontend.DecisionForm{
		Material: strings.Clone(c.FormValue("material")), Effect: strings.Clone(c.FormValue("effect")), InvalidOn: strings.Clone(c.FormValue("invalid_on")),
	}
	return s.decide(c, "approved", form, func(ref editorial.Ref, v *session.Visitor) error {
		if form.Material != "yes" && form.Material != "no" {
			return models.Fail(models.Invalid, "required").In("material")
		}
		terms := editorial.Terms{Material: form.Material == "yes"}
		switch form.Effect {
		case "keep":
		case string(notice.Ask), string(notice.Invalidate):
			terms.Effect = form.Effect
		default:
			return models.Fail(models.Invalid, "required").In("effect")
		}
		if form.Effect == string(notice.Invalidate) {
			day, err := s.Day(c, "invalid_on")
			if err != nil {
				return err
			}
			terms.InvalidFrom = day
		}
		_, err := s.Editorial.Approve(c.UserContext(), by(v, auth.ApproveTexts), ref, revisionOf(c), terms)
		return err
	})
}

// ScheduleNotice is POST …/schedule: at a time, or now.
func (s *Staff) ScheduleNotice(c *fiber.Ctx) error {
	form := scheduleForm(c)
	return s.decide(c, "scheduled", form, func(ref editorial.Ref, v *session.Visitor) error {
		who := either(v)
		if v.May(auth.ApproveTexts) {
			who = by(v, auth.ApproveTexts)
		}
		_, err := s.Editorial.Schedule(c.UserContext(), who, ref, revisionOf(c), whenOf(c, form))
		return err
	})
}

// scheduleForm is what a form says about from when a version applies.
func scheduleForm(c *fiber.Ctx) frontend.DecisionForm {
	return frontend.DecisionForm{
		Day: strings.Clone(c.FormValue("day")), Clock: strings.Clone(c.FormValue("clock")), Zone: strings.TrimSpace(strings.Clone(c.FormValue("zone"))),
	}
}

// whenOf is when that is; at once if the form says so.
func whenOf(c *fiber.Ctx, form frontend.DecisionForm) editorial.When {
	if c.FormValue("now") == "yes" {
		return editorial.When{}
	}
	when := editorial.When{Local: form.Day, Zone: form.Zone}
	if form.Clock != "" {
		when.Local += "T" + form.Clock
	}
	return when
}

// WithdrawNotice is POST …/withdraw: before it takes effect.
func (s *Staff) WithdrawNotice(c *fiber.Ctx) error {
	return s.decide(c, "withdrawn", frontend.DecisionForm{}, func(ref editorial.Ref, v *session.Visitor) error {
		_, err := s.Editorial.Withdraw(c.UserContext(), either(v), ref, revisionOf(c), strings.Clone(c.FormValue("reason")))
		return err
	})
}

// decide takes a step and leads back to the review, or says there what is wrong.
func (s *Staff) decide(c *fiber.Ctx, done string, form frontend.DecisionForm, step func(editorial.Ref, *session.Visitor) error) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	err = step(ref, session.From(c))
	if isBroken(err) {
		return s.review(c, form, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(versionURL(ref)+"/review?done="+done, http.StatusSeeOther)
}
