package request_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/request"
	"candor/models/store"
)

// From the customer's question to the last confirmation: what must go goes, what a law keeps stays with its ground and
// its end, every system is asked and seen to have confirmed or not, and the log says each step once (R4, R5).
func TestAnErasureFromTheQuestionToTheLastConfirmation(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	asked := r.ask(request.Erasure, request.Asked{Text: "Please forget me."})
	same(t, "state", asked.State, request.Open)

	accepted := r.accept(asked.ID, request.Acceptance{Text: "We do.", Erase: []string{"usage_detail"}})
	same(t, "state", accepted.State, request.Accepted)
	decided, _ := accepted.Decision()
	for _, p := range decided.Plan {
		held := give(r.Data.Tallies(ctx, "cus_1"))(t)[p.Category].Records
		same(t, p.Category+" is held", held > 0, !p.Erase)
		same(t, p.Category+" is named", p.Ground != "", !p.Erase)
	}
	i := slices.IndexFunc(decided.Plan, func(p request.Plan) bool { return p.Category == "invoices" })
	same(t, "bills are kept until", decided.Plan[i].Until, time.Date(2034, 12, 31, 0, 0, 0, 0, time.UTC))
	same(t, "grounds", strings.Join(accepted.Grounds, " "), "contract legal_obligation")
	for _, name := range give(r.KeyStore.ScopesOf(ctx, "cus_1"))(t) {
		if name == "marketing" || name == "usage_detail" {
			t.Errorf("the key of %s is there", name)
		}
	}

	tasks := r.open("rating")
	same(t, "tasks of the system", len(tasks), 1)
	same(t, "kind", tasks[0].Kind, ledger.RequestErasure)
	same(t, "systems", len(accepted.Tasks), 2)
	same(t, "what others are asked", len(r.open("reader"))+len(r.open("old")), 0)
	same(t, "unconfirmed", len(accepted.Unconfirmed()), 2)
	r.confirm("rating", tasks[0].ID, request.TaskDone)
	half := give(r.RequestOf(ctx, "cus_1", asked.ID))(t)
	same(t, "unconfirmed", half.Unconfirmed()[0].Name, "The crm")
	same(t, "state", half.State, request.Accepted)
	r.confirm("crm", tasks[0].ID, request.TaskNotHeld)
	whole := give(r.RequestOf(ctx, "cus_1", asked.ID))(t)
	same(t, "state", whole.State, request.Answered)
	same(t, "kinds", strings.Join(r.kinds(), " "), "request.opened request.accepted request.erasure request.confirmed request.confirmed request.answered")
}

func TestARefusedTaskWaitsForAPerson(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	asked := r.ask(request.Restriction, request.Asked{Ground: request.GroundClaims})
	_, err := r.Answer(ctx, asked.ID, officer, "")
	want(t, err, request.ErrNotAccepted)
	r.accept(asked.ID, request.Acceptance{})
	task := r.open("crm")[0].ID
	r.confirm("rating", task, request.TaskDone)
	r.confirm("crm", task, request.TaskRefused)
	now := give(r.RequestOf(ctx, "cus_1", asked.ID))(t)
	same(t, "state", now.State, request.Accepted)
	same(t, "who has not", now.Unconfirmed()[0].Client, "crm")
	r.confirm("crm", task, request.TaskRefused) // said again
	answered := give(r.Answer(ctx, asked.ID, officer, "The CRM is being replaced."))(t)
	same(t, "state", answered.State, request.Answered)
	r.confirm("crm", task, request.TaskDone) // late, and still seen
	late := give(r.RequestOf(ctx, "cus_1", asked.ID))(t)
	same(t, "unconfirmed", len(late.Unconfirmed()), 0)
	same(t, "state", late.State, request.Answered)
}

// Restricted data is stored and nothing else, and the customer is told before that ends (R6).
func TestARestrictionAndItsEnd(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	allowed := func() bool {
		t.Helper()
		return give(r.consents.Decide(ctx, "cus_1", "billing", ""))(t).Allowed
	}
	_, _, err := r.Ask(ctx, r.question(request.Release, request.Asked{}))
	want(t, err, request.ErrNotRestricted)
	asked := r.ask(request.Restriction, request.Asked{Ground: request.GroundInaccurate})
	same(t, "allowed while it is not decided", allowed(), true)
	r.accept(asked.ID, request.Acceptance{})
	same(t, "allowed when restricted", allowed(), false)

	release := r.ask(request.Release, request.Asked{Text: "It is settled."})
	_, err = r.Accept(ctx, release.ID, officer, request.Acceptance{Starts: r.Time()})
	if e, ok := errors.AsType[*models.Error](err); !ok || e.Field != "starts" {
		t.Fatalf("without notice: %v", err)
	}
	told := r.accept(release.ID, request.Acceptance{Starts: r.Time().AddDate(0, 0, 7)})
	decided, _ := told.Decision()
	same(t, "ends", decided.Starts, time.Date(2026, 2, 6, 23, 0, 0, 0, time.UTC)) // midnight in Berlin, a week on
	r.Pass(6 * 24 * time.Hour)
	must(t, r.Wake(ctx))
	same(t, "allowed before the day", allowed(), false)
	r.Pass(time.Hour)
	must(t, r.Wake(ctx))
	same(t, "allowed on the day", allowed(), true)
	same(t, "tasks", r.open("crm")[1].Kind, ledger.RequestRelease)
}

func TestARectificationTellsSystemsWhatToWrite(t *testing.T) {
	r := newRig(t)
	asked := r.ask(request.Rectification, request.Asked{Category: "contact", Field: "email", Value: "anna@new.example.test", Text: "Moved."})
	r.accept(asked.ID, request.Acceptance{Apply: true})
	task := r.open("crm")[0]
	same(t, "value", task.Asked.Value, "anna@new.example.test")
	profile := give(r.billing.Customer(t.Context(), "cus_1"))(t)
	same(t, "held here", profile.Email, "anna@new.example.test")
	same(t, "kept", profile.Name, "Anna")
	entries := give(r.log.History(t.Context(), "cus_1", 10))(t)
	for _, e := range entries {
		if raw := give(r.log.Open(t.Context(), e.Entry))(t).Detail; strings.Contains(string(raw), "new.example") {
			t.Errorf("the log holds a value: %s", raw)
		}
	}
}

// unsaved is a store that a decision does not get into; with dying one after which the server is gone once it has got there.
type unsaved struct {
	store.Requests

	dying func()
}

func (u unsaved) UpdateRequest(ctx context.Context, q store.Request, before int64) error {
	if u.dying == nil {
		return errAway
	}
	defer u.dying()
	return u.Requests.UpdateRequest(ctx, q, before)
}

var errAway = models.Fail(models.Unavailable, "store_unavailable")

// Nothing is corrected that the log does not say was decided, wherever a server dies; what was begun is ended by another.
func TestNothingIsCorrectedBeforeTheDecisionIsInTheLog(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	asked := r.ask(request.Rectification, request.Asked{Category: "contact", Field: "email", Value: "anna@new.example.test", Text: "Moved."})
	held := func() string { return give(r.billing.Customer(ctx, "cus_1"))(t).Email }
	serving, die := context.WithCancel(ctx)
	for _, dying := range []func(){nil, die} {
		config := r.config
		config.Requests = unsaved{config.Requests, dying}
		if _, err := request.New(config).Accept(serving, asked.ID, officer, request.Acceptance{Apply: true}); err == nil {
			t.Fatal("answered")
		}
		same(t, "before the log says so", held(), "anna@example.test")
	}
	r.Pass(time.Minute)
	must(t, r.Wake(ctx))
	same(t, "carried on", held(), "anna@new.example.test")
	decisions := 0
	for _, kind := range r.kinds() {
		if kind == ledger.RequestAccepted {
			decisions++
		}
	}
	same(t, "decisions", decisions, 1)

	wrong := r.ask(request.Rectification, request.Asked{Category: "invoices", Record: "none", Field: "number", Value: "2", Text: "It is 2."})
	before := len(r.kinds())
	_, err := r.Accept(ctx, wrong.ID, officer, request.Acceptance{Apply: true})
	same(t, "what cannot be corrected", models.KindOf(err), models.NotFound)
	same(t, "entries", len(r.kinds()), before)
}

func TestTheSameAskedTwiceIsOneRequest(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	var asking sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		asking.Go(func() {
			made, _, err := r.Ask(ctx, r.question(request.Erasure, request.Asked{Text: "All."}))
			if err != nil {
				t.Error(err)
			}
			ids[i] = made.ID
		})
	}
	asking.Wait()
	if len(slices.Compact(ids)) != 1 {
		t.Fatalf("%v", ids)
	}
	same(t, "entries", strings.Join(r.kinds(), " "), "request.opened")
	give(r.Refuse(ctx, ids[0], officer, []string{request.GroundIdentity}, ""))(t)
	again := r.ask(request.Erasure, request.Asked{Text: "All."}) // after the answer it is another
	if again.ID == ids[0] {
		t.Error("a request that was refused was given again")
	}
	for i := range 9 {
		r.ask(request.Erasure, request.Asked{Text: strings.Repeat("x", i+1)})
	}
	_, _, err := r.Ask(ctx, r.question(request.Erasure, request.Asked{Text: "One more."}))
	want(t, err, request.ErrTooMany)
	same(t, "asked again", r.ask(request.Erasure, request.Asked{Text: "All."}).ID, again.ID)
}

// One month, or three if that is told within the first, with reasons (R1); a refusal has a ground.
func TestAnswersHaveTheirTime(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	asked := r.ask(request.Erasure, request.Asked{})
	same(t, "due", asked.DueAt, time.Date(2026, 2, 28, 22, 59, 59, 999e6, time.UTC)) // 31 January in Berlin, and a month
	_, err := r.Extend(ctx, asked.ID, officer, " ")
	if e, ok := errors.AsType[*models.Error](err); !ok || e.Field != "text" {
		t.Fatalf("without reasons: %v", err)
	}
	later := give(r.Extend(ctx, asked.ID, officer, "Many systems."))(t)
	same(t, "due", later.DueAt, time.Date(2026, 4, 30, 21, 59, 59, 999e6, time.UTC))
	_, err = r.Extend(ctx, asked.ID, officer, "More.")
	want(t, err, request.ErrExtended)
	_, err = r.Refuse(ctx, asked.ID, officer, []string{"because"}, "")
	if e, ok := errors.AsType[*models.Error](err); !ok || e.Field != "ground" {
		t.Fatalf("without a ground: %v", err)
	}
	refused := give(r.Refuse(ctx, asked.ID, officer, []string{request.GroundLegalClaims}, "There is a case."))(t)
	same(t, "state", refused.State, request.Refused)
	for _, p := range refused.Steps[len(refused.Steps)-1].Plan {
		if p.Erase || p.Ground == "" {
			t.Errorf("%s is refused without a ground", p.Category)
		}
	}
	_, err = r.Accept(ctx, asked.ID, officer, request.Acceptance{})
	want(t, err, request.ErrDecided)

	other := r.ask(request.Restriction, request.Asked{Ground: request.GroundUnlawful})
	r.Pass(40 * 24 * time.Hour)
	same(t, "overdue", other.Overdue(r.Time()), true)
	same(t, "counted", give(r.Counts(ctx))(t), store.RequestCounts{Open: 1, Overdue: 1})
	_, err = r.Extend(ctx, other.ID, officer, "Too late.")
	want(t, err, request.ErrTooLate)
}

func TestWhatCannotBeAskedIsRefusedByName(t *testing.T) {
	r := newRig(t)
	for field, q := range map[string]request.Question{
		"kind":        {Kind: "portability"},
		"category":    {Kind: request.Rectification, Asked: request.Asked{Category: "nothing"}},
		"field":       {Kind: request.Rectification, Asked: request.Asked{Category: "contact", Field: "cvv"}},
		"value":       {Kind: request.Rectification, Asked: request.Asked{Category: "contact", Field: "email"}},
		"text":        {Kind: request.Erasure, Asked: request.Asked{Text: "My card is 4111 1111 1111 1111"}},
		"categories":  {Kind: request.Erasure, Asked: request.Asked{Categories: []string{"nothing"}}},
		"ground":      {Kind: request.Restriction},
		"occurred_at": {Kind: request.Erasure, OccurredAt: r.Time().Add(time.Hour)},
	} {
		q.Customer = "cus_1"
		_, _, err := r.Ask(t.Context(), q)
		if e, ok := errors.AsType[*models.Error](err); !ok || e.Kind != models.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for code, category := range map[string]string{"required": "", "undeclared_category": "nothing"} {
		_, _, err := r.Ask(t.Context(), r.question(request.Rectification, request.Asked{Category: category}))
		if e, ok := errors.AsType[*models.Error](err); !ok || e.Code != code {
			t.Errorf("category %q: %v", category, err)
		}
	}
	_, _, err := r.Ask(t.Context(), request.Question{Customer: "nobody", Kind: request.Erasure})
	want(t, err, models.ErrUnknownCustomer)
	same(t, "entries", len(r.kinds()), 0)
}

func TestAConfirmationCountsOnce(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	r.accept(r.ask(request.Erasure, request.Asked{}).ID, request.Acceptance{})
	task := r.open("crm")[0].ID
	for _, client := range []string{"reader", "old", "nobody"} {
		_, err := r.Confirm(ctx, client, task, request.Said{Outcome: request.TaskDone})
		want(t, err, request.ErrUnknownTask)
	}
	for field, said := range map[string]request.Said{
		"outcome": {Outcome: "open"}, "completed_at": {Outcome: "done", CompletedAt: r.Time().Add(time.Hour)},
		"note": {Outcome: "done", Note: strings.Repeat("x", 1001)},
	} {
		_, err := r.Confirm(ctx, "crm", task, said)
		if e, ok := errors.AsType[*models.Error](err); !ok || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	var confirming sync.WaitGroup
	for range 8 {
		confirming.Go(func() { r.confirm("crm", task, request.TaskDone) })
	}
	confirming.Wait()
	_, err := r.Confirm(ctx, "crm", task, request.Said{Outcome: request.TaskNotHeld})
	want(t, err, request.ErrConfirmed)
	n := 0
	for _, kind := range r.kinds() {
		if kind == ledger.RequestConfirmed {
			n++
		}
	}
	same(t, "confirmations in the log", n, 1)
}

// Whoever on the staff reads what a customer wrote is in that customer's log, once a session.
func TestWhoLooksIsNoted(t *testing.T) {
	r := newRig(t)
	asked := r.ask(request.Erasure, request.Asked{Text: "Private."})
	for _, session := range []string{"a", "a", "b"} {
		seen := give(r.Open(t.Context(), asked.ID, officer, session))(t)
		same(t, "text", seen.Asked.Text, "Private.")
	}
	same(t, "entries", strings.Join(r.kinds(), " "), "request.opened access.viewed access.viewed")
	listed := give(r.Page(t.Context(), store.RequestQuery{Limit: 5}))(t)
	same(t, "what a list tells", listed[0].Asked.Text, "")
	raw := give(r.Data.Request(t.Context(), asked.ID))(t)
	if strings.Contains(string(raw.Sealed), "Private") {
		t.Error("the store holds what was asked in clear")
	}
}

// stopping fails the n-th write to the store of requests and tasks, before or after it was made.
type stopping struct {
	store.Requests
	store.Tasks
	left  int
	after bool
}

var errStopped = errors.New("stopped")

func (s *stopping) write(do func() error) error {
	s.left--
	switch {
	case s.left < -1:
		return errStopped // the process is gone
	case s.left == -1 && s.after:
		return errors.Join(do(), errStopped)
	case s.left == -1:
		return errStopped
	}
	return do()
}

func (s *stopping) CreateRequest(ctx context.Context, r store.Request) error {
	return s.write(func() error { return s.Requests.CreateRequest(ctx, r) })
}

func (s *stopping) UpdateRequest(ctx context.Context, r store.Request, revision int64) error {
	return s.write(func() error { return s.Requests.UpdateRequest(ctx, r, revision) })
}

func (s *stopping) CreateTasks(ctx context.Context, tasks []store.Task) error {
	return s.write(func() error { return s.Tasks.CreateTasks(ctx, tasks) })
}

func (s *stopping) UpdateTask(ctx context.Context, t store.Task, revision int64) error {
	return s.write(func() error { return s.Tasks.UpdateTask(ctx, t, revision) })
}

// Wherever the process ends, what was begun is carried on by another, and the log says nothing twice.
func TestACrashAnywhereDoublesNothing(t *testing.T) {
	for n, finished := 0, false; !finished; n++ {
		for _, after := range []bool{false, true} {
			r := newRig(t)
			config := r.config
			failing := &stopping{Requests: r.Data, Tasks: r.Data, left: n, after: after}
			config.Requests, config.Tasks = failing, failing
			err := journey(t.Context(), request.New(config), r)
			finished = err == nil
			if err != nil && !errors.Is(err, errStopped) {
				t.Fatalf("write %d: %v", n, err)
			}
			r.Pass(time.Minute)
			must(t, r.Wake(t.Context()))
			must(t, journey(t.Context(), r.Service, r))
			same(t, "kinds", strings.Join(r.kinds(), " "),
				"request.opened request.accepted request.erasure request.confirmed request.confirmed request.answered")
			for _, kept := range give(r.KeyStore.ScopesOf(t.Context(), "cus_1"))(t) {
				if kept == "marketing" {
					t.Errorf("write %d: the key is there", n)
				}
			}
			if differ := give(r.Rebuild(t.Context(), true))(t); differ != 0 {
				t.Errorf("write %d: %d requests differ from the log", n, differ)
			}
		}
	}
}

// journey asks, accepts and confirms, as far as that has not been done.
func journey(ctx context.Context, s *request.Service, r *rig) error {
	theirs, err := s.RequestsOf(ctx, "cus_1")
	if err != nil {
		return err
	}
	var asked request.Request
	if len(theirs) > 0 {
		asked = theirs[0]
	} else if asked, _, err = s.Ask(ctx, r.question(request.Erasure, request.Asked{})); err != nil {
		return err
	}
	if _, err = s.Accept(ctx, asked.ID, officer, request.Acceptance{}); err != nil && !errors.Is(err, request.ErrDecided) {
		return err
	}
	for _, client := range []string{"crm", "rating"} {
		tasks, err := s.PageTasks(ctx, client, "", 0, 9)
		if err != nil {
			return err
		}
		if len(tasks) != 1 {
			return errors.New(client + " has no task")
		}
		if _, err := s.Confirm(ctx, client, tasks[0].ID, request.Said{Outcome: request.TaskDone}); err != nil {
			return err
		}
	}
	return nil
}

// The projection is made anew from the log: what the store says otherwise is put right, and found before.
// A deadline is that of the day on which it began, where the operator was that day, also when it is worked out anew.
func TestDeadlinesStayWhereTheyBegan(t *testing.T) {
	r, ctx := newRig(t), t.Context()
	before := r.ask(request.Restriction, request.Asked{Ground: request.GroundClaims})
	same(t, "in Berlin", before.DueAt.Format(time.RFC3339), "2026-02-28T22:59:59Z")
	r.Pass(time.Hour)
	r.move("America/New_York")
	after := r.ask(request.Erasure, request.Asked{Categories: []string{"marketing"}})
	same(t, "in New York", after.DueAt.Format(time.RFC3339), "2026-03-01T04:59:59Z")
	same(t, "found by a rebuild", give(r.Rebuild(ctx, true))(t), 0)
}

func TestRebuildFollowsTheLog(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	asked := r.ask(request.Erasure, request.Asked{})
	r.accept(asked.ID, request.Acceptance{})
	task := r.open("crm")[0].ID
	r.confirm("crm", task, request.TaskDone)
	before := give(r.Data.Request(ctx, asked.ID))(t)
	forged := before
	forged.State, forged.DueAt, forged.Revision = request.Refused, r.Time(), before.Revision+1
	must(t, r.Data.UpdateRequest(ctx, forged, before.Revision))
	stored := give(r.Data.Task(ctx, task, "rating"))(t)
	stored.State, stored.Revision = request.TaskDone, stored.Revision+1
	must(t, r.Data.UpdateTask(ctx, stored, stored.Revision-1))

	same(t, "found", give(r.Rebuild(ctx, true))(t), 1)
	same(t, "put right", give(r.Rebuild(ctx, false))(t), 1)
	same(t, "left", give(r.Rebuild(ctx, true))(t), 0)
	now := give(r.RequestOf(ctx, "cus_1", asked.ID))(t)
	same(t, "state", now.State, request.Accepted)
	same(t, "due", now.DueAt, before.DueAt)
	same(t, "unconfirmed", now.Unconfirmed()[0].Client, "rating")
}

// Without the key nobody can read what was asked; that there was a request, and how it ended, is still known.
func TestARequestWhoseKeyIsGone(t *testing.T) {
	r := newRig(t)
	asked := r.ask(request.Erasure, request.Asked{Text: "x"})
	must(t, r.ring.Destroy(t.Context(), keys.Requests("cus_1")))
	seen := give(r.RequestOf(t.Context(), "cus_1", asked.ID))(t)
	same(t, "unreadable", seen.Unreadable, true)
	same(t, "state", seen.State, request.Open)
	_, err := r.Accept(t.Context(), asked.ID, officer, request.Acceptance{})
	if models.KindOf(err) != models.Gone {
		t.Fatal(err)
	}
}
