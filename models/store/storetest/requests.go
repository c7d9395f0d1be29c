package storetest

import (
	"testing"
	"time"

	"candor/models/store"
)

func request(id, customer string, due int) store.Request {
	return store.Request{
		ID: id, Customer: customer, Kind: "erasure", State: "open", Channel: "web", Jurisdiction: "US-CA",
		Grounds: []string{"contract", "'\""}, ReceivedAt: noon, DueAt: days(due), WakeAt: noon, Revision: 1, Sealed: awkward,
	}
}

func days(n int) time.Time { return noon.AddDate(0, 0, n) }

func closed(r store.Request, at time.Time) store.Request {
	r.State, r.ClosedAt, r.WakeAt = "answered", at, time.Time{}
	return r
}

func testRequests(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Request(ctx, "a")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdateRequest(ctx, request("a", "cus_1", 1), 0), store.ErrNotFound)
	same(t, len(give(s.RequestsOf(ctx, "cus_1"))(t)), 0)
	same(t, give(s.CountRequests(ctx, noon))(t), store.RequestCounts{})

	a, b, c := request("a", "cus_1", 30), request("b", "cus_1", 10), request("c", "cus_2", 30)
	b.ReceivedAt, b.Grounds, b.WakeAt = days(1), nil, time.Time{}
	c.WakeAt = days(-1)
	for _, r := range []store.Request{c, a, b} {
		must(t, s.CreateRequest(ctx, r))
	}
	want(t, s.CreateRequest(ctx, request("a", "cus_9", 5)), store.ErrExists)
	same(t, give(s.Request(ctx, "a"))(t), a)
	same(t, give(s.RequestsOf(ctx, "cus_1"))(t), []store.Request{b, a})
	same(t, give(s.WakingRequests(ctx, noon, 9))(t), []store.Request{c, a})
	same(t, give(s.WakingRequests(ctx, noon, 1))(t), []store.Request{c})
	same(t, len(give(s.WakingRequests(ctx, days(-2), 9))(t)), 0)

	want(t, s.UpdateRequest(ctx, a, 7), store.ErrTaken)
	won := oneWinner(t, race(6, func(i int) error {
		next := a
		next.Revision, next.Channel = 2, string(rune('a'+i))
		return s.UpdateRequest(ctx, next, 1)
	}), store.ErrTaken)
	a.Revision, a.Channel = 2, string(rune('a'+won))
	same(t, give(s.Request(ctx, "a"))(t), a)

	same(t, give(s.PageRequests(ctx, store.RequestQuery{Limit: 2}))(t), []store.Request{b, a})
	same(t, give(s.PageRequests(ctx, store.RequestQuery{Limit: 2, AfterTime: a.DueAt, AfterID: "a"}))(t), []store.Request{c})
	same(t, len(give(s.PageRequests(ctx, store.RequestQuery{}))(t)), 0)
	same(t, len(give(s.PageRequests(ctx, store.RequestQuery{Closed: true, Limit: 9}))(t)), 0)
	same(t, give(s.CountRequests(ctx, days(10)))(t), store.RequestCounts{Open: 3})
	same(t, give(s.CountRequests(ctx, days(11)))(t), store.RequestCounts{Open: 3, Overdue: 1})

	a, b = closed(a, noon), closed(b, days(2))
	must(t, s.UpdateRequest(ctx, a, 2))
	must(t, s.UpdateRequest(ctx, b, 1))
	same(t, give(s.PageRequests(ctx, store.RequestQuery{Limit: 9}))(t), []store.Request{c})
	same(t, give(s.PageRequests(ctx, store.RequestQuery{Closed: true, Limit: 9}))(t), []store.Request{a, b})
	same(t, give(s.PageRequests(ctx, store.RequestQuery{Closed: true, Limit: 1, AfterTime: a.DueAt, AfterID: "a"}))(t), []store.Request{b})
	same(t, give(s.CountRequests(ctx, days(99)))(t), store.RequestCounts{Open: 1, Overdue: 1})
	same(t, give(s.WakingRequests(ctx, days(99), 9))(t), []store.Request{c})
}

func task(id, client string, seq uint64) store.Task {
	return store.Task{
		ID: id, Client: client, Name: "Billing '\"", Request: "a", Customer: "cus_1", Kind: "request.erasure", Seq: seq,
		State: "open", AskedAt: noon, Revision: 1, Sealed: awkward,
	}
}

func testTasks(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Task(ctx, "t1", "crm")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdateTask(ctx, task("t1", "crm", 4), 0), store.ErrNotFound)
	must(t, s.CreateTasks(ctx, nil))

	one, other, later := task("t1", "crm", 4), task("t1", "rating", 4), task("t2", "crm", 9)
	later.Request = "b"
	must(t, s.CreateTasks(ctx, []store.Task{other, one}))
	changed := one
	changed.State, changed.ClosedAt, changed.Revision = "done", days(1), 2
	must(t, s.UpdateTask(ctx, changed, 1))
	want(t, s.UpdateTask(ctx, changed, 1), store.ErrTaken)
	must(t, s.CreateTasks(ctx, []store.Task{one, later})) // as after a crash: what was done stays done
	same(t, give(s.Task(ctx, "t1", "crm"))(t), changed)
	same(t, give(s.TasksOf(ctx, "a"))(t), []store.Task{changed, other})
	same(t, give(s.TasksOf(ctx, "b"))(t), []store.Task{later})

	same(t, give(s.PageTasks(ctx, store.TaskQuery{Client: "crm", Limit: 9}))(t), []store.Task{changed, later})
	same(t, give(s.PageTasks(ctx, store.TaskQuery{Client: "crm", Limit: 1}))(t), []store.Task{changed})
	same(t, give(s.PageTasks(ctx, store.TaskQuery{Client: "crm", After: 4, Limit: 9}))(t), []store.Task{later})
	same(t, give(s.PageTasks(ctx, store.TaskQuery{Client: "crm", State: "open", Limit: 9}))(t), []store.Task{later})
	same(t, give(s.PageTasks(ctx, store.TaskQuery{Client: "crm", State: "done", Limit: 9}))(t), []store.Task{changed})
	same(t, len(give(s.PageTasks(ctx, store.TaskQuery{Client: "crm"}))(t)), 0)
	same(t, len(give(s.PageTasks(ctx, store.TaskQuery{Client: "cr", Limit: 9}))(t)), 0)
	same(t, give(s.CountRequests(ctx, noon))(t), store.RequestCounts{Tasks: 2})
}
