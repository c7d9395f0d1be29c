package mongo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
	"candor/models/store/mongo/mongotest"
)

// unavailableWith wants an error of kind unavailable that tells an operator the server's code.
func unavailableWith(t *testing.T, err error, code int32) {
	t.Helper()
	if models.KindOf(err) != models.Unavailable || !strings.Contains(err.Error(), fmt.Sprintf("code %d", code)) {
		t.Fatalf("got %v, want unavailable and code %d", err, code)
	}
}

// A server that steps down, or has no room, says so in an answer. What it said so before is not done. What it
// said so after, as when it steps down while a majority is waited for, is done, and not done twice.
func TestWhatAServerRefusesIsUnavailable(t *testing.T) {
	for _, with := range []mongotest.Error{mongotest.NotWritablePrimary, mongotest.SteppedDown, mongotest.Interrupted, mongotest.DiskFull} {
		for at, grows := range map[mongotest.Moment]uint64{mongotest.BeforeIt: 0, mongotest.AfterIt: 1} {
			t.Run(fmt.Sprintf("%s, and the log grows by %d", with.Name, grows), func(t *testing.T) {
				proxy := mongotest.NewProxy(t, mongotest.Start(t))
				s := openData(t, proxy.URL())
				defer s.Close()
				refuseOneAppend(t, s, proxy, with, at, grows)
			})
		}
	}
}

func refuseOneAppend(t *testing.T, s *Store, proxy *mongotest.Proxy, with mongotest.Error, at mongotest.Moment, grows uint64) {
	t.Helper()
	ctx := t.Context()
	if err := s.Append(ctx, []store.Entry{{Event: "a"}}); err != nil {
		t.Fatal(err)
	}
	proxy.Refuse(with, at, "insert")
	unavailableWith(t, s.Append(ctx, []store.Entry{{Seq: 1, Event: "b"}}), with.Code)
	proxy.Accept()
	if n, err := s.Size(ctx); err != nil || n != 1+grows {
		t.Fatalf("size %d, %v; want %d", n, err, 1+grows)
	}
	again := s.Append(ctx, []store.Entry{{Seq: 1, Event: "b"}})
	if grows == 1 && !errors.Is(again, store.ErrTaken) || grows == 0 && again != nil {
		t.Fatalf("appended again: %v", again)
	}
	entries, err := s.Read(ctx, 0, 10)
	if err != nil || len(entries) != 2 || entries[1].Event != "b" {
		t.Fatalf("the log is %v, %v", entries, err)
	}
}

// While there is no primary nothing is read as if it were the newest state, and nothing is written; then both go on.
func TestAStepDownIsOverWhenThereIsAPrimary(t *testing.T) {
	ctx := t.Context()
	proxy := mongotest.NewProxy(t, mongotest.Start(t))
	s := hasty(t, proxy.URL(), Open)
	defer s.Close()
	k := hasty(t, proxy.URL(), OpenKeys)
	defer k.Close()
	scope := store.Scope{Customer: "cus_1", Name: "evidence"}
	calls := map[string]func() error{
		"append":    func() error { return s.Append(ctx, []store.Entry{{Event: "a"}}) },
		"size":      func() error { _, err := s.Size(ctx); return err },
		"read":      func() error { _, err := s.Read(ctx, 0, 1); return err },
		"project":   func() error { return s.SaveStandings(ctx, 0, nil) },
		"customers": func() error { return s.PutCustomers(ctx, []models.Customer{{Ref: "cus_1"}}) },
		"make keys": func() error {
			_, err := k.AddKeys(ctx, []store.WrappedKey{{Scope: scope, Wrapped: []byte("k")}})
			return err
		},
		"destroy keys":     func() error { return k.DestroyKeys(ctx, []store.Scope{scope}) },
		"save checkpoints": func() error { return k.AdvanceCheckpoint(ctx, 1, []byte("note")) },
	}
	proxy.Refuse(mongotest.NotWritablePrimary, mongotest.BeforeIt, append(mongotest.Reads, mongotest.Writes...)...)
	for name, call := range calls {
		if err := call(); models.KindOf(err) != models.Unavailable {
			t.Errorf("%s without a primary: %v", name, err)
		}
	}
	proxy.Accept()
	for _, call := range calls {
		until(t, func() bool {
			err := call()
			return err == nil || errors.Is(err, store.ErrTaken) // what was given up on arrived
		})
	}
}

// hasty opens a store that gives a server up soon, however long the first opening takes.
func hasty[S any](t *testing.T, url string, open func(context.Context, string) (S, error)) (opened S) {
	t.Helper()
	until(t, func() bool {
		var err error
		opened, err = open(t.Context(), url+"&timeoutMS=200")
		return err == nil
	})
	return opened
}

// A caller who stops waiting for a slow server is told that it is unavailable. What comes late takes its
// position all the same, and nothing else does.
func TestASlowWriteIsUnavailableAndMayArrive(t *testing.T) {
	proxy := mongotest.NewProxy(t, mongotest.Start(t))
	s, other := openData(t, proxy.URL()), openData(t, proxy.URL())
	defer s.Close()
	defer other.Close()
	ctx, stopWaiting := context.WithCancel(t.Context())
	proxy.Stall("insert")
	told := make(chan error)
	go func() { told <- s.Append(ctx, []store.Entry{{Event: "slow"}}) }()
	until(t, func() bool { return proxy.Held() == 1 })
	stopWaiting()
	if err := <-told; models.KindOf(err) != models.Unavailable {
		t.Fatalf("got %v", err)
	}
	if n, err := other.Size(t.Context()); err != nil || n != 0 {
		t.Fatalf("before it arrives: size %d, %v", n, err)
	}
	proxy.Resume()
	until(t, func() bool { n, err := other.Size(t.Context()); return err == nil && n == 1 })
	if err := other.Append(t.Context(), []store.Entry{{Event: "another"}}); !errors.Is(err, store.ErrTaken) {
		t.Fatalf("its position: %v", err)
	}
	if err := other.Append(t.Context(), []store.Entry{{Seq: 1, Event: "slow"}}); !errors.Is(err, store.ErrExists) {
		t.Fatalf("its event: %v", err)
	}
}

// A server that answers nothing is given up on by the store itself.
func TestAServerThatSaysNothingIsUnavailable(t *testing.T) {
	proxy := mongotest.NewProxy(t, mongotest.Start(t))
	s := hasty(t, proxy.URL(), Open)
	defer s.Close()
	proxy.Stall("find", "ping", "update")
	defer proxy.Resume()
	ctx := t.Context()
	_, size := s.Size(ctx)
	for name, err := range map[string]error{"size": size, "ping": s.Ping(ctx), "customer": s.PutCustomers(ctx, []models.Customer{{Ref: "cus_1"}})} {
		if models.KindOf(err) != models.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// until waits until something holds, however slow the machine is.
func until(t *testing.T, holds func() bool) {
	t.Helper()
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for !holds() {
		select {
		case <-pace.C:
		case <-t.Context().Done():
			t.Fatal("it never happened")
		}
	}
}
