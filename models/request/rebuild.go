package request

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"candor/models/ledger"
	"candor/models/store"
)

// Rebuild makes the state of every request and task anew from the log, and says of how many the store said something
// else. With check it changes nothing.
func (s *Service) Rebuild(ctx context.Context, check bool) (differ int, err error) {
	for _, q := range []store.RequestQuery{{Limit: 100}, {Limit: 100, Closed: true}} {
		for {
			page, err := s.cfg.Requests.PageRequests(ctx, q)
			if err != nil {
				return differ, fmt.Errorf("rebuild requests: %w", err)
			}
			for _, stored := range page {
				other, err := s.rebuild(ctx, stored, check)
				if err != nil {
					return differ, fmt.Errorf("rebuild requests: %w", err)
				}
				if other {
					differ++
				}
			}
			if len(page) < q.Limit {
				break
			}
			last := page[len(page)-1]
			q.AfterTime, q.AfterID = last.DueAt, last.ID
		}
	}
	return differ, nil
}

func (s *Service) rebuild(ctx context.Context, stored store.Request, check bool) (other bool, err error) {
	r, err := s.fill(ctx, stored)
	if err != nil || r.Unreadable {
		return false, err
	}
	before := append([]Step{}, r.Steps...)
	r.State, r.Grounds, r.ClosedAt = "", nil, time.Time{}
	r.DueAt = RuleFor(r.Jurisdiction).Due(r.ReceivedAt, s.zone(r.ReceivedAt))
	for i := range r.Steps {
		if err := s.find(ctx, &r, &r.Steps[i]); err != nil {
			return false, err
		}
	}
	other = !reflect.DeepEqual(before, r.Steps) || r.State != stored.State || !r.DueAt.Equal(stored.DueAt) ||
		!r.ClosedAt.Equal(stored.ClosedAt) || fmt.Sprint(r.Grounds) != fmt.Sprint(stored.Grounds)
	for i := range r.Tasks {
		changed, err := s.rebuildTask(ctx, r.Tasks[i], check)
		if err != nil {
			return other, err
		}
		other = other || changed
	}
	if !other || check {
		return other, nil
	}
	r.WakeAt = s.now()
	return true, s.save(ctx, &r)
}

// find looks a step up in the log, and folds it if it is there.
func (s *Service) find(ctx context.Context, r *Request, step *Step) error {
	id, err := step.event(r.ID)
	if err != nil {
		return err
	}
	step.Entry, step.At = 0, time.Time{}
	result, err := s.cfg.Log.Event(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	step.Entry, step.At = result.Entry.Seq, result.Time
	r.apply(*step)
	return nil
}

func (s *Service) rebuildTask(ctx context.Context, t Task, check bool) (other bool, err error) {
	now := t.Task
	now.State, now.ClosedAt = TaskOpen, time.Time{}
	for _, outcome := range []string{TaskRefused, TaskDone, TaskNotHeld} { // a refusal is what a later one replaces
		result, err := s.cfg.Log.Event(ctx, confirmation(t.ID, t.Client, outcome))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if result.Detail.Kind == ledger.RequestConfirmed {
			now.State, now.ClosedAt = outcome, result.Time
		}
	}
	if now.State == t.State && now.ClosedAt.Equal(t.ClosedAt) {
		return false, nil
	}
	if check {
		return true, nil
	}
	now.Revision++
	return true, s.cfg.Tasks.UpdateTask(ctx, now, t.Revision)
}
