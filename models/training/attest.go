package training

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// The states of an attestation, in the log too.
const (
	Acknowledged = "acknowledged"
	Passed       = "passed"
	Failed       = "failed" // recorded, and permits nothing
)

// ErrInForce: a version that has come into force is not taken back; publish another one.
var ErrInForce = models.Fail(models.Conflict, "requirement_in_force")

// Shown is the exact text that somebody had before them.
type Shown struct {
	Version int
	Locale  string
	SHA256  string
	// Nonce tells one showing from another: what is sent twice from one page is one event.
	Nonce string
}

// Attempt is that a member of staff acknowledges a policy, or hands in the answers of a training.
type Attempt struct {
	Member models.Staff
	Key    string
	Shown  Shown
	// Answers are the IDs of the chosen ones, by question. They are not kept.
	Answers map[string][]string
	Auth    string // how the member was authenticated
	// OccurredAt is when it happened, if that was elsewhere and earlier, as with what an earlier system has recorded; zero for
	// now.
	OccurredAt time.Time
}

// Outcome is what became of an attempt.
type Outcome struct {
	Attestation store.Attestation
	// Wrong are the IDs of questions that were not answered rightly, in their order.
	Wrong []string
}

// Passed says whether it counts.
func (o Outcome) Passed() bool { return o.Attestation.State != Failed }

// Attest records an attempt in the log, and then where it is asked for by member. The requirement must bind the member
// (ErrUnknown), the text shown must be the one in force (models.ErrStaleServed), and every question must be answered.
// Repeated, it changes nothing: the first attempt's entry answers.
func (s *Service) Attest(ctx context.Context, a Attempt) (Outcome, error) {
	if err := s.recent(ctx); err != nil {
		return Outcome{}, err
	}
	r, err := s.Current(a.Key)
	if err != nil {
		return Outcome{}, err
	}
	if !r.Binds(a.Member.Roles) || a.Member.ID == "" {
		return Outcome{}, ErrUnknown
	}
	text, ok := r.Texts[a.Shown.Locale]
	if !ok || text.Title == "" || a.Shown.Version != r.Version || a.Shown.SHA256 != r.Hash(a.Shown.Locale) {
		return Outcome{}, models.ErrStaleServed
	}
	detail, wrong, err := r.detail(a)
	if err != nil {
		return Outcome{}, err
	}
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) { return detail, nil }})
	if err != nil {
		return Outcome{}, fmt.Errorf("record attestation: %w", err)
	}
	attestation, ok := attestationOf(result)
	if !ok {
		return Outcome{}, fmt.Errorf("record attestation: entry %d is something else", result.Entry.Seq)
	}
	if err := s.cfg.Attestations.PutAttestations(ctx, 0, []store.Attestation{attestation}); err != nil {
		return Outcome{}, fmt.Errorf("keep attestation: %w", err)
	}
	return Outcome{Attestation: attestation, Wrong: wrong}, nil
}

// detail is what the log says of an attempt. The event's id is derived from the page it was made on.
func (r Requirement) detail(a Attempt) (ledger.Detail, []string, error) {
	state, part := Acknowledged, a.Shown.Locale
	var wrong []string
	if r.Kind == Training {
		var err error
		if wrong, err = r.mark(a.Answers); err != nil {
			return ledger.Detail{}, nil, err
		}
		score := 100 * (len(r.Questions) - len(wrong)) / len(r.Questions)
		state, part = Failed, part+"/"+strconv.Itoa(score)
		if score >= r.PassMark {
			state = Passed
		}
	}
	role := a.Member.Roles[slices.IndexFunc(a.Member.Roles, func(role string) bool { return slices.Contains(r.Roles, role) })]
	return ledger.Detail{
		Kind:    ledger.StaffAttested,
		ID:      ledger.DerivedEventID(ledger.StaffAttested, a.Member.ID, r.Key, a.Shown.Nonce),
		Actor:   ledger.Actor{Type: ledger.ActorStaff, ID: a.Member.ID},
		State:   state,
		Channel: ledger.ChannelWeb,
		Auth:    a.Auth,
		Role:    role,

		OccurredAt: a.OccurredAt,
		About:      r.about(part, a.Shown.SHA256),
	}, wrong, nil
}

// mark gives the questions that were not answered rightly. Each must have an answer, and only answers that it offers; one
// that takes a single answer is given one.
func (r Requirement) mark(answers map[string][]string) (wrong []string, err error) {
	for _, q := range r.Questions {
		given := answers[q.ID]
		if len(given) == 0 {
			return nil, models.Fail(models.Invalid, "question_unanswered").In(q.ID)
		}
		if len(given) > 1 && !q.Multiple {
			return nil, models.Fail(models.Invalid, "question_one_answer").In(q.ID)
		}
		for _, id := range given {
			if !slices.ContainsFunc(q.Answers, func(offered Answer) bool { return offered.ID == id }) {
				return nil, models.Fail(models.Invalid, "question_unanswered").In(q.ID)
			}
		}
		if slices.ContainsFunc(q.Answers, func(offered Answer) bool { return offered.Right != slices.Contains(given, offered.ID) }) {
			wrong = append(wrong, q.ID)
		}
	}
	return wrong, nil
}

// attestationOf reads one back from its entry; false if the entry is no attestation.
func attestationOf(r sequencer.Result) (store.Attestation, bool) {
	d := r.Detail
	if d.Kind != ledger.StaffAttested || d.About == nil {
		return store.Attestation{}, false
	}
	at := r.Time
	if !d.OccurredAt.IsZero() && d.OccurredAt.Before(at) {
		at = d.OccurredAt
	}
	locale, mark, _ := strings.Cut(d.About.Part, "/")
	score, _ := strconv.Atoi(mark) // absent of a policy
	return store.Attestation{
		Seq: r.Entry.Seq, Staff: d.Actor.ID, Requirement: d.About.Key, Version: d.About.Version, Locale: locale,
		SHA256: d.About.SHA256, State: d.State, Score: score, At: at,
	}, true
}
