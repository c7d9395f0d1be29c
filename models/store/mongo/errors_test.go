package mongo

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"candor/models"
	"candor/models/store"
)

const secret = "cus_4711 dup key: { _id: secret }"

func command(code int32, name string, labels ...string) error {
	return mongo.CommandError{Code: code, Name: name, Message: secret, Labels: labels}
}

func written(code int) mongo.WriteException {
	return mongo.WriteException{WriteErrors: []mongo.WriteError{{Code: code, Message: secret}}}
}

func TestWhatTheServerSaysBecomesTheStoresTerms(t *testing.T) {
	undurable := written(11000)
	undurable.WriteConcernError = &mongo.WriteConcernError{Code: 64, Name: "WriteConcernTimeout", Message: secret}
	tests := []struct {
		name string
		err  error
		kind models.Kind
	}{
		{"not the primary", command(10107, "NotWritablePrimary"), models.Unavailable},
		{"stepped down", command(189, "PrimarySteppedDown"), models.Unavailable},
		{"shutting down", command(91, "ShutdownInProgress"), models.Unavailable},
		{"interrupted by a shutdown", command(11600, "InterruptedAtShutdown"), models.Unavailable},
		{"interrupted by a change of state", command(11602, "InterruptedDueToReplStateChange"), models.Unavailable},
		{"not the primary, and no secondary was asked for", command(13435, "NotPrimaryNoSecondaryOk"), models.Unavailable},
		{"neither primary nor secondary", command(13436, "NotPrimaryOrSecondary"), models.Unavailable},
		{"took too long", command(50, "MaxTimeMSExpired"), models.Unavailable},
		{"read concern not ready", command(134, "ReadConcernMajorityNotAvailableYet"), models.Unavailable},
		{"too few servers", command(100, "UnsatisfiableWriteConcern"), models.Unavailable},
		{"disk full", command(14031, "OutOfDiskSpace"), models.Unavailable},
		{"disk full, said of one write", written(14031), models.Unavailable},
		{"stepped down, said of one write", written(189), models.Unavailable},
		{"an unknown code that may pass", command(4242, "New", "RetryableWriteError"), models.Unavailable},
		{"the network", mongo.CommandError{Labels: []string{"NetworkError"}, Wrapped: &net.OpError{Op: "read", Err: errors.New("reset")}}, models.Unavailable},
		{"the network, not said by a server", &net.OpError{Op: "dial", Err: errors.New("refused")}, models.Unavailable},
		{"not acknowledged by a majority", mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: 4242, Message: secret}}, models.Unavailable},
		{"several not acknowledged by a majority", mongo.BulkWriteException{WriteConcernError: &mongo.WriteConcernError{Code: 4242, Message: secret}}, models.Unavailable},
		{"taken, but by whom is not durable", undurable, models.Unavailable},
		{"the caller has gone", context.Canceled, models.Unavailable},
		{"the caller's time is up", context.DeadlineExceeded, models.Unavailable},
		{"closed", mongo.ErrClientDisconnected, models.Unavailable},
		{"nothing there", mongo.ErrNoDocuments, models.NotFound},
		{"a mistake of ours", command(9, "FailedToParse"), models.Internal},
		{"a document that is too large", written(10334), models.Internal},
		{"a mistake of ours that no server saw", mongo.ErrNilDocument, models.Internal},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := failure(test.err)
			if models.KindOf(err) != test.kind {
				t.Errorf("kind %v, want %v: %v", models.KindOf(err), test.kind, err)
			}
			if strings.Contains(err.Error(), "cus_4711") || strings.Contains(err.Error(), "secret") {
				t.Errorf("it quotes a document: %v", err)
			}
		})
	}
	if err := failure(store.ErrTaken); !errors.Is(err, store.ErrTaken) {
		t.Errorf("an error of the store's own became %v", err)
	}
	if err := failure(nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}

func TestOperatorsSeeTheCode(t *testing.T) {
	for want, err := range map[string]error{
		"PrimarySteppedDown, code 189": command(189, "PrimarySteppedDown"),
		"code 11000":                   written(11000),
		"RetryableWriteError, code 9":  command(9, "", "RetryableWriteError"),
	} {
		if got := failure(err).Error(); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

// A key that is taken is what the caller makes of it, unless it is not known whether it will stay so.
func TestDuplicateKeys(t *testing.T) {
	undurable := written(11000)
	undurable.WriteConcernError = &mongo.WriteConcernError{Code: 64}
	for _, wanted := range []error{store.ErrTaken, store.ErrExists} {
		if err := created(written(11000), wanted); !errors.Is(err, wanted) {
			t.Errorf("got %v, want %v", err, wanted)
		}
		if err := created(undurable, wanted); models.KindOf(err) != models.Unavailable {
			t.Errorf("got %v, want Unavailable", err)
		}
		if err := created(nil, wanted); err != nil {
			t.Errorf("got %v", err)
		}
	}
	taken := mongo.BulkWriteError{WriteError: mongo.WriteError{Code: 11000}}
	other := mongo.BulkWriteError{WriteError: mongo.WriteError{Code: 14031}}
	tests := []struct {
		name string
		err  mongo.BulkWriteException
		all  bool
	}{
		{"only taken", mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{taken, taken}}, true},
		{"one of them something else", mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{taken, other}}, false},
		{"not durable", mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{taken}, WriteConcernError: &mongo.WriteConcernError{Code: 64}}, false},
	}
	for _, test := range tests {
		if got := allTaken(test.err); got != test.all {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
