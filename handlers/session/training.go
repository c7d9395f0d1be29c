package session

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
	"candor/models/training"
)

// TrainingPath is where staff see what they must acknowledge and pass, and do it.
const TrainingPath = "/staff/training"

// ErrTrainingMissing refuses what is withheld until every policy is acknowledged and every training passed.
var ErrTrainingMissing = models.Fail(models.Forbidden, "training_missing")

// learn finds out where a member of staff stands on what they must know. If nobody can tell, permissions on personal data
// are withheld.
func (m *Middleware) learn(c *fiber.Ctx) {
	v := From(c)
	if m.cfg.Training == nil || !v.IsStaff() {
		return
	}
	v.training, v.trainingErr = m.cfg.Training(c.UserContext(), v.Staff())
	v.withheld = v.trainingErr != nil || slices.ContainsFunc(v.training, func(s training.Standing) bool { return s.State == training.Missing })
}

// Training says where the visitor stands on each requirement that binds them, what is missing first.
func (v *Visitor) Training() []training.Standing { return v.training }

// Withheld says that permissions on personal data are withheld.
func (v *Visitor) Withheld() bool { return v.withheld }

// withholds says that a permission is withheld which one of the visitor's roles has.
func (v *Visitor) withholds(p auth.Permission) bool {
	return v.withheld && auth.Personal(p) && slices.ContainsFunc(v.Staff().Roles, func(role string) bool { return auth.May(role, p) })
}

// teach leads to what is missing whoever asks for a page that is withheld, and refuses everything else.
func (m *Middleware) teach(c *fiber.Ctx) error {
	v := From(c)
	switch {
	case v.trainingErr != nil:
		return v.trainingErr
	case c.Method() == http.MethodGet || c.Method() == http.MethodHead:
		return c.Redirect(TrainingPath+"?return="+url.QueryEscape(string(c.Request().RequestURI())), http.StatusSeeOther)
	default:
		return ErrTrainingMissing
	}
}

// Returning is the staff page that a query names to go back to; empty if it names none. No other site's is one.
func Returning(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || strings.ContainsAny(path, "\\\r\n") || !strings.HasPrefix(u.Path, "/staff/") || strings.Contains(u.Path, "..") {
		return ""
	}
	return u.RequestURI()
}
