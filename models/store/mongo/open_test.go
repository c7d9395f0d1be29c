package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models"
	"candor/models/store"
	"candor/models/store/mongo/mongotest"
)

func TestURLs(t *testing.T) {
	good := map[string]string{
		"mongodb://localhost/candor":                                     "candor",
		"mongodb://a:1,b:2,c:3/candor?replicaSet=rs":                     "candor",
		"mongodb://u:p%40ss@a:1,b:2/can-dor_1?authSource=admin&tls=true": "can-dor_1",
	}
	for url, name := range good {
		opts, got, err := settings(url)
		if err != nil || got != name {
			t.Errorf("%s: %q, %v", url, got, err)
			continue
		}
		if opts.WriteConcern.W != "majority" || !*opts.WriteConcern.Journal || opts.ReadConcern.Level != "majority" || !*opts.RetryWrites {
			t.Errorf("%s: concerns %+v %+v", url, opts.WriteConcern, opts.ReadConcern)
		}
	}
	bad := map[string]string{
		"mongodb://localhost":                      "names no database",
		"mongodb://localhost/":                     "names no database",
		"mongodb://u:hush@a:1,b:2?tls=true":        "names no database",
		"postgres://localhost/candor":              "does not begin with mongodb://",
		"mongodb://localhost/a.b":                  "as MongoDB does not",
		"mongodb://u:hush@h@a/candor":              "cannot be read",
		"mongodb://localhost/candor?maxPoolSize=x": "maxPoolSize",
	}
	for url, says := range bad {
		_, _, err := settings(url)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestTheURLSetsLimitsAndNotConcerns(t *testing.T) {
	opts, _, err := settings("mongodb://localhost/candor?timeoutMS=1500&maxPoolSize=7&w=1&readConcernLevel=local&readPreference=secondary&retryWrites=false")
	if err != nil {
		t.Fatal(err)
	}
	if *opts.Timeout != 1500*time.Millisecond || *opts.MaxPoolSize != 7 {
		t.Errorf("limits %v, %d", *opts.Timeout, *opts.MaxPoolSize)
	}
	if opts.WriteConcern.W != "majority" || opts.ReadConcern.Level != "majority" || opts.ReadPreference.Mode().String() != "primary" || !*opts.RetryWrites {
		t.Errorf("the URL weakened what contracts need")
	}
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	if _, err := Open(t.Context(), "mongodb://127.0.0.1:1/candor?serverSelectionTimeoutMS=200"); models.KindOf(err) != models.Unavailable {
		t.Fatalf("got %v", err)
	}
}

func TestAnIndexThatDiffersIsRefused(t *testing.T) {
	ctx := t.Context()
	url := mongotest.Start(t)
	client, err := mongo.Connect(options.Client().ApplyURI(url))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(ctx)
	_, name, err := settings(url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Database(name).Collection(recordsName).Indexes().CreateOne(ctx, mongo.IndexModel{
		Keys: bson.D{{Key: "customer", Value: 1}}, Options: options.Index().SetName("by_time"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, url); err == nil || !strings.Contains(err.Error(), "index by_time of the collection records") || !strings.Contains(err.Error(), "drop it") {
		t.Fatalf("got %v", err)
	}
}

func TestTheServersClockIsRead(t *testing.T) {
	s := openData(t, mongotest.Start(t))
	defer s.Close()
	now, err := s.Now(t.Context())
	if err != nil || now.IsZero() || !now.Equal(now.Truncate(time.Millisecond)) {
		t.Fatal(now, err)
	}
}

func TestABatchThatIsTooLargeIsRefused(t *testing.T) {
	ctx := t.Context()
	s := openData(t, mongotest.Start(t))
	defer s.Close()
	many := make([]store.Entry, batchEntries+1)
	for i := range many {
		many[i] = store.Entry{Seq: uint64(i), Event: fmt.Sprint(i)}
	}
	if err := s.Append(ctx, many); err == nil {
		t.Error("too many entries were taken")
	}
	if err := s.Append(ctx, []store.Entry{{Event: "a", Raw: bytes.Repeat([]byte{1}, batchBytes+1)}}); err == nil {
		t.Error("too many bytes were taken")
	}
	if n, err := s.Size(ctx); err != nil || n != 0 {
		t.Fatal(n, err)
	}
}

// What a store remembers of the log's end must not deceive it about what others append.
func TestTwoStoresAppendToOneLog(t *testing.T) {
	ctx := t.Context()
	url := mongotest.Start(t)
	a, b := openData(t, url), openData(t, url)
	defer a.Close()
	defer b.Close()
	entry := func(seq uint64, event string) []store.Entry { return []store.Entry{{Seq: seq, Event: event}} }
	steps := []struct {
		s    *Store
		seq  uint64
		id   string
		want error
	}{
		{a, 0, "a0", nil},
		{b, 0, "b0", store.ErrTaken}, // b has seen nothing yet
		{b, 1, "b1", nil},            // b looked
		{a, 1, "a1", store.ErrTaken}, // a remembers 1, where b was faster
		{a, 0, "a0", store.ErrTaken}, // below what a remembers
		{a, 3, "a3", store.ErrTaken}, // beyond
		{a, 2, "b1", store.ErrExists},
		{b, 2, "a0", store.ErrExists},
		{a, 2, "a2", nil},
	}
	for i, step := range steps {
		if err := step.s.Append(ctx, entry(step.seq, step.id)); !errors.Is(err, step.want) {
			t.Fatalf("step %d: got %v, want %v", i, err, step.want)
		}
	}
}

// A log that seems shorter than it was is no log to go on from.
func TestALogThatShrinksIsUnavailable(t *testing.T) {
	ctx := t.Context()
	s := openData(t, mongotest.Start(t))
	defer s.Close()
	if err := s.Append(ctx, []store.Entry{{Event: "a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.d.on(entriesName).DeleteMany(ctx, bson.D{}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Size(ctx); models.KindOf(err) != models.Unavailable {
		t.Fatal(n, err)
	}
}

func TestAPeerThatComesBackIsUsedAgain(t *testing.T) {
	ctx := t.Context()
	peer := mongotest.NewPeer(t)
	s := openData(t, peer.URL("candor")+"?serverSelectionTimeoutMS=500")
	defer s.Close()
	if err := s.Append(ctx, []store.Entry{{Event: "a"}}); err != nil {
		t.Fatal(err)
	}
	peer.Kill()
	if err := s.Append(ctx, []store.Entry{{Seq: 1, Event: "b"}}); models.KindOf(err) != models.Unavailable {
		t.Fatalf("got %v", err)
	}
	peer.Restart()
	waiting, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	for {
		if n, err := s.Size(waiting); err == nil {
			if n != 1 {
				t.Fatalf("size %d", n)
			}
			return
		} else if waiting.Err() != nil {
			t.Fatal(err)
		}
	}
}
