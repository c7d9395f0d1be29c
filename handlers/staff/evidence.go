package staff

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/consent"
	"candor/models/keys"
	"candor/models/sequencer"
	"candor/models/shown"
	"candor/models/store"
)

// Evidence is GET /staff/evidence: an entry is looked for by its number.
func (s *Staff) Evidence(c *fiber.Ctx) error {
	size := int64(s.Log.Head().Size) // below 2^53
	page := frontend.EvidencePage{Size: size, Entry: strings.TrimSpace(strings.Clone(c.Query("entry")))}
	if page.Entry == "" {
		return s.Show(c, http.StatusOK, page)
	}
	if seq, ok := pages.Entry(page.Entry); ok && int64(seq) < size {
		return c.Redirect("/staff/evidence/"+strconv.FormatUint(seq, 10), http.StatusSeeOther)
	}
	page.Problem = session.From(c).Words.T("error.unknown_entry", "last", size-1)
	return s.Show(c, http.StatusNotFound, page)
}

// EvidenceEntry is GET /staff/evidence/{seq}: what an entry says, if it is about no customer.
func (s *Staff) EvidenceEntry(c *fiber.Ctx) error {
	seq, ok := pages.Entry(c.Params("seq"))
	if !ok {
		return store.ErrNotFound
	}
	r, err := s.Shown.Entry(c.UserContext(), seq)
	if errors.Is(err, shown.ErrReasonNeeded) {
		return s.Show(c, http.StatusOK, s.evidence(c, r))
	}
	return s.showEvidence(c, r, err)
}

// OpenEvidence is POST /staff/evidence/{seq}: with a reason, which the customer sees, what theirs says.
func (s *Staff) OpenEvidence(c *fiber.Ctx) error {
	seq, ok := pages.Entry(c.Params("seq"))
	if !ok {
		return store.ErrNotFound
	}
	v := session.From(c)
	reason := strings.Clone(c.FormValue("reason"))
	r, err := s.Shown.Open(c.UserContext(), shown.Look{Entry: seq, By: v.By(auth.SeeEvidence), Reason: reason})
	if e := problem.From(err); err != nil && e.Kind == models.Invalid {
		page := s.evidence(c, r)
		page.Reason, page.Problem = reason, v.Words.T("error."+e.Code, e.Args...)
		return s.Show(c, problem.Status(e), page)
	}
	return s.showEvidence(c, r, err)
}

func (s *Staff) showEvidence(c *fiber.Ctx, r sequencer.Result, err error) error {
	page := s.evidence(c, r)
	switch {
	case errors.Is(err, keys.ErrDestroyed):
		page.Erased = true
		return s.Show(c, http.StatusOK, page)
	case err != nil:
		return err
	}
	page.Open, page.Facts = true, s.facts(r, session.From(c).Words)
	if consent.IsChoice(r.Detail.Kind) {
		then, err := s.Shown.Of(c.UserContext(), r.Detail)
		if err != nil {
			return err
		}
		if page.Shown, err = pages.Shown(then, r.Detail, s.Languages, textPath); err != nil {
			return err
		}
	}
	return s.Show(c, http.StatusOK, page)
}

// EvidenceText is GET /staff/evidence/texts/{hash}: the exact bytes of a text or of the words around it, by the hash that
// entries name. They are no person's, and so is a path that names no entry: no reason is asked for here.
func (s *Staff) EvidenceText(c *fiber.Ctx) error {
	text, err := s.Shown.Text(c.UserContext(), strings.Clone(c.Params("hash")))
	if err != nil {
		return err
	}
	return pages.SendText(c, text)
}

func textPath(_ string, p shown.Part) string { return "/staff/evidence/texts/" + p.Named }

// evidence is what everybody may know of an entry.
func (s *Staff) evidence(c *fiber.Ctx, r sequencer.Result) frontend.EvidenceEntryPage {
	seq, size := int64(r.Entry.Seq), int64(s.Log.Head().Size) // below 2^53
	page := frontend.EvidenceEntryPage{
		Entry: seq, Size: size, At: r.Time, Person: r.Entry.Subject != "", Previous: seq - 1, Next: -1,
		Proof: s.proof(c, r.Entry.Seq),
	}
	if seq+1 < size {
		page.Next = seq + 1
	}
	return page
}

// proof verifies an entry's place in the published tree.
func (s *Staff) proof(c *fiber.Ctx, seq uint64) frontend.Proof {
	err := s.Log.Verify(c.UserContext(), seq)
	switch {
	case err == nil:
		return frontend.ProofVerified
	case models.KindOf(err) == models.Unavailable:
		return frontend.ProofPending
	default:
		s.Logger.Error("an entry does not verify", "entry", seq, "error", err)
		return frontend.ProofFailed
	}
}
