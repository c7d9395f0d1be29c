package staff

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/published"
)

// byEither is the visitor in the first of two permissions that they have.
func byEither(c *fiber.Ctx, first, second auth.Permission) editorial.By {
	if session.From(c).May(first) {
		return by(session.From(c), first)
	}
	return by(session.From(c), second)
}

func toDataMap(c *fiber.Ctx, done string) error {
	return c.Redirect(dataMapPath+"?done="+done, http.StatusSeeOther)
}

// StartDataMap is POST /staff/data-map/draft.
func (s *Staff) StartDataMap(c *fiber.Ctx) error {
	if _, err := s.Editorial.Start(c.UserContext(), by(session.From(c), auth.WriteDataMap), editorial.KindDataMap, published.Key); err != nil {
		return s.mapProblem(c, err)
	}
	return toDataMap(c, "started")
}

// openMap is the draft that a form is about, and the revision that its sender saw.
func (s *Staff) openMap(c *fiber.Ctx) (e editorial.Edition, revision int, err error) {
	e, err = s.Editorial.Open(c.UserContext(), editorial.KindDataMap, published.Key)
	if err != nil {
		return e, 0, err
	}
	if revision, err = strconv.Atoi(c.FormValue("revision")); err != nil {
		return e, 0, editorial.ErrMoved
	}
	return e, revision, nil
}

func note(c *fiber.Ctx) string { return strings.Clone(c.FormValue("note")) }

// SubmitDataMap is POST /staff/data-map/submit.
func (s *Staff) SubmitDataMap(c *fiber.Ctx) error {
	e, revision, err := s.openMap(c)
	if err == nil {
		_, err = s.Editorial.Submit(c.UserContext(), by(session.From(c), auth.WriteDataMap), e.Ref, revision, note(c))
	}
	if err != nil {
		return s.mapProblem(c, err)
	}
	return toDataMap(c, "submitted")
}

// ReturnDataMap is POST /staff/data-map/return.
func (s *Staff) ReturnDataMap(c *fiber.Ctx) error {
	e, revision, err := s.openMap(c)
	if err == nil {
		_, err = s.Editorial.Return(c.UserContext(), by(session.From(c), auth.ApproveDataMap), e.Ref, revision, note(c))
	}
	if err != nil {
		return s.mapProblem(c, err)
	}
	return toDataMap(c, "returned")
}

// ApproveDataMap is POST /staff/data-map/approve.
func (s *Staff) ApproveDataMap(c *fiber.Ctx) error {
	e, revision, err := s.openMap(c)
	if err != nil {
		return s.mapProblem(c, err)
	}
	terms := editorial.Terms{Material: c.FormValue("material") != "", Note: note(c)}
	content, err := s.Editorial.Content(c.UserContext(), e.Ref, revision)
	if err == nil {
		err = s.MapDrafts.CheckTerms(content, terms)
	}
	if err == nil {
		_, err = s.Editorial.Approve(c.UserContext(), by(session.From(c), auth.ApproveDataMap), e.Ref, revision, terms)
	}
	if err != nil {
		return s.mapProblem(c, err)
	}
	return toDataMap(c, "approved")
}

// ScheduleDataMap is POST /staff/data-map/schedule.
func (s *Staff) ScheduleDataMap(c *fiber.Ctx) error {
	e, revision, err := s.openMap(c)
	if err != nil {
		return s.mapProblem(c, err)
	}
	when := editorial.When{}
	if local := strings.Clone(c.FormValue("effective_at")); local != "" {
		when = editorial.When{Local: local, Zone: strings.Clone(c.FormValue("time_zone"))}
	}
	if _, err = s.Editorial.Schedule(c.UserContext(), by(session.From(c), auth.ApproveDataMap), e.Ref, revision, when); err != nil {
		return s.mapProblem(c, err)
	}
	return toDataMap(c, "scheduled")
}

// WithdrawDataMap is POST /staff/data-map/withdraw: of a draft, or of a version that has not taken effect.
func (s *Staff) WithdrawDataMap(c *fiber.Ctx) error {
	version, err := strconv.Atoi(c.FormValue("version"))
	if err != nil {
		return editorial.ErrUnknown
	}
	revision, err := strconv.Atoi(c.FormValue("revision"))
	if err != nil {
		return s.mapProblem(c, editorial.ErrMoved)
	}
	ref := editorial.Ref{Kind: editorial.KindDataMap, Key: published.Key, Version: version}
	if _, err := s.Editorial.Withdraw(c.UserContext(), byEither(c, auth.ApproveDataMap, auth.WriteDataMap), ref, revision, note(c)); err != nil {
		return s.mapProblem(c, err)
	}
	return toDataMap(c, "withdrawn")
}
