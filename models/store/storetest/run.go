package storetest

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

// Opener opens the store that is kept at a place, a folder of the test's own: an empty store at first,
// and the same one when the place is opened again. The suite closes what it opens.
type Opener[S any] func(t *testing.T, place string) S

// Run holds a data store to its contracts.
func Run(t *testing.T, open Opener[store.Data]) {
	roles := []struct {
		name string
		run  func(t *testing.T, open Opener[store.Data])
	}{
		{"Log", testLog},
		{"LogRace", testLogRace},
		{"Standings", testStandings},
		{"Customers", testCustomers},
		{"Records", testRecords},
		{"RecordPages", testRecordPages},
		{"Documents", testDocuments},
		{"Publications", testPublications},
		{"Revisions", testRevisions},
		{"Wordings", testWordings},
		{"Sessions", testSessions},
		{"SessionsOf", testSessionsOf},
		{"SessionsOfStaff", testSessionsOfStaff},
		{"Members", testMembers},
		{"Passkeys", testPasskeys},
		{"Enrolments", testEnrolments},
		{"Links", testLinks},
		{"RevokedLinks", testRevokedLinks},
		{"Emails", testEmails},
		{"Identities", testIdentities},
		{"Challenges", testChallenges},
		{"Counts", testCounts},
		{"Mails", testMails},
		{"Clients", testClients},
		{"ClientChanges", testClientChanges},
		{"Assertions", testAssertions},
		{"Archives", testArchives},
		{"Chunks", testChunks},
		{"Leases", testLeases},
		{"NamedWrites", testNamedWrites},
		{"Requests", testRequests},
		{"Tasks", testTasks},
		{"Attestations", testAttestations},
		{"Reminders", testReminders},
		{"LookUps", testLookUps},
		{"Turns", testTurns},
		{"ConnectorObjects", testConnectorObjects},
		{"ConnectorEvents", testConnectorEvents},
		{"ConnectorStates", testConnectorStates},
		{"Endpoints", testEndpoints},
		{"Deliveries", testDeliveries},
		{"Reopened", testReopened},
		{"Context", testContext},
		{"Closed", testClosed},
	}
	for _, role := range roles {
		t.Run(role.name, func(t *testing.T) { role.run(t, open) })
	}
}

// fresh opens an empty store for one test.
func fresh(t *testing.T, open Opener[store.Data]) store.Data {
	t.Helper()
	s := open(t, t.TempDir())
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// noon is when everything happens; a store keeps times to the millisecond.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 120_000_000, time.UTC)

// awkward is a value that a store may be tempted to treat as text or as nothing.
var awkward = []byte("\x00\xff'\"\\\xc3\x28\n\x00")

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want fails the test unless err is target.
func want(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want %v", err, target)
	}
}

// unavailable fails the test unless err is of the kind Unavailable.
func unavailable(t *testing.T, err error) {
	t.Helper()
	if models.KindOf(err) != models.Unavailable {
		t.Fatalf("got error %v, want one of the kind Unavailable", err)
	}
}

// same fails the test unless got is what was expected.
func same[T any](t *testing.T, got, expected T) {
	t.Helper()
	if !reflect.DeepEqual(got, expected) {
		t.Fatalf("got\n  %+v\nwant\n  %+v", got, expected)
	}
}

// give unwraps a call that must succeed.
func give[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// race calls fn from n goroutines at once and gives their errors.
func race(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// oneWinner fails the test unless exactly one error is nil and every other is lost. It gives the winner.
func oneWinner(t *testing.T, errs []error, lost error) int {
	t.Helper()
	winner := -1
	for i, err := range errs {
		switch {
		case err != nil:
			want(t, err, lost)
		case winner >= 0:
			t.Fatalf("callers %d and %d both won", winner, i)
		default:
			winner = i
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	return winner
}
