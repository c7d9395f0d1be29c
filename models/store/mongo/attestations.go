package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

// The collections of what staff acknowledged and passed.
const (
	attestationsName = "attestations"
	remindersName    = "reminders"
)

// attestedName is the document that says how far the projection is.
const attestedName = "attested"

type attestation struct {
	Seq         int64         `bson:"_id"`
	Staff       string        `bson:"staff"`
	Requirement string        `bson:"requirement"`
	Version     int           `bson:"version"`
	Locale      string        `bson:"locale"`
	SHA256      string        `bson:"sha256"`
	State       string        `bson:"state"`
	Score       int           `bson:"score"`
	At          bson.DateTime `bson:"at"`
}

func (d attestation) give() store.Attestation {
	return store.Attestation{
		Seq: uint64(d.Seq), Staff: d.Staff, Requirement: d.Requirement, Version: d.Version, Locale: d.Locale,
		SHA256: d.SHA256, State: d.State, Score: d.Score, At: at(d.At),
	}
}

// PutAttestations writes those that are missing, and then how far the projection is: after a crash in between the same
// entries are read again.
func (s *Store) PutAttestations(ctx context.Context, applied uint64, attestations []store.Attestation) error {
	for _, a := range attestations {
		err := create(ctx, s.d.on(attestationsName), attestation{
			Seq: position(a.Seq), Staff: a.Staff, Requirement: a.Requirement, Version: a.Version, Locale: a.Locale,
			SHA256: a.SHA256, State: a.State, Score: a.Score, At: ms(a.At),
		}, store.ErrExists)
		if err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	if applied == 0 {
		return nil
	}
	return s.raise(ctx, attestedName, position(applied))
}

// AttestationsOf lists a member's.
func (s *Store) AttestationsOf(ctx context.Context, staff string) ([]store.Attestation, error) {
	docs, err := all[attestation](ctx, s.d.on(attestationsName), bson.D{{Key: "staff", Value: staff}}, options.Find().SetSort(ascending("_id")))
	return convert(docs, err, attestation.give)
}

// PageAttestations gives them in order.
func (s *Store) PageAttestations(ctx context.Context, after uint64, limit int) ([]store.Attestation, error) {
	beyond := bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: position(after)}}}}
	docs, err := page[attestation](ctx, s.d.on(attestationsName), beyond, ascending("_id"), limit)
	return convert(docs, err, attestation.give)
}

// AttestationsApplied is the number of entries accounted for.
func (s *Store) AttestationsApplied(ctx context.Context) (uint64, error) {
	doc, err := one[progress](ctx, s.d.on(progressName), named(attestedName))
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	return uint64(doc.Seq), err
}

// ResetAttestations empties the projection, its position first: what is left after a crash is written again.
func (s *Store) ResetAttestations(ctx context.Context) error {
	if _, err := s.d.on(progressName).DeleteOne(ctx, named(attestedName)); err != nil {
		return failure(err)
	}
	_, err := s.d.on(attestationsName).DeleteMany(ctx, bson.D{})
	return failure(err)
}

// reminder says that one was given to the outbox.
type reminder struct {
	ID     string        `bson:"_id"`
	Marked bson.DateTime `bson:"marked"`
}

// Reminded looks for one.
func (s *Store) Reminded(ctx context.Context, id string) (bool, error) {
	_, err := one[reminder](ctx, s.d.on(remindersName), named(id))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// MarkReminder adds one.
func (s *Store) MarkReminder(ctx context.Context, id string, at time.Time) error {
	return create(ctx, s.d.on(remindersName), reminder{id, ms(at)}, store.ErrExists)
}

// ForgetReminders removes old ones.
func (s *Store) ForgetReminders(ctx context.Context, before time.Time) error {
	_, err := s.d.on(remindersName).DeleteMany(ctx, bson.D{{Key: "marked", Value: bson.D{{Key: "$lt", Value: ms(before)}}}})
	return failure(err)
}

// raise sets how far a projection is, unless it is further.
func (s *Store) raise(ctx context.Context, name string, applied int64) error {
	further := bson.D{{Key: "$max", Value: bson.D{{Key: "seq", Value: applied}}}}
	_, err := s.d.on(progressName).UpdateOne(ctx, named(name), further, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) { // two made it at once: now it is there
		_, err = s.d.on(progressName).UpdateOne(ctx, named(name), further)
	}
	return failure(err)
}
