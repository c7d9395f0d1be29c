package mongo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// Limits that the URL may set otherwise (timeoutMS, connectTimeoutMS, serverSelectionTimeoutMS,
// maxPoolSize, maxIdleTimeMS).
const (
	// opTimeout bounds an operation with its retries, unless the caller's context ends it before.
	opTimeout = 10 * time.Second
	// findTimeout is how long a primary is waited for: longer than an election mostly takes would hold
	// up every caller for that long when the database is gone.
	findTimeout    = 5 * time.Second
	connectTimeout = 3 * time.Second
	poolSize       = 100
	idleTime       = 5 * time.Minute
	// closeTimeout is how long Close waits for what is under way.
	closeTimeout = 5 * time.Second
)

// database is one database and the connections to its servers.
type database struct {
	client *mongo.Client
	db     *mongo.Database
	closed atomic.Bool
}

// openDatabase connects, and makes or checks the indexes.
func openDatabase(ctx context.Context, address string, indexes []index) (*database, error) {
	opts, name, err := settings(address)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	client, err := mongo.Connect(opts)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", failure(err))
	}
	d := &database{client: client, db: client.Database(name)}
	if err := d.ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", name, err), d.close())
	}
	if err := d.ensure(ctx, indexes); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", name, err), d.close())
	}
	return d, nil
}

// settings reads the URL. What every contract needs is not the URL's to change.
func settings(address string) (*options.ClientOptions, string, error) {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "mongodb" && parsed.Scheme != "mongodb+srv") {
		// A list of servers is no URL by Go's rules. The error may quote a password, and is not shown.
		parsed, err = parseList(address)
	}
	if err != nil {
		return nil, "", err
	}
	name := strings.Trim(parsed.Path, "/")
	if name == "" {
		return nil, "", errors.New("the store's URL names no database: add one to its path, as in mongodb://HOST/candor")
	}
	if strings.ContainsAny(name, "/\\. \"$*<>:|?") || len(name) > 63 {
		return nil, "", errors.New("the store's URL names a database as MongoDB does not: use up to 63 letters, digits, - and _")
	}
	opts := options.Client().
		SetAppName("candor").SetTimeout(opTimeout).SetServerSelectionTimeout(findTimeout).
		SetConnectTimeout(connectTimeout).SetMaxPoolSize(poolSize).SetMaxConnIdleTime(idleTime).
		ApplyURI(address)
	if err := opts.Validate(); err != nil {
		if strings.Contains(address, "@") {
			err = errUnreadable // the driver's own words may quote a password
		}
		return nil, "", fmt.Errorf("the store's URL: %w", err)
	}
	journaled := true
	opts.SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journaled}).
		SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()).
		SetRetryWrites(true).SetRetryReads(true)
	return opts, name, nil
}

var errUnreadable = errors.New("it cannot be read: write it as mongodb://USER:PASSWORD@HOST/DATABASE, " +
	"with %-escapes for special characters in the user's name and the password")

// parseList reads a URL with several hosts, which net/url refuses for their ports, by leaving all but the
// first out.
func parseList(address string) (*url.URL, error) {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok || (scheme != "mongodb" && scheme != "mongodb+srv") {
		return nil, errors.New("the store's URL does not begin with mongodb:// or mongodb+srv://")
	}
	hosts, tail := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		hosts, tail = rest[:i], rest[i:]
	}
	if i := strings.LastIndex(hosts, "@"); i >= 0 {
		hosts = hosts[i+1:]
	}
	first, _, _ := strings.Cut(hosts, ",")
	parsed, err := url.Parse(scheme + "://" + first + tail)
	if err != nil {
		return nil, fmt.Errorf("the store's URL: %w", errUnreadable)
	}
	return parsed, nil
}

// ping asks the primary.
func (d *database) ping(ctx context.Context) error {
	return failure(d.client.Ping(ctx, readpref.Primary()))
}

// close ends the connections, and what is under way with them.
func (d *database) close() error {
	if d.closed.Swap(true) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return failure(d.client.Disconnect(ctx))
}

// on names a collection.
func (d *database) on(name string) *mongo.Collection { return d.db.Collection(name) }

// one reads a single document; ErrNotFound if there is none.
func one[T any](ctx context.Context, c *mongo.Collection, filter any, opts ...options.Lister[options.FindOneOptions]) (T, error) {
	var doc T
	raw, err := c.FindOne(ctx, filter, opts...).Raw()
	if err != nil {
		return doc, failure(err)
	}
	return doc, decode(raw, &doc)
}

// all reads every document.
func all[T any](ctx context.Context, c *mongo.Collection, filter any, opts ...options.Lister[options.FindOptions]) ([]T, error) {
	cursor, err := c.Find(ctx, filter, opts...)
	return drain[T](ctx, cursor, err)
}

// drain reads a cursor to its end.
func drain[T any](ctx context.Context, cursor *mongo.Cursor, err error) ([]T, error) {
	if err != nil {
		return nil, failure(err)
	}
	defer cursor.Close(context.WithoutCancel(ctx)) // cursor.Err says what went wrong
	var docs []T
	for cursor.Next(ctx) {
		var doc T
		if err := decode(cursor.Current, &doc); err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, failure(cursor.Err())
}

// decode reads a document. What the driver would say of a damaged one may quote it.
func decode(raw bson.Raw, doc any) error {
	if err := bson.Unmarshal(raw, doc); err != nil {
		return fmt.Errorf("read %T: the document is damaged", doc)
	}
	return nil
}

// page is one of a listing: nothing, if limit is not positive, where MongoDB would give all.
func page[T any](ctx context.Context, c *mongo.Collection, filter, sort any, limit int) ([]T, error) {
	if limit <= 0 {
		return nil, nil
	}
	return all[T](ctx, c, filter, options.Find().SetSort(sort).SetLimit(int64(limit)))
}

// create writes a document that must be new.
func create(ctx context.Context, c *mongo.Collection, doc any, taken error) error {
	_, err := c.InsertOne(ctx, doc)
	return created(err, taken)
}

// created is the outcome of an insert. A key that is taken by what may yet be rolled back is not known
// to be.
func created(err, taken error) error {
	if mongo.IsDuplicateKeyError(err) && !undecided(err) {
		return taken
	}
	return failure(err)
}

// most is how many documents one call inserts or names.
const most = 1000

// convert turns what was read into what was asked for.
func convert[A, B any](docs []A, err error, fn func(A) B) ([]B, error) {
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	out := make([]B, len(docs))
	for i, doc := range docs {
		out[i] = fn(doc)
	}
	return out, nil
}

// path makes one name of several. Different parts never make the same name, and all names that begin
// with the same parts follow each other.
func path(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = separator.Replace(part)
	}
	return strings.Join(escaped, "/")
}

var separator = strings.NewReplacer("%", "%25", "/", "%2F")

// below bounds the names that begin with these parts and have more.
func below(parts ...string) bson.D {
	prefix := path(parts...)
	return bson.D{{Key: "$gt", Value: prefix + "/"}, {Key: "$lt", Value: prefix + "0"}} // "0" follows "/"
}

// ms and at keep a time to the millisecond; the zero time survives.
func ms(t time.Time) bson.DateTime { return bson.DateTime(t.UnixMilli()) }

func at(t bson.DateTime) time.Time { return time.UnixMilli(int64(t)).UTC() }

// blob keeps an absent value as an empty one; null would say something else.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// position keeps a seq within what BSON can compare; none that large exists.
func position(seq uint64) int64 { return int64(min(seq, 1<<62)) }
