package request

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// The states of a task, which are the outcomes of a confirmation.
const (
	TaskOpen    = "open"
	TaskDone    = "done"
	TaskNotHeld = "not_held" // the system holds nothing that it is about
	TaskRefused = "refused"  // the system will not, or cannot: somebody must look
)

// TaskStates lists them.
func TaskStates() []string { return []string{TaskOpen, TaskDone, TaskNotHeld, TaskRefused} }

// maxNote is the length of a system's note in characters.
const maxNote = 1000

// systems are those that are asked now: every client that may call and has the scope.
func (s *Service) systems(ctx context.Context) ([]System, error) {
	clients, err := s.cfg.Clients.Clients(ctx)
	if err != nil {
		return nil, fmt.Errorf("list systems: %w", err)
	}
	var out []System
	for _, c := range clients {
		if c.RevokedAt.IsZero() && slices.Contains(c.Scopes, auth.ScopeTasks) {
			out = append(out, System{Client: c.ID, Name: c.Name})
		}
	}
	return out, nil
}

// PageTasks gives a system's tasks in the order of the log, each with what is to be done, after the entry of one of them.
// State is empty for all.
func (s *Service) PageTasks(ctx context.Context, client, state string, after uint64, limit int) ([]Task, error) {
	if state != "" && !slices.Contains(TaskStates(), state) {
		return nil, models.Fail(models.Invalid, "unknown_task_state").In("state")
	}
	stored, err := s.cfg.Tasks.PageTasks(ctx, store.TaskQuery{Client: client, State: state, After: after, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	tasks := make([]Task, 0, len(stored))
	for _, t := range stored {
		whole, err := s.whole(ctx, t)
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, whole)
	}
	return tasks, nil
}

// Task gives one of a system's; another system's is ErrUnknownTask.
func (s *Service) Task(ctx context.Context, client, id string) (Task, error) {
	stored, err := s.cfg.Tasks.Task(ctx, id, client)
	if err != nil {
		return Task{}, fmt.Errorf("read a task: %w", notFound(err, ErrUnknownTask))
	}
	return s.whole(ctx, stored)
}

// whole adds what is to be done, which the request says.
func (s *Service) whole(ctx context.Context, stored store.Task) (Task, error) {
	t, err := s.readTask(ctx, stored)
	if err != nil {
		return t, err
	}
	if t.State == TaskOpen {
		t.Said = Said{}
	}
	of, err := s.cfg.Requests.Request(ctx, stored.Request)
	if err != nil {
		return t, fmt.Errorf("read a task: %w", err)
	}
	r, err := s.read(ctx, of)
	if err != nil {
		return t, err
	}
	t.Asked, t.Plan = r.Asked, r.plan()
	return t, nil
}

// Confirm records what a system says of its task; it is in the log when Confirm returns. The same said again changes
// nothing. A system that refused may still do it; any other change is ErrConfirmed. Errors are Invalid and name the field,
// or ErrUnknownTask.
func (s *Service) Confirm(ctx context.Context, client, id string, said Said) (Task, error) {
	if err := s.checkSaid(&said); err != nil {
		return Task{}, err
	}
	for range tries {
		t, err := s.Task(ctx, client, id)
		if err != nil {
			return t, err
		}
		switch t.State {
		case said.Outcome:
			return t, nil
		case TaskOpen, TaskRefused:
		default:
			return t, ErrConfirmed
		}
		err = s.confirm(ctx, t, said)
		if errors.Is(err, store.ErrTaken) {
			continue
		}
		if err != nil {
			return t, err
		}
		return s.Task(ctx, client, id)
	}
	return Task{}, models.Fail(models.Unavailable, "store_unavailable")
}

func (s *Service) checkSaid(said *Said) error {
	switch {
	case !slices.Contains(TaskStates()[1:], said.Outcome):
		return models.Fail(models.Invalid, "unknown_outcome").In("outcome")
	case said.CompletedAt.After(s.cfg.Clock()):
		return models.Fail(models.Invalid, "in_the_future", "field", "completed_at").In("completed_at")
	case !said.CompletedAt.IsZero() && said.CompletedAt.Year() < 1900:
		return models.Fail(models.Invalid, "time_out_of_range").In("completed_at")
	}
	if !said.CompletedAt.IsZero() {
		said.CompletedAt = said.CompletedAt.UTC().Truncate(time.Millisecond)
	}
	return checkWords("note", said.Note, maxNote)
}

// confirm writes down what was said, has the request looked at should this end half-way, and carries on.
func (s *Service) confirm(ctx context.Context, t Task, said Said) error {
	r, err := s.load(ctx, t.Request)
	if err != nil {
		return err
	}
	r.WakeAt = s.now().Add(patience)
	if err := s.save(ctx, &r); err != nil {
		return err
	}
	t.Said = said
	if t.Sealed, err = s.sealTask(ctx, t); err != nil {
		return err
	}
	before := t.Revision
	t.Revision++
	if t.State == TaskRefused { // it is open again until the log says what it is now
		t.State, t.ClosedAt = TaskOpen, time.Time{}
	}
	if err := s.cfg.Tasks.UpdateTask(ctx, t.Task, before); err != nil {
		return fmt.Errorf("confirm a task: %w", err)
	}
	_, err = s.carryOn(ctx, t.Request)
	return err
}

// enterConfirmations appends what systems have said to the log.
func (s *Service) enterConfirmations(ctx context.Context, r *Request) error {
	for i := range r.Tasks {
		t := &r.Tasks[i]
		if t.State != TaskOpen || t.Said.Outcome == "" {
			continue
		}
		if err := s.enterConfirmation(ctx, r, t); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enterConfirmation(ctx context.Context, r *Request, t *Task) error {
	asked := t.Seq
	d := ledger.Detail{
		Kind: ledger.RequestConfirmed, ID: confirmation(t.ID, t.Client, t.Said.Outcome), State: t.Said.Outcome, Channel: "api",
		Actor: ledger.Actor{Type: ledger.ActorService, ID: t.Client}, OccurredAt: t.Said.CompletedAt,
		Jurisdiction: r.Jurisdiction, Supersedes: &asked,
	}
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: r.Customer,
		Propose: func(sequencer.Position) (ledger.Detail, error) { return d, nil },
	})
	if err != nil {
		return fmt.Errorf("confirm a task: %w", err)
	}
	before := t.Revision
	t.Revision++
	t.State, t.ClosedAt = t.Said.Outcome, result.Time
	if err := s.cfg.Tasks.UpdateTask(ctx, t.Task, before); err != nil {
		return fmt.Errorf("confirm a task: %w", err)
	}
	return nil
}

// confirmation is the event by which a system said of a task what its outcome was.
func confirmation(task, client, outcome string) ledger.EventID {
	return ledger.DerivedEventID(ledger.RequestConfirmed, task, client, outcome)
}
