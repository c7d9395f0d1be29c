package mongo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models"
	"candor/models/store"
)

// standing is a customer's. Purposes are names that an operator gives, and no names of fields: so the
// choices are one text.
type standing struct {
	Customer  string `bson:"_id"`
	Seq       int64  `bson:"seq"`
	Pseudonym []byte `bson:"pseudonym"`
	Choices   string `bson:"choices"` // JSON, by purpose
}

// give is the standing with all of its choices, or those about some purposes.
func (d standing) give(purposes ...string) (models.Standing, error) {
	s := models.Standing{Customer: d.Customer, Seq: uint64(d.Seq), Pseudonym: d.Pseudonym}
	var err error
	if s.Choices, err = models.ReadChoices([]byte(d.Choices), purposes...); err != nil {
		return s, fmt.Errorf("read standing: its choices are damaged: %w", err)
	}
	return s, nil
}

// appliedName is the document that says how far the projection is.
const appliedName = "applied"

type progress struct {
	Seq int64 `bson:"seq"`
}

// Standing gives where a customer stands.
func (s *Store) Standing(ctx context.Context, customer string) (models.Standing, error) {
	doc, err := one[standing](ctx, s.d.on(standingsName), named(customer))
	if err != nil {
		return models.Standing{}, err
	}
	return doc.give()
}

// StandingsOf gives several.
func (s *Store) StandingsOf(ctx context.Context, customers []string, purposes ...string) ([]models.Standing, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	docs, err := all[standing](ctx, s.d.on(standingsName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: customers}}}})
	if err != nil {
		return nil, err
	}
	return giveAll(docs, purposes)
}

// SaveStandings projects. Other servers project the same entries: so it first asks which of these
// standings are there already, and mostly has nothing more to do. One that is missing is inserted; where
// somebody else was faster it is there now, and is replaced like all others, if it is older.
func (s *Store) SaveStandings(ctx context.Context, applied uint64, standings []models.Standing) error {
	newer := make(map[string]standing, len(standings))
	for _, st := range standings {
		choices, err := json.Marshal(st.Choices)
		if err != nil {
			return fmt.Errorf("save standing: %w", err)
		}
		if n := position(st.Seq); newer[st.Customer].Customer == "" || newer[st.Customer].Seq < n {
			newer[st.Customer] = standing{Customer: st.Customer, Seq: n, Pseudonym: blob(st.Pseudonym), Choices: string(choices)}
		}
	}
	missing, err := s.missing(ctx, newer)
	if err != nil {
		return err
	}
	for _, customer := range missing {
		err := create(ctx, s.d.on(standingsName), newer[customer], store.ErrExists)
		if err == nil {
			delete(newer, customer)
		} else if !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	var writes []mongo.WriteModel
	for customer, doc := range newer {
		older := bson.D{{Key: "_id", Value: customer}, {Key: "seq", Value: bson.D{{Key: "$lt", Value: doc.Seq}}}}
		writes = append(writes, mongo.NewReplaceOneModel().SetFilter(older).SetReplacement(doc))
	}
	if err := s.d.bulk(ctx, standingsName, writes); err != nil {
		return err
	}
	return s.advance(ctx, position(applied))
}

// missing takes those out of newer that need not be written, and names those that are not there at all.
func (s *Store) missing(ctx context.Context, newer map[string]standing) ([]string, error) {
	absent := make(map[string]bool, len(newer))
	var customers []string
	for customer := range newer {
		absent[customer] = true
		customers = append(customers, customer)
	}
	if len(customers) == 0 {
		return nil, nil
	}
	there, err := all[standing](ctx, s.d.on(standingsName), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: customers}}}},
		options.Find().SetProjection(ascending("seq")))
	if err != nil {
		return nil, err
	}
	for _, doc := range there {
		delete(absent, doc.Customer)
		if doc.Seq >= newer[doc.Customer].Seq {
			delete(newer, doc.Customer)
		}
	}
	customers = customers[:0]
	for customer := range absent {
		customers = append(customers, customer)
	}
	return customers, nil
}

// advance records that the entries below applied are accounted for.
func (s *Store) advance(ctx context.Context, applied int64) error {
	return s.raise(ctx, appliedName, applied)
}

// Applied is the number of entries accounted for.
func (s *Store) Applied(ctx context.Context) (uint64, error) {
	doc, err := one[progress](ctx, s.d.on(progressName), named(appliedName))
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	return uint64(doc.Seq), err
}

// PageStandings gives standings in order of their customers.
func (s *Store) PageStandings(ctx context.Context, after string, limit int, purposes ...string) ([]models.Standing, error) {
	docs, err := page[standing](ctx, s.d.on(standingsName), following(after), ascending("_id"), limit)
	if err != nil {
		return nil, err
	}
	return giveAll(docs, purposes)
}

func giveAll(docs []standing, purposes []string) ([]models.Standing, error) {
	standings := make([]models.Standing, len(docs))
	for i, doc := range docs {
		var err error
		if standings[i], err = doc.give(purposes...); err != nil {
			return nil, err
		}
	}
	return standings, nil
}

// ResetStandings empties the projection. What is accounted for goes first: what would be left of the
// standings is projected again.
func (s *Store) ResetStandings(ctx context.Context) error {
	if _, err := s.d.on(progressName).DeleteOne(ctx, named(appliedName)); err != nil {
		return failure(err)
	}
	_, err := s.d.on(standingsName).DeleteMany(ctx, bson.D{})
	return failure(err)
}
