package transfer

import (
	"context"
	"errors"

	"candor/models/store"
)

// requests reads what a customer has asked, and what systems were asked to do about it.
func (r *reading) requests(ctx context.Context, s sums, customer string) error {
	list, err := r.of.Data.RequestsOf(ctx, customer)
	if err != nil {
		return err
	}
	for _, request := range list {
		if err := s.add(Requests, request, true); err != nil {
			return err
		}
		tasks, err := r.of.Data.TasksOf(ctx, request.ID)
		if err != nil {
			return err
		}
		for _, task := range tasks {
			if err := s.add(Tasks, task, true); err != nil {
				return err
			}
		}
		if r.to == nil {
			continue
		}
		if err := r.putRequest(ctx, request, tasks); err != nil {
			return err
		}
	}
	return nil
}

// putRequest writes a request and its tasks over older copies of them.
func (r *reading) putRequest(ctx context.Context, request store.Request, tasks []store.Task) error {
	err := r.to.Data.CreateRequest(ctx, request)
	if errors.Is(err, store.ErrExists) {
		older, err := r.to.Data.Request(ctx, request.ID)
		if err != nil {
			return err
		}
		if err := r.to.Data.UpdateRequest(ctx, request, older.Revision); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := r.to.Data.CreateTasks(ctx, tasks); err != nil {
		return err
	}
	for _, task := range tasks {
		there, err := r.to.Data.Task(ctx, task.ID, task.Client)
		if err != nil {
			return err
		}
		if there.Revision == task.Revision {
			continue
		}
		if err := r.to.Data.UpdateTask(ctx, task, there.Revision); err != nil {
			return err
		}
	}
	return nil
}
