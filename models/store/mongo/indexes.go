package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// index is what a collection must have beside the one on _id.
type index struct {
	collection, name string
	keys             bson.D
	sparse           bool
}

func ascending(keys ...string) (d bson.D) {
	for _, key := range keys {
		d = append(d, bson.E{Key: key, Value: 1})
	}
	return d
}

// dataIndexes are those of the data: one for each question that does not name an _id.
func dataIndexes() []index {
	return []index{
		{collection: entriesName, name: "by_event", keys: ascending("entries.event")},
		{collection: entriesName, name: "by_subject", keys: ascending("entries.subject", "_id")},
		{collection: entriesName, name: "public", keys: ascending("public"), sparse: true},
		{collection: entriesName, name: "erasure", keys: ascending("erasure"), sparse: true},
		{collection: recordsName, name: "by_time", keys: ascending("customer", "category", "occurred", "id")},
		{collection: documentsName, name: "by_record", keys: ascending("record")},
		{collection: revisionsName, name: "by_version", keys: ascending("kind", "key", "version", "revision")},
		{collection: sessionsName, name: "by_end", keys: ascending("expires")},
		{collection: sessionsName, name: "by_customer", keys: ascending("customer", "created")},
		{collection: sessionsName, name: "by_staff", keys: ascending("staff", "created")},
		{collection: passkeysName, name: "by_member", keys: ascending("member", "created")},
		{collection: enrolmentsName, name: "by_member", keys: ascending("member")},
		{collection: enrolmentsName, name: "by_end", keys: ascending("expires")},
		{collection: linksName, name: "by_end", keys: ascending("expires")},
		{collection: namedWritesName, name: "by_end", keys: ascending("expires")},
		{collection: linksName, name: "by_id", keys: ascending("id")},
		{collection: emailsName, name: "by_key", keys: ascending("key", "_id")},
		{collection: identitiesName, name: "by_customer", keys: ascending("customer")},
		{collection: challengesName, name: "by_end", keys: ascending("expires")},
		{collection: countsName, name: "by_end", keys: ascending("until")},
		{collection: mailsName, name: "by_due", keys: ascending("due")},
		{collection: assertionsName, name: "by_end", keys: ascending("until")},
		{collection: archivesName, name: "by_customer", keys: ascending("customer", "created")},
		{collection: archivesName, name: "by_state", keys: ascending("state", "expires")},
		{collection: requestsName, name: "by_customer", keys: ascending("customer", "received")},
		{collection: requestsName, name: "by_due", keys: ascending("over", "due", "_id")},
		{collection: requestsName, name: "by_wake", keys: ascending("wake")},
		{collection: tasksName, name: "by_request", keys: ascending("request")},
		{collection: tasksName, name: "by_client", keys: ascending("client", "state", "seq")},
		{collection: tasksName, name: "by_state", keys: ascending("state")},
		{collection: lookUpsName, name: "by_time", keys: ascending("began", "_id")},
		{collection: lookUpsName, name: "by_member", keys: ascending("member", "began", "_id")},
		{collection: lookUpsName, name: "by_end", keys: ascending("ends")},
		{collection: objectsName, name: "by_connector", keys: ascending("connector", "id")},
		{collection: objectsName, name: "by_owner", keys: ascending("connector", "owner", "id")},
		{collection: connectorEventsName, name: "by_age", keys: ascending("marked")},
		{collection: attestationsName, name: "by_staff", keys: ascending("staff", "_id")},
		{collection: remindersName, name: "by_age", keys: ascending("marked")},
		{collection: deliveriesName, name: "by_entry", keys: ascending("endpoint", "seq")},
	}
}

// Codes by which a server refuses an index beside another.
const (
	indexOptionsConflict  = 85
	indexKeySpecsConflict = 86
)

// ensure makes the indexes that are missing. Making one that is there is the check of it: the server
// refuses if it differs.
func (d *database) ensure(ctx context.Context, indexes []index) error {
	for _, i := range indexes {
		opts := options.Index().SetName(i.name)
		if i.sparse {
			opts.SetSparse(true)
		}
		_, err := d.on(i.collection).Indexes().CreateOne(ctx, mongo.IndexModel{Keys: i.keys, Options: opts})
		if server, ok := errors.AsType[mongo.ServerError](err); ok && (server.HasErrorCode(indexOptionsConflict) || server.HasErrorCode(indexKeySpecsConflict)) {
			return fmt.Errorf("the index %s of the collection %s is not what this program needs, or the same is there under "+
				"another name: drop it, and start again to have it made: %w", i.name, i.collection, bare(err))
		}
		if err != nil {
			return fmt.Errorf("make the index %s of %s: %w", i.name, i.collection, failure(err))
		}
	}
	return nil
}
