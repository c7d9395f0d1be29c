package observed_test

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"candor/models/store"
	"candor/models/store/observed"
	"candor/models/store/sqlite"
)

// calls notes what a Watch was told.
type calls struct {
	begun  []string
	failed int
}

func (c *calls) watch(ctx context.Context, role, method string) (context.Context, func(*error)) {
	c.begun = append(c.begun, role+"."+method)
	return ctx, func(err *error) {
		if *err != nil {
			c.failed++
		}
	}
}

// Every call to a store is told of, once, by its own name, with how it ended: a method that is added to a
// role and forgotten here fails this test.
func TestEveryCallIsToldOf(t *testing.T) {
	dir := t.TempDir()
	data, err := sqlite.Open(t.Context(), filepath.Join(dir, "candor.db"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := sqlite.OpenKeys(t.Context(), filepath.Join(dir, "keys.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = data.Close(); _ = keys.Close() })
	told := &calls{}
	everyMethod(t, told, reflect.TypeFor[store.Data](), observed.Data(data, told.watch))
	everyMethod(t, told, reflect.TypeFor[store.Keys](), observed.Keys(keys, told.watch))
	if told.failed == 0 {
		t.Error("no call failed, though there is nothing in the store")
	}
}

// everyMethod calls each with nothing in its arguments.
func everyMethod(t *testing.T, told *calls, role reflect.Type, it any) {
	t.Helper()
	for described := range role.Methods() {
		name := described.Name
		if name == "Close" {
			continue
		}
		method := reflect.ValueOf(it).MethodByName(name)
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		for n := 1; n < method.Type().NumIn(); n++ {
			args = append(args, reflect.Zero(method.Type().In(n)))
		}
		before, failed := len(told.begun), told.failed
		call := method.Call
		if method.Type().IsVariadic() {
			call = method.CallSlice
		}
		results := call(args)
		if len(told.begun) != before+1 {
			t.Errorf("%s was told of %d times", name, len(told.begun)-before)
			continue
		}
		if got := told.begun[before]; filepath.Ext(got) != "."+name {
			t.Errorf("%s was told of as %s", name, got)
		}
		if wrong := !results[len(results)-1].IsNil(); wrong != (told.failed > failed) {
			t.Errorf("%s was told of as if its error had been another one", name)
		}
	}
}

// withClock is a store that has a clock.
type withClock struct {
	store.Data
	store.Clock
}

// withCheckpoints is a key store that keeps the checkpoint.
type withCheckpoints struct {
	keyStore
	store.Checkpoints
}

type keyStore interface{ store.Keys }

func TestCheckpointsStayWhereTheyAre(t *testing.T) {
	told := &calls{}
	if _, ok := observed.Keys(withCheckpoints{}, told.watch).(store.Checkpoints); !ok {
		t.Error("a key store that keeps the checkpoint does not when it is observed")
	}
	if _, ok := observed.Keys(struct{ keyStore }{}, told.watch).(store.Checkpoints); ok {
		t.Error("a key store that keeps no checkpoint does when it is observed")
	}
}

func TestAClockStaysOne(t *testing.T) {
	told := &calls{}
	if _, ok := observed.Data(withClock{}, told.watch).(store.Clock); !ok {
		t.Error("a store with a clock has none when it is observed")
	}
	if _, ok := observed.Data(struct{ store.Data }{}, told.watch).(store.Clock); ok {
		t.Error("a store without a clock has one when it is observed")
	}
}
