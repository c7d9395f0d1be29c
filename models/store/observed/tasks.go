package observed

import (
	"context"

	"candor/models/store"
)

// CreateTasks is observed.
func (d *data) CreateTasks(ctx context.Context, tasks []store.Task) (err error) {
	ctx, end := d.watch(ctx, "tasks", "CreateTasks")
	defer end(&err)
	return d.Data.CreateTasks(ctx, tasks)
}

// UpdateTask is observed.
func (d *data) UpdateTask(ctx context.Context, t store.Task, revision int64) (err error) {
	ctx, end := d.watch(ctx, "tasks", "UpdateTask")
	defer end(&err)
	return d.Data.UpdateTask(ctx, t, revision)
}

// Task is observed.
func (d *data) Task(ctx context.Context, id, client string) (_ store.Task, err error) {
	ctx, end := d.watch(ctx, "tasks", "Task")
	defer end(&err)
	return d.Data.Task(ctx, id, client)
}

// TasksOf is observed.
func (d *data) TasksOf(ctx context.Context, request string) (_ []store.Task, err error) {
	ctx, end := d.watch(ctx, "tasks", "TasksOf")
	defer end(&err)
	return d.Data.TasksOf(ctx, request)
}

// PageTasks is observed.
func (d *data) PageTasks(ctx context.Context, q store.TaskQuery) (_ []store.Task, err error) {
	ctx, end := d.watch(ctx, "tasks", "PageTasks")
	defer end(&err)
	return d.Data.PageTasks(ctx, q)
}
