package storetest

import (
	"bytes"
	"strconv"
	"testing"

	"candor/models/store"
)

func wrapped(customer, name string, n byte) store.WrappedKey {
	return store.WrappedKey{Scope: store.Scope{Customer: customer, Name: name}, Wrapped: append(bytes.Repeat([]byte{n}, 100), awkward...)}
}

// RunKeys holds a key store to its contract.
func RunKeys(t *testing.T, open Opener[store.Keys]) {
	ctx := t.Context()
	fresh := func(t *testing.T) store.Keys {
		t.Helper()
		s := open(t, t.TempDir())
		t.Cleanup(func() { must(t, s.Close()) })
		return s
	}
	invoices, evidence, other, log := wrapped("cus_1", "invoices", 1), wrapped("cus_1", "evidence", 2), wrapped("cus_2", "invoices", 3), wrapped("", "log", 4)

	t.Run("what was added is there, whatever is added later", func(t *testing.T) {
		s := fresh(t)
		same(t, len(give(s.Keys(ctx, []store.Scope{invoices.Scope}))(t)), 0)
		same(t, give(s.AddKeys(ctx, []store.WrappedKey{invoices, log}))(t), []store.WrappedKey{invoices, log})
		late := wrapped("cus_1", "invoices", 9)
		same(t, give(s.AddKeys(ctx, []store.WrappedKey{other, late, evidence}))(t), []store.WrappedKey{other, invoices, evidence})
		same(t, give(s.Keys(ctx, []store.Scope{invoices.Scope}))(t), []store.WrappedKey{invoices})
	})
	t.Run("a scope without a key is left out", func(t *testing.T) {
		s := fresh(t)
		give(s.AddKeys(ctx, []store.WrappedKey{invoices, evidence, log}))(t)
		got := give(s.Keys(ctx, []store.Scope{log.Scope, other.Scope, {Customer: "cus_1", Name: "log"}, {Customer: "", Name: "invoices"}, invoices.Scope}))(t)
		byScope := map[store.Scope]store.WrappedKey{}
		for _, k := range got {
			byScope[k.Scope] = k
		}
		same(t, byScope, map[store.Scope]store.WrappedKey{log.Scope: log, invoices.Scope: invoices})
		same(t, len(give(s.Keys(ctx, nil))(t)), 0)
		same(t, len(give(s.AddKeys(ctx, nil))(t)), 0)
	})
	t.Run("a scope twice in one call has one key", func(t *testing.T) {
		s := fresh(t)
		same(t, give(s.AddKeys(ctx, []store.WrappedKey{invoices, wrapped("cus_1", "invoices", 9)}))(t), []store.WrappedKey{invoices, invoices})
	})
	t.Run("a customer's scopes are listed in order", func(t *testing.T) {
		s := fresh(t)
		same(t, len(give(s.ScopesOf(ctx, "cus_1"))(t)), 0)
		give(s.AddKeys(ctx, []store.WrappedKey{invoices, other, evidence, log, wrapped("cus_1", "archive:1", 5)}))(t)
		same(t, give(s.ScopesOf(ctx, "cus_1"))(t), []string{"archive:1", "evidence", "invoices"})
		same(t, give(s.ScopesOf(ctx, ""))(t), []string{"log"})
	})
	t.Run("of many writers one wins and all are given its key", func(t *testing.T) {
		s := fresh(t)
		const writers = 8
		given := make([][]store.WrappedKey, writers)
		for _, err := range race(writers, func(i int) (err error) {
			given[i], err = s.AddKeys(ctx, []store.WrappedKey{wrapped("cus_1", "invoices", byte(i)), wrapped("cus_1", strconv.Itoa(i), 1)})
			return err
		}) {
			must(t, err)
		}
		there := give(s.Keys(ctx, []store.Scope{invoices.Scope}))(t)
		for _, keys := range given {
			same(t, keys[0], there[0])
		}
		same(t, len(give(s.ScopesOf(ctx, "cus_1"))(t)), writers+1)
	})
	t.Run("a destroyed key is gone alone, and its scope can have another", func(t *testing.T) {
		s := fresh(t)
		give(s.AddKeys(ctx, []store.WrappedKey{invoices, evidence, other}))(t)
		must(t, s.DestroyKeys(ctx, []store.Scope{invoices.Scope, log.Scope, invoices.Scope}))
		must(t, s.DestroyKeys(ctx, []store.Scope{invoices.Scope}))
		must(t, s.DestroyKeys(ctx, nil))
		same(t, len(give(s.Keys(ctx, []store.Scope{invoices.Scope}))(t)), 0)
		same(t, give(s.ScopesOf(ctx, "cus_1"))(t), []string{"evidence"})
		same(t, give(s.Keys(ctx, []store.Scope{evidence.Scope}))(t), []store.WrappedKey{evidence})
		same(t, give(s.Keys(ctx, []store.Scope{other.Scope}))(t), []store.WrappedKey{other})
		anew := wrapped("cus_1", "invoices", 7)
		same(t, give(s.AddKeys(ctx, []store.WrappedKey{anew}))(t), []store.WrappedKey{anew})
	})
	t.Run("large keys survive", func(t *testing.T) {
		s := fresh(t)
		large := wrapped("cus_1", "invoices", 1)
		large.Wrapped = bytes.Repeat(awkward, 3000)
		give(s.AddKeys(ctx, []store.WrappedKey{large}))(t)
		same(t, give(s.Keys(ctx, []store.Scope{large.Scope}))(t), []store.WrappedKey{large})
		must(t, s.DestroyKeys(ctx, []store.Scope{large.Scope}))
	})
	t.Run("keys and their destruction survive reopening", func(t *testing.T) {
		place := t.TempDir()
		s := open(t, place)
		give(s.AddKeys(ctx, []store.WrappedKey{invoices, evidence}))(t)
		must(t, s.DestroyKeys(ctx, []store.Scope{evidence.Scope}))
		must(t, s.Ping(ctx))
		must(t, s.Close())
		unavailable(t, s.Ping(ctx))
		unavailable(t, s.DestroyKeys(ctx, []store.Scope{invoices.Scope}))
		s = open(t, place)
		defer func() { must(t, s.Close()) }()
		same(t, give(s.Keys(ctx, []store.Scope{invoices.Scope, evidence.Scope}))(t), []store.WrappedKey{invoices})
	})
}
