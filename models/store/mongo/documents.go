package mongo

import (
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type document struct {
	ID        string `bson:"_id"`    // path(customer, category, record, name)
	Record    string `bson:"record"` // the record's _id
	Customer  string `bson:"customer"`
	Category  string `bson:"category"`
	RecordID  string `bson:"record_id"`
	Name      string `bson:"name"`
	MediaType string `bson:"media_type"`
	Size      int64  `bson:"size"`
	Sealed    []byte `bson:"sealed,omitempty"`
}

func (d document) give() store.Document {
	return store.Document{
		RecordKey: store.RecordKey{Customer: d.Customer, Category: d.Category, ID: d.RecordID},
		Name:      d.Name, MediaType: d.MediaType, Size: d.Size, Sealed: d.Sealed,
	}
}

func documentName(k store.RecordKey, name string) string {
	return path(k.Customer, k.Category, k.ID, name)
}

// PutDocuments writes files of records. Whether the records are there is asked before, so that nothing is
// written without one, and again after: a record that was deleted meanwhile may have lost its documents
// before this one came. One that is deleted later takes it along, because its documents go after it.
func (s *Store) PutDocuments(ctx context.Context, documents []store.Document) error {
	if len(documents) == 0 {
		return nil
	}
	keys := make([]store.RecordKey, len(documents))
	for i, d := range documents {
		keys[i] = d.RecordKey
	}
	orphans, err := s.without(ctx, keys)
	if err != nil {
		return err
	}
	if len(orphans) > 0 {
		return store.ErrNotFound
	}
	for i, d := range documents { // one by one: each may be as large as a message may be
		doc := document{
			ID: documentName(d.RecordKey, d.Name), Record: recordName(d.RecordKey), Customer: d.Customer, Category: d.Category,
			RecordID: d.ID, Name: d.Name, MediaType: d.MediaType, Size: d.Size, Sealed: blob(d.Sealed),
		}
		if err := s.d.put(ctx, documentsName, 1, func(int) (string, any) { return doc.ID, doc }); err != nil {
			return err
		}
		keys[i] = d.RecordKey
	}
	if orphans, err = s.without(ctx, keys); err != nil || len(orphans) == 0 {
		return err
	}
	if err := s.d.removeAll(ctx, documentsName, "record", orphans); err != nil {
		return err
	}
	return store.ErrNotFound
}

// without gives the names of the records that are not there.
func (s *Store) without(ctx context.Context, keys []store.RecordKey) ([]string, error) {
	names := recordNames(keys)
	slices.Sort(names)
	names = slices.Compact(names)
	there, err := all[record](ctx, s.d.on(recordsName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: names}}}},
		options.Find().SetProjection(ascending("_id")))
	if err != nil {
		return nil, err
	}
	found := make(map[string]bool, len(there))
	for _, r := range there {
		found[r.Name] = true
	}
	return slices.DeleteFunc(names, func(name string) bool { return found[name] }), nil
}

// Document gives one with its content.
func (s *Store) Document(ctx context.Context, key store.RecordKey, name string) (store.Document, error) {
	doc, err := one[document](ctx, s.d.on(documentsName), named(documentName(key, name)))
	if err != nil {
		return store.Document{}, err
	}
	return doc.give(), nil
}

// Documents lists those of some records without reading their content.
func (s *Store) Documents(ctx context.Context, keys []store.RecordKey) ([]store.Document, error) {
	var docs []document
	for part := range slices.Chunk(recordNames(keys), most) {
		found, err := all[document](ctx, s.d.on(documentsName), bson.D{{Key: "record", Value: bson.D{{Key: "$in", Value: part}}}},
			options.Find().SetProjection(bson.D{{Key: "sealed", Value: 0}}))
		if err != nil {
			return nil, err
		}
		docs = append(docs, found...)
	}
	slices.SortFunc(docs, func(a, b document) int {
		return slices.Compare([]string{a.Customer, a.Category, a.RecordID, a.Name}, []string{b.Customer, b.Category, b.RecordID, b.Name})
	})
	docs = slices.CompactFunc(docs, func(a, b document) bool { return strings.Compare(a.ID, b.ID) == 0 }) // keys may be given twice
	return convert(docs, nil, document.give)
}
