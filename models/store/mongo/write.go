package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// named finds a document by its _id.
func named(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// following finds the documents whose _id comes after one.
func following(id string) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}}
}

// together is how many updates are one command: enough for the round trips not to matter, and few enough
// for compatible engines that keep each one's cursor open until the last is done.
const together = 50

// bulk carries out writes that do not depend on each other.
func (d *database) bulk(ctx context.Context, collection string, writes []mongo.WriteModel) error {
	for len(writes) > 0 {
		part := writes[:min(together, len(writes))]
		writes = writes[len(part):]
		_, err := d.on(collection).BulkWrite(ctx, part, options.BulkWrite().SetOrdered(false))
		if err != nil {
			return failure(err)
		}
	}
	return nil
}

// put writes n documents, each in place of the one under its _id; of two with one _id the later.
func (d *database) put(ctx context.Context, collection string, n int, doc func(i int) (id string, doc any)) error {
	last := make(map[string]int, n)
	for i := range n {
		id, _ := doc(i)
		last[id] = i
	}
	writes := make([]mongo.WriteModel, 0, len(last))
	for i := range n {
		if id, doc := doc(i); last[id] == i {
			writes = append(writes, mongo.NewReplaceOneModel().SetFilter(named(id)).SetReplacement(doc).SetUpsert(true))
		}
	}
	return d.bulk(ctx, collection, writes)
}

// removeAll deletes the documents whose field is one of the values.
func (d *database) removeAll(ctx context.Context, collection, field string, values []string) error {
	for len(values) > 0 {
		part := values[:min(most, len(values))]
		values = values[len(part):]
		_, err := d.on(collection).DeleteMany(ctx, bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: part}}}})
		if err != nil {
			return failure(err)
		}
	}
	return nil
}

// swap changes the one document that is as the filter says, and says whether there was one.
func (d *database) swap(ctx context.Context, collection string, filter, set bson.D) (bool, error) {
	res, err := d.on(collection).UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: set}})
	if err != nil {
		return false, failure(err)
	}
	return res.MatchedCount == 1, nil
}
