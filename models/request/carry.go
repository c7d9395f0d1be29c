package request

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// patience is after how long what somebody has begun and not ended is taken up by another.
const patience = 30 * time.Second

// tries is how often a request is read anew when others write to it at the same time.
const tries = 16

// carryOn brings a request as far as it goes by itself: steps that were written down come into the log, and what follows
// from them is done. It may be called by many at once, and after a crash anywhere in it.
func (s *Service) carryOn(ctx context.Context, id string) (Request, error) {
	for range tries {
		r, err := s.load(ctx, id)
		if err != nil {
			return r, err
		}
		err = s.carry(ctx, &r)
		if errors.Is(err, store.ErrTaken) {
			continue
		}
		return told(r), err
	}
	return Request{}, models.Fail(models.Unavailable, "store_unavailable")
}

func (s *Service) carry(ctx context.Context, r *Request) error {
	if r.Unreadable {
		return s.rest(ctx, r, true)
	}
	changed := false // since it was saved
	for {
		if i := slices.IndexFunc(r.Steps, func(step Step) bool { return step.At.IsZero() }); i >= 0 {
			if changed { // what is appended must have been written down
				if err := s.save(ctx, r); err != nil {
					return err
				}
			}
			if err := s.enter(ctx, r, i); err != nil {
				return err
			}
			changed = true
			continue
		}
		more, err := s.follow(ctx, r)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		changed = true
	}
	return s.rest(ctx, r, changed)
}

// rest saves what has changed, and when to go on.
func (s *Service) rest(ctx context.Context, r *Request, changed bool) error {
	wake := time.Time{}
	if accepted, ok := r.Step(ledger.RequestAccepted); ok && accepted.Starts.After(s.now()) && r.ClosedAt.IsZero() {
		wake = accepted.Starts
	}
	if !changed && r.WakeAt.Equal(wake) {
		return nil
	}
	r.WakeAt = wake
	return s.save(ctx, r)
}

// enter appends a step to the log, or finds it there.
func (s *Service) enter(ctx context.Context, r *Request, i int) error {
	step := &r.Steps[i]
	id, err := step.event(r.ID)
	if err != nil {
		return fmt.Errorf("enter a request: %w", err)
	}
	d := ledger.Detail{
		Kind: step.Kind, ID: id, Actor: step.Actor, Role: step.Role, Channel: step.Channel, Auth: step.Auth, OccurredAt: step.OccurredAt,
		Jurisdiction: r.Jurisdiction,
	}
	if i > 0 {
		before := r.Steps[i-1].Entry
		d.Supersedes = &before
	}
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: r.Customer,
		Propose: func(at sequencer.Position) (ledger.Detail, error) { return s.about(d, at), nil },
	})
	if err != nil {
		return fmt.Errorf("enter a request: %w", err)
	}
	step.Entry, step.At = result.Entry.Seq, result.Time
	r.apply(*step)
	return nil
}

// about has the tasks that restrict and release say so for every purpose; then supersedes is what it was for all of them.
func (s *Service) about(d ledger.Detail, at sequencer.Position) ledger.Detail {
	switch d.Kind {
	case ledger.RequestRestriction:
		d.Purpose, d.State = models.Everything, string(models.Restricted)
	case ledger.RequestRelease:
		d.Purpose, d.State = models.Everything, string(models.Released)
	default:
		return d
	}
	d.Supersedes = nil
	if before := at.Standing.Choices.Of(models.Everything); before.State != "" {
		seq := before.Seq
		d.Supersedes = &seq
	}
	return d
}

// apply folds a step that is in the log into the request. The same steps give the same state, whoever folds them.
func (r *Request) apply(step Step) {
	switch step.Kind {
	case ledger.RequestOpened:
		r.State = Open
	case ledger.RequestExtended:
		r.DueAt = step.Due
	case ledger.RequestAccepted:
		r.State = Accepted
		for _, p := range step.Plan {
			if !p.Erase && !slices.Contains(r.Grounds, p.Ground) {
				r.Grounds = append(r.Grounds, p.Ground)
			}
		}
	case ledger.RequestRefused:
		r.State, r.ClosedAt, r.Grounds = Refused, step.At, step.Grounds
	case ledger.RequestAnswered:
		r.State, r.ClosedAt = Answered, step.At
	}
}

// follow does the next thing that follows from what the log says, if there is one.
func (s *Service) follow(ctx context.Context, r *Request) (more bool, err error) {
	accepted, ok := r.Step(ledger.RequestAccepted)
	if !ok {
		return false, nil
	}
	task := Kind(r.Kind).task()
	i := slices.IndexFunc(r.Steps, func(step Step) bool { return step.Kind == task })
	switch {
	case i < 0 && accepted.Starts.After(s.now()):
		return false, nil
	case i < 0:
		systems, err := s.systems(ctx)
		if err != nil {
			return false, err
		}
		actor := accepted.Actor
		if !accepted.Starts.IsZero() { // it was decided earlier
			actor = ledger.Actor{Type: ledger.ActorSystem}
		}
		r.Steps = append(r.Steps, Step{Kind: task, Actor: actor, Systems: systems})
		return true, nil
	case !r.Steps[i].Carried:
		return true, s.carryOut(ctx, r, i)
	}
	if err := s.enterConfirmations(ctx, r); err != nil {
		return false, err
	}
	if _, over := r.Step(ledger.RequestAnswered); over || len(r.Unconfirmed()) > 0 {
		return false, nil
	}
	r.Steps = append(r.Steps, Step{Kind: ledger.RequestAnswered, Actor: ledger.Actor{Type: ledger.ActorSystem}})
	return true, nil
}

// carryOut asks the systems, and does here what they are asked to do.
func (s *Service) carryOut(ctx context.Context, r *Request, i int) error {
	step := &r.Steps[i]
	id, err := step.event(r.ID)
	if err != nil {
		return fmt.Errorf("ask systems: %w", err)
	}
	var tasks []store.Task
	for _, system := range step.Systems {
		tasks = append(tasks, store.Task{
			ID: id.String(), Client: system.Client, Name: system.Name, Request: r.ID, Customer: r.Customer, Kind: step.Kind,
			Seq: step.Entry, State: TaskOpen, AskedAt: step.At, Revision: 1,
		})
	}
	if err := s.cfg.Tasks.CreateTasks(ctx, tasks); err != nil {
		return fmt.Errorf("ask systems: %w", err)
	}
	if Kind(r.Kind) == Erasure {
		if err := s.erase(ctx, r); err != nil {
			return err
		}
	}
	if accepted, _ := r.Step(ledger.RequestAccepted); accepted.Corrects != "" {
		if err := s.rectify(ctx, *r, accepted.Corrects); err != nil {
			return err
		}
	}
	step.Carried = true
	filled, err := s.fill(ctx, r.Request)
	if err != nil {
		return err
	}
	r.Tasks = filled.Tasks
	return nil
}

// Run takes up what nobody has ended, and what begins on a day, until ctx ends. One server does it for all.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(patience / 3)
	defer tick.Stop()
	for {
		if err := s.Wake(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("requests were not carried on", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Wake carries on what waits to be carried on by now. One that fails does not keep the others.
func (s *Service) Wake(ctx context.Context) error {
	waiting, err := s.cfg.Requests.WakingRequests(ctx, s.now(), 100)
	if err != nil {
		return fmt.Errorf("list requests: %w", err)
	}
	var failed []error
	for _, r := range waiting {
		if _, err := s.carryOn(ctx, r.ID); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
