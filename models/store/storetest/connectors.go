package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"candor/models/store"
)

const outside = "stripe"

func object(id, owner string, turn uint64) store.ConnectorObject {
	return store.ConnectorObject{
		Connector: outside, ID: id, Owner: owner, Turn: turn,
		Place: store.RecordKey{Customer: "cus_1", Category: "invoices", ID: id},
	}
}

func testTurns(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	same(t, give(s.NextTurn(ctx, outside))(t), 1)
	same(t, give(s.NextTurn(ctx, outside))(t), 2)
	same(t, give(s.NextTurn(ctx, "other"))(t), 1)
	turns := make([]uint64, 8)
	for _, err := range race(len(turns), func(i int) (err error) { turns[i], err = s.NextTurn(ctx, "third"); return err }) {
		must(t, err)
	}
	slices.Sort(turns)
	same(t, turns, []uint64{1, 2, 3, 4, 5, 6, 7, 8})
}

func testConnectorObjects(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	none := []string(nil)
	t.Run("a later turn claims what an earlier one has, never the other way round", func(t *testing.T) {
		s := fresh(t, open)
		same(t, give(s.ClaimObjects(ctx, outside, 2, []string{"in_1", "in_2"}))(t), none)
		same(t, give(s.ConnectorObject(ctx, outside, "in_1"))(t), store.ConnectorObject{Connector: outside, ID: "in_1", Turn: 2})
		same(t, give(s.ClaimObjects(ctx, outside, 1, []string{"in_1", "in_3"}))(t), []string{"in_1"})
		same(t, give(s.ClaimObjects(ctx, outside, 2, []string{"in_3"}))(t), none)
		same(t, give(s.ClaimObjects(ctx, outside, 3, []string{"in_1"}))(t), none)
		same(t, give(s.ClaimObjects(ctx, "other", 1, []string{"in_1"}))(t), none)
	})
	t.Run("of many turns the last one holds it", func(t *testing.T) {
		s := fresh(t, open)
		for _, err := range race(8, func(i int) error {
			_, err := s.ClaimObjects(ctx, outside, uint64(i+1), []string{"in_1"})
			return err
		}) {
			must(t, err)
		}
		same(t, give(s.ConnectorObject(ctx, outside, "in_1"))(t).Turn, 8)
	})
	t.Run("only the turn that holds an object settles it", func(t *testing.T) {
		s := fresh(t, open)
		_, err := s.ConnectorObject(ctx, outside, "in_1")
		want(t, err, store.ErrNotFound)
		must2(t)(s.ClaimObjects(ctx, outside, 1, []string{"in_1", "in_2"}))
		must2(t)(s.ClaimObjects(ctx, outside, 2, []string{"in_2"}))
		lost := give(s.SettleObjects(ctx, []store.ConnectorObject{object("in_1", "c", 1), object("in_2", "c", 1), object("in_9", "c", 1)}))(t)
		slices.Sort(lost)
		same(t, lost, []string{"in_2", "in_9"})
		same(t, give(s.ConnectorObject(ctx, outside, "in_1"))(t), object("in_1", "c", 1))
		same(t, give(s.ConnectorObject(ctx, outside, "in_2"))(t), store.ConnectorObject{Connector: outside, ID: "in_2", Turn: 2})
		// A claim leaves where it is.
		must2(t)(s.ClaimObjects(ctx, outside, 3, []string{"in_1"}))
		same(t, give(s.ConnectorObject(ctx, outside, "in_1"))(t), object("in_1", "c", 3))
	})
	t.Run("more than one command holds", func(t *testing.T) {
		s := fresh(t, open)
		var ids []string
		var objects []store.ConnectorObject
		for i := range 120 {
			ids = append(ids, fmt.Sprintf("in_%03d", i))
			objects = append(objects, object(ids[i], "c", 1))
		}
		same(t, give(s.ClaimObjects(ctx, outside, 1, ids))(t), none)
		same(t, give(s.SettleObjects(ctx, objects))(t), none)
		before, after := object("in_500", "c", 1), object("in_000", "c", 1)
		before.Connector, after.Connector = outside+"-a", outside+"-b" // a name that begins with another one
		must(t, s.PutObjects(ctx, []store.ConnectorObject{after, before}))
		all := append(slices.Clone(objects), before, after)
		same(t, give(s.PageObjects(ctx, "", "", 500))(t), all)
		same(t, give(s.PageObjects(ctx, outside, "in_099", 10))(t), objects[100:110])
		same(t, give(s.PageObjects(ctx, outside, "in_118", 10))(t), all[119:])
		same(t, len(give(s.PageObjects(ctx, "", "", 0))(t)), 0)
	})
	t.Run("an owner's are found", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.PutObjects(ctx, []store.ConnectorObject{object("a", "c1", 1), object("b", "c2", 1), object("c", "c1", 1)}))
		same(t, give(s.ObjectsOf(ctx, outside, "c1", "", 10))(t), []store.ConnectorObject{object("a", "c1", 1), object("c", "c1", 1)})
		same(t, give(s.ObjectsOf(ctx, outside, "c1", "a", 10))(t), []store.ConnectorObject{object("c", "c1", 1)})
		same(t, len(give(s.ObjectsOf(ctx, "other", "c1", "", 10))(t)), 0)
	})
	t.Run("turns go on after what was copied", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.PutObjects(ctx, []store.ConnectorObject{object("a", "c1", 41), object("b", "c1", 7)}))
		same(t, give(s.NextTurn(ctx, outside))(t), 42)
	})
}

func testConnectorEvents(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	same(t, give(s.EventMarked(ctx, outside, "evt_1"))(t), false)
	must(t, s.MarkEvent(ctx, outside, "evt_1", noon))
	must(t, s.MarkEvent(ctx, outside, "evt_1", noon))
	must(t, s.MarkEvent(ctx, outside, "evt_2", noon.Add(time.Hour)))
	same(t, give(s.EventMarked(ctx, outside, "evt_1"))(t), true)
	same(t, give(s.EventMarked(ctx, "other", "evt_1"))(t), false)
	must(t, s.ForgetEvents(ctx, noon.Add(time.Millisecond)))
	same(t, give(s.EventMarked(ctx, outside, "evt_1"))(t), false)
	same(t, give(s.EventMarked(ctx, outside, "evt_2"))(t), true)
}

func testConnectorStates(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	_, err := s.ConnectorState(ctx, outside, "backfill")
	want(t, err, store.ErrNotFound)
	must(t, s.PutConnectorState(ctx, outside, "backfill", awkward))
	must(t, s.PutConnectorState(ctx, "other", "backfill", []byte("x")))
	same(t, give(s.ConnectorState(ctx, outside, "backfill"))(t), awkward)
	must(t, s.PutConnectorState(ctx, outside, "backfill", []byte("{}")))
	same(t, give(s.ConnectorState(ctx, outside, "backfill"))(t), []byte("{}"))
	same(t, give(s.ConnectorStates(ctx))(t), []store.ConnectorState{
		{Connector: "other", Job: "backfill", State: []byte("x")}, {Connector: outside, Job: "backfill", State: []byte("{}")},
	})
	must(t, s.DropConnectorState(ctx, outside, "backfill"))
	must(t, s.DropConnectorState(ctx, outside, "backfill"))
	_, err = s.ConnectorState(ctx, outside, "backfill")
	want(t, err, store.ErrNotFound)
	same(t, give(s.ConnectorState(ctx, "other", "backfill"))(t), []byte("x"))
}

// must2 takes a call that gives something beside its error.
func must2(t *testing.T) func(lost []string, err error) {
	t.Helper()
	return func(_ []string, err error) { t.Helper(); must(t, err) }
}
