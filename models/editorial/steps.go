package editorial

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"candor/models"
	"candor/models/auth"
)

// checkNote refuses what is too long or holds what nobody can read.
func checkNote(field, text string, needed bool) error {
	switch {
	case needed && strings.TrimSpace(text) == "":
		return models.Fail(models.Invalid, "required").In(field)
	case utf8.RuneCountInString(text) > MaxNote:
		return models.Fail(models.Invalid, "too_long", "max", MaxNote).In(field)
	case !utf8.ValidString(text):
		return models.Fail(models.Malformed, "bad_utf8").In(field)
	case hasControl(text):
		return models.Fail(models.Invalid, "control_character").In(field)
	}
	return nil
}

// at refuses a step that was decided on before another one was taken.
func at(h history, revision int) error {
	if revision != h.head().number {
		return ErrMoved
	}
	return nil
}

// repeated says whether the newest step is the one that is asked for again.
func repeated(h history, r record) bool {
	head := h.head()
	return head.number == r.Base+1 && head.Step == r.Step && head.By == r.By && head.Base == r.Base && head.Note == r.Note &&
		slices.Equal(head.Confirmed, r.Confirmed)
}

// moved is what everything but Save and Comment has in common: a step that was decided on seeing one revision, and is
// taken from that one or not at all. Asked for again, it is taken once.
type moved struct {
	by       By
	ref      Ref
	revision int
	step     Step
	note     string
	may      auth.Permission
	from     []State
	change   func(h history, r *record) error
	// same says whether what a step led to is what is asked for; nil where nothing but the note could differ.
	same func(after standing) bool
}

func (s *Service) move(ctx context.Context, m moved) (Edition, error) {
	if err := may(m.by, m.may, false); err != nil {
		return Edition{}, err
	}
	m.note = strings.TrimSpace(m.note)
	h, err := s.take(ctx, m.ref, func(h history) (*record, error) {
		r := h.next(m.by, m.step, m.revision, s.now())
		r.Note = m.note
		if repeated(h, r) && (m.same == nil || m.same(h.head().After)) {
			return nil, errNothing
		}
		if err := at(h, m.revision); err != nil {
			return nil, err
		}
		if !slices.Contains(m.from, h.head().After.State) {
			if !h.head().After.State.Open() {
				return nil, ErrClosed
			}
			return nil, ErrState
		}
		if err := m.change(h, &r); err != nil {
			return nil, err
		}
		return &r, nil
	})
	if err != nil {
		return Edition{}, err
	}
	return h.head().edition(), nil
}

// Comment adds what somebody has to say about a version, or a part of it. It changes nothing else.
func (s *Service) Comment(ctx context.Context, by By, ref Ref, part, text string) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	write, approve := k.Permissions()
	if may(by, write, false) != nil && may(by, approve, false) != nil && !mayRead(k, by) {
		return Edition{}, ErrNotPermitted
	}
	text = strings.TrimSpace(text)
	if err := checkNote("text", text, true); err != nil {
		return Edition{}, err
	}
	if part != "" {
		if err := checkPart(k, part, ""); err != nil {
			return Edition{}, err
		}
	}
	h, err := s.take(ctx, ref, func(h history) (*record, error) {
		head := h.head()
		if s := head.After.State; !s.Open() && s != Scheduled {
			return nil, ErrClosed
		}
		r := h.next(by, StepCommented, head.number, s.now())
		r.Comment = &Comment{Part: part, Text: text}
		if head.Step == StepCommented && head.By == by && *head.Comment == *r.Comment { // sent twice
			return nil, errNothing
		}
		r.After.Comments++
		return &r, nil
	})
	if err != nil {
		return Edition{}, err
	}
	return h.head().edition(), nil
}

// mayRead says whether somebody may read what is not published, and so have something to say about it.
func mayRead(k Kind, by By) bool {
	r, ok := k.(Readable)
	return ok && may(by, r.Readers(), false) == nil
}

// Confirm says that translations are still right though their source has changed since they were made. base is the
// revision that the translator saw: what has changed after it is not confirmed.
func (s *Service) Confirm(ctx context.Context, by By, ref Ref, base int, parts ...string) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	write, _ := k.Permissions()
	if err := may(by, write, false); err != nil {
		return Edition{}, err
	}
	parts = slices.Sorted(slices.Values(parts))
	h, err := s.take(ctx, ref, func(h history) (*record, error) {
		head := h.head()
		switch {
		case !head.After.State.Open():
			return nil, ErrClosed
		case base < 1 || base > len(h):
			return nil, ErrUnknown.In("revision")
		}
		r := h.next(by, StepConfirmed, base, s.now())
		seen := h.content(base)
		for _, part := range parts {
			source := k.Source(part)
			p, there := r.After.Parts[part]
			if !there || source == "" || source == part || p.Revision > base {
				return nil, models.Fail(models.Invalid, "draft_part").In(part)
			}
			if sum := hash(seen[source]); p.Source != sum {
				p.Source, p.SourceRevision = sum, base
				r.After.Parts[part] = p
				r.Confirmed = append(r.Confirmed, part)
			}
		}
		if len(r.Confirmed) == 0 {
			return nil, errNothing
		}
		return &r, nil
	})
	if err != nil {
		return Edition{}, err
	}
	return h.head().edition(), nil
}

// Submit asks for a draft to be approved. revision is the one that whoever submits it saw.
func (s *Service) Submit(ctx context.Context, by By, ref Ref, revision int, note string) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	if err := checkNote("note", note, false); err != nil {
		return Edition{}, err
	}
	write, _ := k.Permissions()
	return s.move(ctx, moved{
		by: by, ref: ref, revision: revision, step: StepSubmitted, note: note, may: write, from: []State{Draft},
		change: func(h history, r *record) error {
			if err := s.ready(ctx, k, h, true); err != nil {
				return err
			}
			r.After.State = InReview
			r.After.Submission = &Submission{By: by, At: r.at, Revision: revision, Note: r.Note}
			return nil
		},
	})
}

// Return gives a version in review back to its authors, or takes an approval back; the note says why.
func (s *Service) Return(ctx context.Context, by By, ref Ref, revision int, note string) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	if err := checkNote("note", note, true); err != nil {
		return Edition{}, err
	}
	_, approve := k.Permissions()
	return s.move(ctx, moved{
		by: by, ref: ref, revision: revision, step: StepReturned, note: note, may: approve, from: []State{InReview, Approved},
		change: func(_ history, r *record) error {
			r.After.State, r.After.Submission, r.After.Approval = Draft, nil, nil
			return nil
		},
	})
}

// Approve approves exactly the revision given, if it is the newest one, is in review, and lacks nothing. Nobody approves
// what they are among the authors of.
func (s *Service) Approve(ctx context.Context, by By, ref Ref, revision int, terms Terms) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	terms.Note, terms.InvalidFrom = strings.TrimSpace(terms.Note), terms.InvalidFrom.UTC()
	if err := checkTerms(terms); err != nil {
		return Edition{}, err
	}
	_, approve := k.Permissions()
	return s.move(ctx, moved{
		by: by, ref: ref, revision: revision, step: StepApproved, note: terms.Note, may: approve, from: []State{InReview},
		change: func(h history, r *record) error {
			if h.head().edition().Authored(by) {
				return ErrOwn
			}
			if err := s.ready(ctx, k, h, false); err != nil {
				return err
			}
			r.After.State = Approved
			r.After.Approval = &Approval{Terms: terms, By: by, At: r.at, Revision: revision, SHA256: r.After.SHA256}
			return nil
		},
		same: func(after standing) bool { return after.Approval != nil && after.Approval.Terms == terms },
	})
}

// The effects, as notice.Effect has them.
const (
	effectKeep       = ""
	effectAsk        = "ask"
	effectInvalidate = "invalidate"
)

func checkTerms(t Terms) error {
	switch {
	case t.Effect != effectKeep && t.Effect != effectAsk && t.Effect != effectInvalidate:
		return models.Fail(models.Invalid, "draft_effect").In("effect")
	case t.Effect != effectKeep && !t.Material: // why would anybody be asked again about what means the same
		return models.Fail(models.Invalid, "draft_effect_immaterial").In("effect")
	case t.Effect != effectInvalidate && !t.InvalidFrom.IsZero():
		return models.Fail(models.Invalid, "draft_invalid_from").In("invalid_from")
	}
	return checkNote("note", t.Note, false)
}

// ready refuses what lacks something: for a submission only what makes it senseless to read.
func (s *Service) ready(ctx context.Context, k Kind, h history, early bool) error {
	if err := s.open(ctx, k, h.head()); err != nil {
		return err
	}
	problems := k.Check(ctx, Document{Edition: h.head().edition(), Content: h.content(len(h))})
	if early {
		problems = slices.DeleteFunc(problems, func(p Problem) bool { return !p.Early })
	}
	if len(problems) > 0 {
		return ErrIncomplete.Because(problems[0].Error).In(problems[0].Field)
	}
	return nil
}
