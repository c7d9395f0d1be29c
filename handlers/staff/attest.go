package staff

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/training"
)

// Attest is POST /staff/training/{key}: a policy is acknowledged, or a training's answers are handed in.
func (s *Staff) Attest(c *fiber.Ctx) error {
	v, key, back := session.From(c), strings.Clone(c.Params("key")), session.Returning(strings.Clone(c.FormValue("return")))
	answers := givenAnswers(c)
	shown, err := s.shownRequirement(c, key)
	var outcome training.Outcome
	if err == nil {
		outcome, err = s.Required.Attest(c.UserContext(), training.Attempt{
			Member: v.Staff(), Key: key, Shown: shown, Answers: answers, Auth: v.Session.Method,
		})
	}
	if err != nil {
		return s.attestAgain(c, back, answers, err)
	}
	next, err := s.afterTraining(c, back)
	if err != nil {
		return err
	}
	st, err := s.Required.For(c.UserContext(), v.Staff(), key)
	if err != nil {
		return err
	}
	if st.Requirement.Kind == training.Policy {
		return c.Redirect(next, http.StatusSeeOther)
	}
	// The answers are kept nowhere: what was right and what was not is told here, and only here.
	page := frontend.OutcomePage{
		Item: requirementItem(st, v.Words.Tag()), Passed: outcome.Passed(), Score: outcome.Attestation.Score, PassMark: st.Requirement.PassMark,
		Entry: int64(outcome.Attestation.Seq), Questions: questionsOf(st.Requirement, shown.Locale), Next: next, Again: trainingURL(key, back), // below 2^53
	}
	choose(page.Questions, answers)
	for i := range page.Questions {
		q := &page.Questions[i]
		q.Right, q.Explanation = !slices.Contains(outcome.Wrong, q.ID), st.Requirement.Texts[shown.Locale].Questions[q.ID].Explanation
	}
	return s.Show(c, http.StatusOK, page)
}

// shownRequirement opens what the form says was shown.
func (s *Staff) shownRequirement(c *fiber.Ctx, key string) (training.Shown, error) {
	served, err := s.Auth.OpenServed(session.From(c).Secret, c.FormValue("served"))
	if err != nil {
		return training.Shown{}, err
	}
	if served.Purpose != requirementPurpose(key) || served.Notice.Key != key {
		return training.Shown{}, models.ErrStaleServed
	}
	return training.Shown{Version: served.Notice.Version, Locale: served.Notice.Locale, SHA256: served.Notice.SHA256, Nonce: served.Nonce}, nil
}

// givenAnswers are the form's, by question.
func givenAnswers(c *fiber.Ctx) map[string][]string {
	answers := map[string][]string{}
	c.Context().PostArgs().VisitAll(func(name, value []byte) {
		answers[string(name)] = append(answers[string(name)], string(value))
	})
	return answers
}

// attestAgain shows the current text again with the answers that were given, and says what is wrong.
func (s *Staff) attestAgain(c *fiber.Ctx, back string, answers map[string][]string, wrong error) error {
	e := problem.From(wrong)
	stale := errors.Is(wrong, models.ErrStaleServed)
	if !stale && e.Kind != models.Invalid {
		return wrong
	}
	return s.showRequirement(c, problem.Status(e), back, func(p *frontend.RequirementPage) {
		choose(p.Questions, answers)
		said := session.From(c).Words.T("error."+e.Code, e.Args...)
		if p.Stale = stale; stale {
			return
		}
		p.Problem = said
		for i := range p.Questions {
			if p.Questions[i].ID == e.Field {
				p.Questions[i].Problem = said
			}
		}
	})
}

// afterTraining is where to go on: to what is still missing, or to the page that was asked for.
func (s *Staff) afterTraining(c *fiber.Ctx, back string) (string, error) {
	missing, err := s.Required.Missing(c.UserContext(), session.From(c).Staff())
	if err != nil {
		return "", err
	}
	if back != "" && len(missing) == 0 {
		return back, nil
	}
	query := url.Values{"done": {"yes"}}
	if back != "" {
		query.Set("return", back)
	}
	return session.TrainingPath + "?" + query.Encode(), nil
}
