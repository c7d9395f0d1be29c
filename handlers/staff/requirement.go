package staff

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/notice"
	"candor/models/training"
)

// readingTime is how long a policy or a training may take: longer than a choice, because it is read, and answered.
const readingTime = 4 * time.Hour

// Requirement is GET /staff/training/{key}: the text in force, to be acknowledged or answered.
func (s *Staff) Requirement(c *fiber.Ctx) error {
	return s.showRequirement(c, http.StatusOK, session.Returning(strings.Clone(c.Query("return"))), func(*frontend.RequirementPage) {})
}

// showRequirement shows the text in force. The form carries what is shown, so that it can be proved.
func (s *Staff) showRequirement(c *fiber.Ctx, status int, back string, change func(*frontend.RequirementPage)) error {
	v := session.From(c)
	st, err := s.Required.For(c.UserContext(), v.Staff(), strings.Clone(c.Params("key")))
	if err != nil {
		return err
	}
	r := st.Requirement
	text, lang := r.In(v.Words.Tag())
	html, err := notice.HTML(text.Body)
	if err != nil {
		return err
	}
	hash := r.Hash(lang)
	served, err := s.Auth.Served(v.Secret, auth.Served{
		Purpose: requirementPurpose(r.Key), Notice: models.NoticeRef{Key: r.Key, Version: r.Version, Locale: lang, SHA256: hash},
		Lifetime: readingTime,
	})
	if err != nil {
		return err
	}
	page := frontend.RequirementPage{
		Item: requirementItem(st, v.Words.Tag()), HTML: template.HTML(html), //nolint:gosec // goldmark leaves raw HTML out
		EffectiveAt: r.EffectiveAt, SHA256: hash, PassMark: r.PassMark, Served: served, Return: back, Questions: questionsOf(r, lang),
	}
	page.Item.URL = trainingURL(r.Key, "")
	change(&page)
	return s.Show(c, status, page)
}

// requirementPurpose keeps what was shown of a requirement apart from what is shown of a purpose to customers.
func requirementPurpose(key string) string { return "requirement/" + key }

// questionsOf are a training's questions in a language, unanswered.
func questionsOf(r training.Requirement, lang string) (out []frontend.TestQuestion) {
	for _, q := range r.Questions {
		words := r.Texts[lang].Questions[q.ID]
		question := frontend.TestQuestion{ID: q.ID, Text: words.Text, Multiple: q.Multiple}
		for _, a := range q.Answers {
			question.Answers = append(question.Answers, frontend.TestAnswer{ID: a.ID, Text: words.Answers[a.ID]})
		}
		out = append(out, question)
	}
	return out
}

// choose marks the answers that were given.
func choose(questions []frontend.TestQuestion, answers map[string][]string) {
	for i := range questions {
		for n := range questions[i].Answers {
			a := &questions[i].Answers[n]
			a.Chosen = slices.Contains(answers[questions[i].ID], a.ID)
		}
	}
}
