package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"candor/models/store"
)

type namedWrite struct {
	ID          string        `bson:"_id"`
	Fingerprint string        `bson:"fingerprint"`
	Holder      string        `bson:"holder"`
	Until       bson.DateTime `bson:"until"`
	Answered    bool          `bson:"answered"`
	Answer      []byte        `bson:"answer"`
	Expires     bson.DateTime `bson:"expires"`
}

// claimTries bounds how often a claim is tried anew because what was there has gone in between.
const claimTries = 8

// ClaimWrite is one compare-and-swap, or one insert where nobody had the name.
func (s *Store) ClaimWrite(ctx context.Context, w store.NamedWrite, now time.Time) (store.NamedWrite, error) {
	over := bson.E{Key: "$lte", Value: ms(now)}
	free := append(named(w.ID), bson.E{Key: "$or", Value: bson.A{
		bson.D{{Key: "expires", Value: bson.D{over}}},
		bson.D{{Key: "answered", Value: false}, {Key: "until", Value: bson.D{over}}, {Key: "fingerprint", Value: w.Fingerprint}},
	}})
	claim := namedWrite{
		ID: w.ID, Fingerprint: w.Fingerprint, Holder: w.Holder, Until: ms(w.ClaimedUntil), Answer: []byte{}, Expires: ms(w.ExpiresAt),
	}
	for range claimTries {
		swapped, err := s.d.swap(ctx, namedWritesName, free, bson.D{
			{Key: "fingerprint", Value: claim.Fingerprint},
			{Key: "holder", Value: claim.Holder},
			{Key: "until", Value: claim.Until},
			{Key: "answered", Value: false},
			{Key: "answer", Value: claim.Answer},
			{Key: "expires", Value: claim.Expires},
		})
		if err != nil {
			return store.NamedWrite{}, err
		}
		if swapped {
			return w, nil
		}
		err = create(ctx, s.d.on(namedWritesName), claim, store.ErrExists)
		if !errors.Is(err, store.ErrExists) {
			return w, err
		}
		there, err := one[namedWrite](ctx, s.d.on(namedWritesName), named(w.ID))
		switch {
		case err == nil:
			return there.write(), store.ErrExists
		case !errors.Is(err, store.ErrNotFound): // it was dropped in between
			return store.NamedWrite{}, err
		}
	}
	return store.NamedWrite{}, failure(errors.New("the name was taken and freed again and again"))
}

func (w namedWrite) write() store.NamedWrite {
	n := store.NamedWrite{
		ID: w.ID, Fingerprint: w.Fingerprint, Holder: w.Holder, ClaimedUntil: at(w.Until), ExpiresAt: at(w.Expires),
	}
	if w.Answered {
		n.Answer = w.Answer
	}
	return n
}

// AnswerWrite is one compare-and-swap.
func (s *Store) AnswerWrite(ctx context.Context, id, holder string, answer []byte) error {
	swapped, err := s.d.swap(ctx, namedWritesName, unanswered(id, holder), bson.D{
		{Key: "answered", Value: true}, {Key: "answer", Value: answer},
	})
	if err == nil && !swapped {
		return store.ErrTaken
	}
	return err
}

// DropWrite frees a name.
func (s *Store) DropWrite(ctx context.Context, id, holder string) error {
	_, err := s.d.on(namedWritesName).DeleteOne(ctx, unanswered(id, holder))
	return failure(err)
}

func unanswered(id, holder string) bson.D {
	return append(named(id), bson.E{Key: "holder", Value: holder}, bson.E{Key: "answered", Value: false})
}

// ForgetWrites removes what ended long ago.
func (s *Store) ForgetWrites(ctx context.Context, before time.Time) error {
	_, err := s.d.on(namedWritesName).DeleteMany(ctx, bson.D{{Key: "expires", Value: bson.D{{Key: "$lt", Value: ms(before)}}}})
	return failure(err)
}
