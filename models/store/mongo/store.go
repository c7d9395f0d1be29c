package mongo

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"candor/models/store"
)

// The collections of the data.
const (
	entriesName      = "entries"
	standingsName    = "standings"
	progressName     = "progress"
	customersName    = "customers"
	recordsName      = "records"
	documentsName    = "documents"
	publicationsName = "publications"
	revisionsName    = "revisions"
	wordingsName     = "wordings"
	sessionsName     = "sessions"
	linksName        = "links"
	emailsName       = "emails"
	identitiesName   = "identities"
	challengesName   = "challenges"
	countsName       = "counts"
	mailsName        = "mails"
	clientsName      = "clients"
	assertionsName   = "assertions"
	membersName      = "members"
	passkeysName     = "passkeys"
	enrolmentsName   = "enrolments"
	archivesName     = "archives"
	chunksName       = "chunks"
	leasesName       = "leases"
	namedWritesName  = "named_writes"
	requestsName     = "requests"
	tasksName        = "tasks"
	lookUpsName      = "look_ups"
	endpointsName    = "endpoints"
	webhookStateName = "endpoint_progress"
	deliveriesName   = "deliveries"
)

// Store is the data store in one database.
type Store struct {
	d *database
	// end is a position that the log was seen to end at, or 0. Append says what that is good for.
	end atomic.Uint64
}

var (
	_ store.Data  = (*Store)(nil)
	_ store.Clock = (*Store)(nil)
)

// Open connects to the database that the URL's path names, and makes its indexes if they are missing.
// A server that cannot be reached is Unavailable.
func Open(ctx context.Context, url string) (*Store, error) {
	d, err := openDatabase(ctx, url, dataIndexes())
	if err != nil {
		return nil, err
	}
	return &Store{d: d}, nil
}

// Ping asks the primary.
func (s *Store) Ping(ctx context.Context) error { return s.d.ping(ctx) }

// Close ends the connections. Whatever is called afterwards is Unavailable.
func (s *Store) Close() error { return s.d.close() }

// Now is the primary's time.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	hello := s.d.client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}},
		options.RunCmd().SetReadPreference(readpref.Primary()))
	raw, err := hello.Raw()
	if err != nil {
		return time.Time{}, failure(err)
	}
	now, ok := raw.Lookup("localTime").DateTimeOK()
	if !ok {
		return time.Time{}, unavailable(errors.New("mongodb: hello has no localTime"))
	}
	return time.UnixMilli(now).UTC(), nil
}
