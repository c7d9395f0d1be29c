package editorial

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// The errors that callers may want to tell apart. All others are models.Invalid and name what is wrong.
var (
	// ErrUnknown: there is no such version, or no such revision of it.
	ErrUnknown = models.Fail(models.NotFound, "unknown_draft")
	// ErrMoved: somebody has taken another step meanwhile. Read what is there now, and decide again.
	ErrMoved = models.Fail(models.Conflict, "draft_moved")
	// ErrClosed: it is scheduled, published or withdrawn, and cannot change.
	ErrClosed = models.Fail(models.Conflict, "draft_closed")
	// ErrState: the step does not follow from the state in which the version is.
	ErrState = models.Fail(models.Conflict, "draft_state")
	// ErrOwn: whoever wants to approve is among the authors.
	ErrOwn = models.Fail(models.Forbidden, "draft_own")
	// ErrNotPermitted: no role of whoever asks permits it.
	ErrNotPermitted = models.Fail(models.Forbidden, "draft_not_permitted")
	// ErrIncomplete: Problems says what is missing.
	ErrIncomplete = models.Fail(models.Conflict, "draft_incomplete")
	// ErrOvertaken: another version was published under its number, from a file. Withdraw it, and begin the next.
	ErrOvertaken = models.Fail(models.Conflict, "draft_overtaken")
	// ErrInForce: what has taken effect is not withdrawn; publish another version.
	ErrInForce = models.Fail(models.Conflict, "draft_in_force")
)

// errBusy: others took the next number again and again. It does not happen to people.
var errBusy = models.Fail(models.Unavailable, "store_unavailable")

// errNothing is what a step gives where what it would lead to is there already.
var errNothing = errors.New("nothing to do")

// tries is how often a step is worked out anew because others took the next number: each time somebody else has got on.
const tries = 100

// Log takes the events; *sequencer.Sequencer is one.
type Log interface {
	Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error)
}

// Config is what a Service works with.
type Config struct {
	Store  store.Revisions
	Log    Log
	Kinds  []Kind
	Clock  func() time.Time
	Logger *slog.Logger
}

// Service takes the steps. It is safe for concurrent use, on any number of servers.
type Service struct {
	cfg   Config
	kinds map[string]Kind

	mu      sync.Mutex
	said    map[Ref]int // the last revision of each version that is known to be in the log
	carried map[Ref]int // the last revision of each from which nothing more follows
}

// New makes one.
func New(cfg Config) *Service {
	s := &Service{cfg: cfg, kinds: map[string]Kind{}, said: map[Ref]int{}, carried: map[Ref]int{}}
	for _, k := range cfg.Kinds {
		s.kinds[k.Name()] = k
	}
	return s
}

func (s *Service) kind(name string) (Kind, error) {
	if k, ok := s.kinds[name]; ok {
		return k, nil
	}
	return nil, ErrUnknown
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Millisecond) }

// may refuses whoever has no role that permits a step. A service may write if its scope let it in, and nothing else.
func may(by By, p auth.Permission, serviceToo bool) error {
	switch by.Type {
	case ledger.ActorStaff:
		if by.ID != "" && auth.May(by.Role, p) {
			return nil
		}
	case ledger.ActorService:
		if serviceToo && by.ID != "" {
			return nil
		}
	}
	return ErrNotPermitted
}

// load reads every step of a version, or ErrUnknown.
func (s *Service) load(ctx context.Context, ref Ref) (history, error) {
	list, err := s.cfg.Store.RevisionsOf(ctx, store.RevisionKey{Kind: ref.Kind, Key: ref.Key, Version: ref.Version}, 0)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", ref.Kind, ref.Key, err)
	}
	if len(list) == 0 {
		return nil, ErrUnknown
	}
	h := make(history, len(list))
	for i, r := range list {
		if h[i], err = read(r); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// take takes a step: it works out what it is from what is there, keeps it under the next number and says it in the log.
// If somebody else has that number it works it out anew. Where step gives errNothing it is there already.
func (s *Service) take(ctx context.Context, ref Ref, step func(h history) (*record, error)) (history, error) {
	if _, err := s.kind(ref.Kind); err != nil {
		return nil, err
	}
	for range tries {
		h, err := s.load(ctx, ref)
		if err != nil {
			return nil, err
		}
		if err := s.say(ctx, h.head()); err != nil { // a crash may have kept it from the log
			return nil, err
		}
		r, err := step(h)
		if errors.Is(err, errNothing) {
			return h, nil
		}
		if err != nil {
			return nil, err
		}
		err = s.keep(ctx, *r)
		if errors.Is(err, store.ErrExists) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return append(h, *r), nil
	}
	return nil, errBusy
}

// keep writes a step down and then says it in the log; store.ErrExists if its number is taken.
func (s *Service) keep(ctx context.Context, r record) error {
	raw, err := r.write()
	if err != nil {
		return err
	}
	if err := s.cfg.Store.AddRevision(ctx, raw); err != nil {
		return fmt.Errorf("keep a revision of %s %s: %w", r.Kind, r.Key, err)
	}
	return s.say(ctx, r)
}

// say has the log say what a step did, unless it does.
func (s *Service) say(ctx context.Context, r record) error {
	s.mu.Lock()
	done := s.said[r.Ref] >= r.number
	s.mu.Unlock()
	if done {
		return nil
	}
	_, err := s.cfg.Log.Append(ctx, sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) { return r.detail(), nil }})
	if err != nil {
		return fmt.Errorf("say a step of %s %s in the log: %w", r.Kind, r.Key, err)
	}
	s.mu.Lock()
	s.said[r.Ref] = max(s.said[r.Ref], r.number)
	s.mu.Unlock()
	return nil
}

// kindsOf are the kinds of events by which steps are told.
var kindsOf = map[Step]string{
	StepStarted: ledger.DraftStarted, StepSaved: ledger.DraftSaved, StepProposed: ledger.DraftProposed,
	StepConfirmed: ledger.DraftConfirmed, StepCommented: ledger.DraftCommented, StepSubmitted: ledger.DraftSubmitted,
	StepReturned: ledger.DraftReturned, StepApproved: ledger.DraftApproved, StepScheduled: ledger.DraftScheduled,
	StepWithdrawn: ledger.DraftWithdrawn,
}

// detail is what the log says of the step. It is the same whoever says it, and whenever.
func (r record) detail() ledger.Detail {
	d := ledger.Detail{
		Kind: kindsOf[r.Step], ID: eventID(r.Ref, r.number), Actor: r.By.Actor, Role: r.By.Role, Reason: r.Note,
		About: &ledger.About{Type: r.Kind, Key: r.Key, Version: r.Version, Part: r.onePart(), SHA256: r.After.SHA256},
	}
	switch r.Step {
	case StepApproved:
		d.State = r.After.Approval.words()
	case StepScheduled:
		d.State = "effective_at=" + r.After.Schedule.EffectiveAt.Format(time.RFC3339)
	}
	return d
}

// onePart is the part that the step was about, if it was one alone.
func (r record) onePart() string {
	parts := slices.Concat(r.Confirmed, slices.Collect(maps.Keys(r.Changed)), slices.Collect(maps.Keys(r.Proposed)))
	if r.Comment != nil {
		return r.Comment.Part
	}
	if len(parts) != 1 || r.Step == StepStarted {
		return ""
	}
	return parts[0]
}

// words are the terms as the log tells them.
func (t Terms) words() string {
	words := "material=" + strconv.FormatBool(t.Material)
	if t.Effect != "" {
		words += " effect=" + t.Effect
	}
	if !t.InvalidFrom.IsZero() {
		words += " invalid_from=" + t.InvalidFrom.Format(time.RFC3339)
	}
	return words
}
