// Package store says what must be kept, as one small interface per role. Each method's comment is
// its contract; storetest holds every implementation to it. Nothing here needs a transaction over
// several documents, so that a document database serves as well as a file.
//
// What reaches a store is already sealed: no implementation ever sees a name, an address, a field
// of a record, or what an event said.
//
// Errors: models.NotFound where there is nothing under that name; ErrTaken and ErrExists as said
// below; models.Unavailable when the store cannot be reached or its outcome is unknown; anything
// else is internal. On any error but an unknown outcome nothing was changed.
package store

import (
	"context"
	"time"

	"candor/models"
)

// ErrTaken: another writer has appended at that position. Read on from there.
var ErrTaken = models.Fail(models.Conflict, "position_taken")

// ErrExists: something is there under that name, and is kept.
var ErrExists = models.Fail(models.Conflict, "exists")

// ErrNotFound: there is nothing under that name.
var ErrNotFound = models.Fail(models.NotFound, "not_found")

// Entry is a log entry as it is kept. Its tree hashes and its sealed detail travel with it, so that
// one write makes all of it durable and no second table can disagree.
type Entry struct {
	Seq uint64
	// Raw is the compact JWS, the entry itself.
	Raw []byte
	// Hashes are the stored hashes of the Merkle tree that this entry completes, level 0 first,
	// 32 bytes each, end to end.
	Hashes []byte
	// Event is the UUID of the event; no two entries have the same.
	Event string
	// Subject is the reference of the customer it concerns; empty if it concerns nobody.
	Subject string
	// Previous is the Seq of the entry before it about the same customer, or of the erasure since; 0 if there is none
	// (entry 0 adds a key and concerns nobody). It makes a history readable without an index that every append writes to.
	Previous uint64
	// Sealed is the detail and its salt under the subject's evidence key, or the log's.
	Sealed []byte
	// Public says that anybody may see the disclosure.
	Public bool
	// Erasure says that the event erased customers' keys.
	Erasure bool
}

// Log is the consent log. Appended entries never change.
type Log interface {
	// Size is the number of entries, read as the store's latest durable state.
	Size(ctx context.Context) (uint64, error)
	// Append writes the batch, whose Seqs follow each other (it is refused if not), as one atomic durable write, if the
	// first Seq equals Size. ErrTaken if it does not. ErrExists if an event id is already there.
	// After any other error the caller must Read the position to learn what happened.
	Append(ctx context.Context, batch []Entry) error
	// Read gives up to limit entries from seq on in order; fewer at the end; none beyond it.
	Read(ctx context.Context, seq uint64, limit int) ([]Entry, error)
	// Hashes gives the Hashes of each of the entries named, in that order. ErrNotFound if one is
	// not there.
	Hashes(ctx context.Context, seqs []uint64) ([][]byte, error)
	// Event finds the entry of an event id, or ErrNotFound.
	Event(ctx context.Context, id string) (Entry, error)
	// History gives a customer's entries from the one with Seq newest on backwards, as far as Previous leads to another of
	// theirs, at most limit. Nothing if newest is not theirs.
	History(ctx context.Context, subject string, newest uint64, limit int) ([]Entry, error)
	// Public lists the seqs of entries whose disclosure is public, from seq on in order, at most limit.
	Public(ctx context.Context, seq uint64, limit int) ([]uint64, error)
	// Erasures lists the seqs of erasures in the same way.
	Erasures(ctx context.Context, seq uint64, limit int) ([]uint64, error)
}

// Standings keeps the projection of the log that says where each customer stands.
type Standings interface {
	// Standing gives a customer's, or ErrNotFound if the log has said nothing of them.
	Standing(ctx context.Context, customer string) (models.Standing, error)
	// StandingsOf gives those of the customers named of whom the log has said something, with one question.
	// If purposes are named, their Choices are those about these purposes only.
	StandingsOf(ctx context.Context, customers []string, purposes ...string) ([]models.Standing, error)
	// SaveStandings writes each one that is newer (by Seq) than the one there, and then records that
	// all entries below applied are accounted for; applied never goes back. It need not be durable
	// at once: what is lost is projected again.
	SaveStandings(ctx context.Context, applied uint64, standings []models.Standing) error
	// Applied is the number of entries accounted for; 0 at first.
	Applied(ctx context.Context) (uint64, error)
	// PageStandings gives up to limit standings with a customer reference greater than after, in order.
	// If purposes are named, their Choices are those about these purposes only.
	PageStandings(ctx context.Context, after string, limit int, purposes ...string) ([]models.Standing, error)
	// ResetStandings empties the projection, Applied included.
	ResetStandings(ctx context.Context) error
}

// Customers keeps who is known.
type Customers interface {
	// PutCustomers writes each, replacing what is there under the same Ref.
	PutCustomers(ctx context.Context, customers []models.Customer) error
	// Customer gives one, or ErrNotFound.
	Customer(ctx context.Context, ref string) (models.Customer, error)
	// CustomersOf gives those of the customers named who are known, with one question.
	CustomersOf(ctx context.Context, refs []string) ([]models.Customer, error)
	// PageCustomers gives up to limit customers with a Ref greater than after, in order.
	PageCustomers(ctx context.Context, after string, limit int) ([]models.Customer, error)
	// CountCustomers counts them.
	CountCustomers(ctx context.Context) (int64, error)
}

// Record is a record as it is kept: its fields are sealed under the customer's key for its category.
type Record struct {
	Customer, Category, ID string
	OccurredAt             time.Time // to the millisecond
	Source                 string
	Sealed                 []byte
}

// RecordKey names a record.
type RecordKey struct{ Customer, Category, ID string }

// RecordQuery asks for a page of one customer's records of one category, by (OccurredAt, ID).
type RecordQuery struct {
	Customer, Category string
	// From and To bound OccurredAt: From ≤ it < To; zero is no bound.
	From, To time.Time
	// OldestFirst turns the order round; it is newest first otherwise.
	OldestFirst bool
	// AfterTime and AfterID are the position of the last record of the page before; both or neither.
	AfterTime time.Time
	AfterID   string
	Limit     int
}

// Document is a file as it is kept: its content is sealed under the customer's key for its category.
type Document struct {
	RecordKey
	Name, MediaType string
	Size            int64 // of the content before it was sealed, in bytes
	Sealed          []byte
}

// Records keeps what is held about customers.
type Records interface {
	// PutRecords writes each, replacing what is there under the same key; its documents stay. Each record is written
	// whole or not at all; after an error some may have been written, and writing all again is safe.
	PutRecords(ctx context.Context, records []Record) error
	// Record gives one, or ErrNotFound.
	Record(ctx context.Context, key RecordKey) (Record, error)
	// DeleteRecords removes those named, with their documents; one that is not there is no error.
	DeleteRecords(ctx context.Context, keys []RecordKey) error
	// PageRecords answers a query.
	PageRecords(ctx context.Context, q RecordQuery) ([]Record, error)
	// Tallies counts a customer's records by category; a category without any is absent. Its cost
	// does not grow with what others have, and with the customer's own records by an index entry each at most.
	Tallies(ctx context.Context, customer string) (map[string]models.Tally, error)
	// Holds says whether anybody's records of a category are held. Its cost may grow with the number of customers.
	Holds(ctx context.Context, category string) (bool, error)
	// PutDocuments writes files of records that exist, each replacing one of the same name;
	// ErrNotFound if one's record does not exist. Each file is written whole or not at all; after an
	// error some may have been written.
	PutDocuments(ctx context.Context, documents []Document) error
	// Document gives one, or ErrNotFound.
	Document(ctx context.Context, key RecordKey, name string) (Document, error)
	// Documents lists those of the records named, in order of key and name, without their content.
	Documents(ctx context.Context, keys []RecordKey) ([]Document, error)
}

// Publication is one immutable version of a published thing: a notice, or a purpose's definition.
type Publication struct {
	Kind    string // "notice", "notice_retired", "purpose", "data_map" or "data_map_retired"
	Key     string
	Version int // 1, 2, 3, …
	// Seq is the entry of the log that says so.
	Seq         uint64
	PublishedAt time.Time
	Content     []byte // JSON; concerns no person
}

// Publications keeps every version that was ever published.
type Publications interface {
	// Publish adds a version, or ErrExists; what is there never changes.
	Publish(ctx context.Context, p Publication) error
	// Publications lists all versions of a kind in order of key and version.
	Publications(ctx context.Context, kind string) ([]Publication, error)
}

// Session is a signed-in browser.
type Session struct {
	Hash     string // base64url of SHA-256 of the secret in the cookie
	Customer string // a customer's reference; or empty, and
	Staff    string // the ID of a member of staff
	Method   string // how they signed in: "link", "code", "oidc", "passkey", "demo"
	// ID names the session where its secret must not be known: in the list of sessions.
	ID string
	// Link is the ID of the link that started it; empty if none did.
	Link string
	// ReturnURL is where the person came from; empty if that is not known.
	ReturnURL string
	// CreatedAt is when they signed in; ExpiresAt when it ends whatever happens.
	CreatedAt, ExpiresAt time.Time
	// SeenAt is about when they were here last, ProvedAt when they last proved who they are.
	SeenAt, ProvedAt time.Time
}

// Link is a one-time sign-in link.
type Link struct {
	ID        string
	Hash      string // base64url of SHA-256 of the secret in the URL
	Customer  string
	ReturnURL string
	Locale    string
	Flow      string // where it leads, as auth.Flow writes it; empty for the overview
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero while unused
	RevokedAt time.Time // zero while it is not
}

// Sessions keeps who is signed in and the links that let them in.
type Sessions interface {
	// CreateSession writes a new one, or ErrExists.
	CreateSession(ctx context.Context, s Session) error
	// Session gives one that has not ended by now, or ErrNotFound.
	Session(ctx context.Context, hash string, now time.Time) (Session, error)
	// SessionsOf lists a customer's that have not ended by now, the newest first.
	SessionsOf(ctx context.Context, customer string, now time.Time) ([]Session, error)
	// SessionsOfStaff lists a member's in the same way.
	SessionsOfStaff(ctx context.Context, member string, now time.Time) ([]Session, error)
	// MarkSession moves SeenAt and ProvedAt forward to those given, never back; one that is not there is no error.
	MarkSession(ctx context.Context, hash string, seen, proved time.Time) error
	// EndSession removes it; one that is not there is no error.
	EndSession(ctx context.Context, hash string) error
	// CreateLink writes a new one, or ErrExists: a used link never becomes good again.
	CreateLink(ctx context.Context, l Link) error
	// Link gives one, used or expired as it may be, or ErrNotFound.
	Link(ctx context.Context, hash string) (Link, error)
	// LinkNamed gives the one with an ID, or ErrNotFound.
	LinkNamed(ctx context.Context, id string) (Link, error)
	// UseLink marks it used at now, if it is unused and not revoked: of any number of callers one succeeds,
	// the others get ErrExists. ErrNotFound if there is none.
	UseLink(ctx context.Context, hash string, now time.Time) error
	// RevokeLink marks the one with an ID revoked at now, used or not; one that is keeps its time. ErrNotFound
	// if there is none.
	RevokeLink(ctx context.Context, id string, now time.Time) error
	// Forget removes sessions and links whose ExpiresAt is before then.
	Forget(ctx context.Context, before time.Time) error
}

// Archive is a customer's download: its state, and how it was asked for.
type Archive struct {
	ID       string
	Customer string
	State    string // "preparing", "ready", "failed", "expired"
	// Request is what was asked for, sealed with the archive's key.
	Request              []byte
	Done, Total          int64 // records
	Bytes                int64 // size of the finished file
	Chunks               int
	CreatedAt, ExpiresAt time.Time
	// Attempt names the making of it that its chunks are from: each one begins under another name, so
	// that whoever comes back late to an earlier one can spoil nothing.
	Attempt string
}

// Archives keeps downloads and their content, chunk by chunk.
type Archives interface {
	// CreateArchive writes a new one, or ErrExists.
	CreateArchive(ctx context.Context, a Archive) error
	// UpdateArchive replaces the one under the same ID, if its Attempt is the one given; ErrTaken if it is
	// another, ErrNotFound if there is none.
	UpdateArchive(ctx context.Context, a Archive, attempt string) error
	// Archive gives one, or ErrNotFound.
	Archive(ctx context.Context, id string) (Archive, error)
	// Archives lists a customer's, newest first.
	Archives(ctx context.Context, customer string) ([]Archive, error)
	// UnfinishedArchives lists those in preparation; ExpiredArchives those ready or failed whose
	// ExpiresAt is not after now. At most limit each.
	UnfinishedArchives(ctx context.Context, limit int) ([]Archive, error)
	ExpiredArchives(ctx context.Context, now time.Time, limit int) ([]Archive, error)
	// PutChunk writes chunk n (0, 1, …) of an attempt, replacing one of that number.
	PutChunk(ctx context.Context, attempt string, n int, sealed []byte) error
	// Chunk gives one, or ErrNotFound.
	Chunk(ctx context.Context, attempt string, n int) ([]byte, error)
	// DeleteChunks removes all of an attempt.
	DeleteChunks(ctx context.Context, attempt string) error
}

// Leases says which server does the work that must be done once. A lease is a promise, not a lock: a
// holder that was stopped for longer than it lasts may come back beside the next one, so that what is
// done under a lease must bear being done twice.
type Leases interface {
	// TakeLease gives holder the lease of that name until then, if nobody has it, if it ended by now,
	// or if holder has it already; otherwise ErrTaken. Of any number of callers one succeeds.
	TakeLease(ctx context.Context, name, holder string, now, until time.Time) error
	// LeaseHolder says who has it; ErrNotFound if nobody, or it ended by now.
	LeaseHolder(ctx context.Context, name string, now time.Time) (holder string, err error)
	// DropLease ends it, if holder has it; it is no error if not.
	DropLease(ctx context.Context, name, holder string) error
}

// Clock is a store that has a clock of its own: a database server's. A file has none.
type Clock interface {
	// Now is the server's time, to the millisecond.
	Now(ctx context.Context) (time.Time, error)
}

// Data is a whole data store: every role but the keys.
type Data interface {
	Log
	Standings
	Customers
	Records
	Publications
	Revisions
	Attestations
	Wordings
	Sessions
	Staff
	SignIns
	Clients
	Assertions
	Archives
	Leases
	NamedWrites
	Requests
	Tasks
	LookUps
	Connectors
	Webhooks
	// Ping fails if the store cannot be reached.
	Ping(ctx context.Context) error
	Close() error
}

// Scope names one encryption key: a customer's for one data map category, for "evidence", for
// "requests", for "staff:reasons" or for "archive:ID"; or, with no customer, the log's own ("log") or the staff's ("staff").
type Scope struct{ Customer, Name string }

// WrappedKey is an encryption key under the master key.
type WrappedKey struct {
	Scope
	Wrapped []byte
}

// Keys is the key store: a database of its own, with backups of its own.
type Keys interface {
	// AddKeys writes each key whose scope has none, durably, and gives for every scope the key that
	// is there now, in the order asked. Of two writers one wins, and both are given that key.
	AddKeys(ctx context.Context, keys []WrappedKey) ([]WrappedKey, error)
	// Keys gives those of the scopes that have a key; a scope without one is left out.
	Keys(ctx context.Context, scopes []Scope) ([]WrappedKey, error)
	// ScopesOf lists the names of a customer's keys in order.
	ScopesOf(ctx context.Context, customer string) ([]string, error)
	// DestroyKeys removes them so that the files no longer hold them when it returns; a scope
	// without a key is no error.
	DestroyKeys(ctx context.Context, scopes []Scope) error
	Ping(ctx context.Context) error
	Close() error
}

// Checkpoints keeps the newest published checkpoint, apart from the log's database and its backups.
type Checkpoints interface {
	// Checkpoint gives the saved one, or ErrNotFound.
	Checkpoint(ctx context.Context) (size uint64, note []byte, err error)
	// AdvanceCheckpoint replaces it durably, if size is greater than the saved one's; otherwise it
	// gives ErrTaken and keeps what is there.
	AdvanceCheckpoint(ctx context.Context, size uint64, note []byte) error
}
