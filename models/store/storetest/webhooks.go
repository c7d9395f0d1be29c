package storetest

import (
	"testing"
	"time"

	"candor/models/store"
)

func endpoint(id string) store.Endpoint {
	return store.Endpoint{
		ID: id, URL: "https://billing.example.test/hook", Description: "Billing '\"", Kinds: []string{"consent.*"},
		Purposes: []string{"usage_analytics", "'\""}, State: "enabled", After: 41, Start: 1, Secrets: awkward,
		CreatedAt: noon, UpdatedAt: noon, Revision: 1,
	}
}

func testEndpoints(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.Endpoint(ctx, "a")
	want(t, err, store.ErrNotFound)
	want(t, s.UpdateEndpoint(ctx, endpoint("a"), 0), store.ErrNotFound)
	must(t, s.DeleteEndpoint(ctx, "a"))
	same(t, len(give(s.Endpoints(ctx))(t)), 0)

	a, b := endpoint("a"), endpoint("b")
	b.Kinds, b.Purposes, b.State, b.Reason = nil, nil, "disabled", "gone"
	must(t, s.CreateEndpoint(ctx, b))
	must(t, s.CreateEndpoint(ctx, a))
	want(t, s.CreateEndpoint(ctx, endpoint("a")), store.ErrExists)
	same(t, give(s.Endpoint(ctx, "b"))(t), b)
	same(t, give(s.Endpoints(ctx))(t), []store.Endpoint{a, b})

	want(t, s.UpdateEndpoint(ctx, a, 7), store.ErrTaken)
	won := oneWinner(t, race(6, func(i int) error {
		next := a
		next.Revision, next.Description = 2, string(rune('a'+i))
		return s.UpdateEndpoint(ctx, next, 1)
	}), store.ErrTaken)
	a.Revision, a.Description = 2, string(rune('a'+won))
	same(t, give(s.Endpoint(ctx, "a"))(t), a)

	must(t, s.SaveEndpointProgress(ctx, store.EndpointProgress{Endpoint: "a", Revision: 1}, 0, []store.Delivery{delivery("a", 1)}))
	must(t, s.SaveEndpointProgress(ctx, store.EndpointProgress{Endpoint: "b", Revision: 1}, 0, []store.Delivery{delivery("b", 1)}))
	must(t, s.DeleteEndpoint(ctx, "a"))
	_, err = s.Endpoint(ctx, "a")
	want(t, err, store.ErrNotFound)
	_, err = s.EndpointProgress(ctx, "a")
	want(t, err, store.ErrNotFound)
	same(t, len(give(s.PageDeliveries(ctx, "a", 99, 9))(t)), 0)
	same(t, len(give(s.PageDeliveries(ctx, "b", 99, 9))(t)), 1)
	same(t, give(s.Endpoints(ctx))(t), []store.Endpoint{b})
}

func delivery(endpoint string, seq uint64) store.Delivery {
	return store.Delivery{
		Endpoint: endpoint, Seq: seq, MessageID: "msg_1", Kind: "consent.given", State: "waiting", Attempts: 2, FirstAt: noon,
		LastAt: days(1), NextAt: days(2), Code: 503, Problem: "status", Took: 1200 * time.Millisecond,
	}
}

func testDeliveries(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.EndpointProgress(ctx, "a")
	want(t, err, store.ErrNotFound)
	_, err = s.Delivery(ctx, "a", 4)
	want(t, err, store.ErrNotFound)
	p := store.EndpointProgress{Endpoint: "a", Start: 1, Cursor: 40, Trying: 44, Attempts: 2, Since: noon, NextAt: days(1), GivenUp: true, Revision: 1}
	want(t, s.SaveEndpointProgress(ctx, p, 5, nil), store.ErrTaken)
	oneWinner(t, race(6, func(int) error { return s.SaveEndpointProgress(ctx, p, 0, nil) }), store.ErrTaken)
	same(t, give(s.EndpointProgress(ctx, "a"))(t), p)
	next := store.EndpointProgress{Endpoint: "a", Start: 1, Cursor: 42, Revision: 2}
	must(t, s.SaveEndpointProgress(ctx, next, 1, []store.Delivery{delivery("a", 41), delivery("a", 42)}))
	want(t, s.SaveEndpointProgress(ctx, p, 1, nil), store.ErrTaken) // who comes late takes nothing back
	same(t, give(s.EndpointProgress(ctx, "a"))(t), next)

	done := delivery("a", 41)
	done.State, done.Code, done.Problem, done.NextAt = "delivered", 204, "", time.Time{}
	must(t, s.PutDelivery(ctx, done))
	must(t, s.PutDelivery(ctx, delivery("a", 1_000)))
	must(t, s.PutDelivery(ctx, delivery("b", 41)))
	same(t, give(s.Delivery(ctx, "a", 41))(t), done)
	same(t, give(s.PageDeliveries(ctx, "a", 1<<53, 9))(t), []store.Delivery{delivery("a", 1_000), delivery("a", 42), done})
	same(t, give(s.PageDeliveries(ctx, "a", 1_000, 1))(t), []store.Delivery{delivery("a", 42)})
	same(t, len(give(s.PageDeliveries(ctx, "a", 1<<53, 0))(t)), 0)

	must(t, s.ForgetDeliveries(ctx, "a", 3))
	same(t, len(give(s.PageDeliveries(ctx, "a", 1<<53, 9))(t)), 3)
	must(t, s.ForgetDeliveries(ctx, "a", 1))
	same(t, give(s.PageDeliveries(ctx, "a", 1<<53, 9))(t), []store.Delivery{delivery("a", 1_000)})
	same(t, len(give(s.PageDeliveries(ctx, "b", 1<<53, 9))(t)), 1)
}
