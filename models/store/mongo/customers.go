package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"candor/models"
)

type customer struct {
	Ref          string        `bson:"_id"`
	Locale       string        `bson:"locale"`
	Jurisdiction string        `bson:"jurisdiction"`
	Updated      bson.DateTime `bson:"updated"`
}

func (d customer) give() models.Customer {
	return models.Customer{Ref: d.Ref, Locale: d.Locale, Jurisdiction: d.Jurisdiction, UpdatedAt: at(d.Updated)}
}

// PutCustomers writes who is known.
func (s *Store) PutCustomers(ctx context.Context, customers []models.Customer) error {
	return s.d.put(ctx, customersName, len(customers), func(i int) (string, any) {
		c := customers[i]
		return c.Ref, customer{Ref: c.Ref, Locale: c.Locale, Jurisdiction: c.Jurisdiction, Updated: ms(c.UpdatedAt)}
	})
}

// Customer gives one.
func (s *Store) Customer(ctx context.Context, ref string) (models.Customer, error) {
	doc, err := one[customer](ctx, s.d.on(customersName), named(ref))
	if err != nil {
		return models.Customer{}, err
	}
	return doc.give(), nil
}

// CustomersOf gives several.
func (s *Store) CustomersOf(ctx context.Context, refs []string) ([]models.Customer, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	docs, err := all[customer](ctx, s.d.on(customersName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: refs}}}})
	return convert(docs, err, customer.give)
}

// PageCustomers gives some in order of their references.
func (s *Store) PageCustomers(ctx context.Context, after string, limit int) ([]models.Customer, error) {
	docs, err := page[customer](ctx, s.d.on(customersName), following(after), ascending("_id"), limit)
	return convert(docs, err, customer.give)
}

// CountCustomers counts the index on _id: what a server knows without counting is wrong after it crashed,
// and while shards are balanced.
func (s *Store) CountCustomers(ctx context.Context) (int64, error) {
	n, err := s.d.on(customersName).CountDocuments(ctx, bson.D{})
	return n, failure(err)
}
