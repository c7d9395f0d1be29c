package staff

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/notice"
)

// Notice is GET /staff/notices/{key}: a text with its versions and their history.
func (s *Staff) Notice(c *fiber.Ctx) error { return s.notice(c, nil) }

// StartNotice is POST /staff/notices/{key}/versions: the next version begins, or the one that is being made goes on.
func (s *Staff) StartNotice(c *fiber.Ctx) error {
	if _, err := s.textOf(c); err != nil {
		return err
	}
	e, err := s.Editorial.Start(c.UserContext(), by(session.From(c), auth.WriteTexts), editorial.KindNotice, strings.Clone(c.Params("key")))
	if err != nil {
		return s.notice(c, err)
	}
	return c.Redirect(versionURL(e.Ref)+"/edit", http.StatusSeeOther)
}

// notice shows the page, and what went wrong.
func (s *Staff) notice(c *fiber.Ctx, wrong error) error {
	v := session.From(c)
	t, err := s.textOf(c)
	if err != nil {
		return err
	}
	page := frontend.StaffNoticePage{Key: t.key, URL: noticeURL(t.key), Compare: noticeURL(t.key) + "/compare", MayWrite: v.May(auth.WriteTexts)}
	status := http.StatusOK
	if wrong != nil {
		words, _, ok := pages.InWords(c, wrong)
		if !ok {
			return wrong
		}
		page.Problem, status = words, problem.Status(problem.From(wrong))
	}
	if page.Title, err = s.titleOf(c, t); err != nil {
		return err
	}
	m := s.Map.Current()
	for i := range m.Purposes {
		if p := &m.Purposes[i]; m.NoticeFor(p) == t.key {
			page.Purpose = p.Label.In(v.Words.Tag())
			break
		}
	}
	page.Editions = s.editionsOf(c, t)
	if t.now != nil {
		page.Open, page.Turn = s.edition(c, *t.now), turnOf(*t.now)
		page.Languages = s.languageMarks(*t.now, "", page.MayWrite)
		if t.now.State.Open() {
			page.Exports = s.exports(*t.now)
		}
		if page.Incomplete, err = s.incomplete(c, *t.now); err != nil {
			return err
		}
	}
	if page.Steps, page.Comments, err = s.history(c, t.editions); err != nil {
		return err
	}
	if page.Chart, err = s.reconsent(c, t.key); err != nil {
		return err
	}
	return s.Show(c, status, page)
}

// editionsOf lists every version, the newest first: those that were made here and those that came from files.
func (s *Staff) editionsOf(c *fiber.Ctx, t text) []frontend.Edition {
	byVersion := map[int]frontend.Edition{}
	for _, e := range t.editions {
		byVersion[e.Version] = s.edition(c, e)
	}
	for _, n := range s.Notices.Versions(t.key) {
		e := byVersion[n.Version]
		e.Version, e.EffectiveAt, e.Material, e.Effect, e.InvalidFrom = n.Version, n.EffectiveAt, n.Material, string(n.Effect), n.InvalidFrom
		e.Public = "/notices/" + url.PathEscape(t.key) + "/versions/" + strconv.Itoa(n.Version)
		if e.State == "" {
			e.State = publishedState(s.Notices.State(n))
		}
		byVersion[n.Version] = e
	}
	var out []frontend.Edition
	for version, e := range byVersion {
		if version > 1 {
			e.Compare = compareURL(t.key, strconv.Itoa(version-1), strconv.Itoa(version), "")
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b frontend.Edition) int { return cmp.Compare(b.Version, a.Version) })
	return out
}

func publishedState(state string) frontend.EditionState {
	switch state {
	case notice.Scheduled:
		return frontend.EditionScheduled
	case notice.InForce:
		return frontend.EditionPublished
	}
	return frontend.EditionSuperseded
}

func compareURL(key, from, to, language string) string {
	query := url.Values{"from": {from}, "to": {to}}
	if language != "" {
		query.Set("language", language)
	}
	return noticeURL(key) + "/compare?" + query.Encode()
}

// reconsent is how re-consent proceeds to the newest version that asks for it; nil if none does, or while all are being counted.
func (s *Staff) reconsent(c *fiber.Ctx, key string) (*frontend.Reconsent, error) {
	for _, n := range slices.Backward(s.Notices.Versions(key)) {
		if n.Effect == notice.Keep || n.EffectiveAt.After(s.Clock()) {
			continue
		}
		p, err := s.Consent.Progress(c.UserContext(), key, n.Version)
		if models.KindOf(err) == models.Unavailable {
			return nil, nil //nolint:nilnil // the page is there without it
		}
		if err != nil {
			return nil, err
		}
		chart := &frontend.Reconsent{Version: n.Version}
		for _, d := range p.Days {
			chart.Days = append(chart.Days, frontend.ReconsentDay{At: d.Day, Given: d.Renewed, Refused: d.Withdrawn, Waiting: d.Undecided, Away: d.NotAsked})
			chart.Asked = d.Renewed + d.Withdrawn + d.Undecided + d.NotAsked
		}
		return chart, nil
	}
	return nil, nil //nolint:nilnil // no version asks
}

// told is of how many of the newest versions a page tells the history.
const told = 3

// history tells the steps of the newest versions, the latest first, and what was said about them.
func (s *Staff) history(c *fiber.Ctx, editions []editorial.Edition) (steps []frontend.NoticeStep, comments []frontend.NoticeComment, err error) {
	for _, e := range editions[max(0, len(editions)-told):] {
		revisions, err := s.Editorial.Revisions(c.UserContext(), e.Ref)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range revisions {
			if r.Step == editorial.StepCommented {
				comments = append(comments, frontend.NoticeComment{At: r.At, Who: s.nameOf(c, r.By), Text: r.Comment.Text, Version: r.Version})
				continue
			}
			if len(r.Proposed) > 0 {
				steps = append(steps, s.proposal(c, r))
			}
			if r.Step != editorial.StepProposed {
				steps = append(steps, s.step(c, r))
			}
		}
	}
	slices.Reverse(steps)
	return steps, comments, nil
}

func (s *Staff) step(c *fiber.Ctx, r editorial.Revision) frontend.NoticeStep {
	step := frontend.NoticeStep{Version: r.Version, At: r.At, Did: string(r.Step), Who: s.nameOf(c, r.By), Text: r.Note}
	parts := append(slices.Clone(r.Confirmed), slices.Collect(maps.Keys(r.Changed))...)
	if r.Step == editorial.StepStarted {
		return step
	}
	slices.Sort(parts)
	for _, part := range parts {
		step.Parts = append(step.Parts, s.partName(session.From(c), part))
	}
	if r.Kind == editorial.KindNotice && len(r.Changed) > 0 && r.Number > 1 {
		tag, _, _ := strings.Cut(parts[0], "/")
		step.Compare = compareURL(r.Key, side(r.Version, r.Number-1), side(r.Version, r.Number), tag)
	}
	return step
}

// proposal tells what was written at the same time as somebody else: its words are there to be read, and copied.
func (s *Staff) proposal(c *fiber.Ctx, r editorial.Revision) frontend.NoticeStep {
	step := frontend.NoticeStep{Version: r.Version, At: r.At, Did: string(editorial.StepProposed), Who: s.nameOf(c, r.By)}
	for _, part := range slices.Sorted(maps.Keys(r.Proposed)) {
		step.Parts = append(step.Parts, s.partName(session.From(c), part))
		step.Text = strings.TrimSpace(step.Text + "\n\n" + r.Proposed[part])
	}
	return step
}

// side names a version after a step, as comparisons do.
func side(version, revision int) string { return strconv.Itoa(version) + "." + strconv.Itoa(revision) }

// isBroken says whether an error is a rule that somebody can mend.
func isBroken(err error) bool {
	e, ok := errors.AsType[*models.Error](err)
	return ok && (e.Kind == models.Invalid || e.Kind == models.Conflict || e.Kind == models.Forbidden)
}
