// Package mongotest owns the server that tests of the MongoDB store run on: the one that the environment
// variable CANDOR_TEST_MONGODB names, else FerretDB (tools/ferretdb), built when it is first needed. A
// server that cannot be had fails the test.
package mongotest

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/peertest"
)

// Variable names a real server or cluster by its URL. Its path does not matter: each test has a database
// of its own. If it asks for a password, say authSource.
const Variable = "CANDOR_TEST_MONGODB"

// shared is the server of all tests of this process. It is kept here because it ends when nobody holds
// the other end of its input any more.
var shared = sync.OnceValues(func() (*peertest.Process, error) {
	if address := os.Getenv(Variable); address != "" {
		return &peertest.Process{URL: address}, nil
	}
	return start("", "127.0.0.1:0")
})

// Start gives the URL of a new, empty database, which is dropped after the test.
func Start(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("there is no server to test with: %v", err)
	}
	return database(t, server.URL)
}

// Real says whether the tests run on a server that the environment names.
func Real() bool { return os.Getenv(Variable) != "" }

// database names a new one on a server, and drops it after the test.
func database(t testing.TB, server string) string {
	t.Helper()
	name := "candor_test_" + strings.ToLower(rand.Text())
	url := within(server, name)
	t.Cleanup(func() {
		if err := drop(context.WithoutCancel(t.Context()), url, name); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return url
}

// within puts a database's name into the path of a server's URL, which may list several hosts.
func within(server, name string) string {
	scheme, rest, _ := strings.Cut(server, "://")
	rest, query, asked := strings.Cut(rest, "?")
	hosts, _, _ := strings.Cut(rest, "/")
	url := scheme + "://" + hosts + "/" + name
	if asked {
		url += "?" + query
	}
	return url
}

func drop(ctx context.Context, url, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(url))
	if err != nil {
		return err
	}
	defer client.Disconnect(ctx) // dropping says what went wrong
	return client.Database(name).Drop(ctx)
}
