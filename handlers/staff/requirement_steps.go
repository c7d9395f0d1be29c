package staff

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/training"
)

// SaveRequirement is POST …/text. What two have changed at once comes back to the second, side by side.
func (s *Staff) SaveRequirement(c *fiber.Ctx) error {
	ref, err := requirementOf(c)
	if err != nil {
		return err
	}
	language := strings.Clone(c.FormValue("language"))
	if !s.speaks(language) {
		return fiber.ErrNotFound
	}
	w := written{form: training.Form(formOf(c)), revision: revisionOf(c)}
	saved, err := s.saveRequirement(c, ref, w, language)
	switch {
	case isBroken(err):
		w.wrong = err
		return s.showVersion(c, w)
	case errors.Is(err, editorial.ErrClosed), errors.Is(err, editorial.ErrOvertaken):
		return s.tooLate(c)
	case err != nil:
		return err
	case len(saved.Conflicts) > 0:
		w.conflicts, w.revision = saved.Conflicts, saved.Revision
		return s.showVersion(c, w)
	}
	return c.Redirect(requirementURL(ref)+"?"+url.Values{"language": {language}, "done": {"saved"}}.Encode(), http.StatusSeeOther)
}

// ResumeRequirement is POST …/edit: it shows what was written before the session ended once more, and changes nothing.
func (s *Staff) ResumeRequirement(c *fiber.Ctx) error {
	return s.showVersion(c, written{form: training.Form(formOf(c)), revision: revisionOf(c)})
}

func (s *Staff) saveRequirement(c *fiber.Ctx, ref editorial.Ref, w written, language string) (editorial.Saved, error) {
	seen, err := s.Editorial.Content(c.UserContext(), ref, w.revision)
	if err != nil {
		return editorial.Saved{}, err
	}
	changes, err := w.form.Changes(seen, language)
	if err != nil {
		return editorial.Saved{}, err
	}
	author := by(session.From(c), auth.WriteTraining)
	saved, err := s.Editorial.Save(c.UserContext(), author, ref, w.revision, changes)
	if err == nil && len(saved.Conflicts) == 0 && c.FormValue("current") == "yes" {
		err = s.stillRight(c, author, saved.Edition, language, w.revision)
	}
	return saved, err
}

// SubmitRequirement is POST …/submit.
func (s *Staff) SubmitRequirement(c *fiber.Ctx) error {
	return s.stepRequirement(c, "submitted", frontend.DecisionForm{}, func(ref editorial.Ref) error {
		_, err := s.Editorial.Submit(c.UserContext(), by(session.From(c), auth.WriteTraining), ref, revisionOf(c), "")
		return err
	})
}

// CommentRequirement is POST …/comments.
func (s *Staff) CommentRequirement(c *fiber.Ctx) error {
	return s.stepRequirement(c, "commented", frontend.DecisionForm{}, func(ref editorial.Ref) error {
		_, err := s.Editorial.Comment(c.UserContext(), byEither(c, auth.WriteTraining, auth.ApproveTraining), ref, "", strings.Clone(c.FormValue("text")))
		return err
	})
}

// ReturnRequirement is POST …/return.
func (s *Staff) ReturnRequirement(c *fiber.Ctx) error {
	return s.stepRequirement(c, "returned", frontend.DecisionForm{}, func(ref editorial.Ref) error {
		_, err := s.Editorial.Return(c.UserContext(), by(session.From(c), auth.ApproveTraining), ref, revisionOf(c), strings.Clone(c.FormValue("reason")))
		return err
	})
}

// ApproveRequirement is POST …/approve: exactly what the approver saw. A material version asks everybody again.
func (s *Staff) ApproveRequirement(c *fiber.Ctx) error {
	form := frontend.DecisionForm{Material: strings.Clone(c.FormValue("material"))}
	return s.stepRequirement(c, "approved", form, func(ref editorial.Ref) error {
		if form.Material != "yes" && form.Material != "no" {
			return models.Fail(models.Invalid, "required").In("material")
		}
		_, err := s.Editorial.Approve(c.UserContext(), by(session.From(c), auth.ApproveTraining), ref, revisionOf(c), editorial.Terms{Material: form.Material == "yes"})
		return err
	})
}

// ScheduleRequirement is POST …/schedule: at a time, or now.
func (s *Staff) ScheduleRequirement(c *fiber.Ctx) error {
	form := scheduleForm(c)
	return s.stepRequirement(c, "scheduled", form, func(ref editorial.Ref) error {
		_, err := s.Editorial.Schedule(c.UserContext(), byEither(c, auth.ApproveTraining, auth.WriteTraining), ref, revisionOf(c), whenOf(c, form))
		return err
	})
}

// WithdrawRequirement is POST …/withdraw: before it takes effect.
func (s *Staff) WithdrawRequirement(c *fiber.Ctx) error {
	return s.stepRequirement(c, "withdrawn", frontend.DecisionForm{}, func(ref editorial.Ref) error {
		_, err := s.Editorial.Withdraw(c.UserContext(), byEither(c, auth.WriteTraining, auth.ApproveTraining), ref, revisionOf(c), strings.Clone(c.FormValue("reason")))
		return err
	})
}

// stepRequirement takes a step and leads back to the version, or says there what is wrong.
func (s *Staff) stepRequirement(c *fiber.Ctx, done string, form frontend.DecisionForm, step func(editorial.Ref) error) error {
	ref, err := requirementOf(c)
	if err != nil {
		return err
	}
	err = step(ref)
	if isBroken(err) {
		return s.showVersion(c, written{decision: form, wrong: err})
	}
	if err != nil {
		return err
	}
	return c.Redirect(requirementURL(ref)+"?done="+done, http.StatusSeeOther)
}
