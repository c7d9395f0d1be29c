// Package stripemocktest owns the stripe-mock (tools/stripemock) that tests talk to, built when it is first needed.
package stripemocktest

import (
	"sync"
	"testing"

	"candor/models/peertest"
)

// shared is the server of all tests of this process. It is kept here because it ends when nobody holds the other end of
// its input any more.
var shared = sync.OnceValues(func() (*peertest.Process, error) { return peertest.Start("stripemock") })

// Start gives its URL. It remembers nothing, so that tests may share it.
func Start(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("there is no stripe-mock to test with: %v", err)
	}
	return server.URL
}
