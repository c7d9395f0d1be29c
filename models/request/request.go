package request

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// Kind is what is asked.
type Kind string

// The kinds. With "request." before it, each is the kind of the task that systems are given.
const (
	Rectification Kind = "rectification" // Art. 16
	Erasure       Kind = "erasure"       // Art. 17
	Restriction   Kind = "restriction"   // Art. 18
	Release       Kind = "release"       // Art. 18(3): the restriction ends
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Rectification, Erasure, Restriction, Release} }

// task is the kind of the event that asks systems to do their part.
func (k Kind) task() string { return "request." + string(k) }

// The states of a request.
const (
	Open     = "open"
	Accepted = "accepted"
	Refused  = "refused"
	Answered = "answered"
)

// What stands in the way.
var (
	ErrUnknown        = models.Fail(models.NotFound, "unknown_request")
	ErrUnknownTask    = models.Fail(models.NotFound, "unknown_task")
	ErrTooMany        = models.Fail(models.Conflict, "too_many_open_requests", "max", maxOpen)
	ErrNotRestricted  = models.Fail(models.Conflict, "not_restricted").In("kind")
	ErrDecided        = models.Fail(models.Conflict, "request_decided")
	ErrNotAccepted    = models.Fail(models.Conflict, "request_not_accepted")
	ErrExtended       = models.Fail(models.Conflict, "request_extended")
	ErrTooLate        = models.Fail(models.Conflict, "too_late_to_extend")
	ErrNothingToErase = models.Fail(models.Conflict, "nothing_to_erase")
	ErrConfirmed      = models.Fail(models.Conflict, "task_confirmed").In("outcome")
)

// maxOpen is how many requests of one customer may be open.
const maxOpen = 10

// Records are what is held; *billing.Service has them.
type Records interface {
	Record(ctx context.Context, customer, category, id string) (models.Record, error)
	// CheckRecord says what PutRecord would find wrong with a record.
	CheckRecord(r models.Record) error
	PutRecord(ctx context.Context, r models.Record) error
	DeleteRecords(ctx context.Context, customer, category, id string) error
}

// Tallier counts what is held, and finds a category's only record.
type Tallier interface {
	Tallies(ctx context.Context, customer string) (map[string]models.Tally, error)
	PageRecords(ctx context.Context, q store.RecordQuery) ([]store.Record, error)
}

// Sealer seals under customers' keys; *keys.Ring is one.
type Sealer interface {
	Seal(ctx context.Context, scope store.Scope, plaintext, associated []byte) ([]byte, error)
	Open(ctx context.Context, scope store.Scope, sealed, associated []byte) ([]byte, error)
	Scopes(ctx context.Context, customer string) ([]string, error)
}

// Config is what a Service works with; all of it is required.
type Config struct {
	Map       *datamap.Holder
	Log       *sequencer.Sequencer
	Requests  store.Requests
	Tasks     store.Tasks
	Customers store.Customers
	Clients   store.Clients
	Archives  store.Archives
	Tallies   Tallier
	Records   Records
	Ring      Sealer
	// SignIns forgets what a customer could come in by, once nothing is held any more that says who they are; nil where
	// nobody comes in.
	SignIns SignIns
	// Secret keeps ids from telling what was asked to whoever guesses it.
	Secret []byte
	Clock  func() time.Time
	Logger *slog.Logger
}

// SignIns forgets; *signin.Service does.
type SignIns interface {
	Forget(ctx context.Context, customer string) error
}

// Service is the rules of requests over one log. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service. What a crash has left undone is taken up by Run.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Asked is what a customer asks.
type Asked struct {
	// Of a rectification: the field of a record, and what it should say. Record may be empty where the category has one.
	Category string `json:"category,omitempty"`
	Record   string `json:"record,omitempty"`
	Field    string `json:"field,omitempty"`
	Value    string `json:"value,omitempty"`
	// Categories of an erasure; none is everything.
	Categories []string `json:"categories,omitempty"`
	// Ground of a restriction, one of Art. 18(1).
	Ground string `json:"ground,omitempty"`
	// Text is in the customer's own words.
	Text string `json:"text,omitempty"`
}

// Step is something that happened to a request.
type Step struct {
	Kind       string       `json:"kind"` // of the entry
	Actor      ledger.Actor `json:"actor"`
	Role       string       `json:"role,omitempty"` // in which a member of staff acted
	Channel    string       `json:"channel,omitempty"`
	Auth       string       `json:"auth,omitempty"`
	OccurredAt time.Time    `json:"occurred_at,omitzero"`
	// Text is said to the customer: why it takes longer, why not, what was done.
	Text    string   `json:"text,omitempty"`
	Grounds []string `json:"grounds,omitempty"`
	// Plan of an erasure says what goes and what stays.
	Plan []Plan `json:"plan,omitempty"`
	// Corrects is the record that an accepted rectification changes here; empty if it changes none.
	Corrects string `json:"corrects,omitempty"`
	// Due is the deadline that an extension sets; Starts when a release takes effect.
	Due    time.Time `json:"due,omitzero"`
	Starts time.Time `json:"starts,omitzero"`
	// Systems are those that a task was given to.
	Systems []System `json:"systems,omitempty"`
	// Carried says that what follows from it here was done.
	Carried bool `json:"carried,omitempty"`

	// Entry and At are of its entry in the log; At is zero while it has none.
	Entry uint64    `json:"entry,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// System is an API client that is asked to do something.
type System struct {
	Client string `json:"client"`
	Name   string `json:"name"`
}

// Plan is what an erasure does with a category.
type Plan struct {
	Category string `json:"category"`
	Erase    bool   `json:"erase"`
	// Ground is why it stays, by the names of refusals, and Until the day by which it goes; zero if that is no date yet.
	Ground string    `json:"ground,omitempty"`
	Until  time.Time `json:"until,omitzero"`
}

// Request is a request with all that is known of it.
type Request struct {
	store.Request

	Asked Asked
	// Steps are what the log says, in order; the first opened it.
	Steps []Step
	Tasks []Task
	// Unreadable says that the key to what it says is destroyed.
	Unreadable bool
}

// Task is what one system was asked, and what it said.
type Task struct {
	store.Task

	Said Said
	// Asked is what the request says; Plan, of an erasure.
	Asked Asked
	Plan  []Plan
}

// Said is a system's confirmation.
type Said struct {
	Outcome     string    `json:"outcome,omitempty"`
	Note        string    `json:"note,omitempty"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
}

// Step finds a step by its kind.
func (r *Request) Step(kind string) (Step, bool) {
	for _, s := range r.Steps {
		if s.Kind == kind && !s.At.IsZero() {
			return s, true
		}
	}
	return Step{}, false
}

// Decision is what was decided: the step that accepted or refused it.
func (r *Request) Decision() (Step, bool) {
	if s, ok := r.Step(ledger.RequestAccepted); ok {
		return s, true
	}
	return r.Step(ledger.RequestRefused)
}

// Overdue says whether it should have been answered by now.
func (r *Request) Overdue(now time.Time) bool { return r.ClosedAt.IsZero() && now.After(r.DueAt) }

// Unconfirmed are the systems that have not said that they are done.
func (r *Request) Unconfirmed() (open []Task) {
	for _, t := range r.Tasks {
		if t.State == TaskOpen || t.State == TaskRefused {
			open = append(open, t)
		}
	}
	return open
}

// step of a request has an event id of its own, derived from the request's, so that it is in the log once.
func (s *Step) event(request string) (ledger.EventID, error) {
	if s.Kind == ledger.RequestOpened {
		return ledger.ParseEventID(request)
	}
	return ledger.DerivedEventID(s.Kind, request), nil
}

// newID is the id of a request: the same for the same thing asked again while it is open. What it is derived from
// cannot be guessed without the secret.
func (s *Service) newID(customer string, kind Kind, asked []byte, earlier int) string {
	mac := hmac.New(sha256.New, s.cfg.Secret)
	fmt.Fprintf(mac, "request\x00%s\x00%s\x00%d\x00", customer, kind, earlier)
	mac.Write(asked)
	return ledger.DerivedEventID(ledger.RequestOpened, hex.EncodeToString(mac.Sum(nil))).String()
}

// now is the time to the millisecond, as it is kept.
func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Millisecond) }

// zone is the operator's at a time: days end in it. A deadline is counted in the zone of the day on which it began.
func (s *Service) zone(at time.Time) *time.Location { return s.cfg.Map.At(at).Zone() }

// notFound turns the store's words into those of a caller.
func notFound(err, ours error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ours
	}
	return err
}
