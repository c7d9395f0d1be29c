package request

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"candor/models/keys"
	"candor/models/store"
)

// contents is what is sealed of a request.
type contents struct {
	Asked Asked  `json:"asked"`
	Steps []Step `json:"steps"`
}

// associated binds what is sealed to its place.
func associated(parts ...string) []byte {
	out := []byte("request")
	for _, part := range parts {
		out = append(append(out, 0), part...)
	}
	return out
}

func (s *Service) seal(ctx context.Context, r *Request) ([]byte, error) {
	raw, err := json.Marshal(contents{r.Asked, r.Steps})
	if err != nil {
		return nil, fmt.Errorf("seal a request: %w", err)
	}
	sealed, err := s.cfg.Ring.Seal(ctx, keys.Requests(r.Customer), raw, associated(r.ID))
	if err != nil {
		return nil, fmt.Errorf("seal a request: %w", err)
	}
	return sealed, nil
}

// read opens a request as it is stored, with steps that the log may not have.
func (s *Service) read(ctx context.Context, stored store.Request) (Request, error) {
	r := Request{Request: stored}
	raw, err := s.cfg.Ring.Open(ctx, keys.Requests(stored.Customer), stored.Sealed, associated(stored.ID))
	if errors.Is(err, keys.ErrDestroyed) {
		r.Unreadable = true
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("open a request: %w", err)
	}
	var c contents
	if err := json.Unmarshal(raw, &c); err != nil {
		return r, fmt.Errorf("open a request: %w", err)
	}
	r.Asked, r.Steps = c.Asked, c.Steps
	return r, nil
}

// load reads a request with its tasks.
func (s *Service) load(ctx context.Context, id string) (Request, error) {
	stored, err := s.cfg.Requests.Request(ctx, id)
	if err != nil {
		return Request{}, fmt.Errorf("read a request: %w", notFound(err, ErrUnknown))
	}
	return s.fill(ctx, stored)
}

func (s *Service) fill(ctx context.Context, stored store.Request) (Request, error) {
	r, err := s.read(ctx, stored)
	if err != nil {
		return r, err
	}
	tasks, err := s.cfg.Tasks.TasksOf(ctx, stored.ID)
	if err != nil {
		return r, fmt.Errorf("read tasks: %w", err)
	}
	for _, stored := range tasks {
		t, err := s.readTask(ctx, stored)
		if err != nil {
			return r, err
		}
		r.Tasks = append(r.Tasks, t)
	}
	return r, nil
}

func (s *Service) readTask(ctx context.Context, stored store.Task) (Task, error) {
	t := Task{Task: stored}
	if len(stored.Sealed) == 0 {
		return t, nil
	}
	raw, err := s.cfg.Ring.Open(ctx, keys.Requests(stored.Customer), stored.Sealed, associated(stored.ID, stored.Client))
	if errors.Is(err, keys.ErrDestroyed) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("open a confirmation: %w", err)
	}
	if err := json.Unmarshal(raw, &t.Said); err != nil {
		return t, fmt.Errorf("open a confirmation: %w", err)
	}
	return t, nil
}

func (s *Service) sealTask(ctx context.Context, t Task) ([]byte, error) {
	raw, err := json.Marshal(t.Said)
	if err != nil {
		return nil, fmt.Errorf("seal a confirmation: %w", err)
	}
	sealed, err := s.cfg.Ring.Seal(ctx, keys.Requests(t.Customer), raw, associated(t.ID, t.Client))
	if err != nil {
		return nil, fmt.Errorf("seal a confirmation: %w", err)
	}
	return sealed, nil
}

// save writes a request over the one that was read; store.ErrTaken if somebody else has meanwhile.
func (s *Service) save(ctx context.Context, r *Request) error {
	before := r.Revision
	r.Revision++
	if !r.Unreadable {
		var err error
		if r.Sealed, err = s.seal(ctx, r); err != nil {
			return err
		}
	}
	if err := s.cfg.Requests.UpdateRequest(ctx, r.Request, before); err != nil {
		return fmt.Errorf("save a request: %w", err)
	}
	return nil
}

// told is a request as callers see it: with the steps that the log has.
func told(r Request) Request {
	var steps []Step
	for _, step := range r.Steps {
		if !step.At.IsZero() {
			steps = append(steps, step)
		}
	}
	r.Steps = steps
	for i := range r.Tasks {
		if r.Tasks[i].State == TaskOpen {
			r.Tasks[i].Said = Said{}
		}
	}
	return r
}
