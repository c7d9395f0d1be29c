package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/training"
)

// Training is GET /staff/training: what the member of staff must know, what is missing first.
func (s *Staff) Training(c *fiber.Ctx) error {
	v := session.From(c)
	all, err := s.Required.Standings(c.UserContext(), v.Staff())
	if err != nil {
		return err
	}
	page := frontend.TrainingPage{Withheld: v.Withheld(), Return: session.Returning(strings.Clone(c.Query("return"))), Done: c.Query("done") == "yes"}
	for _, st := range all {
		item := requirementItem(st, v.Words.Tag())
		item.URL = trainingURL(item.Key, page.Return)
		page.Items = append(page.Items, item)
	}
	if v.May(auth.SeeTraining) {
		page.Report, page.Written = reportPath, requirementsPath
	}
	return s.Show(c, http.StatusOK, page)
}

// trainingURL is the page of a requirement, from which one goes back to another page.
func trainingURL(key, back string) string {
	to := session.TrainingPath + "/" + url.PathEscape(key)
	if back != "" {
		to += "?return=" + url.QueryEscape(back)
	}
	return to
}

// requirementItem is a requirement and where somebody stands on it, as a page tells it.
func requirementItem(st training.Standing, tag string) frontend.RequirementItem {
	r := st.Requirement
	text, lang := r.In(tag)
	item := frontend.RequirementItem{
		Key: r.Key, Title: text.Title, Kind: frontend.RequirementKind(r.Kind), Version: r.Version,
		State: frontend.RequirementState(st.State), Why: string(st.Reason), Until: st.Until,
		DoneAt: st.Attested.At, Entry: int64(st.Attested.Seq), Score: st.Attested.Score, // below 2^53
	}
	if lang != tag {
		item.Lang = lang
	}
	return item
}
