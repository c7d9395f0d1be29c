package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"candor/models"
	"candor/models/store"
)

// away are the codes by which a server says that it, or the one it would have asked, cannot do it now.
// Names and numbers are from MongoDB's error_codes.yml.
var away = []int{
	6,     // HostUnreachable
	7,     // HostNotFound
	13,    // Unauthorized: the operator has to let us in
	18,    // AuthenticationFailed
	24,    // LockTimeout
	43,    // CursorNotFound
	46,    // LockBusy
	50,    // MaxTimeMSExpired
	63,    // StaleShardVersion
	64,    // WriteConcernTimeout
	70,    // ShardNotFound
	79,    // UnknownReplWriteConcern
	83,    // BalancerInterrupted
	89,    // NetworkTimeout
	91,    // ShutdownInProgress
	100,   // UnsatisfiableWriteConcern
	112,   // WriteConflict
	117,   // ConflictingOperationInProgress
	133,   // FailedToSatisfyReadPreference
	134,   // ReadConcernMajorityNotAvailableYet
	146,   // ExceededMemoryLimit
	150,   // StaleEpoch
	175,   // QueryPlanKilled
	189,   // PrimarySteppedDown
	202,   // NetworkInterfaceExceededTimeLimit
	237,   // CursorKilled
	262,   // ExceededTimeLimit
	290,   // TransactionExceededLifetimeLimitSeconds
	317,   // ConnectionPoolExpired
	333,   // PooledConnectionAcquisitionExceededTimeLimit
	358,   // InternalTransactionNotSupported during a change of version
	365,   // TemporarilyUnavailable
	384,   // ConnectionError
	391,   // ReauthenticationRequired
	402,   // ResourceExhausted
	462,   // IngressRequestRateLimitExceeded
	9001,  // SocketException
	10058, // LegacyNotPrimary
	10107, // NotWritablePrimary
	11600, // InterruptedAtShutdown
	11601, // Interrupted
	11602, // InterruptedDueToReplStateChange
	12501, // quota exceeded
	13388, // StaleConfig
	13435, // NotPrimaryNoSecondaryOk
	13436, // NotPrimaryOrSecondary
	14031, // OutOfDiskSpace
}

// passing are the labels that the driver and the servers give to errors that trying again may mend.
var passing = []string{
	"NetworkError", "NetworkTimeoutError", "ExceededTimeLimitError", "RetryableWriteError", "RetryableError",
	"TransientTransactionError", "SystemOverloadedError", "UnknownTransactionCommitResult",
}

// failure turns a driver's error into the store's terms.
func failure(err error) error {
	var ours *models.Error
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case errors.Is(err, mongo.ErrNoDocuments):
		return store.ErrNotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, mongo.ErrClientDisconnected):
		return unavailable(bare(err))
	}
	server, ok := errors.AsType[mongo.ServerError](err)
	if !ok {
		return local(err)
	}
	if slices.ContainsFunc(passing, server.HasErrorLabel) || undecided(err) || slices.ContainsFunc(away, server.HasErrorCode) {
		return unavailable(bare(err))
	}
	return bare(err)
}

// local is an error that no server sent: we used the driver wrongly, or the network failed.
func local(err error) error {
	marshal, argument := mongo.MarshalError{}, mongo.InvalidArgumentError{}
	if errors.As(err, &marshal) || errors.As(err, &argument) || errors.Is(err, mongo.ErrNilDocument) {
		return bare(err)
	}
	return unavailable(bare(err))
}

// undecided says whether a write was done and its durability is not known.
func undecided(err error) bool {
	write, bulk := mongo.WriteException{}, mongo.BulkWriteException{}
	return errors.As(err, &write) && write.WriteConcernError != nil ||
		errors.As(err, &bulk) && bulk.WriteConcernError != nil
}

// bare is an error without the server's words, which may quote documents and keys: its codes and their
// names are left, and that it was a context that ended.
func bare(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, mongo.ErrClientDisconnected} {
		if errors.Is(err, known) {
			return fmt.Errorf("mongodb: %w", known)
		}
	}
	server, ok := errors.AsType[mongo.ServerError](err)
	if !ok {
		return fmt.Errorf("mongodb: %w", err) // of the network, or of our own use of the driver: it knows no documents
	}
	var parts []string
	if command, ok := errors.AsType[mongo.CommandError](err); ok && command.Name != "" {
		parts = append(parts, command.Name)
	}
	for _, label := range passing {
		if server.HasErrorLabel(label) {
			parts = append(parts, label)
		}
	}
	codes := server.ErrorCodes()
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if code != 0 {
			parts = append(parts, fmt.Sprintf("code %d", code))
		}
	}
	return errors.New("mongodb: " + strings.Join(parts, ", "))
}

// unavailable is the error for a store that cannot be reached or whose outcome is unknown.
func unavailable(cause error) error {
	return models.Fail(models.Unavailable, "store_unavailable").Because(cause)
}
